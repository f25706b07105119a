"""Read times that are told from the moment of fetching: "3 hours ago", "yesterday 12:30", 刚刚, 5分钟前, 昨天 08:00.

English and Chinese, in short and long forms. Days, weeks, months and years are those of the calendar in the field's
zone, in UTC without one.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta, tzinfo

import regex

NOW = frozenset("now|just now|moments ago|a moment ago|seconds ago|a few seconds ago|刚刚|刚才|现在|几秒前".split("|"))
DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
DAYS |= {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2}
NUMBERS: dict[str, float] = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
NUMBERS |= {"a": 1, "an": 1, "半": 0.5, "两": 2} | {sign: n for n, sign in enumerate("一二三四五六七八九十", 1)}
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
HALVES = {"day": ("hour", 12), "month": ("day", 15), "year": ("month", 6)}
"""Units of which half a one is meant as so many others."""

LONGEST = 60
"""Characters of a text that may be one."""

_simple = str.maketrans("鐘時個週剛後點兩現", "钟时个周刚后点两现")
_number = "|".join(sorted(NUMBERS, key=len, reverse=True))
_unit = "|".join(f"(?P<{name}>{forms})" for name, forms in UNITS.items())
_amount = rf"(?P<number>[0-9]{{1,6}}|{_number})\s?个?\s?(?:{_unit})(?![a-z])\.?"
_each = regex.compile(_amount)
_many = rf"(?:about |around |over |almost |大约|约)?{regex.sub(r'P<[a-z]+>', ':', _amount)}"
_amounts = rf"{_many}(?:(?:,| and|, and)? ?{_many})*"
_ago = regex.compile(rf"(?P<ahead>in )?{_amounts}(?P<way> ago| from now| ?(?:以|之)?[前后])?")
_clock = (
    r"(?P<half>上午|早上|凌晨|中午|下午|晚上)?\s?(?P<hour>[0-9]{1,2})[::点](?P<minute>[0-9]{2})?分?\s?(?P<noon>am|pm)?"
)
_day = regex.compile(rf"(?P<day>{'|'.join(sorted(DAYS, key=len, reverse=True))})(?:,? ?(?:at )?{_clock})?")


def read_relative(text: str, fetched_at: float, zone: tzinfo | None) -> datetime:
    """Return the moment that a text means, to the second; ValueError if it is none.

    A clock time of a day ("yesterday 12:30") has no offset where no zone is known.

    >>> read_relative("2 hours ago", 86400.0, None).isoformat()
    '1970-01-01T22:00:00+00:00'
    >>> read_relative("昨天 08:30", 86400.0, None).isoformat()
    '1970-01-01T08:30:00'
    """
    words = " ".join(text.lower().translate(_simple).split())
    now = datetime.fromtimestamp(fetched_at, UTC).replace(microsecond=0).astimezone(zone or UTC)
    if words in NOW:
        return now
    if day := _day.fullmatch(words):
        return _on_day(day, now, zone)
    ago = _ago.fullmatch(words) if len(words) <= LONGEST else None
    if ago is None or (ago["ahead"] and ago["way"]):
        raise ValueError("is no relative time such as '3 hours ago', 'yesterday 12:30' or 5分钟前")
    is_ahead = bool(ago["ahead"]) or (ago["way"] or "").endswith(("now", "后"))
    for amount in _each.finditer(words):
        unit = next(name for name in UNITS if amount[name])
        number = NUMBERS.get(amount["number"]) or int(amount["number"])
        now = _shifted(now, number if is_ahead else -number, unit)
    return now


def _on_day(match: regex.Match[str], now: datetime, zone: tzinfo | None) -> datetime:
    day = (now + timedelta(days=DAYS[match["day"]])).date()
    hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
    if match["noon"] and not 1 <= hour <= 12:
        raise ValueError("has no hour from 1 to 12 before am or pm")
    if match["noon"] and hour == 12:
        hour = 0
    is_late = match["noon"] == "pm" or match["half"] in ("下午", "晚上") or (match["half"] == "中午" and hour < 3)
    return datetime(day.year, day.month, day.day, hour + 12 if is_late and hour < 12 else hour, minute, tzinfo=zone)


def _shifted(moment: datetime, number: float, unit: str) -> datetime:
    if abs(number) == 0.5 and unit in HALVES:
        unit, whole = HALVES[unit]
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
