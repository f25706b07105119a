"""Make of a job's history what the page shows of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import regex

from scraper import summary
from scraper.errors import OutputError
from scraper.history import PastRun, Samples, read_history
from scraper.report import Alarm, Exit
from scraper.reportpage import charts
from scraper.reportpage.charts import Chart, Point, Strip

CHARTED_RUNS = 60
LISTED_RUNS = 20
LISTED_ALARMS = 8
SHOWN_CHARACTERS = 160
WHOLE = (Exit.OK, Exit.INCOMPLETE, Exit.REJECTED)
MOODS = {Exit.OK: "good", Exit.INCOMPLETE: "warn", Exit.REJECTED: "bad", Exit.ERROR: "bad"}
SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "none": "–"}
_control = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of the text around them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a record; `href` where it is a web address."""

    text: str
    href: str = ""
    is_null: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first records of one rule."""

    rule: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One run, as the list of runs has it."""

    when: str
    mood: str
    outcome: str
    records: str
    pages: str
    failed: str
    seconds: str


@dataclass(frozen=True, slots=True)
class JobView:
    """All that the page shows of one job."""

    name: str
    mood: str
    outcome: str
    when: str = ""
    """Of the last run: how long ago."""
    figures: tuple[tuple[str, str, str], ...] = ()
    """(what, how much, beside it)."""
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    strips: tuple[Strip, ...] = ()
    alarms: tuple[tuple[str, str, Alarm], ...] = ()
    """(when, mood, alarm), the newest first."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Why pages of the last run failed."""
    tables: tuple[Table, ...] = ()
    runs: tuple[Row, ...] = ()
    """The newest first."""

    @property
    def sign(self) -> str:
        """Return the outcome as a sign: colours are not for everybody."""
        return SIGNS[self.mood]


def view(path: Path, now: datetime) -> JobView:
    """Return what there is to see of the job whose history this is."""
    name = path.parent.name
    try:
        with read_history(path) as history:
            runs, samples = history.runs(CHARTED_RUNS), history.samples()
    except OutputError as error:
        return JobView(name, "bad", "its history cannot be read", notes=(str(error),))
    if not runs:
        return JobView(name, "none", "no runs yet")
    last = runs[-1]
    return JobView(
        name=name,
        mood=_mood(last),
        outcome=_outcome(last),
        when=ago(last.started, now),
        figures=_figures(runs, now),
        notes=last.notes,
        charts=_charts(runs),
        strips=_strips(runs),
        alarms=_alarms(runs),
        reasons=tuple(last.failures.items()),
        tables=_tables(samples),
        runs=tuple(_row(run) for run in runs[: -LISTED_RUNS - 1 : -1]),
    )


def _mood(run: PastRun) -> str:
    if run.is_accepted:
        return "good"
    mood = MOODS.get(Exit(run.exit_code), "none")
    return "warn" if run.misses and mood == "good" else mood


def _outcome(run: PastRun) -> str:
    if run.is_accepted:
        return "rejected, then accepted"
    words = summary.MEANING[Exit(run.exit_code)]
    return f"{words}; an expectation was missed" if run.misses else words


def _figures(runs: Sequence[PastRun], now: datetime) -> tuple[tuple[str, str, str], ...]:
    last, published = runs[-1], [run for run in runs if run.is_published]
    good = [run.records for run in runs[:-1] if run.is_good][-5:]
    usual = f"usually {statistics.median(good):,g}" if good else ""
    where = ago(published[-1].started, now) if published else "never"
    return (
        ("records", f"{last.records:,}", usual),
        ("pages", f"{last.fetched:,}", f"of {last.planned:,}"),
        ("failed", f"{last.failed:,}", f"{last.failed / max(last.failed + last.fetched, 1):.0%} of the pages"),
        ("duration", duration(last.seconds), ""),
        ("published", where, published[-1].output if published else ""),
    )


