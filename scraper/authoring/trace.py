"""Read one page with one kind of a config, and keep what every selector found on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct, field

from scraper.authoring.hints import Surroundings, advice
from scraper.errors import Malformed, PatternTimeout, ScraperError, TooDeep
from scraper.job import Field, Follow, Kind, Rule, nested
from scraper.job.templates import Template, as_text
from scraper.models import Failure, Fault, Page, Request
from scraper.parse.document import Document
from scraper.parse.encodings.encoding import decode
from scraper.parse.fields import FieldReader
from scraper.parse.finder import Finder
from scraper.parse.follow import FollowReader
from scraper.parse.item import Item, Sort
from scraper.parse.parser import Parser
from scraper.parse.records import ListReader
from scraper.parse.rule_reader import Reading, RuleReader
from scraper.parse.selectors.select import Clock
from scraper.parse.source_steps import flat
from scraper.parse.trees.parsers import Engine, engine_of
from scraper.parse.values.dates import timestamp

LINKS = 3
UNREADABLE = (Malformed, TooDeep, PatternTimeout)


class FieldView(Struct, frozen=True):
    """What became of one field in the items of a page."""

    field: Field
    matched: int
    """In how many items the selection finds anything."""
    matches: int
    """How many different values it finds in an item, over all items."""
    found: tuple[Any, ...]
    """The first that it finds in each item, before any step; None where nothing is."""
    values: tuple[Any, ...]
    """What each item's record will hold."""
    faults: tuple[Fault, ...]
    advice: str = ""
    """What to do where it finds nothing."""

    @property
    def filled(self) -> int:
        """Return how many values are neither null nor empty."""
        return sum(value not in (None, []) for value in self.values)


class RuleView(Struct, frozen=True):
    """What one rule reads of a page."""

    rule: Rule
    items: int
    fields: tuple[FieldView, ...]
    links: tuple[LinkView, ...] = ()
    records: tuple[dict[str, Any], ...] = ()
    """As they will be written."""
    filtered: Mapping[str, int] = field(default_factory=dict)
    """How many records each condition of `where` leaves out."""
    advice: str = ""

    @property
    def dropped(self) -> Mapping[str, int]:
        """Return how many items lack each required field, or an object of the list that makes the records."""
        required = [view for view in self.fields if view.field.required or view.field.name == self.rule.explode]
        return {view.field.name: self.items - view.filled for view in required if view.filled < self.items}


class LinkView(Struct, frozen=True):
    """The links that one `follow` finds."""

    follow: Follow
    count: int
    urls: tuple[str, ...]
    """The first of them."""
    advice: str = ""


class PageView(Struct, frozen=True):
    """What one kind reads of a page."""

    kind: Kind
    page: Page
    encoding: str
    rules: tuple[RuleView, ...]
    links: tuple[LinkView, ...]
    failure: Failure | None
    """Why a run would count the page as failed."""

    @property
    def filled(self) -> int:
        """Return how many values the records hold: the more, the better this kind fits."""
        return sum(value not in (None, []) for rule in self.rules for one in rule.records for value in one.values())


def read(kind: Kind, page: Page, params: Mapping[str, Any], limit_s: float) -> PageView:
    """Return what a kind reads of a page; params that nobody gives are null."""
    values = {**dict.fromkeys(template_names(kind)), **params}
    result = Parser(kind, regex_timeout=limit_s).parse(Request(page.url, kind.name, params=values), page)
    engine = engine_of(kind.parser, kind.namespaces)
    decoded = decode(_unpacked(engine, page.body), page.header("content-type"), kind.encoding)
    document = Document(decoded, url=page.url, fetched_at=page.fetched_at, engine=engine, clock=Clock(limit_s))
    values |= {"_url": page.url, "_page": kind.name, "_fetched_at": timestamp(page.fetched_at)}
    reader = _Reader(document, values, engine, limit_s)
    rules = tuple(reader.rule(rule) for rule in kind.rules)
    links = tuple(reader.links(follow, [Item(document, values=values)], Sort.PAGE) for follow in kind.follow)
    failure = result if isinstance(result, Failure) else None
    encoding = f"{decoded.encoding} (a guess)" if decoded.is_guess else decoded.encoding
    return PageView(kind, page, encoding, rules, links, failure)


def _unpacked(engine: Engine, body: bytes) -> bytes:
    """Return what a body holds; a broken one as it is, since the failure tells of it."""
    with suppress(Malformed):
        return engine.unpack(body) if engine.unpack else body
    return body


