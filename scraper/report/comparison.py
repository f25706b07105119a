"""Hold a run against the good runs before it: each kind of page and each rule, not only the whole. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from scraper.report.accounts import Alarm
from scraper.report.shapes import Shape

KNOWN_RUNS = 5
"""Of so many good runs of the same config something is known without being told: and of so many the median counts."""
REMEMBERED_RUNS = 14
"""The least and the most of so many are usual: two weeks have all days of the week."""
SLACK = 0.25
"""Of the median, below the least of the good runs; of few things half again their root, for chance is larger there."""
FILL_SLACK = 0.5
"""Of a field, which may become optional overnight."""
GROWTH = 1.6
"""Times the most of the good runs is more than a site grows in a day."""


class Figures(Struct, frozen=True):
    """What one run gave, by kind of page and by rule."""

    pages: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    run: str = ""
    content: str = ""
    """A digest of the records."""
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """What the values of each field are like, by `rule.field`."""

    def per_page(self, count: int, kind: str) -> float:
        """Return how many that is a page of a kind."""
        return count / self.pages[kind] if self.pages.get(kind) else 0.0

    def share(self, rule: str, name: str) -> float:
        """Return in which share of its rule's records a field is filled."""
        records = self.records.get(rule)
        return self.filled.get((rule, name), 0) / records if records else 0.0


def compare(now: Figures, past: Sequence[Figures], kinds: Mapping[str, str], share: float | None) -> tuple[Alarm, ...]:
    """Return what the run gave less of than usual, or far more; `kinds`: the kind of page of each rule.

    `share`: of the median of the last good runs; None: what is less than the least of them and not chance, as soon
    as enough of them are known. Of a rule and a kind of one name the pages are told.
    """
    found: dict[str, Alarm] = {}
    for alarm in _lacking(now, past, kinds, share):
        found.setdefault(alarm.subject, alarm)
    return tuple(found.values())


def _lacking(now: Figures, past: Sequence[Figures], kinds: Mapping[str, str], share: float | None) -> Iterator[Alarm]:
    least = KNOWN_RUNS if share is None else 1
    for kind in now.pages:
        if len(known := [run for run in past if kind in run.pages]) >= least:
            yield from _of_kind(kind, now, known, share)
    for rule in now.records:
        if len(known := [run for run in past if rule in run.records]) >= least:
            yield from _of_rule(rule, kinds.get(rule, ""), now, known, share)
    for (rule, name), filled in now.filled.items():
        known = [run for run in past if (rule, name) in run.filled and run.records.get(rule)]
        if filled and len(known) >= least:  # one that is empty everywhere is gone, which is told by that name
            count = now.records[rule]
            usual = Usual([run.share(rule, name) * count for run in known], share, FILL_SLACK)
            yield from usual.lack(f"{rule}.{name}", filled, "values", f" in {count} records")


def find_stale(content: str, past: Sequence[Figures]) -> Iterator[Alarm]:
    """Yield an alarm if the records are those of an earlier run to the letter, though those since differ all."""
    since = [run.content for run in past[:KNOWN_RUNS]]
    if len(since) == KNOWN_RUNS == len(set(since)) and content in (earlier := {r.content: r.run for r in past[1:]}):
        told = f"the records are those of run {earlier[content]} to the letter, and not those of the runs since"
        yield Alarm("stale", f"{told}: an old copy of the site?")


def _of_kind(kind: str, now: Figures, past: Sequence[Figures], share: float | None) -> Iterator[Alarm]:
    """Yield too few pages of a kind, or else too few links of them."""
    pages = now.pages.get(kind, 0)
    lack = list(Usual([run.pages.get(kind, 0) for run in past], share).lack(kind, pages, "pages"))
    if not lack:
        expected = [run.per_page(run.links.get(kind, 0), kind) * pages for run in past]
        lack = list(Usual(expected, share).lack(kind, now.links.get(kind, 0), "links", f" in {pages} pages"))
    yield from lack


def _of_rule(rule: str, kind: str, now: Figures, past: Sequence[Figures], share: float | None) -> Iterator[Alarm]:
    """Yield too few records of a rule, or else too few of them a page; or too many."""
    records, pages = now.records.get(rule, 0), now.pages.get(kind, 0)
    usual = Usual([run.records.get(rule, 0) for run in past], share)
    lack = list(usual.lack(rule, records, "records"))
    if not lack and pages:
        expected = [run.per_page(run.records.get(rule, 0), kind) * pages for run in past]
        lack = list(Usual(expected, share).lack(rule, records, "records", f" in {pages} pages"))
    yield from lack or usual.excess(rule, records, "records")


class Usual(Struct, frozen=True):
    """What something was in the good runs, the newest first."""

    past: Sequence[float]
    wanted: float | None
    """The share of the median that is wanted; None: what is tolerant."""
    slack: float = SLACK

    def lack(self, subject: str, count: int, what: str, where: str = "") -> Iterator[Alarm]:
        """Yield an alarm if there is too little of it."""
        median, chance = self._median, 1.5 * math.sqrt(self._median)
        if self.wanted is not None:
            least, told = self.wanted * median, f"{self.wanted:.0%}"
        else:
            least = min(self.past) - max(self.slack * median, chance)
            told = f"{max(least, 0) / median:.0%}" if median else ""
        if count < least:
            got = (
                f"{subject} gave {count} {what}{where}, {count / median:.0%} of the {median:.4g} that are {self._runs}"
            )
            yield Alarm("compare_to_last", f"{got}; expected at least {told}", subject)

    def excess(self, subject: str, count: int, what: str) -> Iterator[Alarm]:
        """Yield an alarm if there is so much more of it that something is read twice."""
        most = GROWTH * max(self.past) + 1.5 * math.sqrt(self._median)
        if self.wanted is None and count > most:
            got = f"{subject} gave {count} {what}, {count / max(self._median, 1):.0%} of the {self._median:.4g}"
            yield Alarm("compare_to_last", f"{got} that are {self._runs}; expected at most {most:.4g}", subject)

    @property
    def _median(self) -> float:
        import statistics  # a first run has none

        return statistics.median(self.past[:KNOWN_RUNS])

    @property
    def _runs(self) -> str:
        runs = min(len(self.past), KNOWN_RUNS)
        return f"the median of the last {runs} good runs" if runs > 1 else "those of the last good run"
