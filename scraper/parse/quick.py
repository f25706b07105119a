"""Find the first value at once, for the selections that most fields have: the same as a Finder's, in fewer steps."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from scraper.job import Selection
from scraper.parse import text
from scraper.parse.item import Item, Sort
from scraper.parse.select import Css, Regex, XPath


def quick_way(sort: Sort, selection: Selection) -> Callable[[Item], Any] | None:
    """Return a function that gives the first value at once, for selections of one source that many fields have."""
    if len(selection.sources) != 1 or selection.get not in _QUICK_READERS:
        return None
    (source,) = selection.sources
    match source.language, sort:
        case "css" | "xpath", Sort.ELEMENT:
            pattern = Css(str(source.pattern)) if source.language == "css" else XPath(str(source.pattern))
            return _first_node(pattern, selection.attr, _QUICK_READERS[selection.get])
        case "regex", Sort.MARKUP:
            return _first_match(Regex(str(source.pattern)))
        case "group", Sort.MARKUP if len(source.pattern) == 1:  # type: ignore[arg-type]
            return _first_group(str(source.pattern[0]))  # type: ignore[index]
    return None


def _first_node(pattern: Css | XPath, attr: str | None, read: Callable[[Any], str]) -> Callable[[Item], Any]:
    find = pattern.find

    def first(item: Item) -> Any:
        for node in find(item.node):
            if isinstance(node, str | int | float):
                return node
            if attr is None:
                return read(node)
            if (value := node.get(attr)) is not None:
                return value
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


_QUICK_READERS: dict[str, Callable[[Any], str]] = {"text": text.text, "own_text": text.own_text}
