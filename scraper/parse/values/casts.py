"""Cast a text to the type of its field: the whole text or nothing. What does not cast is Malformed, with its cause."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from scraper.errors import Malformed
from scraper.job import urls
from scraper.job.templates import as_text
from scraper.parse.selectors.select import parse_json
from scraper.parse.values.magnitudes import PLAIN, Magnitudes
from scraper.parse.values.numbers import parse_number


class Place(Struct, frozen=True):
    """Where a value stands: what relative links and dates without a year are read against."""

    base_url: str
    encoding: str
    fetched_at: float
    """Seconds since the epoch."""


Cast = Callable[[Any, Place], Any]

TRUTH = {"true": True, "yes": True, "1": True, "是": True, "有": True}
TRUTH |= {"false": False, "no": False, "0": False, "否": False, "无": False}
SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""The integers that a JSON line can hold for every reader that knows 64 bits."""

TOO_LONG = "has more than 64 bits; `type: str` keeps its digits"


def cast_whole(value: Any, decimal: str | None, times: Magnitudes = PLAIN) -> int:
    """Return the whole number that a value is; raises Malformed."""
    number = _number_of(value, decimal, times)
    if number != number.to_integral_value():
        raise Malformed("is no whole number; `type: float` reads it")
    if not SMALLEST <= number <= LARGEST:
        raise Malformed(TOO_LONG)
    return int(number)


def cast_float(value: Any, decimal: str | None, times: Magnitudes = PLAIN) -> float:
    """Return the number that a value is; raises Malformed."""
    number = float(_number_of(value, decimal, times))
    if not math.isfinite(number):
        raise Malformed("is too large for a float")
    return number


def _number_of(value: Any, decimal: str | None, times: Magnitudes) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Malformed("is no number")
    return parse_number(value, decimal, times) if isinstance(value, str) else Decimal(str(value))


def cast_bool(value: Any, _: Place) -> bool:
    """Return what a word for true or false means; raises Malformed for any other."""
    if isinstance(value, bool):
        return value
    try:
        return TRUTH[as_text(value).lower()]
    except KeyError:
        raise Malformed(
            "is neither true, yes, 1, 是, 有 nor false, no, 0, 否, 无; a step `map` says which is which"
        ) from None


def parse_url(value: Any, place: Place) -> str:
    """Return the absolute http(s) URL that a link leads to from its place, or raise Malformed."""
    text = as_text(value)
    try:
        url = urls.join(place.base_url, text, place.encoding)
    except ValueError as error:
        raise Malformed("is no URL") from error
    if not urls.is_web(url):
        raise Malformed("is no http or https URL; `type: str` keeps it")
    return url


def cast_json(value: Any, _: Place) -> Any:
    """Return the value of a JSON text, any other value as it is; raises Malformed."""
    return parse_json(value) if isinstance(value, str) else value