class _Reader:
    """Reads the rules of one page."""

    def __init__(self, document: Document, values: dict[str, Any], engine: Engine, limit_s: float) -> None:
        self._document, self._values, self._engine, self._limit_s = document, values, engine, limit_s

    def rule(self, rule: Rule) -> RuleView:
        """Return what a rule reads; a field that others want is read in every item all the same."""
        document = self._document
        try:
            reader = RuleReader(rule, self._engine)
            items = reader.source.items(Item(document, values=self._values))
        except UNREADABLE as error:
            return RuleView(rule, 0, (), advice=str(error))
        if not items:
            assert rule.each is not None
            around = Surroundings([Item(document, values=self._values)], Sort.PAGE, self._engine)
            return RuleView(rule, 0, (), advice=advice(rule.each, around, is_each=True))
        sort = reader.source.sort
        fields = tuple(self.field(*each, items, sort) for each in zip(rule.fields, reader.source.fields, strict=True))
        links = tuple(self.links(follow, items, sort) for follow in rule.follow)
        reading, required = Reading(document, self._values), [one.name for one in rule.fields if one.required]
        whole = [item for item in items if all(item.values[name] not in (None, []) for name in required)]
        records = tuple(map(reader.record, reader.wanted(whole, reading)))
        filtered = {name: count for (_, name), count in reading.filtered.items()}
        return RuleView(rule, len(items), fields, links, records, filtered)

    def field(self, field: Field, reader: FieldReader | ListReader, items: Sequence[Item], sort: Sort) -> FieldView:
        """Return what a field's selection finds, and what becomes of it; the items take the values in."""
        self._wind()
        try:
            values = reader.read(items, Counter())
            finder = Finder(field.selection, sort, self._engine)
            found = values if field.fields else [list(_found(finder, item)) for item in items]
        except PatternTimeout as error:
            for item in items:
                item.values[field.name] = [] if field.fields else None
            return FieldView(field, 0, 0, (), (None,) * len(items), (), str(error))
        for item, value in zip(items, values, strict=True):
            item.values[field.name] = value
        faults = tuple(fault for item in items for fault in item.faults if _is_of(fault, field))
        firsts = tuple(next(iter(some), None) for some in found)
        matched, matches = sum(map(bool, found)), sum(map(len, found))
        around = Surroundings(items, sort, self._engine)
        told = "" if any(firsts) else advice(field.each or field.selection, around, is_each=bool(field.each))
        return FieldView(field, matched, matches, firsts, tuple(values), faults, told)

    def links(self, follow: Follow, items: Sequence[Item], sort: Sort) -> LinkView:
        """Return the links that lead on."""
        self._wind()
        try:
            reader = FollowReader(follow, sort, self._engine)
            urls = [link.url for item in items for link in reader.read(item)]
        except UNREADABLE as error:
            return LinkView(follow, 0, (), str(error))
        told = "" if urls else advice(follow.selection, Surroundings(items, sort, self._engine))
        return LinkView(follow, len(urls), tuple(urls[:LINKS]), told)

    def _wind(self) -> None:
        """Give the patterns of the next field their full time."""
        self._document.clock = Clock(self._limit_s)


def _found(finder: Finder, item: Item) -> list[Any]:
    """Return the different values of a selection in an item; what JSON or XPath refuses is told as a fault."""
    try:
        found = (value for value in flat(finder.find(item)) if value is not False)
        return list({as_text(value): value for value in found}.values())
    except PatternTimeout:
        raise
    except ScraperError:
        return []


def _is_of(fault: Fault, field: Field) -> bool:
    """Return whether a fault is a field's, or that of one in its list of objects."""
    inner = {one.name for one in field.fields}  # those of an exploded list stand for themselves
    return fault.field in {field.name, *inner} or fault.field.startswith(f"{field.name}.")


def template_names(kind: Kind) -> set[str]:
    """Return the names that the templates of a kind's records and links use."""
    of_rules = [field for rule in kind.rules for field, _ in nested(rule.fields)]
    fields = [selection for field in of_rules for selection in (field.selection, field.each) if selection]
    follows = [*kind.follow, *(follow for rule in kind.rules for follow in rule.follow)]
    selections = [*fields, *(f.selection for f in follows), *(each for f in follows for _, each in f.params)]
    members = [one for selection in selections for one in (selection, *selection.first_of)]
    templates = [s.pattern for one in members for s in one.sources if isinstance(s.pattern, Template)]
    names = {placeholder.name for template in templates for placeholder in template.placeholders}
    return names | {name for follow in follows for name in follow.handed_on}
