"""Say what the output holds: the records of the walk, joined, without those whose key was there before.

What the records hold is counted here and nowhere else, so that the report speaks of the file that an analyst opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import orjson

from scraper.job import Job, Kind, Rule
from scraper.models import State, Stored
from scraper.parse.dates import timestamp
from scraper.tally import Tally
from scraper.walk import Journal as WalkedJournal
from scraper.walk import Walk, merged


class Journal(WalkedJournal, Protocol):
    """What publication reads of the journal."""

    def claim_key(self, key: bytes) -> bool:
        """Return True the first time a record key is seen."""

    def forget_keys(self) -> None:
        """Begin another publication."""


Joining = dict[tuple[int, int], dict[str, Stored]]
"""(number of a rule, number of its record) → kind → the page of that kind that joins the record."""


class Publication:
    """The records of a journal in plan order, and what is known of them so far."""

    def __init__(self, job: Job, journal: Journal) -> None:
        self.tally = Tally()
        self._job, self._journal = job, journal
        self._walk = Walk(journal, frozenset(kind.name for kind in job.kinds.values() if _merges(kind)))
        rules = [rule for kind in job.kinds.values() for rule in kind.rules]
        self._columns = {rule.name: job.columns(rule) for rule in rules}
        self._joined = {rule.name for rule in rules if any(follow.merge for follow in rule.follow)}
        journal.forget_keys()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines that can be written by now, newline included; call again when more pages have ended."""
        while page := self._walk.next():
            yield from self._lines_of(page)

    def _lines_of(self, page: Stored) -> Iterator[bytes]:
        self.tally.count_page(page)
        if page.state == State.FETCHED:
            self.tally.count_yield(page, self._job.kinds[page.kind].checks.records_per_page)
        tail = _provenance(page) if self._job.output.provenance else b"}\n"
        joining = self._joining(page)
        for number, (rule, lines) in enumerate(zip(self._job.kinds[page.kind].rules, page.lines, strict=False)):
            if rule.key or rule.name in self._joined:
                yield from self._weighed(rule, number, lines, joining, tail)
            else:
                self.tally.count_records(rule.name, self._columns[rule.name], len(lines), page.filled[number])
                self.tally.sample(rule.name, lines)
                yield from (line[:-1] + tail for line in lines)

    def _weighed(
        self, rule: Rule, number: int, lines: tuple[bytes, ...], joining: Joining, tail: bytes
    ) -> Iterator[bytes]:
        """Yield the records of a rule that are written: joined by those of other pages, and each key once."""
        for index, line in enumerate(lines):
            whole = self._join(rule, line, joining.get((number, index), {}))
            record = orjson.loads(whole)
            if rule.key and not self._journal.claim_key(_key(rule, record)):
                self.tally.duplicates[rule.name] += 1
                self._walk.leave_out(number, index)
            else:
                self.tally.count_record(rule.name, record)
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

    def _join(self, rule: Rule, line: bytes, pages: dict[str, Stored], above: frozenset[int] = frozenset()) -> bytes:
        """Return a record's line with the fields of the pages that it leads to, nulls where such a page has failed."""
        for follow in rule.follow:
            if follow.merge:
                more = self._single_record(pages.get(follow.page), follow.page, rule, above)
                line = line[:-1] + b"," + more[1:] if len(line) > 2 else more
        return line

    def _single_record(self, page: Stored | None, kind: str, parent: Rule, above: frozenset[int]) -> bytes:
        rule = self._job.kinds[kind].rules[0]
        lines = page.lines[0] if page is not None and page.lines and page.id not in above else ()
        if page is None or len(lines) != 1:
            self.tally.unmerged[parent.name] += 1
            return orjson.dumps(dict.fromkeys(self._job.columns(rule)))
        self.tally.count_page(page, rule=parent.name)
        return self._join(rule, lines[0], self._joining(page).get((0, 0), {}), above | {page.id})


def _merges(kind: Kind) -> bool:
    return any(follow.merge for rule in kind.rules for follow in rule.follow)


def _key(rule: Rule, record: dict[str, object]) -> bytes:
    return orjson.dumps([rule.name, *(record.get(name) for name in rule.key)])


def _provenance(page: Stored) -> bytes:
    fetched_at = timestamp(page.fetched_at) if page.fetched_at is not None else None
    extra = orjson.dumps({"_url": page.url, "_page": page.kind, "_fetched_at": fetched_at})
    return b"," + extra[1:] + b"\n"
