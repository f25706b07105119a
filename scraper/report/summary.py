"""Put a report or the history into words, one line each: for a terminal, for cron's mail, for grep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from scraper.job import STDOUT
from scraper.report.accounts import Exit, FieldReport, Report
from scraper.report.history import PastRun

MEANING = {
    Exit.OK: "all well",
    Exit.ERROR: "could not run to its end",
    Exit.INCOMPLETE: "some pages failed",
    Exit.REJECTED: "an expectation is broken",
    Exit.USAGE: "usage",
    Exit.CONFIG: "wrong configuration",
    Exit.BUSY: "another run holds the output",
    Exit.INTERRUPTED: "interrupted, resumable with --resume",
    Exit.TERMINATED: "terminated, resumable with --resume",
}


def headline(report: Report) -> str:
    """Return the outcome in one line."""
    if report.is_published:
        what = f"{report.records - report.known} records → {output(report)}"
    elif report.exit_code in (Exit.INTERRUPTED, Exit.TERMINATED):
        what = f"at least {report.accounts.unfinished} pages unfinished; nothing published"
    elif report.exit_code == Exit.REJECTED:
        what = f"NOT published; {report.records} records are in {output(report)}"
    else:
        what = f"a trial; {report.records} records are in {output(report)}"
    code = Exit(report.exit_code)
    return f"{report.name}: {what} in {report.seconds:.1f} s (exit {int(code)}: {MEANING[code]})"


def output(report: Report) -> str:
    """Return where the records are; of several files how many each has."""
    if len(report.files) < 2:
        return "stdout" if report.output == STDOUT else report.output
    return ", ".join(f"{path} ({count})" for path, count in report.files.items())


def lines(report: Report) -> Iterator[str]:
    """Yield the whole report for people, the outcome last."""
    yield pages(report)
    yield from (f"field {text}" for text in map(field, report.fields))
    for name, count in report.dropped.items():
        yield f"dropped {count} records for want of {name}"
    for name, count in report.filtered.items():
        yield f"filtered {count} records by {name}"
    if report.duplicates:
        yield f"dropped {report.duplicates} records whose key was already there"
    if report.known:
        yield f"left out {report.known} records that earlier runs have written"
    if report.changes:
        yield f"changes {changes(report.changes)}"
    if report.unmerged:
        yield f"left nulls in {report.unmerged} records whose followed page failed"
    if report.replaced:
        yield f"replaced {report.replaced} bytes that were not valid in their page's encoding"
    if report.unchanged:
        yield f"unchanged {report.unchanged} pages: their server said so, they were read from disk"
    if report.unasked:
        yield f"not asked for {report.unasked} pages: they were read from the HTTP cache"
    for mark, count in report.marks.items():
        yield f"doubtful {count} pages: {mark}"
    yield from (f"lost {loss}" for loss in report.losses)
    yield from (f"failed {url}: {reason}{_without(url, detail)}" for url, reason, detail in report.failures)
    yield from (f"note {note}" for note in report.notes)
    for miss in report.misses:
        yield f"MISS {miss.name}: {miss.message}"
    for alarm in report.alarms:
        yield f"ALARM {alarm.name}: {alarm.message}"
    if report.mend:
        yield f"MEND {report.mend}"
    shown: dict[str, list[str]] = {}
    for each in report.alarms + report.misses:
        shown.setdefault(each.excerpt, []).append(each.name)
    yield from (
        f"excerpt of a page for {', '.join(dict.fromkeys(names))}: {path}" for path, names in shown.items() if path
    )
    yield headline(report)


def _without(url: str, detail: str) -> str:
    """Return what a failure's detail says, without the URL that the line has said."""
    rest = regex.sub(rf"^(?:[A-Z]+ )?{regex.escape(url)}:?\s*(?:is not recorded; )?", "", detail)
    return f": {rest}" if rest else ""


def changes(counts: Mapping[str, int]) -> str:
    """Return how much has changed.

    >>> changes({"new": 3, "changed": 0, "gone": 1})
    '3 new, 0 changed, 1 gone'
    """
    return ", ".join(f"{count} {change}" for change, count in counts.items())


def pages(report: Report) -> str:
    """Return the accounts of pages in one line."""
    a = report.accounts
    failed, skipped = _by_reason(a.failed), _by_reason(a.skipped)
    ended = f"fetched {a.fetched} + failed {failed} + skipped {skipped}"
    return f"pages planned {a.planned} = {ended} + unfinished {a.unfinished}"


def field(entry: FieldReport) -> str:
    """Return how well one field is filled."""
    text = f"{entry.rule}.{entry.name} {entry.filled}/{entry.records}"
    return f"{text}, {entry.malformed} malformed, such as {entry.example}" if entry.malformed else text


def history_lines(name: str, runs: list[PastRun]) -> Iterator[str]:
    """Yield a table of runs, the newest last, each with its alarms below it."""
    if not runs:
        yield f"{name}: no runs yet"
        return
    rows = [("started", "exit", "records", "pages", "failed", "seconds", ""), *map(_row, runs)]
    head, *table = aligned(rows)
    yield head
    for row, run in zip(table, runs, strict=True):
        yield row
        if run.failures:
            yield f"    failed {_by_reason(run.failures)}"
        yield from (f"    ALARM {alarm.name}: {alarm.message}" for alarm in run.alarms)
        yield from (f"    MISS {miss.name}: {miss.message}" for miss in run.misses)


def aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows of a table as lines: numbers between a first and a last column of text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *numbers, last in rows:
        cells = (number.rjust(width) for number, width in zip(numbers, widths[1:-1], strict=True))
        yield "  ".join([first.ljust(widths[0]), *cells, last]).rstrip()


def _row(run: PastRun) -> tuple[str, ...]:
    what = "accepted" if run.is_accepted else MEANING[Exit(run.exit_code)] if run.exit_code else ""
    counts = str(run.records), f"{run.fetched}/{run.planned}", str(run.failed)
    what = "; ".join(filter(None, (what, changes(run.changes))))
    return f"{run.started[:19]}Z", str(run.exit_code), *counts, f"{run.seconds:.1f}", what


def _by_reason(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return f"{total} ({', '.join(f'{reason} {count}' for reason, count in counts.items())})" if total else "0"
