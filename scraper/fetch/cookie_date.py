"""Read the date of a cookie's Expires as browsers do (RFC 6265bis section 5.1.1): in any order, by its tokens."""

from __future__ import annotations

import calendar

import regex

_tokens = regex.compile(r"[0-9A-Za-z:\x7f-\xff\x00-\x08\x0a-\x1f]+").findall
_time = regex.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[^0-9].*)?", regex.DOTALL).fullmatch
_day = regex.compile(r"([0-9]{1,2})(?:[^0-9].*)?", regex.DOTALL).fullmatch
_year = regex.compile(r"([0-9]{2,4})(?:[^0-9].*)?", regex.DOTALL).fullmatch
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def cookie_date(text: str) -> float | None:
    """Return the seconds since the epoch that a cookie's date means, None if it is none.

    >>> cookie_date("Thu, 01 Jan 1970 00:00:10 GMT"), cookie_date("1-jan-70 0:0:9"), cookie_date("tomorrow")
    (10.0, 9.0, None)
    """
    clock = day = month = year = None
    for token in _tokens(text):
        if clock is None and (found := _time(token)):
            clock = tuple(map(int, found.groups()))
        elif day is None and (found := _day(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in MONTHS:
            month = MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _year(token)):
            year = int(found[1])
    if clock is None or day is None or month is None or year is None:
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year < 70 else 0
    hour, minute, second = clock
    is_day = year >= 1601 and 1 <= day <= calendar.monthrange(year, month)[1]
    is_moment = is_day and hour < 24 and max(minute, second) < 60
    return float(calendar.timegm((year, month, day, hour, minute, second))) if is_moment else None
