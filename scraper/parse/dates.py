"""Read dates and times as they stand on pages, and write them as YYYY-MM-DD and RFC 3339.

Nothing is guessed: year-month-day by default, else the formats of the field. The machine's zone and language never
count.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import regex

from scraper.errors import Malformed, PatternError
from scraper.job import Field

Reader = Callable[[str, float], datetime]
"""Reads a text; the second argument is the time of fetching, seconds since the epoch."""

DATE = (
    r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"|年(?P<month>\d{1,2})月(?P<day>\d{1,2})日?)"
)
TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
)
_date = regex.compile(DATE, regex.V1).fullmatch
_datetime = regex.compile(rf"{DATE}(?:\s+|[Tt]|(?<=日))\s*{TIME}", regex.V1).fullmatch
_has_year = regex.compile(r"%[YyGcxD]").search
_words = regex.compile(r"[\p{L}\p{M}.]+")
MAX_LENGTH = 1000
"""Characters of a date with its format's words: the time to read one grows with their square."""
RELATIVE = "relative"
MAX_EPOCH_S = 253402300799.0
"""9999-12-31T23:59:59Z"""


def compile_dates(field: Field, *, with_time: bool) -> Callable[[str, float], str]:
    """Return the function that reads a field's dates, or date-times, and writes them in their standard form."""
    zone = ZoneInfo(field.timezone) if field.timezone else None
    readers = [_reader(pattern, field.locale, zone) for pattern in field.formats]
    readers = readers or [_read_plain(with_time)]

    def read(text: str, fetched_at: float) -> str:
        if len(text) > MAX_LENGTH:
            raise Malformed(f"is longer than {MAX_LENGTH} characters")
        moment = _first(readers, text, fetched_at)
        if zone is not None:
            try:
                moment = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
            except OverflowError as error:
                raise Malformed("lies beyond the years 1 to 9999") from error
        return written(moment) if with_time else moment.date().isoformat()

    return read


def written(moment: datetime) -> str:
    """Return a moment as RFC 3339; without an offset where its zone is not known.

    >>> written(datetime(2019, 7, 26, 8, 30, tzinfo=UTC)), written(datetime(2019, 7, 26))
    ('2019-07-26T08:30:00Z', '2019-07-26T00:00:00')
    """
    text = moment.isoformat()
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
    try:
        datetime.strptime("", pattern)
    except ValueError as error:
        if "directive" in str(error) or "stray" in str(error):
            raise PatternError(f"{pattern!r} is no format of strptime: {error}") from error
    except re.error as error:
        raise PatternError(f"{pattern!r} is no format of strptime: {error}") from error


def check_locale(name: str) -> None:
    """Raise PatternError for a locale whose names are not known."""
    from babel import UnknownLocaleError

    try:
        _parse_locale(name)
    except (UnknownLocaleError, ValueError) as error:
        raise PatternError(f"{name!r} is no locale such as 'fr' or 'pt_BR'") from error


# --------------------------------------------------------------------------- readers


def _first(readers: list[Reader], text: str, fetched_at: float) -> datetime:
    """Return what the first reader that can read the text makes of it."""
    cause = ""
    for reader in readers:
        try:
            return reader(text, fetched_at)
        except (ValueError, OverflowError) as error:
            cause = cause or str(error)
    raise Malformed(cause or "is no date")


def _reader(pattern: str, locale: str | None, zone: tzinfo | None) -> Reader:
    if pattern == RELATIVE:
        from scraper.parse.relative import read_relative  # its patterns take a while to compile

        return lambda text, fetched_at: read_relative(text, fetched_at, zone)
    if pattern in EPOCHS:
        divisor = EPOCHS[pattern]
        return lambda text, _: _read_epoch(text, divisor)
    return lambda text, fetched_at: _read_format(_in_english(text, pattern, locale), pattern, fetched_at)


def _read_plain(with_time: bool) -> Reader:
    match_all, expected = (_datetime, "year-month-day hour:minute") if with_time else (_date, "year-month-day")

    def read(text: str, _: float) -> datetime:
        match = match_all(text)
        if match is None:
            raise ValueError(f"is no {'datetime' if with_time else 'date'} such as {expected}; say its `format`")
        found = match.groupdict()
        day = [int(found[name]) for name in ("year", "month", "day")]
        if not with_time:
            return datetime(*day)  # type: ignore[arg-type]
        clock = [int(found[name] or 0) for name in ("hour", "minute", "second")]
        micros = int((found["fraction"] or "").ljust(6, "0")[:6])
        return datetime(*day, *clock, micros, tzinfo=_offset(found["zone"]))  # type: ignore[arg-type,misc]

    return read


def _offset(zone: str | None) -> tzinfo | None:
    return datetime.strptime(zone.upper(), "%z").tzinfo if zone else None


EPOCHS = {"unix": 1.0, "unix_ms": 1000.0}


def _read_epoch(text: str, divisor: float) -> datetime:
    if not regex.fullmatch(r"-?[0-9]{1,16}(?:\.[0-9]+)?", text):
        raise ValueError("is no number of seconds since 1970" if divisor == 1 else "is no number of milliseconds")
    seconds = float(text) / divisor
    if abs(seconds) > MAX_EPOCH_S:
        raise ValueError("lies beyond the year 9999")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _read_format(text: str, pattern: str, fetched_at: float) -> datetime:
    if _has_year(pattern):
        return datetime.strptime(text, pattern)
    fetched = datetime.fromtimestamp(fetched_at, UTC).replace(tzinfo=None)
    found = list(_in_years(text, pattern, (fetched.year - 1, fetched.year, fetched.year + 1)))
    if not found:
        return datetime.strptime(text, pattern)
    return min(found, key=lambda moment: abs(moment.replace(tzinfo=None) - fetched))


def _in_years(text: str, pattern: str, years: Iterable[int]) -> Iterable[datetime]:
    for year in years:
        try:
            yield datetime.strptime(f"{year} {text}", f"%Y {pattern}")
        except ValueError:
            continue


# --------------------------------------------------------------------------- names of months and days


def _in_english(text: str, pattern: str, locale: str | None) -> str:
    """Return the text with the names of months and days in English, as strptime reads them for this pattern."""
    if locale is None:
        return text
    names = _names(locale, "%B" in pattern, "%A" in pattern)
    return _words.sub(lambda word: names.get(word[0].lower(), word[0]), text)


@lru_cache(maxsize=64)
def _names(locale: str, has_wide_months: bool, has_wide_days: bool) -> dict[str, str]:
    """Return a locale's names in lower case → English names, by the CLDR."""
    from babel import Locale

    theirs, english = _parse_locale(locale), Locale("en")
    names: dict[str, str] = {}
    for kind, is_wide in (("months", has_wide_months), ("days", has_wide_days)):
        ours = getattr(english, kind)["format"]["wide" if is_wide else "abbreviated"]
        for context, width in itertools.product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in getattr(theirs, kind)[context][width].items():
                names.setdefault(name.lower(), ours[number])
                names.setdefault(name.lower().rstrip("."), ours[number])
    return names


def _parse_locale(name: str) -> Any:
    from babel import Locale

    return Locale.parse(name, sep="-" if "-" in name else "_")
