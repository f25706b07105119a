"""Tell how long the rows of open params were: one that ended early ended quietly. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from scraper.job import Job

ROWS_TOLD = 10


class Journal(Protocol):
    """Where the rows are."""

    def rows(self, kind: str, param: str) -> dict[str, int]:
        """Return how many pages with records each row of an open param has, by its other params."""


def count_rows(job: Job, journal: Journal) -> dict[str, int]:
    """Return the pages with records of each row of an open param, by its kind and its other params."""
    found: dict[str, int] = {}
    for kind in job.kinds.values():
        if kind.open_param:
            counts = journal.rows(kind.name, kind.open_param[0])
            found |= {f"{kind.name} {row}".rstrip(): count for row, count in counts.items()}
    return found


def tell_rows(rows: Mapping[str, int], before: object) -> Iterator[str]:
    """Yield a note on the rows, and one on each that is shorter than in the last good run, up to ten."""
    if not rows:
        return
    known = before if isinstance(before, dict) else {}
    shorter = {row: count for row, count in known.items() if rows.get(row, 0) < count}
    least, most = min(rows.values()), max(rows.values())
    length = f"{least} to {most}" if least < most else f"{most}"
    beside = f"; of the {len(known)} of the last good run {len(shorter)} are shorter" if known else ""
    yield f"open rows: {len(rows)} of {length} pages{beside}"
    for row, count in list(shorter.items())[:ROWS_TOLD]:
        yield f"open row {row}: {rows.get(row, 0)} pages, {count} in the last good run"
