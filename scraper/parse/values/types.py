"""The types of a field's values: how a text is cast, what a config may say of them, what a column of them holds.

A new one is a function in `casts` and its row in TYPES.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from msgspec import Struct

from scraper.job import Field
from scraper.job.templates import as_text
from scraper.job.urls import url_mistake
from scraper.parse.values.casts import Cast, cast_bool, cast_float, cast_json, cast_whole, parse_url
from scraper.parse.values.dates import compile_dates
from scraper.parse.values.locales import decimal_of
from scraper.parse.values.magnitudes import Magnitudes, magnitudes

Stored = Literal["text", "integer", "number", "truth", "day", "moment", "json"]


def as_ranked(value: Any) -> Any:
    """Return a value as it is compared, if its type says nothing else; raises TypeError for true and false."""
    if isinstance(value, bool):
        raise TypeError("true and false have no order")
    return value


class TypeInfo(Struct, frozen=True):
    """What is known of a type: all that the config, its checks, `where` and the columns of an output ask."""

    cast: Callable[[Field], Cast]
    """From the field, whose other keys may say how its values are written."""
    summary: str
    fits: Callable[[Any], bool]
    """Whether a value of the config is one that such a field writes."""
    stored: Stored = "text"
    """What a typed column of its values holds."""
    keys: frozenset[str] = frozenset()
    """Keys of a field that are for this type, and for others that name them."""
    limits: str = ""
    """How `min` and `max` are written; empty for a type that has no order."""
    is_limit: Callable[[Any], bool] = lambda _: False
    rank: Callable[[Any], Any] = as_ranked
    """What is compared with a limit, and the limit itself. Raises TypeError or ValueError for what has no order."""
    is_link: bool = False
    is_file: bool = False
    """Whether what a value links to is downloaded."""


def cast_for(field: Field) -> Cast | None:
    """Return the function that casts a field's values, None where they stay as they are."""
    return None if field.type is None else TYPES[field.type].cast(field)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_text(value: Any, *, which: Callable[[str], bool] = lambda _: True) -> bool:
    try:
        return isinstance(value, str) and which(value)
    except ValueError:
        return False


_is_date = partial(_is_text, which=lambda text: date.fromisoformat(text).isoformat() == text)
_is_moment = partial(_is_text, which=lambda text: "T" in text and bool(datetime.fromisoformat(text)))


def _cast_numbers(field: Field, *, cast: Callable[[Any, str | None, Magnitudes], Any]) -> Cast:
    point = field.decimal or (decimal_of(field.locale) if field.locale else None)
    times = magnitudes(field.locale)
    return lambda value, _: cast(value, point, times)


def _cast_dates(field: Field, *, with_time: bool) -> Cast:
    read = compile_dates(field, with_time=with_time)
    return lambda value, place: read(as_text(value), place.fetched_at)


NUMBER = TypeInfo(
    partial(_cast_numbers, cast=cast_float),
    "a number",
    _is_number,
    "number",
    keys=frozenset({"decimal", "locale"}),
    limits="a number",
    is_limit=_is_number,
)
"""Also what a value is compared as whose type only the page can tell."""
TYPES: dict[str, TypeInfo] = {
    "str": TypeInfo(lambda _: lambda value, _: as_text(value), "any text", _is_text),
    "int": TypeInfo(
        partial(_cast_numbers, cast=cast_whole),
        "a whole number",
        lambda value: type(value) is int,
        "integer",
        keys=frozenset({"decimal", "locale"}),
        limits="a number",
        is_limit=_is_number,
    ),
    "float": NUMBER,
    "bool": TypeInfo(
        lambda _: cast_bool,
        "yes, true, 1, 是 and 有, or their opposites",
        lambda value: isinstance(value, bool),
        "truth",
    ),
    "date": TypeInfo(
        partial(_cast_dates, with_time=False),
        "year-month-day, or as `format` says",
        _is_date,
        "day",
        keys=frozenset({"format", "locale"}),
        limits="YYYY-MM-DD",
        is_limit=_is_date,
    ),
    "datetime": TypeInfo(
        partial(_cast_dates, with_time=True),
        "the same with a time",
        _is_moment,
        "moment",
        keys=frozenset({"format", "locale", "timezone"}),
        limits="YYYY-MM-DDThh:mm:ss",
        is_limit=lambda value: _is_date(value) or _is_moment(value),
        rank=datetime.fromisoformat,
    ),
    "url": TypeInfo(
        lambda _: parse_url,
        "a link, written as a whole http or https URL",
        partial(_is_text, which=lambda text: not url_mistake(text)),
        is_link=True,
    ),
    "file": TypeInfo(
        lambda _: parse_url,
        "a link, whose file is downloaded; written as an object: url, path, size, type, checksum",
        lambda _: False,
        "json",
        is_file=True,
    ),
    "json": TypeInfo(lambda _: cast_json, "JSON text, written as its value", lambda value: value is not None, "json"),
}
"""The types by their names. The order is that of the reference."""
