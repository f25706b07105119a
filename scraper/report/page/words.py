"""How the page writes values: those of records, counts, times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import regex
from msgspec import Struct

SHOWN_CHARACTERS = 160
UNITS = (("d", 86_400), ("h", 3600), ("min", 60))
_control = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of the text around them."""


class Cell(Struct, frozen=True):
    """One value of a record; `href` where it is a web address."""

    text: str
    href: str = ""
    is_null: bool = False


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

    >>> [duration(seconds) for seconds in (0, 0.42, 5, 59, 90, 2820, 5400, 200_000)]
    ['0 s', '0.4 s', '5 s', '59 s', '1.5 min', '47 min', '1.5 h', '2.3 d']
    """
    unit, size = next((each for each in UNITS if seconds >= each[1]), ("s", 1))
    count = seconds / size
    return f"{count:.0f} {unit}" if count >= 10 else f"{round(count, 1):g} {unit}"


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
