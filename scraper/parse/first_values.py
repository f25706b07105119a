"""Find the first value in many items at once, for the selections that most fields have.

The values are the same as a Finder's, in fewer steps. The items hold none of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scraper.errors import Malformed
from scraper.job import Selection
from scraper.parse.encodings.references import Cut, resolved, taken
from scraper.parse.item import Item, Sort
from scraper.parse.selectors.select import Regex, Selector
from scraper.parse.trees.parsers import VALUES, Engine, Read, XPath

Firsts = Callable[[Sequence[Item]], list[Any] | None]
"""From items to the first value in each, None where there is none; None for all where one item is malformed."""


def quick_way(sort: Sort, selection: Selection, engine: Engine) -> Firsts | None:
    """Return a function that gives the first values at once, for selections of one source that many fields have."""
    if len(selection.sources) != 1 or selection.get in ("lines", "html", "inner_html", "exists"):
        return None
    (source,) = selection.sources
    read, attr = engine.reader(selection.get, visible=selection.visible), selection.attr
    match source.language, sort:
        case "css", Sort.ELEMENT if attr is None:
            return _by_css(engine.css(str(source.pattern)), read)
        case "css", Sort.ELEMENT:
            return _by_attribute(engine.css(str(source.pattern)), lambda node: engine.attribute(node, str(attr)))
        case "xpath", Sort.ELEMENT if attr is None:
            return _by_xpath(engine.xpath(str(source.pattern)), read)
        case "column", _ if attr is None:
            return _by_column(str(source.pattern), read)
        case "regex", Sort.MARKUP:
            return _by_regex(Regex(str(source.pattern)))
        case "group", Sort.MARKUP if len(source.pattern) == 1:  # type: ignore[arg-type]
            return _by_group(str(source.pattern[0]))  # type: ignore[index]
    return None


def _by_css(pattern: Selector, read: Read) -> Firsts:
    first = pattern.first

    def firsts(items: Sequence[Item]) -> list[Any]:
        found = [first(item.node) for item in items]
        return [None if node is None else read(node) for node in found]

    return firsts


def _by_attribute(pattern: Selector, read: Callable[[Any], str | None]) -> Firsts:
    first = pattern.first

    def firsts(items: Sequence[Item]) -> list[Any]:
        found = [first(item.node) for item in items]
        values = [None if node is None else read(node) for node in found]
        if None in values:
            for number, node in enumerate(found):
                if node is not None and values[number] is None:
                    values[number] = _later(items[number].node)
        return values

    def _later(node: Any) -> str | None:
        return next((value for one in pattern.find(node) if (value := read(one)) is not None), None)

    return firsts


def _by_xpath(pattern: XPath, read: Read) -> Firsts:
    def firsts(items: Sequence[Item]) -> list[Any] | None:
        try:
            found = [pattern.find(item.node, item.document.clock) for item in items]
        except Malformed:
            return None
        return [_value(nodes[0]) if nodes else None for nodes in found]

    def _value(node: Any) -> Any:
        return node if isinstance(node, VALUES) else read(node)

    return firsts


def _by_column(name: str, read: Read) -> Firsts:
    def firsts(items: Sequence[Item]) -> list[Any] | None:
        if any(name not in item.known for item in items):
            return None
        cells = [item.cells.get(name) for item in items if item.cells is not None]
        return [None if cell is None else read(cell) for cell in cells]

    return firsts


def _by_regex(pattern: Regex) -> Firsts:
    def firsts(items: Sequence[Item]) -> list[Any]:
        return [_resolved(pattern.first_cut(taken(item.node) or "", item.document.clock), item) for item in items]

    return firsts


def _by_group(name: str) -> Firsts:
    key = int(name) if name.isdigit() else name

    def firsts(items: Sequence[Item]) -> list[Any]:
        found = [taken(item.node, key) for item in items]
        return [
            text if text.__class__ is not Cut else _resolved(text, item)
            for text, item in zip(found, items, strict=True)
        ]

    return firsts


def _resolved(text: str | None, item: Item) -> str | None:
    return None if text is None else resolved(text, item.document.clock.left)
