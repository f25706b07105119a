"""Write a value as the text of a table's cell, so that no spreadsheet takes it for a formula."""

from __future__ import annotations

from typing import Any

import orjson

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a text that spreadsheets calculate (OWASP, CSV Injection); the wide ones in East Asian editions."""


def cell(value: Any) -> str:
    r"""Return a JSON value as a cell: null is empty, a list or an object is JSON, a formula gets a ' before it.

    >>> [cell(value) for value in (None, "茶", "=1+1", -5, 9.5, True, ["a"])]
    ['', '茶', "'=1+1", '-5', '9.5', 'true', '["a"]']
    """
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else orjson.dumps(value).decode()
