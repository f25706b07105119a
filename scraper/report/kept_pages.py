"""Keep some pages of a run whole, for `mend`: of each kind those that gave the most, and those that gave the least.

A run that is published leaves the best of them with the records that they gave, one that an alarm stopped the worst.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import orjson
from msgspec import Struct, field

from scraper.errors import OutputError, Reason
from scraper.job import Job, Kind
from scraper.journal.workspace import write_whole
from scraper.models import Failure, Page, Parsed, Snapshot

Sort = Literal["best", "worst"]
KEPT = 3
"""Pages of a kind."""
LARGEST = 4 << 20
"""Bytes of a page that is kept at all."""
MOST_BYTES = 2_000_000
"""Of the file with all of them."""
NOTHING = frozenset({Reason.NO_RECORDS, Reason.NO_VALUES, Reason.NO_LINKS})
"""Why a page failed that came as it is."""


class Journal(Protocol):
    """Where the pages are while a run goes on."""

    def snapshot(self, topic: str) -> Snapshot | None:
        """Return the page that was kept for a topic, None if there is none."""


class Keeper(Struct):
    """Which pages are worth to be kept; one of these in each process that reads pages."""

    _ranks: dict[str, list[float]] = field(default_factory=dict)
    """For each sort and kind how good the pages are in its places."""

    def topics(self, kind: Kind, page: Page, outcome: Parsed | Failure) -> tuple[str, ...]:
        """Return the places that a page takes, of pages that it outdoes."""
        if len(page.body) > LARGEST or (isinstance(outcome, Failure) and outcome.reason not in NOTHING):
            return ()
        total, share = (0.0, -1.0) if isinstance(outcome, Failure) else _worth(outcome)
        best = self._take("best", kind.name, total) if total else None
        worst = self._take("worst", kind.name, -share)
        return tuple(topic for topic in (best, worst) if topic is not None)

    def _take(self, sort: Sort, kind: str, rank: float) -> str | None:
        ranks = self._ranks.setdefault(f"{sort} {kind}", [])
        if len(ranks) < KEPT:
            ranks.append(rank)
            return topic_of(sort, kind, len(ranks) - 1)
        place = min(range(KEPT), key=ranks.__getitem__)
        if rank <= ranks[place]:
            return None
        ranks[place] = rank
        return topic_of(sort, kind, place)


def _worth(parsed: Parsed) -> tuple[float, float]:
    """Return how many values a page gave, and which share of those that its records could have had."""
    filled = sum(map(sum, parsed.filled))
    room = sum([len(lines) * len(fields) for lines, fields in zip(parsed.lines, parsed.filled, strict=False)])
    found = filled or sum(map(len, parsed.lines)) or len(parsed.links)
    return float(found), filled / room if room else 1.0


def topic_of(sort: Sort, kind: str, place: int) -> str:
    """Return under which name a page lies in the journal."""
    return f"{sort} {place} of {kind}"


# --------------------------------------------------------------------------- the file


class KeptPage(Struct, frozen=True):
    """A page as it lies in the state folder."""

    kind: str
    url: str
    fetched_at: float
    text: str
    """Its source, decoded, without secrets."""
    records: tuple[tuple[dict[str, Any], ...], ...] = ()
    """For each rule of the kind the records that it gave."""

    def page(self) -> Page:
        """Return it as if it had just come, in UTF-8."""
        headers = (("content-type", "text/html; charset=utf-8"),)
        return Page(self.url, 200, headers, self.text.encode("utf-8", "replace"), self.fetched_at)


def keep(path: Path, job: Job, journal: Journal, sort: Sort) -> int:
    """Write the best or the worst pages of a run to a file of at most 2 MB and return how many; OutputError.

    One of each kind comes before the second of any, so that no kind is left out for want of room.
    """
    written, size, data = 0, 0, b""
    for place in range(KEPT):
        for kind in job.kinds:
            snapshot = journal.snapshot(topic_of(sort, kind, place))
            line = b"" if snapshot is None else _line(kind, snapshot)
            if line and size + len(line) <= MOST_BYTES:
                data, size, written = data + line, size + len(line), written + 1
    write_whole(path, data)
    return written


def _line(kind: str, snapshot: Snapshot) -> bytes:
    """Return a page as a line of JSON, compressed by itself: such pieces one after the other are a gzip file, too."""
    records = [[orjson.loads(line) for line in lines] for lines in orjson.loads(snapshot.records or "[]")]
    head = {"kind": kind, "url": snapshot.url, "fetched_at": snapshot.fetched_at}
    line = orjson.dumps({**head, "records": records, "text": snapshot.text}, option=orjson.OPT_APPEND_NEWLINE)
    return gzip.compress(line, compresslevel=6, mtime=0)


def read_kept(path: Path) -> list[KeptPage]:
    """Return the pages of a file, none where there is none. Raises OutputError for one that cannot be read."""
    return list(_pages(path)) if path.exists() else []


def _pages(path: Path) -> Iterator[KeptPage]:
    try:
        with gzip.open(path) as file:
            for line in file:
                data = orjson.loads(line)
                records = tuple(tuple(some) for some in data["records"])
                yield KeptPage(data["kind"], data["url"], data["fetched_at"], data["text"], records)
    except (OSError, EOFError, KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise OutputError(f"{path}: cannot be read: {error}; delete it, the next run writes it anew") from error
