"""Keep values of pages to what JSON lines and the journal can hold: no halves of characters, no numbers without end."""

from __future__ import annotations

from typing import Any

import orjson

from scraper.errors import Malformed
from scraper.job.templates import as_text


def lose_unwritable(values: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Make null what JSON of 64 bits cannot say; return the name, value and cause of each loss."""
    lost = []
    try:
        orjson.dumps(values)
    except orjson.JSONEncodeError:
        for name, value in values.items():
            try:
                orjson.dumps({name: value})  # as deep as it will stand
            except orjson.JSONEncodeError as error:
                values[name] = None
                lost.append((name, value, f"cannot be written: {error}"))
    return lost


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
