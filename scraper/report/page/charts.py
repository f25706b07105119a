"""Where the marks of a chart stand, in the units of its viewBox; the template draws them, and escapes every text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

WIDTH, HEIGHT = 340, 128
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 20
WIDEST_BAR = 14.0
CELL_HEIGHT = 16
STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


class Point(Struct, frozen=True):
    """One run: what it gave, what a pointer over it is told, and whether it came out well."""

    value: float
    title: str
    mood: str = "good"
    """Of "good", "warn", "bad" and "none": a run that came to no end, whose value says nothing."""


class Mark(Struct, frozen=True):
    """A point with its place; a bar reaches from there down to the axis."""

    x: float
    y: float
    width: float
    title: str
    mood: str


class Chart(Struct, frozen=True):
    """A chart of one figure over the runs, the oldest on the left."""

    name: str
    kind: str
    """"line" or "bars"."""
    summary: str
    """What somebody is told who does not see it."""
    marks: tuple[Mark, ...]
    line: str
    """The points of a polyline through all runs that came to an end."""
    area: str
    """Those of the area below it."""
    is_flat: bool
    """Whether there is nothing but zeros to see."""
    ticks: tuple[tuple[float, str], ...]
    """Heights with their labels."""
    first: str
    last: str


def draw(
    name: str,
    kind: str,
    points: Sequence[Point],
    ends: tuple[str, str],
    *,
    say: Callable[[float], str],
    top: Callable[[float], float] | None = None,
) -> Chart:
    """Return the chart of some points.

    `ends`: what stands below the first and the last run; `say`: writes a value; `top`: where the axis ends.
    """
    values = [point.value for point in points if point.mood != "none"]
    highest = (top or nice_top)(max(values, default=0))
    bar = min(WIDEST_BAR, 0.7 * (WIDTH - LEFT - RIGHT) / max(len(points), 1))
    marks = tuple(
        Mark(x, _height(0 if point.mood == "none" else point.value, highest), bar, point.title, point.mood)
        for x, point in zip(_places(len(points)), points, strict=True)
    )
    trail = [(mark.x, mark.y) for mark in marks if mark.mood != "none"]
    line = " ".join(f"{x:g},{y:g}" for x, y in trail)
    floor = _height(0, highest)
    area = f"{trail[0][0]:g},{floor:g} {line} {trail[-1][0]:g},{floor:g}" if len(trail) > 1 else ""
    ticks = tuple((_height(tick, highest), say(tick)) for tick in (0, highest))
    return Chart(name, kind, _summary(values, say), marks, line, area, not any(values), ticks, *ends)


def _summary(values: Sequence[float], say: Callable[[float], str]) -> str:
    if not values:
        return "no run came to an end"
    return f"{say(values[-1])} in the last of {len(values)} runs, between {say(min(values))} and {say(max(values))}"


def nice_top(value: float) -> float:
    """Return the end of an axis that holds a value, a round number.

    >>> [nice_top(value) for value in (0, 0.3, 7, 10, 110, 2400)]
    [1.0, 0.3, 8.0, 10.0, 125.0, 2500.0]
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return round(next(step * power for step in STEPS if value <= step * power * (1 + 1e-9)), 9)


def nice_time(seconds: float) -> float:
    """Return the end of an axis of seconds: round in the unit that it is written in.

    >>> [nice_time(seconds) for seconds in (7, 70, 3700)]
    [8.0, 75.0, 4500.0]
    """
    unit = next((unit for unit in (86_400, 3600, 60) if seconds >= unit), 1)
    return nice_top(seconds / unit) * unit


def _places(count: int) -> list[float]:
    """Return where the runs stand from left to right: one alone in the middle."""
    inner = WIDTH - LEFT - RIGHT
    return [round(LEFT + inner * (n + 0.5) / count, 1) for n in range(count)]


def _height(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


class Strip(Struct, frozen=True):
    """How well a field was filled: a cell a run, the darker the fuller."""

    field: str
    now: str
    summary: str
    cells: tuple[tuple[float, float, float, str], ...]
    """(x, width, share or -1 where the run says nothing, what a pointer is told)."""


def strip(field: str, shares: Sequence[tuple[float | None, str]]) -> Strip:
    """Return the strip of a field; `shares`: for each run the filled share, None where it had no records."""
    width = WIDTH / max(len(shares), 1)
    gap = 0.5 if width > 3 else 0.0
    cells = tuple(
        (round(n * width, 2), round(width - gap, 2), -1.0 if share is None else round(share, 4), title)
        for n, (share, title) in enumerate(shares)
    )
    known = [share for share, _ in shares if share is not None]
    now = f"{known[-1]:.0%}" if known else "–"
    summary = (
        f"filled in {now} of the records in the last run, {min(known):.0%} at the least" if known else "no records"
    )
    return Strip(field, now, summary, cells)
