"""Hold a run against what was expected of it: against its own figures, and those of the good runs before it.

Pure: figures go in, Alarms come out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from scraper.errors import Reason
from scraper.export.tally import BY_KEY, UNMERGED, Tally
from scraper.job.expect import Expect
from scraper.report.accounts import Accounts, Alarm, FieldReport, KindReport
from scraper.report.comparison import KNOWN_RUNS, Figures, compare, find_stale
from scraper.report.losses import Loss
from scraper.report.same_shape import compare_shapes
from scraper.report.shapes import Shape

SMALL_KIND = 4
"""Pages of which the share that failed says something."""
FEW = 2
"""So many that are lost are no share of anything, unless none may be."""


class Past(Struct, frozen=True):
    """What the runs before this one were like."""

    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many values each (rule, field) had in the last good run."""
    records: tuple[Mapping[str, int], ...] = ()
    """The records of the last good runs by rule, the newest first."""
    good: tuple[Figures, ...] = ()
    """What the last good runs gave, the newest first."""
    usual: tuple[Figures, ...] = ()
    """Of these, and of some more, the runs of the very same config."""
    misses: tuple[frozenset[tuple[str, str]], ...] = ()
    """The keys of the expectations that the last runs broke, good or not, the newest first."""

    def times(self, key: tuple[str, str]) -> int:
        """Return how many of the last runs broke an expectation without a pause."""
        return len(list(itertools.takewhile(lambda broken: key in broken, self.misses)))


def find_breaches(
    expect: Expect,
    accounts: Accounts,
    tally: Tally,
    fields: tuple[FieldReport, ...],
    past: Past,
    lost: tuple[Loss, ...] = (),
    came: tuple[KindReport, ...] = (),
    kinds: Mapping[str, str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
) -> tuple[Alarm, ...]:
    """Return every expectation that the run breaks; `kinds`: the kind of page of each rule."""
    return (
        *_check_records(expect, tally),
        *_check_pages(expect, accounts),
        *_check_yield(tally),
        *_check_losses(expect, lost),
        *_check_usual(expect, replace(figures(fields, came), content=tally.content.hexdigest()), past, kinds or {}),
        *_check_coverage(expect, fields),
        *_check_gone(fields, past),
        *_check_unread(fields, past),
        *compare_shapes(shapes or {}, [run.shapes for run in past.usual], expect.same_shape),
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
        yield Alarm(
            "blocked",
            f"{blocked} of {ended} pages are not the site's own (blocked_if, page_must_match, known challenges)",
        )
    if ended and accounts.failures / ended > expect.max_error_rate:
        share = f"{accounts.failures} of {ended} pages failed ({accounts.failures / ended:.0%})"
        yield Alarm("max_error_rate", f"{share}, at most {expect.max_error_rate:.0%} may")


def _check_yield(tally: Tally) -> Iterator[Alarm]:
    """Yield the kinds of which some pages gave more or fewer records than they should."""
    for kind, (url, count, bounds) in tally.odd_examples.items():
        odd = f"{tally.odd_pages[kind]} of {tally.pages[kind]} pages of {kind} do not give {bounds} records"
        yield Alarm("records_per_page", f"{odd}, such as {url} with {count}", kind)


def _check_losses(expect: Expect, lost: tuple[Loss, ...]) -> Iterator[Alarm]:
    """Yield the kinds and rules of which a larger share is lost than may be."""
    for loss in lost:
        name = _allowance(loss)
        if name is not None and _is_too_much(loss.count, loss.of, most := getattr(expect, name)):
            yield Alarm(name, f"{loss}: {loss.share:.0%}, at most {most:.0%} may", loss.subject)
    failed: dict[str, list[Loss]] = {}
    for loss in lost:
        if loss.sort == "failed":
            failed.setdefault(loss.subject, []).append(loss)
    for kind, losses in failed.items():
        count, of = sum(loss.count for loss in losses), losses[0].of
        if of >= SMALL_KIND and count / of > expect.max_error_rate:
            share = f"{count} of {of} pages of {kind} failed ({count / of:.0%})"
            worst = max(losses, key=lambda loss: loss.count)
            told = f"{share}, at most {expect.max_error_rate:.0%} may; {worst.name}, such as {worst.example}"
            yield Alarm("max_error_rate", told, kind)


def _allowance(loss: Loss) -> str | None:
    """Return the name of the expectation that says how much of a loss may be, None for one of all failures."""
    if loss.sort == "skipped":
        return "max_redirected_rate" if loss.is_redirected else "max_gone_rate" if loss.is_gone else None
    return {BY_KEY: "max_duplicate_rate", UNMERGED: "max_unmerged_rate"}.get(loss.name)


def _is_too_much(count: int, of: int, most: float) -> bool:
    return count > most * of and (count > FEW or not most)


def figures(fields: tuple[FieldReport, ...], came: tuple[KindReport, ...]) -> Figures:
    """Return what runs are compared by."""
    return Figures(
        pages={kind.name: kind.pages for kind in came},
        links={kind.name: kind.links for kind in came},
        records={entry.rule: entry.records for entry in fields},
        filled={(entry.rule, entry.name): entry.filled for entry in fields},
    )


def _check_usual(expect: Expect, now: Figures, past: Past, kinds: Mapping[str, str]) -> Iterator[Alarm]:
    """Yield what the run gave less of than the good runs before."""
    if expect.compare_to_last is None:
        yield from compare(now, past.usual, kinds, None)
        yield from find_stale(now.content, past.usual)
    else:
        known = past.good or tuple(Figures(records=records) for records in past.records)
        yield from compare(now, known[:KNOWN_RUNS], kinds, expect.compare_to_last)


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


def _check_unread(fields: tuple[FieldReport, ...], past: Past) -> Iterator[Alarm]:
    """Yield the fields that are new and of which no value could be read, or the rule if none was found."""
    for rule, of_rule in itertools.groupby(fields, key=lambda f: f.rule):
        own = tuple(of_rule)
        unread = [f for f in own if not f.filled and f.malformed > FEW and (rule, f.name) not in past.filled]
        for f in unread:
            empty = f"{rule}.{f.name} is empty in all {f.records} records"
            told = f"{empty}; {f.malformed} values are malformed, such as {f.example}"
            yield Alarm("field_unread", told, f"{rule}.{f.name}")
        if own[0].records and not unread and not any(f.filled or (rule, f.name) in past.filled for f in own):
            names = ", ".join(f.name for f in own)
            yield Alarm(
                "rule_unread", f"{own[0].records} records of {rule}, and none has a value: {names} find nothing", rule
            )
