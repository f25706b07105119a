"""Read the records of a page: Page + Kind → Parsed or Failure. Pure but for the clock that stops its patterns.

decode → blocked? → for each rule: items → fields → records → links of the records → links of the page → a challenge?
"""

from __future__ import annotations

from scraper.errors import Malformed, Overstep, PatternTimeout, Reason, TooDeep, TooManyAttributes
from scraper.job import Kind
from scraper.models import Dropped, Failure, Page, Parsed, Request
from scraper.parse.challenges import header_sign, page_sign
from scraper.parse.document import Document
from scraper.parse.encodings.encoding import Decoded
from scraper.parse.follow import FollowReader, FurtherReader
from scraper.parse.item import Item, Sort
from scraper.parse.rule_reader import Reading, RuleReader
from scraper.parse.selectors.select import Clock, Regex
from scraper.parse.trees.parsers import engine_of
from scraper.parse.values.dates import timestamp

PATTERN_LIMIT_S = 2.0


class Parser:
    """The reader of one kind of page, its patterns compiled once."""

    def __init__(self, kind: Kind, *, regex_timeout: float = PATTERN_LIMIT_S) -> None:
        self._kind, self._limit_s = kind, regex_timeout
        self._must_match = [Regex(pattern) for pattern in kind.checks.page_must_match]
        self._blocked_if = [(pattern, Regex(pattern)) for pattern in kind.checks.blocked_if]
        engine = engine_of(kind.parser, kind.namespaces)
        self._engine, self._unpack, self._decode = engine, engine.unpack, engine.decode
        self._rules = [RuleReader(rule, engine) for rule in kind.rules]
        self._further = FurtherReader(kind, *kind.open_param) if kind.open_param else None
        self._follow = [FollowReader(follow, Sort.PAGE, engine) for follow in kind.follow]
        self._only_leads = _leads(kind)
        self._is_open = kind.open_param is not None

    def blocks(self, url: str) -> str | None:
        """Return the pattern of `blocked_if` that a URL matches, or None."""
        clock = Clock(self._limit_s)
        return next((text for text, pattern in self._blocked_if if pattern.is_in(url, clock)), None)

    def parse(self, request: Request, page: Page) -> Parsed | Failure:
        """Return what the page gives, or why it counts as failed."""
        try:
            return self._parse(request, page)
        except PatternTimeout as error:
            return Failure(Reason.PARSE_TIMEOUT, f"{page.url}: {error}")
        except Overstep as error:
            return Failure(Reason.INTERNAL, f"{page.url}: {error}")
        except TooDeep as error:
            return Failure(Reason.TOO_DEEP, f"{page.url}: {error}")
        except TooManyAttributes as error:
            return Failure(Reason.TOO_MANY_ATTRIBUTES, f"{page.url}: {error}")
        except Malformed as error:
            return Failure(Reason.NOT_PARSED, f"{page.url}: {error}")

    def _parse(self, request: Request, page: Page) -> Parsed | Failure:
        body = self._unpack(page.body) if self._unpack else page.body
        decoded = self._decode(body, page.header("content-type"), self._kind.encoding)
        document = Document(
            decoded,
            url=page.url,
            fetched_at=page.fetched_at,
            engine=self._engine,
            clock=Clock(self._limit_s),
        )
        if blocked := header_sign(page.headers) or self._find_block(document):
            return Failure(Reason.BLOCKED, f"{page.url}: {blocked}", is_transient=True)
        try:
            found = self._read(request, page, document, decoded)
        except Malformed as error:  # HTML where JSON should be
            found = Failure(Reason.NOT_PARSED, f"{page.url}: {error}")
        gives_records = isinstance(found, Parsed) and bool(any(found.lines) or found.dropped or found.links)
        if blocked := page_sign(document.text, gives_records=gives_records):
            return Failure(Reason.BLOCKED, f"{page.url}: {blocked}", is_transient=True)
        return found

    def _find_block(self, document: Document) -> str | None:
        """Return why this is not the site's own page, or None."""
        for text, pattern in self._blocked_if:
            if pattern.is_in(document.url, document.clock) or pattern.is_in(document.text, document.clock):
                return f"matches blocked_if {text!r}"
        for text, pattern in zip(self._kind.checks.page_must_match, self._must_match, strict=True):
            if not pattern.is_in(document.text, document.clock):
                return f"does not match page_must_match {text!r}"
        return None

    def _read(self, request: Request, page: Page, document: Document, decoded: Decoded) -> Parsed | Failure:
        may_be_empty = self._kind.checks.allow_empty or (self._is_open and self._kind.is_further(request.params))
        is_blank = not document.text or document.text.isspace()
        if is_blank and not may_be_empty:
            return Failure(Reason.EMPTY, f"{page.url}: the answer has no text")
        values = {
            **request.params,
            "_url": page.url,
            "_page": self._kind.name,
            "_fetched_at": timestamp(page.fetched_at),
        }
        reading = Reading(document, values)
        lines = tuple([rule.read(reading, number, is_blank=is_blank) for number, rule in enumerate(self._rules)])
        whole = Item(document, values=values)
        for follow in () if is_blank else self._follow:
            reading.links += follow.read(whole)
        is_empty = not (any(lines) or reading.filtered)
        if self._further and not is_empty:
            reading.links += self._further.read(whole)
        if not may_be_empty and (nothing := self._find_nothing(reading, is_empty=is_empty)):
            return Failure(nothing[0], f"{page.url}: {nothing[1]}")
        dropped = [Dropped(rule, name, count) for (rule, name), count in reading.dropped.items()]
        dropped += [Dropped(rule, name, count, True) for (rule, name), count in reading.filtered.items()]
        return Parsed(
            lines,
            tuple(reading.filled),
            reading.items,
            tuple(reading.faults),
            tuple(dropped),
            decoded.encoding,
            decoded.replaced,
            tuple(reading.links),
            (f"encoding guessed: {decoded.encoding}",) if decoded.is_guess else (),
        )

    def _find_nothing(self, reading: Reading, *, is_empty: bool) -> tuple[Reason, str] | None:
        """Return why a page is of no use though it came: it gives no record, or no link where it is there for them."""
        if self._rules and is_empty:
            return (Reason.NO_VALUES if reading.blanks else Reason.NO_RECORDS), _explain_nothing(reading)
        if self._only_leads and not reading.links:
            return Reason.NO_LINKS, "`follow` found no link, and links are all that is wanted of this page"
        return None


def _leads(kind: Kind) -> bool:
    """Return whether the pages of a kind are there for their links alone: no rule has a field that is written."""
    has_links = bool(kind.follow) or any(rule.follow for rule in kind.rules)
    return has_links and not any(rule.has_all_columns or rule.written for rule in kind.rules)


def _explain_nothing(reading: Reading) -> str:
    """Return what was found instead of records."""
    if reading.blanks:
        cause = next((f"; {fault.rule}.{fault.field}: {fault.cause}" for fault in reading.faults), "")
        return f"no field of {', '.join(reading.blanks)} has a value{cause}"
    if not reading.items:
        return "`each` found no items"
    lost = ", ".join(f"{count} dropped for want of {rule}.{name}" for (rule, name), count in reading.dropped.items())
    return f"{reading.items} items and no records; {lost}" if lost else f"{reading.items} items and no records"
