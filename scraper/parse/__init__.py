"""Read the records of a page: Page + Kind → Parsed or Failure. Pure but for the clock that stops its patterns.

decode → blocked? → for each rule: items → fields → records → links of the records → links of the page
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from scraper.errors import Malformed, PatternTimeout, Reason, TooDeep
from scraper.job import Follow, Kind, Rule
from scraper.models import Dropped, Failure, Fault, Link, Page, Parsed, Request
from scraper.parse.casts import parse_url
from scraper.parse.dates import timestamp
from scraper.parse.document import Document
from scraper.parse.encoding import decode
from scraper.parse.engine import Engine, engine_of
from scraper.parse.fields import FieldReader
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.select import Clock, Regex
from scraper.templates import Template

PATTERN_LIMIT_S = 2.0


class Parser:
    """The reader of one kind of page, its patterns compiled once."""

    def __init__(self, kind: Kind, *, regex_timeout: float = PATTERN_LIMIT_S) -> None:
        self._kind, self._limit_s = kind, regex_timeout
        self._must_match = [Regex(pattern) for pattern in kind.checks.page_must_match]
        self._blocked_if = [(pattern, Regex(pattern)) for pattern in kind.checks.blocked_if]
        engine = engine_of(kind.parser)
        self._parse_tree = engine.parse
        self._rules = [RuleReader(rule, engine) for rule in kind.rules]
        self._follow = [FollowReader(follow, Sort.PAGE, engine) for follow in kind.follow]

    def blocks(self, url: str) -> str | None:
        """Return the pattern of `blocked_if` that a URL matches, or None."""
        clock = Clock(self._limit_s)
        return next((text for text, pattern in self._blocked_if if pattern.is_in(url, clock)), None)

    def parse(self, request: Request, page: Page) -> Parsed | Failure:
        """Return what the page gives, or why it counts as failed."""
        decoded = decode(page.body, page.header("content-type"), self._kind.encoding)
        document = Document(
            decoded,
            url=page.url,
            fetched_at=page.fetched_at,
            parse=self._parse_tree,
            clock=Clock(self._limit_s),
        )
        try:
            if blocked := self._find_block(document):
                return Failure(Reason.BLOCKED, f"{page.url}: {blocked}", is_transient=True)
            return self._read(request, page, document, decoded.encoding, decoded.replaced)
        except PatternTimeout as error:
            return Failure(Reason.PARSE_TIMEOUT, f"{page.url}: {error}")
        except TooDeep as error:
            return Failure(Reason.TOO_DEEP, f"{page.url}: {error}")
        except Malformed as error:
            return Failure(Reason.NOT_PARSED, f"{page.url}: {error}")

    def _find_block(self, document: Document) -> str | None:
        """Return why this is not the site's own page, or None."""
        for text, pattern in self._blocked_if:
            if pattern.is_in(document.url, document.clock) or pattern.is_in(document.text, document.clock):
                return f"matches blocked_if {text!r}"
        for text, pattern in zip(self._kind.checks.page_must_match, self._must_match, strict=True):
            if not pattern.is_in(document.text, document.clock):
                return f"does not match page_must_match {text!r}"
        return None

    def _read(self, request: Request, page: Page, document: Document, encoding: str, replaced: int) -> Parsed | Failure:
        values = {
            **request.params,
            "_url": page.url,
            "_page": self._kind.name,
            "_fetched_at": timestamp(page.fetched_at),
        }
        reading = Reading(document, values)
        lines = tuple([tuple(rule.read(reading, number)) for number, rule in enumerate(self._rules)])
        whole = Item(document, values=values)
        for follow in self._follow:
            reading.links += follow.read(whole)
        if self._rules and not any(lines) and not self._kind.checks.allow_empty:
            return Failure(Reason.NO_RECORDS, f"{page.url}: {self._explain_nothing(reading)}")
        dropped = tuple(Dropped(rule, name, count) for (rule, name), count in reading.dropped.items())
        filled = tuple(map(tuple, reading.filled))
        return Parsed(
            lines, filled, reading.items, tuple(reading.faults), dropped, encoding, replaced, tuple(reading.links)
        )

    @staticmethod
    def _explain_nothing(reading: Reading) -> str:
        if not reading.items:
            return "`each` found no items"
        lost = ", ".join(
            f"{count} dropped for want of {rule}.{name}" for (rule, name), count in reading.dropped.items()
        )
        return f"{reading.items} items and no records; {lost}" if lost else f"{reading.items} items and no records"


class Reading:
    """What has been read of one page so far."""

    def __init__(self, document: Document, values: dict[str, Any]) -> None:
        self.document, self.values = document, values
        self.items = 0
        self.faults: list[Fault] = []
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.links: list[Link] = []
        self.filled: list[list[int]] = []
        """For each rule, in how many records each written field is filled."""


