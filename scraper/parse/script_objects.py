"""Read the objects of scripts that are no JSON: `{a: 1, 'b': undefined,}`, by chompjs."""

from __future__ import annotations

from functools import partial
from typing import Any

import chompjs
import regex

from scraper.errors import Malformed
from scraper.job.late import late_regex
from scraper.parse.selectors.select import BEGINNING, parse_json

_WORDS = {"undefined": "null", "void 0": "null", "!0": "true", "!1": "false"}
_WORDS |= {word: word for word in ("null", "true", "false")}
_token = late_regex(
    r"""(?P<text>"(?:[^"\\]|\\.)*+(?:"|\\?$)|'(?:[^'\\]|\\.)*+(?:'|\\?$)|`(?:[^`\\]|\\.)*+(?:`|\\?$))"""
    r"""|//[^\n]*|/\*.*?(?:\*/|$)"""
    r"""|(?P<before>[:,\[]\s*+)(?:(?P<word>null|true|false|undefined|void 0|!0|!1|-?NaN|[+-]?Infinity)\s*+(?=[,}\]])"""
    r"""|\+(?=[.0-9]))""",
    regex.DOTALL,
)
"""Texts and comments are passed over as a whole: what looks like a word there is none."""
_escape = late_regex(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|(\r\n|.))", regex.DOTALL)
_LEFT = frozenset("bfnrtu\"'`\\/")
"""Escapes that JSON has too, or chompjs reads."""
_GONE = frozenset({"\r\n", "\n", "\r", "\u2028", "\u2029"})


def read(text: str) -> Any:
    """Return the first object or array of a script as JSON has it; Malformed for what is none.

    `undefined`, `NaN` and `Infinity` are null. What is no value but a piece of program, a function, is its text.

    >>> read("var d = {a: 1, 'b': undefined, c: [.5, 0x10, !0,], d: new Date(1), e: 'it\\\\x27s'}; f()")
    {'a': 1, 'b': None, 'c': [0.5, 16, True], 'd': 'new Date(1)', 'e': "it's"}
    """
    try:
        return chompjs.parse_js_object(_token.sub(_plain, text), loader=partial(parse_json, is_strict=False))
    except (ValueError, RecursionError, Malformed) as error:
        raise Malformed(f"holds no object of JavaScript: {text[:BEGINNING].strip()!r}") from error


def _plain(token: regex.Match[str]) -> str:
    """Return a token as JSON says it, or as chompjs takes it."""
    if token["text"] is not None:
        return _escape.sub(_unescaped, token["text"]) if "\\" in token["text"] else token["text"]
    if token["before"] is not None:
        word = _WORDS.get(token["word"], "null") + " " if token["word"] else ""
        return token["before"] + word  # chompjs 1.4.1 reads `[true,1]` as ["true", 1], and `[true ,1]` as it should
    return token[0]


def _unescaped(escape: regex.Match[str]) -> str:
    code, sign = escape[1] or escape[2], escape[3]
    if code is not None:
        number = int(code, 16)
        return f"\\u{number:04x}" if number < 0x10000 else chr(number) if number < 0x110000 else "\ufffd"
    if sign in _LEFT:
        return escape[0]
    return "" if sign in _GONE else {"0": r"\u0000", "v": r"\u000b"}.get(sign, sign)