def _charts(runs: Sequence[PastRun]) -> tuple[Chart, ...]:
    ends = runs[0].started[:10], runs[-1].started[:10] if len(runs) > 1 else ""

    def points(figure: str, say: Any) -> list[Point]:
        return [
            Point(getattr(run, figure), f"{moment(run.started)}: {say(getattr(run, figure))}, {_outcome(run)}", mood)
            for run in runs
            for mood in (_mood(run) if run.exit_code in WHOLE else "none",)
        ]

    return (
        charts.draw("Records", "line", points("records", number), number, ends),
        charts.draw("Failed pages", "bars", points("failed", number), number, ends),
        charts.draw("Duration", "line", points("seconds", duration), duration, ends),
    )


def _strips(runs: Sequence[PastRun]) -> tuple[Strip, ...]:
    """Return the strips of all fields that the last whole run had."""
    whole = [run for run in runs if run.exit_code in WHOLE]
    strips = []
    for field in whole[-1].fields if whole else ():
        shares: list[tuple[float | None, str]] = []
        for run in whole:
            found = next((f for f in run.fields if (f.rule, f.name) == (field.rule, field.name)), None)
            share = found.coverage if found and found.records else None
            told = f"{found.filled:,} of {found.records:,}" if found else "not there"
            shares.append((share, f"{moment(run.started)}: {told}"))
        strips.append(charts.strip(f"{field.rule}.{field.name}", shares))
    return tuple(strips)


def _alarms(runs: Sequence[PastRun]) -> tuple[tuple[str, str, Alarm], ...]:
    found = []
    for run in reversed(runs):
        found += [(moment(run.started), "bad", alarm) for alarm in run.alarms]
        found += [(moment(run.started), "warn", miss) for miss in run.misses]
    return tuple(found[:LISTED_ALARMS])


def _tables(samples: Samples) -> tuple[Table, ...]:
    tables = []
    for rule, lines in samples.items():
        records = [orjson.loads(line) for line in lines]
        columns = tuple(dict.fromkeys(name for record in records for name in record))
        rows = tuple(tuple(cell(record.get(name)) for name in columns) for record in records)
        tables.append(Table(rule, columns, rows))
    return tuple(tables)


def _row(run: PastRun) -> Row:
    counts = f"{run.records:,}", f"{run.fetched:,}/{run.planned:,}", f"{run.failed:,}"
    return Row(moment(run.started), _mood(run), _outcome(run), *counts, duration(run.seconds))


# --------------------------------------------------------------------------- how values are written


def cell(value: Any) -> Cell:
    """Return a value of a record as text, cut where it is long.

    >>> cell("javascript:alert(1)").href, cell("https://a.example/").href, cell(None).text, cell([1, "b"]).text
    ('', 'https://a.example/', '–', '1, b')
    """
    if value is None or value == []:
        return Cell("–", is_null=True)
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        text = ", ".join(map(str, value))
    else:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = _control.sub("\ufffd", text)
    is_link = isinstance(value, str) and regex.fullmatch(r"https?://[^\s\ufffd]+", text) is not None
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return Cell(shown, text if is_link else "")


def number(value: float) -> str:
    """Return a count or a tick of an axis.

    >>> number(1200), number(0.5)
    ('1,200', '0.5')
    """
    return f"{value:,.10g}"


def duration(seconds: float) -> str:
    """Return a length of time in two figures or so.

    >>> [duration(seconds) for seconds in (0.42, 59, 90, 5400, 200_000)]
    ['0.4 s', '59 s', '1.5 min', '1.5 h', '2.3 d']
    """
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds / size >= 100 else f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 or not seconds else f"{seconds:.1f} s"


def moment(started: str) -> str:
    """Return a time to the minute.

    >>> moment("2026-11-24T18:05:59.123Z")
    '2026-11-24 18:05'
    """
    return f"{started[:10]} {started[11:16]}"


def ago(started: str, now: datetime) -> str:
    """Return how long ago a time was.

    >>> ago("2026-11-24T18:00:00Z", datetime.fromisoformat("2026-11-24T20:30:00Z"))
    '2.5 h ago'
    """
    seconds = (now - datetime.fromisoformat(started)).total_seconds()
    return f"{duration(seconds)} ago" if seconds >= 60 else "just now"
