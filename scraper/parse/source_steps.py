"""What a finder is made of: steps from what was found to what a source makes of it, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import regex

from scraper.errors import Malformed
from scraper.job.templates import Template, as_text
from scraper.parse.encodings.references import resolved as resolve
from scraper.parse.encodings.references import taken
from scraper.parse.item import Item
from scraper.parse.linked_data import LinkedData
from scraper.parse.selectors.select import Json, Regex, Selector
from scraper.parse.tables import TableReader
from scraper.parse.trees.parsers import VALUES, Read, XPath

Step = Callable[[Iterable[Any], Item], Iterator[Any]]
"""From what was found, and the item that it was found in, to what a source gives."""


def parsed(parse: Callable[[str | bytes], Any]) -> Step:
    """Return the step from texts to trees: JSON values may hold markup, and halves of characters too."""

    def read(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for value in flat(found):
            yield parse(as_text(value).encode("utf-8", "replace"))

    return read


def nodes(pattern: Selector, parent: Callable[[Any], Any]) -> Step:
    def find(found: Iterable[Any], item: Item) -> Iterator[Any]:
        if item.inner:  # each level of items finds anew what is below: the time grows with their square
            item.document.clock.left()
        for node in found:
            matches = pattern.find(node)
            yield from own(matches, item, parent) if item.inner else matches

    return find


def reached(pattern: XPath, parent: Callable[[Any], Any]) -> Step:
    def find(found: Iterable[Any], item: Item) -> Iterator[Any]:
        clock = item.document.clock
        for node in found:
            clock.left()
            matches = pattern.find(node, clock)
            yield from own(matches, item, parent) if item.inner else matches

    return find


def inside(reader: LinkedData | TableReader) -> Step:
    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for node in found:
            yield from reader.find(node)

    return find


def cells(name: str) -> Step:
    """Return the step from rows to their cells below a name, whose white space counts as that of the page's texts."""
    name = " ".join(name.split())

    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for item in found:
            if name not in item.cells and name not in item.known:
                raise Malformed(f"no table has a column {name!r}, but {', '.join(map(repr, sorted(item.known)))}")
            if (cell := item.cells.get(name)) is not None:
                yield cell

    return find


def own(matches: Iterable[Any], item: Item, parent: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield the matches that belong to no item inside this one."""
    ends = item.inner | {item.node}
    for match in matches:
        if isinstance(match, int | float):  # XPath counts what it likes
            yield match
            continue
        node = parent(match) if isinstance(match, str) else match
        while node is not None and node not in ends:
            node = parent(node)
        if node not in item.inner:
            yield match


def matches(pattern: Regex, makes_items: bool, *, is_markup: bool) -> Step:
    search = pattern.matches if makes_items else pattern.cuts if is_markup else pattern.find

    def find(found: Iterable[Any], item: Item) -> Iterator[Any]:
        for value in flat(found):
            yield from search(as_text(value), item.document.clock)

    return find


def json(pattern: Json, parse: Callable[[str], Any] | None) -> Step:
    """Return the step to what an expression gives; texts are read with `parse`, None where they are values already."""

    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for value in found:
            result = pattern.find(parse(value) if parse and isinstance(value, str) else value)
            if result is not None:
                yield result

    return find


def groups(names: tuple[str, ...], *, is_markup: bool) -> Step:
    keys = [int(name) if name.isdigit() else name for name in names]
    group_of = taken if is_markup else regex.Match.group

    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        return iter([group for item in found for key in keys if (group := group_of(item.node, key)) is not None])

    return find


def filled(template: Template) -> Step:
    def fill(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for item in found:
            value = template.fill(item.values)
            if value is not None:
                yield value

    return fill


def attribute(name: str, attribute: Callable[[Any, str], str | None]) -> Step:
    def read(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for node in found:
            if not isinstance(node, VALUES) and (value := attribute(node, name)) is not None:
                yield value

    return read


def reader(read_one: Read) -> Step:
    """Return the step that reads elements with a function; what XPath gives as a value is passed on."""

    def read(found: Iterable[Any], item: Item) -> Iterator[Any]:
        for node in found:
            yield node if isinstance(node, VALUES) else read_one(node, item.inner)

    return read


def exists(found: Iterable[Any], _: Item) -> Iterator[Any]:
    yield any(True for _ in found)


def resolved(found: Iterable[Any], item: Item) -> Iterator[Any]:
    """Resolve the references in what a regex took of the source; markup that was read of elements stays markup."""
    left = item.document.clock.left
    for value in found:
        yield resolve(value, left)


def flat(values: Iterable[Any]) -> Iterator[Any]:
    """Yield values, those of lists one by one, without nulls."""
    for value in values:
        if isinstance(value, list):
            yield from (one for one in value if one is not None)
        elif value is not None:
            yield value
