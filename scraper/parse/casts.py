"""Cast a text to the type of its field: the whole text or nothing. What does not cast is Malformed, with its cause."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import regex

from scraper.errors import Malformed
from scraper.job import urls
from scraper.job.templates import as_text
from scraper.parse.select import parse_json


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: what relative links and dates without a year are read against."""

    base_url: str
    encoding: str
    fetched_at: float
    """Seconds since the epoch."""


Cast = Callable[[Any, Place], Any]

MULTIPLIERS = {"千": 10**3, "k": 10**3, "K": 10**3, "M": 10**6, "万": 10**4, "亿": 10**8}
TRUTH = {"true": True, "yes": True, "1": True, "是": True, "有": True}
TRUTH |= {"false": False, "no": False, "0": False, "否": False, "无": False}
SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""The integers that a JSON line can hold for every reader that knows 64 bits."""

MAX_LENGTH = 1000
"""Characters of a number: a float has 309 digits before its point. The time to read one grows with their square."""

_wide = str.maketrans("０１２３４５６７８９．，－＋−", "0123456789.,-+-")
_spaces = " \u00a0\u2009\u202f"
_currency = r"(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|元)"
_number = {
    point: regex.compile(
        rf"(?P<sign>[+-]?)\s*(?:{_currency})?\s*(?P<minus>[+-]?)"
        rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?P<mark>[{regex.escape(comma)}'{_spaces}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*)?"
        rf"(?:{regex.escape(point)}(?P<part>[0-9]+))?"
        rf"\s*(?P<times>[kKM]|[千万亿]+)?\s*(?:{_currency})?",
    ).fullmatch
    for point, comma in ((".", ","), (",", "."))
}


def parse_number(text: str, decimal: str = ".") -> Decimal:
    """Return the number that a text is, or raise Malformed.

    >>> [str(parse_number(t)) for t in ("1,234.5", "￥１２", "3.5万", "1 000 EUR", "-7")]
    ['1234.5', '12', '35000.0', '1000', '-7']
    """
    match = _number[decimal](text.translate(_wide).strip()) if len(text) <= MAX_LENGTH else None
    if match is None or (match["whole"] is None and match["part"] is None) or (match["sign"] and match["minus"]):
        raise Malformed("is no number")
    sign, whole = match["sign"] or match["minus"], regex.sub(r"[^0-9]", "", match["whole"] or "0")
    number = Decimal(f"{sign}{whole}.{match['part']}" if match["part"] else sign + whole)
    for letter in match["times"] or "":
        number *= MULTIPLIERS[letter]
    return number


def cast_whole(value: Any, decimal: str) -> int:
    """Return the whole number that a value is; raises Malformed."""
    number = _number_of(value, decimal)
    if number != number.to_integral_value():
        raise Malformed("is no whole number")
    if not SMALLEST <= number <= LARGEST:
        raise Malformed("has more than 64 bits")
    return int(number)


def cast_float(value: Any, decimal: str) -> float:
    """Return the number that a value is; raises Malformed."""
    number = float(_number_of(value, decimal))
    if not math.isfinite(number):
        raise Malformed("is too large for a float")
    return number


def _number_of(value: Any, decimal: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Malformed("is no number")
    return parse_number(value, decimal) if isinstance(value, str) else Decimal(str(value))


def cast_bool(value: Any, _: Place) -> bool:
    """Return what a word for true or false means; raises Malformed for any other."""
    if isinstance(value, bool):
        return value
    try:
        return TRUTH[as_text(value).lower()]
    except KeyError:
        raise Malformed("is neither true, yes, 1, 是, 有 nor false, no, 0, 否, 无") from None


def parse_url(value: Any, place: Place) -> str:
    """Return the absolute http(s) URL that a link leads to from its place, or raise Malformed."""
    text = as_text(value)
    try:
        url = urls.join(place.base_url, text, place.encoding)
    except ValueError as error:
        raise Malformed("is no URL") from error
    if not urls.is_web(url):
        raise Malformed("is no http or https URL")
    return url


def cast_json(value: Any, _: Place) -> Any:
    """Return the value of a JSON text, any other value as it is; raises Malformed."""
    return parse_json(value) if isinstance(value, str) else value
