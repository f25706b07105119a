"""Hold a run's records against what is known of earlier ones: what is new, what has changed, what is gone.

One walk over the ledger in its order, each entry beside the record with its key, then the records that are left. So the
memory it takes does not grow, and the same two runs give the same lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import orjson

from scraper.export.keys import Fresh, Keys
from scraper.export.ledger import Entry
from scraper.job import Job

NEW, CHANGED, GONE = "new", "changed", "gone"


class Fates(Protocol):
    """What is asked of the pages of a run."""

    def fingerprint(self, page_id: int) -> str:
        """Return what a page is known by in every run."""

    def is_settled(self, page: str, start: str) -> bool:
        """Return whether what a page gave in an earlier run and no page gives now is gone."""


class Comparison:
    """A run's records beside those of earlier runs."""

    def __init__(self, job: Job, fates: Fates, run: str, at: str) -> None:
        """`at`: when the run began, RFC 3339."""
        self.counts: Counter[str] = Counter({NEW: 0, CHANGED: 0, GONE: 0})
        self.lines: list[bytes] = []
        """What the last entry has to be told of, a line of JSON; or nothing."""
        self._job, self._fates, self._run, self._at = job, fates, run, at
        self._keys = {rule.name: rule.key for rule in job.published_rules()}
        self._keeps_gone = job.output.mode == "update"
        self._pages: dict[int, str] = {}

    def entries(self, known: Iterable[Entry], fresh: Keys) -> Iterator[Entry]:
        """Yield what is known now, in the order of what was known; after each, `lines` holds its change."""
        for entry in known:
            record = fresh.take(entry.key)
            self.lines = []
            if record is not None:
                self._renew(entry, record)
            elif entry.gone_at is None and entry.rule in self._keys and self._is_gone(entry):
                entry.gone_at = self._at
                self._tell(GONE, entry, orjson.loads(entry.record))
            yield entry
        for record in fresh.rest():
            self.lines = []
            page, start = map(self._fingerprint, (record.page, record.start))
            times = self._at, self._at, self._at
            entry = Entry(record.rule, record.key, record.record, record.tail, page, start, *times, None)
            self._tell(NEW, entry, orjson.loads(record.record))
            yield entry

    def forgets(self, entry: Entry) -> bool:
        """Return whether a record needs not be known any more: it is gone, and no output holds it."""
        return entry.gone_at is not None and not self._keeps_gone

    def _is_gone(self, entry: Entry) -> bool:
        return bool(entry.page) and self._fates.is_settled(entry.page, entry.start)

    def _renew(self, entry: Entry, found: Fresh) -> None:
        """Make an entry what was found of it in this run, and tell of what is other than before."""
        fields: dict[str, Any] = {}
        is_back, record = entry.gone_at is not None, None
        if found.record != entry.record:
            was, record = orjson.loads(entry.record), orjson.loads(found.record)
            record |= {name: was[name] for name in orjson.loads(found.unknown) if name in was}
            fields = self._differences(was, record)
            entry.record = orjson.dumps(record)
        entry.tail, entry.last_seen, entry.gone_at = found.tail, self._at, None
        entry.page, entry.start = self._fingerprint(found.page), self._fingerprint(found.start)
        if fields:
            entry.changed_at = self._at
        if is_back:
            self._tell(NEW, entry, record or orjson.loads(entry.record))
        elif fields and record is not None:
            self._tell(CHANGED, entry, record, fields=fields)

    def _differences(self, was: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that both records have with other values, but for those that do not count."""
        names = [name for name in record if name in was and name not in self._job.output.ignore]
        return {name: {"was": was[name], "is": record[name]} for name in names if was[name] != record[name]}

    def _tell(self, change: str, entry: Entry, record: dict[str, Any], **more: Any) -> None:
        self.counts[change] += 1
        key = {name: record.get(name) for name in self._keys[entry.rule]}
        said = {"run": self._run, "at": self._at, "rule": entry.rule, "change": change, "key": key}
        self.lines = [orjson.dumps({**said, **more, "record": record}) + b"\n"]

    def _fingerprint(self, page: int) -> str:
        """Return what a page is known by; the last few are remembered, as records come by their pages."""
        if page not in self._pages:
            if len(self._pages) > 1000:
                self._pages.clear()
            self._pages[page] = self._fates.fingerprint(page)
        return self._pages[page]
