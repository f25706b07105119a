"""Read times that are told from the moment of fetching: "3 hours ago", "yesterday 12:30", 刚刚, 5分钟前, 昨天 08:00.

English and Chinese, in short and long forms, and the language of a locale. Days, weeks, months and years are those of
the calendar in the field's zone, in UTC without one.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

import regex

from scraper.parse.values.ages import Age, day_words, read_age
from scraper.parse.values.clock import AM_PM, HALVES, hour_of
from scraper.parse.values.locales import folded, language_of
from scraper.parse.values.plain_dates import numeral

NOW = frozenset("now|just now|moments ago|a moment ago|seconds ago|a few seconds ago|刚刚|刚才|现在|几秒前".split("|"))
DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
DAYS |= {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2}
NUMBERS: dict[str, float] = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
NUMBERS |= {"a": 1, "an": 1, "半": 0.5, "half a": 0.5, "half an": 0.5}
UNITS = {
    "second": "s|secs?|seconds?|秒钟?",
    "minute": "m|mins?|minutes?|分钟?",
    "hour": "h|hrs?|hours?|小时|钟头",
    "day": "d|days?|天|日",
    "week": "w|wks?|weeks?|周|星期|礼拜",
    "month": "mo|mos|months?|月",
    "year": "y|yrs?|years?|年",
}
EXACT_S = {"second": 1, "minute": 60, "hour": 3600}
MONTHS = {"month": 1, "year": 12}
HALF_UNITS = {"day": ("hour", 12), "month": ("day", 15), "year": ("month", 6)}
"""Units of which half a one is meant as so many others."""

LONGEST = 60
"""Characters of a text that may be one."""

_simple = str.maketrans("鐘時個週剛後點兩現", "钟时个周刚后点两现")
_number = "|".join(sorted(NUMBERS, key=len, reverse=True))
_unit = "|".join(f"(?P<{name}>{forms})" for name, forms in UNITS.items())
_amount = (
    rf"(?P<number>[0-9]{{1,6}}(?:\.[0-9]{{1,2}})?|[一二三四五六七八九十两]+|{_number})\s?个?\s?(?:{_unit})(?![a-z])\.?"
)
_each = regex.compile(_amount)
_many = rf"(?:about |around |over |almost |大约|约)?{regex.sub(r'P<[a-z]+>', ':', _amount)}"
_amounts = rf"{_many}(?:(?:,| and|, and)? ?{_many})*"
_ago = regex.compile(rf"(?P<ahead>in )?{_amounts}(?P<way> ago| from now| ?(?:以|之)?[前后])?")
_at = r"(?:at|um|à|a las|a la|alle|às|om|kl\.?|в|о|saat|o|lúc) "
_minute = r"[:：点h](?P<minute>[0-9]{2})?分?(?: uhr)?"
_clock = rf"(?P<half>{HALVES})?\s?(?P<hour>[0-9]{{1,2}})(?:{_minute}|(?=\s?[ap]))\s?(?P<noon>{AM_PM})?"
_posted = regex.compile(r"^(?:posted|published|updated|added|edited|listed)(?: on)?:? ")
_capital = regex.compile(r"[0-9]\s?M\b").search
_of_a_calendar = regex.compile(r"年|日").search
_month_of_a_calendar = regex.compile(r"(?<!个)月").search
LONGEST_AGO = 999
"""Years; 2024年前 is "before 2024"."""


class Away(NamedTuple):
    """How far from the fetch a moment is: some ages, or a day and its clock."""

    ages: Sequence[Age] = ()
    day: tuple[int, int, int] | None = None
    """Days from that of the fetch, hour, minute."""


def compile_relative(locale: str | None) -> Callable[[str], Away]:
    """Return the function that reads a text; it raises ValueError."""
    language = language_of(locale)
    days = DAYS | day_words(language)
    longest = "|".join(map(regex.escape, sorted(days, key=len, reverse=True)))
    day_of = regex.compile(rf"(?P<day>{longest})(?:,? ?(?:{_at})?{_clock})?").fullmatch

    def read(text: str) -> Away:
        own_words = _posted.sub("", " ".join(folded(text, language).split()))
        words = own_words.translate(_simple)
        if words in NOW:
            return Away()
        if day := day_of(own_words) or day_of(words):
            return Away(day=_day(day, days[day["day"]]))
        if locale and (age := read_age(own_words, locale)):
            return Away((age,))
        return Away(_ages(words, is_capital=_capital(text) is not None))

    return read


def reached(away: Away, fetched: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment so far from that of the fetch, to the second; ValueError or OverflowError if there is none."""
    moment = fetched.replace(microsecond=0)
    if away.day is not None:
        days, hour, minute = away.day
        day = (moment + timedelta(days=days)).date()
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    for number, unit in away.ages:
        moment = _shifted(moment, number, unit)
    return moment


