"""Keep values of pages to what JSON lines and the journal can hold: no halves of characters, no numbers without end."""

from __future__ import annotations

from typing import Any

import orjson

from scraper.errors import Malformed
from scraper.job.templates import as_text
from scraper.parse.selectors.select import BEYOND_FLOATS
from scraper.parse.values.casts import TOO_LONG


def lose_unwritable(values: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Make null what JSON of 64 bits cannot say; return the name, value and cause of each loss.

    Long integers inside a list or an object are no loss: their digits are kept as a text.
    """
    lost = []
    try:
        orjson.dumps(values)
    except orjson.JSONEncodeError:
        for name, value in values.items():
            try:
                values[name] = _spelled(value) if isinstance(value, dict | list) else value
                orjson.dumps({name: values[name]})  # as deep as it will stand
            except (orjson.JSONEncodeError, RecursionError) as error:
                values[name] = None
                cause = TOO_LONG if type(value) is int else f"cannot be written: {error}"
                lost.append((name, value, cause))
    return lost


def _spelled(value: Any) -> Any:
    """Return a JSON value whose integers beyond 64 bits are texts, but for those that stand for no number at all."""
    if isinstance(value, dict):
        return {key: _spelled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    is_long = type(value) is int and not -(2**63) <= value < 2**64 and abs(value) < BEYOND_FLOATS
    return str(value) if is_long else value


def shown(value: Any, length: int) -> str:
    """Return the beginning of a value as a person may read it.

    >>> shown("\\ud83d|" * 100, 10)
    '\\\\ud83d|\\\\ud'
    """
    try:
        text = as_text(value)
    except Malformed as error:
        text = f"a value that {error}"
    return text[:length].encode("utf-8", "backslashreplace").decode()[:length]
