"""Write a value as the text of a table's cell, so that no spreadsheet takes it for a formula."""

from __future__ import annotations

from typing import Any

import orjson

from scraper.job.late import late_re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a text that spreadsheets calculate (OWASP, CSV Injection); the wide ones in East Asian editions."""
_INNER = late_re(r"""([;|\t\r\n]["']*)(?=[=+\-@＝＋－＠])""")
"""Where a cell would begin with a formula for who separates by another sign than the comma: to them no quote is one."""


def cell(value: Any) -> str:
    r"""Return a JSON value as a cell: null is empty, a list or an object is JSON, a formula gets a ' before it.

    >>> [cell(value) for value in (None, "茶", "=1+1", "a;=1+1", -5, 9.5, True, ["a"])]
    ['', '茶', "'=1+1", "a;'=1+1", '-5', '9.5', 'true', '["a"]']
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    whole = _INNER.sub(r"\1'", text)
    return f"'{whole}" if text is value and text.startswith(FORMULA) else whole