def read_relative(text: str, fetched_at: float, zone: tzinfo | None) -> datetime:
    """Return the moment that a text in English or Chinese means, to the second; ValueError if it is none.

    A clock time of a day ("yesterday 12:30") has no offset where no zone is known.

    >>> read_relative("2 hours ago", 86400.0, None).isoformat()
    '1970-01-01T22:00:00+00:00'
    >>> read_relative("昨天 08:30", 86400.0, None).isoformat()
    '1970-01-01T08:30:00'
    """
    return reached(compile_relative(None)(text), datetime.fromtimestamp(fetched_at, zone or UTC), zone)


def _ages(words: str, *, is_capital: bool) -> list[Age]:
    """Return the amounts of a text such as "1 hour, 20 minutes ago", those of the past less than zero."""
    ago = _ago.fullmatch(words) if len(words) <= LONGEST else None
    if ago is None or (ago["ahead"] and ago["way"]):
        raise ValueError("is no relative time such as '3 hours ago' or 5分钟前; one of another language needs `locale`")
    if is_capital:
        raise ValueError("says M, which may be minutes or months")
    if _month_of_a_calendar(words) or (not (ago["ahead"] or ago["way"]) and _of_a_calendar(words)):
        raise ValueError("is a date or an age; 年 and 日 with 前, 以前 or 后, and 个月, are read as ages")
    sign = 1 if ago["ahead"] or (ago["way"] or "").endswith(("now", "后")) else -1
    return [_age(amount, sign) for amount in _each.finditer(words)]


def _age(amount: regex.Match[str], sign: int) -> Age:
    unit, text = next(name for name in UNITS if amount[name]), amount["number"]
    number = NUMBERS.get(text) or (float(text) if text[0].isascii() else numeral(text))
    if unit == "year" and number > LONGEST_AGO:
        raise ValueError("is no age: so many years ago nobody counted them")
    if number % 1 and unit not in EXACT_S and number != 0.5:
        raise ValueError(f"tells a part of a {unit}")
    return Age(sign * number, unit)


def _day(match: regex.Match[str], days: int) -> tuple[int, int, int]:
    if match["half"] and match["noon"]:
        raise ValueError("has two halves of a day")
    hour, minute = hour_of(int(match["hour"] or 0), match["half"] or match["noon"]), int(match["minute"] or 0)
    if hour == 24:
        days, hour = days + 1, 0
        if minute and not match["half"]:
            raise ValueError("has an hour of 24 that is not 24:00")
    return days, hour, minute


def _shifted(moment: datetime, number: float, unit: str) -> datetime:
    if abs(number) == 0.5 and unit in HALF_UNITS:
        unit, whole = HALF_UNITS[unit]
        number = whole if number > 0 else -whole
    if unit in EXACT_S:
        return (moment.astimezone(UTC) + timedelta(seconds=number * EXACT_S[unit])).astimezone(moment.tzinfo)
    if unit in MONTHS:
        year, month = divmod(moment.year * 12 + moment.month - 1 + int(number * MONTHS[unit]), 12)
        if not 1 <= year <= 9999:
            raise ValueError("lies beyond the years 1 to 9999")
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    return moment + timedelta(days=number * (7 if unit == "week" else 1))
