"""Say what the output holds: the records of the walk, joined, without those whose key was there before.

What the records hold is counted here and nowhere else, so that the report speaks of the file that an analyst opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import orjson
from msgspec import Struct, field

from scraper.export.cells import cell
from scraper.export.file_values import name_of, with_files
from scraper.export.formats import format_of
from scraper.export.keys import Fresh, tells_apart
from scraper.export.tally import Tally
from scraper.job import Job, Kind, Rule
from scraper.journal.walk import Journal, Marks, Walk, merged
from scraper.models import FILES, State, Stored
from scraper.parse.values.dates import timestamp


class Keys(Protocol):
    """What publication asks of the keys of records."""

    def claim(self, key: bytes) -> bool:
        """Return True the first time a key is seen in this publication."""

    def knows(self, key: bytes) -> bool:
        """Return whether an earlier run has written a record with this key."""

    def keep(self, record: Fresh) -> None:
        """Keep the record whose key was claimed last."""


Records = tuple[str, list[bytes]]
"""Some records of one rule: its name, and JSON lines with their newlines."""
Joining = dict[tuple[int, int], dict[str, Stored]]
"""(number of a rule, number of its record) → kind → the page of that kind that joins the record."""


class Halves(Struct):
    """What joins a record, and what should have."""

    urls: list[str] = field(default_factory=list)
    """Of the pages that join it."""
    unknown: list[str] = field(default_factory=list)
    """Fields of pages that could not be had."""


class Publication:
    """The records of a journal in plan order, and what is known of them so far."""

    def __init__(self, job: Job, journal: Journal, keys: Keys) -> None:
        self.tally = Tally()
        self._job, self._journal, self._keys = job, journal, keys
        self._walk = Walk(journal, frozenset(kind.name for kind in job.kinds.values() if _merges(kind)))
        rules = [rule for kind in job.kinds.values() for rule in kind.rules]
        self._counted = Marks()
        """The files that are counted: many records may name one."""
        self._columns = {rule.name: job.columns(rule) for rule in rules}
        form = format_of(job.output.path.text)
        self._needs_keys = job.output.mode == "update" or (form is not None and form.has_tables)
        self._written = {rule.name for rule in rules if job.is_written(rule)}
        self._joined = {rule.name for rule in rules if rule.files or any(follow.merge for follow in rule.follow)}

    def records(self) -> Iterator[Records]:
        """Yield the records that can be written by now; call again when more pages have ended."""
        while page := self._walk.next():
            yield from self._records_of(page)

    def _records_of(self, page: Stored) -> Iterator[Records]:
        self.tally.count_page(page)
        if page.state == State.FETCHED:
            self.tally.count_yield(page, self._job.kinds[page.kind].checks.records_per_page)
        joining = self._joining(page)
        for number, (rule, lines) in enumerate(zip(self._job.kinds[page.kind].rules, page.lines, strict=False)):
            if rule.name not in self._written:
                continue  # a record of only helpers: it is there for what it leads to
            if rule.key or rule.has_all_columns or rule.name in self._joined:
                yield rule.name, list(self._weighed(rule, page, number, joining))
            else:
                self.tally.count_records(rule.name, self._columns[rule.name], len(lines), page.filled[number])
                self.tally.sample(rule.name, lines)
                tail = self._provenance(page, []) + b"}\n"
                yield rule.name, [line[:-1] + tail for line in lines]

    def _weighed(self, rule: Rule, page: Stored, number: int, joining: Joining) -> Iterator[bytes]:
        """Yield the records of a rule that are written: joined by those of other pages, and each key once.

        One that an earlier run has written counts as found and is followed: its pages may hold what is new.
        """
        for index, line in enumerate(page.lines[number]):
            halves = Halves()
            whole = self._join(rule, line, joining.get((number, index), {}), frozenset((page.id,)), halves)
            record = orjson.loads(whole)
            has_key = rule.key and tells_apart(record.get(name) for name in rule.key)
            if rule.key and not has_key:
                self.tally.keyless[rule.name] += 1
                if self._needs_keys:
                    self.tally.left_out[rule.name] += 1
                    continue
            key = lasting_key(rule.name, [cell(record[name]) for name in rule.key]) if has_key else b""
            if has_key and not self._keys.claim(key):
                self.tally.count_duplicate(rule.name, page.url)
                self._walk.leave_out(number, index)
                continue
            self.tally.count_record(rule.name, record)
            tail = self._provenance(page, halves.urls)
            if has_key and self._job.output.needs_ledger:
                source = page.id, self._walk.start, orjson.dumps(halves.unknown)
                self._keys.keep(Fresh(rule.name, key, whole, tail, *source))
            if has_key and self._keys.knows(key):
                self.tally.known[rule.name] += 1
            else:
                self.tally.sample(rule.name, (whole,))
                yield whole[:-1] + tail + b"}\n"

    def _joining(self, page: Stored) -> Joining:
        """Return for each record, by the numbers of its rule and of itself, the pages that join it by their kind."""
        found: Joining = {}
        if _merges(self._job.kinds[page.kind]):
            for edge in merged(self._journal, page.id):
                child = self._journal.page(edge.child)
                if child.kind == FILES and self._counted.add(child.id):
                    self.tally.count_page(child)
                found.setdefault((edge.rule or 0, edge.record or 0), {})[name_of(child)] = child
        return found

    def _join(self, rule: Rule, line: bytes, pages: dict[str, Stored], above: frozenset[int], halves: Halves) -> bytes:
        """Return a record's line with the fields of the pages that it leads to, nulls where such a page has failed.

        `above`: the pages whose records are joined already, of which none joins itself.
        """
        if rule.files:
            line, lost = with_files(rule, line, pages)
            halves.unknown += lost
        for follow in rule.follow:
            if follow.merge:
                page = pages.get(follow.page)
                self.tally.led[rule.name] += page is not None
                more = self._single_record(page, follow.page, rule, above, halves)
                if more is None:
                    self.tally.count_unmerged(rule.name, page.url if page else None)
                    names = self._job.columns(self._job.kinds[follow.page].rules[0])
                    halves.unknown += names if page else ()
                    more = orjson.dumps(dict.fromkeys(names))
                line = line[:-1] + b"," + more[1:] if len(line) > 2 else more
        return line

    def _single_record(
        self, page: Stored | None, kind: str, parent: Rule, above: frozenset[int], halves: Halves
    ) -> bytes | None:
        """Return the record of a page that joins another one, None if it has none, or not one."""
        rule = self._job.kinds[kind].rules[0]
        lines = page.lines[0] if page is not None and page.lines and page.id not in above else ()
        if page is None or len(lines) != 1:
            return None
        self.tally.count_page(page, rule=parent.name)
        halves.urls.append(page.url)
        return self._join(rule, lines[0], self._joining(page).get((0, 0), {}), above | {page.id}, halves)

    def _provenance(self, page: Stored, urls: list[str]) -> bytes:
        """Return what stands behind the fields of a page's record; `urls`: of the pages that join it."""
        if not self._job.output.provenance:
            return b""
        fetched_at = timestamp(page.fetched_at) if page.fetched_at is not None else None
        said = {"_url": page.url, "_page": page.kind, "_fetched_at": fetched_at, "_merged": urls}
        return b"," + orjson.dumps({name: said[name] for name in self._job.output.provenance})[1:-1]


def _merges(kind: Kind) -> bool:
    return any(rule.files or any(follow.merge for follow in rule.follow) for rule in kind.rules)


def lasting_key(rule: str, cells: Iterable[str]) -> bytes:
    """Return the key of a rule's record as it is known from one run to the next, in whatever format it was written."""
    return orjson.dumps([rule, *cells])
