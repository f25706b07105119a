"""Put into words how the jobs of one command went: a line each, and one for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from scraper.report.accounts import Exit, Report
from scraper.report.summary import MEANING, aligned, output

WORST = (Exit.TERMINATED, Exit.INTERRUPTED, Exit.USAGE, Exit.CONFIG, Exit.BUSY, Exit.ERROR, Exit.REJECTED)
"""The codes of failure, the one that counts before all others first."""


class JobRow(Struct, frozen=True):
    """How one job went; the figures are empty where there is no report."""

    job: str
    exit: int
    records: str = ""
    pages: str = ""
    failed: str = ""
    seconds: str = ""
    outcome: str = ""


def row_of(report: Report) -> JobRow:
    """Return the row of a job that has left a report."""
    a = report.accounts
    return JobRow(
        job=report.name,
        exit=report.exit_code,
        records=str(report.records - report.known),
        pages=f"{a.fetched}/{a.planned}",
        failed=str(sum(a.failed.values())),
        seconds=f"{report.seconds:.1f}",
        outcome=f"→ {output(report)}" if report.exit_code == Exit.OK else meaning(report.exit_code),
    )


def meaning(code: int) -> str:
    """Return what an exit code means, in a few words."""
    return MEANING[Exit(code)]


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of several jobs, 0 for none.

    >>> worst([0, 3, 4, 0]), worst([1, 4]), worst([78, 4]), worst([])
    (4, 1, 78, 0)
    """
    order = [*map(int, WORST), int(Exit.INCOMPLETE), int(Exit.OK)]
    return min(codes, key=order.index, default=0)


def table(rows: list[JobRow]) -> Iterator[str]:
    """Yield a line for each job below a head, the outcome of all last."""
    head = ("job", "exit", "records", "pages", "failed", "seconds", "")
    yield from aligned([head, *map(_cells, rows)])
    counts = Counter(meaning(row.exit) for row in rows)
    told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
    yield f"{len(rows)} jobs: {told} (exit {worst(row.exit for row in rows)})"


def _cells(row: JobRow) -> tuple[str, ...]:
    return row.job, str(row.exit), row.records, row.pages, row.failed, row.seconds, row.outcome
