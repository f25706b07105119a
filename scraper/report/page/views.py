"""Make of a job's history what the page shows of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

from scraper.errors import OutputError
from scraper.report import summary
from scraper.report.accounts import Alarm, Exit
from scraper.report.history import PastRun, Samples, read_history
from scraper.report.page import charts
from scraper.report.page.charts import Chart, Point, Strip
from scraper.report.page.words import Cell, ago, cell, duration, moment, number

CHARTED_RUNS = 60
LISTED_RUNS = 20
LISTED_ALARMS = 8
WHOLE = (Exit.OK, Exit.INCOMPLETE, Exit.REJECTED)
MOODS = {Exit.OK: "good", Exit.INCOMPLETE: "warn", Exit.REJECTED: "bad", Exit.ERROR: "bad"}
SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "none": "–"}


class Table(Struct, frozen=True):
    """The first records of one rule."""

    rule: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Row(Struct, frozen=True):
    """One run, as the list of runs has it."""

    when: str
    mood: str
    outcome: str
    records: str
    pages: str
    failed: str
    seconds: str


class JobView(Struct, frozen=True):
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
    losses: tuple[str, ...] = ()
    """What did not come in the last run."""
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
        losses=tuple(map(str, last.losses)),
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
        *((("changes", summary.changes(last.changes), "since the run before"),) if last.changes else ()),
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
        charts.draw("Records", "line", points("records", number), ends, say=number),
        charts.draw("Failed pages", "bars", points("failed", number), ends, say=number),
        charts.draw("Duration", "line", points("seconds", duration), ends, say=duration, top=charts.nice_time),
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
