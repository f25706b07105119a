"""Pages as the search sees them: trees of lxml, whatever parser the config names, and what a config takes of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Any

import regex
from msgspec import Struct, field
from msgspec.structs import replace

from scraper.authoring.structure.features import Marks, marks_of
from scraper.authoring.trace import template_names
from scraper.errors import PatternTimeout, ScraperError
from scraper.job import Field, Kind, Rule, Selection, Source
from scraper.job.templates import as_text
from scraper.models import Page
from scraper.parse.document import Document
from scraper.parse.encodings.encoding import decode
from scraper.parse.fields import FieldReader
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.records import RecordsReader
from scraper.parse.selectors.select import Clock
from scraper.parse.source_steps import flat
from scraper.parse.trees import html5
from scraper.parse.trees.parsers import Engine, engine_of
from scraper.parse.trees.text import text

Element = Any
"""An element of lxml's tree."""
ELEMENTS = ("css", "xpath", "column")
_attribute = regex.compile(r"/@([\w:-]+)\s*$").search
MOST_OUTER = 40
"""Items that are looked into for their own items."""
FIELD_LIMIT_S = 2.0
"""What the patterns of one field may take on one page."""


@cache
def engine_for(parser: str) -> Engine:
    """Return an engine whose trees are lxml's: selectors find the same in them as in the parser's own."""
    if not (own := engine_of(parser)).takes_text:
        return own  # they are lxml's
    return replace(engine_of("lxml"), parse=lambda text: html5.as_lxml(html5.parse(text)), takes_text=True)


class Sheet(Struct, eq=False, dict=True):
    """One page of a kind, or what lies in one item of it."""

    kind: Kind
    page: Page
    outer: Row | None = None
    """The item whose own items are looked for; None for a whole page."""
    sort: Sort = Sort.PAGE
    """What that item is."""

    @cached_property
    def engine(self) -> Engine:
        """What reads it."""
        return engine_for(self.kind.parser)

    @cached_property
    def document(self) -> Document:
        """The page, decoded and as a tree."""
        if self.outer is not None:
            return self.outer.sheet.document
        unpack = self.engine.unpack
        body = unpack(self.page.body) if unpack else self.page.body
        decoded = decode(body, self.page.header("content-type"), self.kind.encoding)
        clock = Clock(FIELD_LIMIT_S)
        return Document(decoded, url=self.page.url, fetched_at=self.page.fetched_at, engine=self.engine, clock=clock)

    @property
    def whole(self) -> Item:
        """What items are found in."""
        values = dict.fromkeys(template_names(self.kind))
        return self.outer.item if self.outer is not None else Item(self.document, values=values)

    @property
    def root(self) -> Element:
        """The same as an element; None for a value of JSON."""
        return self.outer.element if self.outer is not None else self.document.root

    def wind(self) -> None:
        """Give the next patterns their full time."""
        self.document.clock = Clock(FIELD_LIMIT_S)


class Row(Struct, eq=False, dict=True):
    """One item of a page, as an element."""

    sheet: Sheet
    item: Item
    element: Element
    """With its siblings, where `each` takes these in: a copy."""
    origin: Element
    """The element of the page that `each` finds."""
    _marks: dict[Element, Marks] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> list[Element]:
        """The element and those below it."""
        return [node for node in self.element.iter() if isinstance(node.tag, str)]

    @cached_property
    def places(self) -> dict[Element, float]:
        """How far behind the row's beginning each of them stands, from 0 to 1."""
        return {node: number / len(self.nodes) for number, node in enumerate(self.nodes)}

    def marks(self, node: Element) -> tuple[Marks, float]:
        """Return what tells one of them apart, and its place."""
        if (found := self._marks.get(node)) is None:
            found = self._marks[node] = marks_of(node, self.element)
        return found, self.places.get(node, 0.0)


class Taken(Struct, frozen=True):
    """What a field takes of one row."""

    nodes: tuple[Element, ...] = ()
    """The elements that its selector finds."""
    texts: tuple[str, ...] = ()
    """What it reads of them, before steps: the first that it found, or all of a list."""
    value: Any = None
    """What the record holds."""

    @property
    def is_filled(self) -> bool:
        """Whether there is a value."""
        return self.value not in (None, [], "")


