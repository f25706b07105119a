"""Read the dates that need no format: year-month-day by ISO 8601 or as in East Asia, with a time or not."""

from __future__ import annotations

from datetime import date

import regex

from scraper.job.late import late_regex
from scraper.parse.values.clock import AM_PM, HALVES, hour_of
from scraper.parse.values.locales import folded
from scraper.parse.values.moments import Told
from scraper.parse.values.zones import ZONE

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""Japanese eras → the year before their first."""
LAST_YEARS = {"平成": 31, "昭和": 64}
DIGITS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2}

_DATE = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"|(?:(?P<year>\d{4})|(?P<era>令和|平成|昭和)(?P<short>\d{1,2}|元))年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})[日号號]?"
    r"|(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})|(?P<year>\d{4})-?w(?P<week>\d{2})-?(?P<weekday>[1-7])"
)
_FRACTION = r"(?:[.,](?P<fraction>\d{1,9}))?"
_TIME = (
    rf"(?P<half>{HALVES})?\s*(?:"
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}){_FRACTION})?"
    r"|(?P<hour>\d{1,2})[时時点點](?:(?P<minute>\d{1,2})分(?:(?P<second>\d{1,2})秒)?)?"
    rf"|(?<=\d{{8}}t)(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?:(?P<second>\d{{2}}){_FRACTION})?"
    rf")(?:\s*(?P<noon>{AM_PM}))?(?:\s*(?P<zone>{ZONE}))?"
)
_plain = late_regex(rf"(?:{_DATE})(?:(?:\s+|t|(?<=[日号號])\s*){_TIME})?", regex.V1)
_usual = late_regex(
    r"([0-9]{4})(?:-([0-9]{1,2})-|年([0-9]{1,2})月)([0-9]{1,2})(?(3)日)"
    r"(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?"
)
"""What most are: it takes a fifth of the time."""
_numeral = late_regex(rf"[{''.join(DIGITS)}十]+(?=[年月日号號时時点點分秒])")


def read_plain(text: str, *, needs_time: bool) -> Told:
    """Return what a text tells; ValueError if it is no date, or has no time where one is needed.

    >>> told = read_plain("二〇二四年三月五日15时30分", needs_time=True)
    >>> told.year, told.month, told.day, told.hour, told.minute
    (2024, 3, 5, 15, 30)
    """
    if (usual := _usual.fullmatch(text)) is not None and (usual[5] or not needs_time):
        year, month, other, day, hour, minute, second, zone = usual.groups()
        clock = int(hour or 0), int(minute or 0), int(second or 0)
        return Told(int(year), int(month or other), int(day), None, *clock, 0, zone.lower() if zone else "")
    plain = folded(text, "")
    if not plain.isascii():
        plain = _numeral.sub(lambda sign: str(numeral(sign[0])), plain)
    match = _plain.fullmatch(plain)
    if match is None or (needs_time and match["hour"] is None):
        kind, example = ("datetime", " hour:minute") if needs_time else ("date", "")
        raise ValueError(f"is no {kind} such as year-month-day{example}; say its `format`")
    found = {key: value for key, value in match.groupdict().items() if value}
    day = _day(found)
    if "t" not in plain and _is_span(found):
        raise ValueError("may be a span of hours, or a time with its offset: say its `format`")
    return Told(
        *(day.year, day.month, day.day),
        hour=_hour(found),
        minute=int(found.get("minute", 0)),
        second=int(found.get("second", 0)),
        microsecond=int(found.get("fraction", "0")[:6].ljust(6, "0")),
        zone=found.get("zone", "").replace(" ", ""),
    )


def numeral(text: str) -> int:
    """Return the number of a numeral of Chinese digits, one by one or with tens.

    >>> numeral("二〇二四"), numeral("十"), numeral("十五"), numeral("二十一")
    (2024, 10, 15, 21)
    """
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS[sign]) for sign in text))
    if "十" in tens or len(tens) > 1 or len(ones) > 1:
        raise ValueError(f"holds {text!r}, which is no number")
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def _day(found: dict[str, str]) -> date:
    if "week" in found:
        return date.fromisocalendar(int(found["year"]), int(found["week"]), int(found["weekday"]))
    if (era := found.get("era")) is None:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    number = 1 if found["short"] == "元" else int(found["short"])
    if not 1 <= number <= LAST_YEARS.get(era, 99):
        raise ValueError(f"has a year that {era} does not have")
    return date(ERAS[era] + number, int(found["month"]), int(found["day"]))


def _is_span(found: dict[str, str]) -> bool:
    """Return whether what looks like an offset may be the end of a span: 10:00-11:00."""
    end = found.get("zone", "")
    return (
        "second" not in found
        and end.startswith("-")
        and ":" in end
        and int(end[1:].partition(":")[0]) > int(found["hour"])
    )


def _hour(found: dict[str, str]) -> int:
    if "half" in found and "noon" in found:
        raise ValueError("has two halves of a day")
    return hour_of(int(found.get("hour", 0)), found.get("half") or found.get("noon"))
