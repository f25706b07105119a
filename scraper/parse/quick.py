"""Find the first value at once, for the selections that most fields have: the same as a Finder's, in fewer steps."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from scraper.job import Selection
from scraper.parse.engine import Engine, Read
from scraper.parse.item import Item, Sort
from scraper.parse.select import Regex, Selector, XPath


def quick_way(sort: Sort, selection: Selection, engine: Engine) -> Callable[[Item], Any] | None:
    """Return a function that gives the first value at once, for selections of one source that many fields have."""
    if len(selection.sources) != 1 or selection.get not in ("text", "own_text"):
        return None
    (source,) = selection.sources
    match source.language, sort:
        case "css", Sort.ELEMENT if selection.attr is None:
            return _first_text(engine.css(str(source.pattern)), engine.read[selection.get])
        case "css", Sort.ELEMENT:
            return _first_attribute(engine.css(str(source.pattern)), str(selection.attr), engine.attribute)
        case "xpath", Sort.ELEMENT if selection.attr is None:
            return _first_of_xpath(XPath(str(source.pattern)), engine.read[selection.get])
        case "regex", Sort.MARKUP:
            return _first_match(Regex(str(source.pattern)))
        case "group", Sort.MARKUP if len(source.pattern) == 1:  # type: ignore[arg-type]
            return _first_group(str(source.pattern[0]))  # type: ignore[index]
    return None


def _first_text(pattern: Selector, read: Read) -> Callable[[Item], Any]:
    find = pattern.first

    def first(item: Item) -> Any:
        node = find(item.node)
        return None if node is None else read(node, ())

    return first


def _first_attribute(
    pattern: Selector, name: str, attribute: Callable[[Any, str], str | None]
) -> Callable[[Item], Any]:
    find = pattern.find

    def first(item: Item) -> Any:
        for node in find(item.node):
            if (value := attribute(node, name)) is not None:
                return value
        return None

    return first


def _first_of_xpath(pattern: XPath, read: Read) -> Callable[[Item], Any]:
    find = pattern.find

    def first(item: Item) -> Any:
        for node in find(item.node):
            return node if isinstance(node, str | int | float) else read(node, ())
        return None

    return first


def _first_match(pattern: Regex) -> Callable[[Item], Any]:
    def first(item: Item) -> Any:
        text = pattern.first(item.node.group(), item.document.clock)
        return html.unescape(text) if text and "&" in text else text

    return first


def _first_group(name: str) -> Callable[[Item], Any]:
    key = int(name) if name.isdigit() else name

    def first(item: Item) -> Any:
        text = item.node.group(key)
        return html.unescape(text) if text and "&" in text else text

    return first
