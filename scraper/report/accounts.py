"""Account for a run, and say with which exit code it ends. Pure: numbers go in, a Report comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct, field

from scraper.export.tally import Tally
from scraper.job import Job
from scraper.journal.figures import PageFigures
from scraper.models import Fault, State
from scraper.report.losses import Loss
from scraper.report.proposed import Mend
from scraper.report.shapes import Shape


class Exit(IntEnum):
    """The exit codes, as an operator's script sees them."""

    OK = 0
    ERROR = 1
    USAGE = 2
    INCOMPLETE = 3
    """Published, but some pages failed."""
    REJECTED = 4
    """An expectation is broken: not published, the last output stands."""
    BUSY = 75
    CONFIG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class Alarm(Struct, frozen=True):
    """A broken expectation, with its figures."""

    name: str
    message: str
    subject: str = ""
    """What of the run it is about: `rule.field`, a rule or a kind of page; empty for the whole."""
    excerpt: str = ""
    """The file that holds an excerpt of a page that shows it."""

    @property
    def key(self) -> tuple[str, str]:
        """Return what makes it the same alarm in another run."""
        return self.name, self.subject


class Accounts(Struct, frozen=True):
    """What became of every URL: planned = fetched + failed + skipped + unfinished."""

    planned: int
    fetched: int
    failed: Mapping[str, int]
    """By reason."""
    skipped: Mapping[str, int]
    unfinished: int

    @property
    def failures(self) -> int:
        """Return how many pages failed, for whatever reason."""
        return sum(self.failed.values())


class FieldReport(Struct, frozen=True):
    """One field over all written records of its rule."""

    rule: str
    name: str
    records: int
    filled: int
    """Values other than null and []."""
    malformed: int = 0
    example: str = ""
    """The first malformed value and its cause."""

    @property
    def coverage(self) -> float:
        """Return the filled share, 1.0 where there are no records."""
        return self.filled / self.records if self.records else 1.0


class KindReport(Struct, frozen=True):
    """One kind of page."""

    name: str
    pages: int
    """Those that were fetched."""
    links: int
    """What they led to."""


class Report(Struct, frozen=True):
    """All that is known of a finished run; `last-run.json` holds it as it is."""

    name: str
    run: str
    exit_code: int
    started: str
    """RFC 3339, UTC."""
    seconds: float
    """How long it worked; of a run that was resumed in all, without the time in between."""
    records: int
    """Records that were found, those that earlier runs have written included."""
    accounts: Accounts
    output: str
    """The file that was published or, if none was, the one that holds the rejected records; several by commas."""
    is_published: bool
    files: Mapping[str, int] = field(default_factory=dict)
    """Records of this run by the file that holds them."""
    known: int = 0
    """Records that earlier runs have written, so that this one did not (mode: append, with a key)."""
    changes: Mapping[str, int] = field(default_factory=dict)
    """Records that are new, changed and gone since the last run, if it was asked for and published."""
    is_accepted: bool = False
    """Rejected first, published by `accept`."""
    alarms: tuple[Alarm, ...] = ()
    misses: tuple[Alarm, ...] = ()
    """Broken expectations that are no alarm yet: `consecutive` asks for more in a row."""
    fields: tuple[FieldReport, ...] = ()
    kinds: tuple[KindReport, ...] = ()
    losses: tuple[Loss, ...] = ()
    """What was asked for and did not come, each with an example."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Pages with records of each row of an open param, by its kind and its other params."""
    digest: str = ""
    """Of the config: only runs of one config are compared unasked."""
    content: str = ""
    """A digest of the records."""
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    """What the values of each field are like, by `rule.field`."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Records given up for want of a required field, by `rule.field`."""
    filtered: Mapping[str, int] = field(default_factory=dict)
    """Records that `where` did not keep, by `rule.field`."""
    duplicates: int = 0
    """Records whose key an earlier one had."""
    unmerged: int = 0
    """Records with nulls in the place of a page that failed."""
    replaced: int = 0
    """Bytes that were not valid in their page's encoding."""
    marks: Mapping[str, int] = field(default_factory=dict)
    """Pages that are legal but doubtful: "no length" may be cut, "encoding guessed: gbk" may be another."""
    unchanged: int = 0
    """Pages and files that their server called unchanged (304), so that they were read from disk."""
    unasked: int = 0
    """Pages that were read from the HTTP cache without asking."""
    failures: tuple[tuple[str, str, str], ...] = ()
    """The first failed pages: (url, reason, detail)."""
    mend: Mend | None = None
    notes: tuple[str, ...] = ()
    """What else an operator should know, a sentence each."""


def count_pages(
    by_state: Mapping[tuple[int, str | None], int],
    links_skipped: Mapping[str, int],
    left_over: int = 0,
    limit: str | None = None,
) -> Accounts:
    """Return what became of every URL, by the journal's counts of pages and of links that led to none of them.

    `left_over`: start URLs that the journal has not seen yet: skipped by a `limit` that was reached, else unfinished.
    """
    count = {state: sum(n for (s, _), n in by_state.items() if s == state) for state in State}
    failed = {reason or "": n for (s, reason), n in by_state.items() if s == State.FAILED}
    skipped = Counter({reason or "": n for (s, reason), n in by_state.items() if s == State.SKIPPED})
    skipped.update(links_skipped)
    if left_over and limit:
        skipped[limit] += left_over
    unfinished = count[State.PENDING] + (0 if limit else left_over)
    planned = sum(by_state.values()) + sum(links_skipped.values()) + left_over
    return Accounts(planned, count[State.FETCHED], failed, skipped, unfinished)


def count_kinds(job: Job, figures: PageFigures) -> tuple[KindReport, ...]:
    """Return a report of every kind of page, in config order."""
    return tuple(KindReport(name, figures.pages.get(name, 0), figures.links.get(name, 0)) for name in job.kinds)


def count_fields(job: Job, tally: Tally) -> tuple[FieldReport, ...]:
    """Return a report of every field that is written, in config order."""
    reports = []
    for rule in job.published_rules():
        names = job.columns(rule) or tuple(name for owner, name in tally.filled if owner == rule.name)
        for name in names:
            inside = [place for place in tally.malformed if _is_in(place, rule.name, name)]
            reports.append(
                FieldReport(
                    rule.name,
                    name,
                    tally.records[rule.name],
                    tally.filled[rule.name, name],
                    sum(tally.malformed[place] for place in inside),
                    example(tally.examples[inside[0]]) if inside else "",
                )
            )
    return tuple(reports)


def _is_in(place: tuple[str, str], rule: str, name: str) -> bool:
    """Return whether (rule, field) is this field, or one in its list of objects."""
    return place[0] == rule and f"{place[1]}.".startswith(f"{name}.")


def exit_code(accounts: Accounts, alarms: tuple[Alarm, ...]) -> Exit:
    """Return the exit code of a run that came to its end."""
    if alarms:
        return Exit.REJECTED
    return Exit.INCOMPLETE if accounts.failures else Exit.OK


def example(fault: Fault) -> str:
    """Return a malformed value with its cause; the cause alone where it holds the text, as for what is no JSON."""
    return f"{fault.value!r}: {fault.cause}" if fault.value else fault.cause
