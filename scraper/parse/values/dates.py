"""Read dates and times as they stand on pages, and write them as YYYY-MM-DD and RFC 3339.

Nothing is guessed: year-month-day by default, else the formats of the field. The machine's zone and language never
count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from typing import TypeVar

from scraper.errors import Malformed, PatternError
from scraper.job import Field
from scraper.job.days import zone_of
from scraper.job.late import late_regex
from scraper.parse.values.date_formats import (
    OF_AN_ERA,
    by_strptime,
    compile_format,
    has_year,
    needs_strptime,
    our_year,
    zoned,
)
from scraper.parse.values.locales import language_of, locale_of
from scraper.parse.values.moments import Told, moment_of
from scraper.parse.values.plain_dates import read_plain

T = TypeVar("T")
Reader = Callable[[str, datetime], datetime]
"""Reads a text; the second argument is the moment of fetching, in the field's zone or in UTC."""

MAX_LENGTH = 1000
"""Characters of a date with its format's words: the time to read one grows with their square."""
REMEMBERED = 512
"""Texts of a format whose reading is kept."""
RELATIVE = "relative"
MAX_EPOCH_S = 253402300799.0
"""9999-12-31T23:59:59Z"""
SECONDS_END = 1e11
"""Where seconds since 1970 end (the year 5138) and milliseconds begin (March 1973): what lies beyond is the other."""


def compile_dates(field: Field, *, with_time: bool) -> Callable[[str, float], str]:
    """Return the function that reads a field's dates, or date-times, and writes them in their standard form."""
    zone = zone_of(field.timezone) if field.timezone else None
    readers = [_reader(pattern, field.locale, zone) for pattern in field.formats]
    readers = readers or [_told(_plain(language_of(field.locale), needs_time=with_time), zone)]

    fetched_of = lru_cache(4)(lambda seconds: datetime.fromtimestamp(seconds, zone or UTC))

    def read(text: str, fetched_at: float) -> str:
        if len(text) > MAX_LENGTH:
            raise Malformed(f"is longer than {MAX_LENGTH} characters")
        moment = _first(readers, text, fetched_of(fetched_at))
        try:
            if zone is not None:
                moment = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
            return written(moment) if with_time else moment.date().isoformat()
        except OverflowError as error:
            raise Malformed("lies beyond the years 1 to 9999") from error

    return read


def written(moment: datetime) -> str:
    """Return a moment as RFC 3339; without an offset where its zone is not known.

    >>> written(datetime(2019, 7, 26, 8, 30, tzinfo=UTC)), written(datetime(2019, 7, 26))
    ('2019-07-26T08:30:00Z', '2019-07-26T00:00:00')
    """
    text = moment.isoformat()
    if text[-3] == ":" and text[-9] in "+-" and text[-6] == ":":
        text = moment.astimezone(
            UTC
        ).isoformat()  # RFC 3339 writes no seconds in an offset, which zones had before 1901
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def timestamp(seconds: float) -> str:
    """Return seconds since the epoch as RFC 3339 in UTC, to the millisecond.

    >>> timestamp(0.5)
    '1970-01-01T00:00:00.500Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_format(pattern: str) -> None:
    """Raise PatternError for a format that strptime does not know."""
    if pattern in EPOCHS or pattern == RELATIVE:
        return
    names = "unix, unix_ms or relative"
    if "%" not in pattern:
        raise PatternError(f"{pattern!r} is no format: expected strptime directives such as %Y-%m-%d, {names}")
    whole = pattern if has_year(pattern) else f"%Y {pattern}"  # Python 3.15 takes no day without a year
    try:
        datetime.strptime("", whole)
    except ValueError as error:
        cause = str(error).replace(whole, pattern)
        if "directive" in cause or "stray" in cause:
            raise PatternError(f"{pattern!r} is no format of strptime: {cause}") from error
    except re.error as error:
        raise PatternError(f"{pattern!r} is no format of strptime: {error}") from error


def says_zone(pattern: str) -> bool:
    """Return whether what a format reads has an offset."""
    return pattern in EPOCHS or pattern == RELATIVE or "%z" in zoned(pattern).lower()


def check_locale(name: str) -> None:
    """Raise PatternError for a locale that is not known."""
    locale_of(name)


# --------------------------------------------------------------------------- readers


def _first(readers: list[Reader], text: str, fetched: datetime) -> datetime:
    """Return what the first reader that can read the text makes of it."""
    cause = ""
    for reader in readers:
        try:
            return reader(text, fetched)
        except (ValueError, OverflowError) as error:
            cause = cause or str(error)
    raise Malformed(cause or "is no date")


def _reader(pattern: str, locale: str | None, zone: tzinfo | None) -> Reader:
    if pattern == RELATIVE:
        from scraper.parse.values.relative import compile_relative, reached  # its patterns take a while to compile

        away = _remembered(compile_relative(locale))
        return lambda text, fetched: reached(away(text), fetched, zone)
    if pattern in EPOCHS:
        divisor = EPOCHS[pattern]
        return lambda text, _: _read_epoch(text, divisor)
    if needs_strptime(pattern):
        return lambda text, fetched: by_strptime(text, pattern, fetched.replace(tzinfo=None))
    return _told(compile_format(pattern, locale), zone)


def _plain(language: str, *, needs_time: bool) -> Callable[[str], Told]:
    """Return the function that reads what needs no format; the years are those of a language."""

    def read(text: str) -> Told:
        told = read_plain(text, needs_time=needs_time)
        return told._replace(year=our_year(told.year, language)) if told.year else told

    return read if language in OF_AN_ERA else partial(read_plain, needs_time=needs_time)


def _told(read: Callable[[str], Told], zone: tzinfo | None) -> Reader:
    told = _remembered(read)
    return lambda text, fetched: moment_of(told(text), fetched, zone)


def _remembered(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a function that gives the same, and of texts that it has read lately at once: dates come again."""

    @lru_cache(REMEMBERED)
    def found(text: str) -> tuple[T | None, str]:
        try:
            return read(text), ""
        except (ValueError, OverflowError) as error:
            return None, str(error)

    def recall(text: str) -> T:
        value, cause = found(text)
        if value is None:
            raise ValueError(cause)
        return value

    return recall


_epoch = late_regex(r"-?[0-9]{1,16}(?:\.[0-9]+)?")
EPOCHS = {"unix": 1.0, "unix_ms": 1000.0}


def _read_epoch(text: str, divisor: float) -> datetime:
    if not _epoch.fullmatch(text):
        raise ValueError("is no number of seconds since 1970" if divisor == 1 else "is no number of milliseconds")
    number = abs(float(text))
    if number / divisor > MAX_EPOCH_S:
        raise ValueError("lies beyond the year 9999")
    if number and (number < SECONDS_END) != (divisor == 1):
        names = ("milliseconds", "unix_ms") if divisor == 1 else ("seconds", "unix")
        raise ValueError("is a number of {}; say `format: {}`".format(*names))
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / divisor)
