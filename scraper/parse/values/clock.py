"""Read the hour of a clock of twelve by what stands beside it: am, pm, 上午, 晚上, 午後."""

from __future__ import annotations

import regex

MORNING, NOON, AFTERNOON, EVENING = "凌晨|清晨|早上|早晨|上午|오전", "中午", "下午|傍晚|오후", "晚上|夜里|夜裡|深夜"
JAPANESE = "午前|午後"
HALVES = "|".join((MORNING, NOON, AFTERNOON, EVENING, JAPANESE))
"""Words before a clock time, as a regex."""
AM_PM = r"[ap]\s?\.?\s?m\b\.?"
"""What stands behind one in English, in lower case."""


def hour_of(hour: int, half: str | None) -> int:
    """Return the hour of 24 that a clock means; 24 is midnight at the end of the day. ValueError where none is sure.

    >>> hour_of(12, "am"), hour_of(3, "p.m."), hour_of(12, "凌晨"), hour_of(12, "晚上"), hour_of(15, "下午")
    (0, 15, 0, 24, 15)
    """
    if not half:
        return hour
    if half[0] in "ap":
        if not 1 <= hour <= 12:
            raise ValueError("has no hour from 1 to 12 before am or pm")
        return hour % 12 + (12 if half[0] == "p" else 0)
    first, last, added, special = _RULES[next(words for words in _RULES if regex.fullmatch(words, half))]
    if hour in special:
        return special[hour]
    if not first <= hour <= last and not (added and 12 < hour < 24):
        raise ValueError(f"has an hour that is none for {half}")
    return hour + added if hour < 12 else hour


_RULES: dict[str, tuple[int, int, int, dict[int, int]]] = {
    MORNING: (0, 11, 0, {12: 0}),
    NOON: (1, 2, 12, {11: 11, 12: 12}),
    AFTERNOON: (1, 12, 12, {}),
    EVENING: (5, 11, 12, {12: 24}),
    "午前": (0, 11, 0, {}),
    "午後": (0, 11, 12, {}),
}
"""Words → the hours that they go with, what is added to them, and hours of their own."""
