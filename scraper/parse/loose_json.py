"""Read JSON as search engines do: comments, commas too many, several values in a row, references of HTML."""

from __future__ import annotations

import html
import json
from typing import Any

import regex

from scraper.errors import Malformed
from scraper.job.late import late_regex
from scraper.parse.selectors.select import parse_json

MAX_VALUES = 1000
_text = r'(?P<text>"(?:[^"\\]|\\.)*+")'
_comment = late_regex(rf"{_text}|/\*.*?\*/|//[^\n]*", regex.DOTALL)
_last_comma = late_regex(rf"{_text}|,(?=\s*[}}\]])", regex.DOTALL)


def read(text: str) -> list[Any]:
    """Return the values of a text, none for an empty one; Malformed for what even a tolerant reader does not read.

    >>> read('{"a": [1, 2,], /* b */ "c": "//"} {"d": 1}'), read("{&quot;a&quot;: 1}"), read(" ")
    ([{'a': [1, 2], 'c': '//'}, {'d': 1}], [{'a': 1}], [])
    """
    if not text.strip():
        return []
    try:
        return [parse_json(text, is_strict=False)]
    except Malformed as error:
        mistake = error
    for loose in (text, html.unescape(text)):
        found = _values(_without(_last_comma, _without(_comment, loose)))
        if found:
            return found
    raise mistake


def _without(pattern: regex.Pattern[str], text: str) -> str:
    return pattern.sub(lambda part: part["text"] or "", text)


def _values(text: str) -> list[Any]:
    """Return the values that stand one behind the other, with commas or semicolons between them; [] for a mistake."""
    decoder, at = json.JSONDecoder(strict=False), 0
    found: list[Any] = []
    try:
        while (at := _start(text, at)) < len(text) and len(found) < MAX_VALUES:
            _, end = decoder.raw_decode(text, at)
            found.append(parse_json(text[at:end], is_strict=False))
            at = end
    except (ValueError, RecursionError, Malformed):
        return []
    return found


def _start(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,;\ufeff":
        at += 1
    return at
