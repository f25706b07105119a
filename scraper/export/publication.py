"""Say what the output holds: the records of the walk, joined, without those whose key was there before.

What the records hold is counted here and nowhere else, so that the report speaks of the file that an analyst opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import orjson

from scraper.export.cells import cell
from scraper.export.tally import Tally
from scraper.job import Job, Kind, Rule
from scraper.journal.walk import Journal, Walk, merged
from scraper.models import State, Stored
from scraper.parse.values.dates import timestamp


class Keys(Protocol):
    """What publication asks of the keys of records."""

    def claim(self, key: bytes) -> bool:
        """Return True the first time a key is seen in this publication."""

    def knows(self, key: bytes) -> bool:
        """Return whether an earlier run has written a record with this key."""


Records = tuple[str, list[bytes]]
"""Some records of one rule: its name, and JSON lines with their newlines."""
Joining = dict[tuple[int, int], dict[str, Stored]]
"""(number of a rule, number of its record) → kind → the page of that kind that joins the record."""


class Publication:
    """The records of a journal in plan order, and what is known of them so far."""

    def __init__(self, job: Job, journal: Journal, keys: Keys) -> None:
        self.tally = Tally()
        self._job, self._journal, self._keys = job, journal, keys
        self._walk = Walk(journal, frozenset(kind.name for kind in job.kinds.values() if _merges(kind)))
        rules = [rule for kind in job.kinds.values() for rule in kind.rules]
        self._columns = {rule.name: job.columns(rule) for rule in rules}
        self._written = {rule.name for rule in rules if job.is_written(rule)}
        self._joined = {rule.name for rule in rules if any(follow.merge for follow in rule.follow)}

    def records(self) -> Iterator[Records]:
        """Yield the records that can be written by now; call again when more pages have ended."""
        while page := self._walk.next():
            yield from self._records_of(page)

    def _records_of(self, page: Stored) -> Iterator[Records]:
        self.tally.count_page(page)
        if page.state == State.FETCHED:
            self.tally.count_yield(page, self._job.kinds[page.kind].checks.records_per_page)
        tail = _provenance(page) if self._job.output.provenance else b"}\n"
        joining = self._joining(page)
        for number, (rule, lines) in enumerate(zip(self._job.kinds[page.kind].rules, page.lines, strict=False)):
            if rule.name not in self._written:
                continue  # a record of only helpers: it is there for what it leads to
            if rule.key or rule.has_all_columns or rule.name in self._joined:
                yield rule.name, list(self._weighed(rule, page, number, joining, tail))
            else:
                self.tally.count_records(rule.name, self._columns[rule.name], len(lines), page.filled[number])
                self.tally.sample(rule.name, lines)
                yield rule.name, [line[:-1] + tail for line in lines]

    def _weighed(self, rule: Rule, page: Stored, number: int, joining: Joining, tail: bytes) -> Iterator[bytes]:
        """Yield the records of a rule that are written: joined by those of other pages, and each key once.

        One that an earlier run has written counts as found and is followed: its pages may hold what is new.
        """
        for index, line in enumerate(page.lines[number]):
            whole = self._join(rule, line, joining.get((number, index), {}), frozenset((page.id,)))
            record = orjson.loads(whole)
            has_key = rule.key and None not in [record.get(name) for name in rule.key]
            self.tally.keyless[rule.name] += bool(rule.key) and not has_key
            if has_key and not self._keys.claim(_key(rule, record)):
                self.tally.count_duplicate(rule.name, page.url)
                self._walk.leave_out(number, index)
                continue
            self.tally.count_record(rule.name, record)
            if has_key and self._keys.knows(lasting_key(rule, [cell(record.get(name)) for name in rule.key])):
                self.tally.known[rule.name] += 1
            else:
                self.tally.sample(rule.name, (whole,))
                yield whole[:-1] + tail

    def _joining(self, page: Stored) -> Joining:
        """Return for each record, by the numbers of its rule and of itself, the pages that join it by their kind."""
        found: Joining = {}
        if _merges(self._job.kinds[page.kind]):
            for edge in merged(self._journal, page.id):
                child = self._journal.page(edge.child)
                found.setdefault((edge.rule or 0, edge.record or 0), {})[child.kind] = child
        return found

    def _join(self, rule: Rule, line: bytes, pages: dict[str, Stored], above: frozenset[int]) -> bytes:
        """Return a record's line with the fields of the pages that it leads to, nulls where such a page has failed.

        `above`: the pages whose records are joined already, of which none joins itself.
        """
        for follow in rule.follow:
            if follow.merge:
                page = pages.get(follow.page)
                self.tally.led[rule.name] += page is not None
                more = self._single_record(page, follow.page, rule, above)
                if more is None:
                    self.tally.count_unmerged(rule.name, page.url if page else None)
                    more = orjson.dumps(dict.fromkeys(self._job.columns(self._job.kinds[follow.page].rules[0])))
                line = line[:-1] + b"," + more[1:] if len(line) > 2 else more
        return line

    def _single_record(self, page: Stored | None, kind: str, parent: Rule, above: frozenset[int]) -> bytes | None:
        """Return the record of a page that joins another one, None if it has none, or not one."""
        rule = self._job.kinds[kind].rules[0]
        lines = page.lines[0] if page is not None and page.lines and page.id not in above else ()
        if page is None or len(lines) != 1:
            return None
        self.tally.count_page(page, rule=parent.name)
        return self._join(rule, lines[0], self._joining(page).get((0, 0), {}), above | {page.id})


def _merges(kind: Kind) -> bool:
    return any(follow.merge for rule in kind.rules for follow in rule.follow)


def _key(rule: Rule, record: dict[str, Any]) -> bytes:
    return orjson.dumps([rule.name, *(record.get(name) for name in rule.key)])


def lasting_key(rule: Rule, cells: Sequence[str]) -> bytes:
    """Return the key of a record as it is known from one run to the next, in whatever format it was written."""
    return orjson.dumps([rule.name, *cells])


def _provenance(page: Stored) -> bytes:
    fetched_at = timestamp(page.fetched_at) if page.fetched_at is not None else None
    extra = orjson.dumps({"_url": page.url, "_page": page.kind, "_fetched_at": fetched_at})
    return b"," + extra[1:] + b"\n"