class RuleReader:
    """One rule, compiled."""

    def __init__(self, rule: Rule, engine: Engine) -> None:
        self._rule, self._parent = rule, engine.parent
        self._each = Finder(rule.each, Sort.PAGE, engine, is_each=True) if rule.each else None
        sort = self._each.gives if self._each else Sort.PAGE
        self._fields = [FieldReader(field, rule.name, sort, engine) for field in rule.fields]
        self._width = sum(not field.is_helper for field in rule.fields)
        self._follow = [FollowReader(follow, sort, engine) for follow in rule.follow]

    def read(self, reading: Reading, number: int) -> Iterator[bytes]:
        """Yield the records as JSON lines; faults, losses and links go to the reading. `number` is the rule's own."""
        count, filled = 0, [0] * self._width
        reading.filled.append(filled)
        for position, item in enumerate(self._items(reading), start=1):
            reading.items += 1
            item.values = {**reading.values, "_position": position}
            record = self._record(item, reading)
            if record:
                yield self._line(record, reading.faults)
                for column, value in enumerate(record.values()):
                    if value is not None and value != []:
                        filled[column] += 1
                for follow in self._follow:
                    reading.links += follow.read(item, number, count)
                count += 1

    def _items(self, reading: Reading) -> Iterator[Item]:
        whole = Item(reading.document, values=reading.values)
        if self._each is None:
            yield whole
            return
        nodes = list(self._each.find(whole))
        if self._each.gives == Sort.ELEMENT:
            nodes = [node for node in nodes if not isinstance(node, str | int | float)]  # XPath may give values
        elif self._each.gives == Sort.JSON:
            nodes = [one for node in nodes for one in (node if isinstance(node, list) else [node]) if one is not None]
        inner = _inner_items(nodes, self._parent) if self._each.gives == Sort.ELEMENT else {}
        for node in nodes:
            yield Item(reading.document, node, inner.get(node, frozenset()) if inner else frozenset())

    def _record(self, item: Item, reading: Reading) -> dict[str, Any] | None:
        """Return one record as it will be written, None if it lacks a required field."""
        record = {}
        for field in self._fields:
            value = item.values[field.name] = field.read(item, reading.faults)
            if field.is_required and (value is None or value == []):
                reading.dropped[self._rule.name, field.name] += 1
                return None
            if not field.is_helper:
                record[field.name] = value
        return record

    def _line(self, record: dict[str, Any], faults: list[Fault]) -> bytes:
        """Return the record as JSON; a value that JSON of 64 bits cannot say becomes null and a fault."""
        try:
            return orjson.dumps(record)
        except orjson.JSONEncodeError:
            for name, value in record.items():
                try:
                    orjson.dumps(value)
                except orjson.JSONEncodeError as error:
                    faults.append(Fault(self._rule.name, name, ascii(value)[:80], f"cannot be written: {error}"))
                    record[name] = None
            return orjson.dumps(record)


class FollowReader:
    """A `follow`, compiled: it gives the links of a page or of one record."""

    def __init__(self, follow: Follow, sort: Sort, engine: Engine) -> None:
        self._follow = follow
        source = follow.selection.sources[0] if follow.selection.sources else None
        self._template = source.pattern if source and isinstance(source.pattern, Template) else None
        self._find = Finder(follow.selection, sort, engine).find
        self._params = [(name, Finder(selection, sort, engine)) for name, selection in follow.params]

    def read(self, item: Item, rule: int | None = None, record: int | None = None) -> list[Link]:
        """Return the links in order; what is no http(s) URL (javascript:, mailto:) is no link."""
        urls = list(self._urls(item))
        if not urls:
            return []
        params = {name: item.values[name] for name in self._follow.handed_on}
        for name, finder in self._params:
            value = next(finder.find(item), None)
            params[name] = value.strip() if isinstance(value, str) else value
        return [Link(url, self._follow.page, params, rule, record, self._follow.merge) for url in urls]

    def _urls(self, item: Item) -> Iterator[str]:
        place = item.document.place
        if self._template is not None:
            found: Any = [self._template.fill_url(item.values, place.encoding)]
        else:
            found = self._find(item)
        for value in found:
            try:
                yield parse_url(value, place).partition("#")[0]
            except Malformed:
                continue


def _inner_items(nodes: list[Any], parent: Callable[[Any], Any]) -> dict[Any, frozenset[Any]]:
    """Return for each item that holds other items those other ones."""
    if len({parent(node) for node in nodes}) <= 1:
        return {}  # brothers hold nothing of each other
    every = set(nodes)
    inner: dict[Any, set[Any]] = {}
    for node in nodes:
        outer = parent(node)
        while outer is not None:
            if outer in every:
                inner.setdefault(outer, set()).add(node)
            outer = parent(outer)
    return {node: frozenset(below) for node, below in inner.items()}
