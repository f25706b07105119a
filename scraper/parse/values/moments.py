"""Make a moment of what a text tells of it: what it leaves out is that of the moment nearest to the fetch."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from scraper.parse.values.zones import placed

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Told(NamedTuple):
    """What a text tells of a moment; None for what it does not."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """0 is Monday."""
    hour: int = 0
    """24 is the midnight at the end of the day."""
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    zone: str = ""
    """In lower case."""


def moment_of(told: Told, fetched: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment that is told, with its own zone if that is told too; ValueError if there is none.

    `fetched` is the moment of fetching in the zone of the field, or in UTC. A weekday that contradicts the date is an
    error, and without a year it decides which one it is.
    """
    if told.year is not None and told.weekday is None and told.hour < 24 and not told.zone:  # what most are
        clock_of_day = told.hour, told.minute, told.second, told.microsecond
        return datetime(told.year, _or_first(told.month), _or_first(told.day), *clock_of_day)
    if told.hour == 24 and (told.minute or told.second or told.microsecond):
        raise ValueError("has an hour of 24 that is not 24:00")
    clock = time(0 if told.hour == 24 else told.hour, told.minute, told.second, told.microsecond)
    if told.year is not None:
        day = next(_days(told, fetched.date()))
        if told.weekday not in (None, day.weekday()):
            raise ValueError(f"is a {DAYS[day.weekday()]} and no {DAYS[told.weekday or 0]}")
        return _placed(day, clock, told, zone)
    if told.zone:
        fetched = fetched.astimezone(placed(datetime.combine(fetched.date(), clock), told.zone, zone).tzinfo)
    here = fetched.replace(tzinfo=None)
    days = [day for day in _days(told, here.date()) if told.weekday in (None, day.weekday())]
    if not days:
        raise ValueError("is a day that no year near has")
    nearest = min(days, key=lambda day: abs(datetime.combine(day, clock) - here))
    return _placed(nearest, clock, told, zone)


def _placed(day: date, clock: time, told: Told, zone: tzinfo | None) -> datetime:
    moment = datetime.combine(day, clock)
    if told.hour == 24:
        moment += timedelta(days=1)
    return placed(moment, told.zone, zone) if told.zone else moment


def _or_first(number: int | None) -> int:
    """Return a month or day, the first where none is told; 0, as in 2024-00-00, is told and there is none."""
    return 1 if number is None else number


def _days(told: Told, today: date) -> Iterator[date]:
    """Yield the days that may be meant."""
    if told.year is not None:
        yield date(told.year, _or_first(told.month), _or_first(told.day))
    elif told.month is not None:
        reach = 8 if (told.month, told.day) == (2, 29) else 1
        for year in range(today.year - reach, today.year + reach + 1):
            if (told.day or 1) <= calendar.monthrange(year, told.month)[1]:
                yield date(year, told.month, told.day or 1)
    elif told.day is not None:
        for months in range(-2, 3):
            year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
            if told.day <= calendar.monthrange(year, month + 1)[1]:
                yield date(year, month + 1, told.day)
    else:
        reach = 1 if told.weekday is None else 4
        yield from (today + timedelta(days=n) for n in range(-reach, reach + 1))
