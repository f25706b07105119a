"""Hold a run against what was expected of it: against its own figures, and those of the good runs before it.

Pure: figures go in, Alarms come out.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scraper.errors import Reason
from scraper.export.tally import Tally
from scraper.job.expect import Expect
from scraper.report.accounts import Accounts, Alarm, FieldReport

COMPARED_RUNS = 5
"""Of how many good runs the median counts."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the runs before this one were like."""

    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many values each (rule, field) had in the last good run."""
    records: tuple[Mapping[str, int], ...] = ()
    """The records of the last good runs by rule, the newest first."""
    misses: tuple[frozenset[tuple[str, str]], ...] = ()
    """The keys of the expectations that the last runs broke, good or not, the newest first."""

    def times(self, key: tuple[str, str]) -> int:
        """Return how many of the last runs broke an expectation without a pause."""
        return len(list(itertools.takewhile(lambda broken: key in broken, self.misses)))


def find_breaches(
    expect: Expect, accounts: Accounts, tally: Tally, fields: tuple[FieldReport, ...], past: Past
) -> tuple[Alarm, ...]:
    """Return every expectation that the run breaks."""
    return (
        *_check_records(expect, tally),
        *_check_pages(expect, accounts),
        *_check_yield(tally),
        *_check_median(expect, {entry.rule: entry.records for entry in fields}, past),
        *_check_coverage(expect, fields),
        *_check_gone(fields, past),
    )


def sort_out(
    breaches: tuple[Alarm, ...], expect: Expect, past: Past, records: int
) -> tuple[tuple[Alarm, ...], tuple[Alarm, ...]]:
    """Return what of it is an alarm, and what is let through since it has not been missed often enough in a row.

    Nothing is let through beside an alarm, and nothing lets a run through that was blocked or has no records.
    """
    is_due = {
        breach.key: not records or breach.name == "blocked" or past.times(breach.key) + 1 >= expect.consecutive
        for breach in breaches
    }
    return (breaches, ()) if any(is_due.values()) else ((), breaches)


def _check_records(expect: Expect, tally: Tally) -> Iterator[Alarm]:
    records = tally.records.total()
    if records < expect.min_records:
        lost = [f"{count} for want of {rule}.{name}" for (rule, name), count in tally.dropped.items()]
        lost += [f"{count} by where ({rule}.{name})" for (rule, name), count in tally.filtered.items()]
        message = f"expected at least {expect.min_records} records, got {records}"
        yield Alarm("min_records", f"{message}; dropped: {', '.join(lost)}" if lost else message)
    if expect.max_records is not None and records > expect.max_records:
        yield Alarm("max_records", f"expected at most {expect.max_records} records, got {records}")


def _check_pages(expect: Expect, accounts: Accounts) -> Iterator[Alarm]:
    ended = accounts.fetched + accounts.failures
    if blocked := accounts.failed.get(Reason.BLOCKED, 0):
        yield Alarm("blocked", f"{blocked} of {ended} pages are not the site's own (blocked_if, page_must_match)")
    if ended and accounts.failures / ended > expect.max_error_rate:
        share = f"{accounts.failures} of {ended} pages failed ({accounts.failures / ended:.0%})"
        yield Alarm("max_error_rate", f"{share}, at most {expect.max_error_rate:.0%} may")


def _check_yield(tally: Tally) -> Iterator[Alarm]:
    """Yield the kinds of which some pages gave more or fewer records than they should."""
    for kind, (url, count, bounds) in tally.odd_examples.items():
        odd = f"{tally.odd_pages[kind]} of {tally.pages[kind]} pages of {kind} do not give {bounds} records"
        yield Alarm("records_per_page", f"{odd}, such as {url} with {count}", kind)


def _check_median(expect: Expect, records: Mapping[str, int], past: Past) -> Iterator[Alarm]:
    """Yield the rules that gave far fewer records than in the good runs before."""
    for rule, count in records.items() if expect.compare_to_last is not None else ():
        before = [run[rule] for run in past.records[:COMPARED_RUNS] if rule in run]
        usual = statistics.median(before) if before else 0
        if count < (expect.compare_to_last or 0) * usual:
            runs = (
                f"the median of the last {len(before)} good runs" if len(before) > 1 else "those of the last good run"
            )
            got = f"{rule} gave {count} records, {count / usual:.0%} of the {usual:g} that are {runs}"
            yield Alarm("compare_to_last", f"{got}; expected at least {expect.compare_to_last:.0%}", rule)


def _check_coverage(expect: Expect, fields: tuple[FieldReport, ...]) -> Iterator[Alarm]:
    for f in fields:
        if f.coverage < expect.field_coverage.get(f.name, 0.0):
            filled = f"{f.rule}.{f.name} is filled in {f.filled} of {f.records} records ({f.coverage:.0%})"
            expected = f"expected at least {expect.field_coverage[f.name]:.0%}"
            yield Alarm("field_coverage", f"{filled}, {expected}", f"{f.rule}.{f.name}")


def _check_gone(fields: tuple[FieldReport, ...], past: Past) -> Iterator[Alarm]:
    for f in fields:
        if f.records and not f.filled and (before := past.filled.get((f.rule, f.name))):
            empty = f"{f.rule}.{f.name} is empty in all {f.records} records"
            yield Alarm("field_gone", f"{empty}; the last good run had {before}", f"{f.rule}.{f.name}")