class Rows(Struct, eq=False, dict=True):
    """The items that an `each` finds in some pages."""

    rows: list[Row]
    sort: Sort
    names: dict[str, list[Taken]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def rows_of(rule: Rule, each: Selection | None, sheets: Sequence[Sheet]) -> Rows:
    """Return the items of pages; none for an `each` that is none, or too slow."""
    found: list[Row] = []
    sort = Sort.PAGE
    for sheet in sheets:
        sheet.wind()
        try:
            reader = RecordsReader(each, (), rule.name, sheet.sort, sheet.engine)
            sort = reader.sort
            items = reader.items(sheet.whole)
            elements = [_element(item, sheet, sort) for item in items]
            origins = elements
            if each is not None and each.with_siblings:
                alone = RecordsReader(replace(each, with_siblings=False), (), rule.name, sheet.sort, sheet.engine)
                origins = [item.node for item in alone.items(sheet.whole)]
            found += map(Row, itertools.repeat(sheet), items, elements, origins)
        except ScraperError:
            continue
    return Rows(found, sort)


def inside(rows: Rows) -> list[Sheet]:
    """Return what lies in each of some items, for the items in these; in so many that more would say nothing more."""
    return [Sheet(row.sheet.kind, row.sheet.page, row, rows.sort) for row in rows.rows[:MOST_OUTER]]


def _element(item: Item, sheet: Sheet, sort: Sort) -> Element:
    if sort == Sort.ELEMENT:
        return item.node
    if sort == Sort.PAGE:
        return sheet.document.root
    if sort in (Sort.MARKUP, Sort.TEXT):
        return sheet.engine.parse(item.node.group())
    return None


def take(one: Field, rows: Rows) -> list[Taken]:
    """Return what a field takes of each row."""
    is_column = any(source.language == "column" for source in one.selection.sources)
    if not len(rows) or (is_column and any(row.item.cells is None for row in rows)):
        return [Taken()] * len(rows)
    sheet = rows.rows[0].sheet
    try:
        reader = FieldReader(one, "", rows.sort, sheet.engine, one.name)
        finder = Finder(one.selection, rows.sort, sheet.engine)
        ways = _to_elements(one.selection, rows.sort, sheet.engine)
    except (ScraperError, AssertionError):
        return [Taken()] * len(rows)
    return [_take(one, row, reader, finder, ways) for row in rows]


def _take(one: Field, row: Row, reader: FieldReader, finder: Finder, ways: list[Finder]) -> Taken:
    row.sheet.wind()
    try:
        value = reader.read([row.item])[0]
        row.item.faults.clear()
        found = [
            as_text(each).strip() for each in flat(finder.find(row.item)) if each is not False and each is not None
        ]
        nodes = [element for way in ways for element in map(as_element, way.find(row.item)) if element is not None]
    except (ScraperError, PatternTimeout):
        return Taken()
    if not found or (one.selection.get == "exists" and value is False):
        value = None  # a default is nothing that was read
    texts = [each for each in found if each]
    if one.join is not None and not ways:
        texts = [one.join.join(texts)] if texts else []
    kept = tuple(texts if one.many or one.join is not None else texts[:1])
    return Taken(tuple(nodes) if ways else _located(row, kept), kept, value)


def _located(row: Row, texts: Sequence[str]) -> tuple[Element, ...]:
    """Return the smallest element that holds a text that was cut out of the source, in itself or in an attribute."""
    if not texts or row.element is None:
        return ()
    wanted = texts[0]
    held = (node for node in reversed(row.nodes) if text(node) == wanted or wanted in map(str, node.attrib.values()))
    return tuple(itertools.islice(held, 1))


def as_element(found: Any) -> Element:
    """Return an element that was found, or that of a text that XPath gave."""
    if hasattr(found, "iter"):
        return found
    return found.getparent() if hasattr(found, "getparent") else None


def _to_elements(selection: Selection, sort: Sort, engine: Engine) -> list[Finder]:
    """Return what finds the elements of a selection, none where it has none."""
    if selection.first_of:
        return [way for one in selection.first_of for way in _to_elements(one, sort, engine)]
    last = last_of_elements(selection)
    if last is None:
        return []
    part = replace(selection, sources=selection.sources[: last + 1], attr=None, get="text")
    return [Finder(part, sort, engine, is_each=True)]


def last_of_elements(selection: Selection) -> int | None:
    """Return the number of the last source that finds elements, None where all work on text."""
    numbers = [n for n, source in enumerate(selection.sources) if source.language in ELEMENTS]
    return numbers[-1] if numbers else None


def attr_of(selection: Selection) -> str | None:
    """Return the attribute that a selection takes of its elements, in whatever language it says so; None for texts."""
    last = last_of_elements(selection)
    if selection.attr is not None or last is None or selection.sources[last].language != "xpath":
        return selection.attr
    found = _attribute(str(selection.sources[last].pattern))
    return found[1] if found else None


def with_pattern(selection: Selection, number: int, pattern: str) -> Selection:
    """Return a selection with another pattern in one of its sources."""
    source: Source = replace(selection.sources[number], pattern=pattern)
    return replace(selection, sources=(*selection.sources[:number], source, *selection.sources[number + 1 :]))
