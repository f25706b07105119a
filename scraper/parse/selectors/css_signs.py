"""The signs that CSS selectors are written in (CSS Syntax 3): names, texts, escapes, numbers of places."""

from __future__ import annotations

import regex

from scraper.job.late import late_regex

_escape = r"\\(?:[0-9a-fA-F]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f0-9a-fA-F])"
IDENT = regex.compile(
    rf"(?:--|-?(?:[a-zA-Z_\u0080-\U0010ffff]|{_escape}))(?:[-\w\u0080-\U0010ffff]|{_escape})*", regex.ASCII
)
STRING = late_regex(
    rf"""(?P<mark>["'])(?P<text>(?:(?!(?P=mark))[^\\\n\r\f]|\\(?:\r\n|[\n\r\f])|{_escape})*)(?P=mark)"""
)
_escaped = late_regex(
    r"\\(?:(?P<code>[0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(?P<end>\r\n|[\n\r\f])|(?P<sign>.))", regex.DOTALL
)
BLANK = regex.compile(r"(?:[ \t\n\r\f]|/\*.*?\*/)*", regex.DOTALL)
COMMENTS = regex.compile(r"(?:/\*.*?\*/)*", regex.DOTALL)
COMBINATOR = regex.compile(r"[>+~]")
OPERATOR = late_regex(r"[~|^$*]?=")
AN_PLUS_B = late_regex(
    r"(?P<word>even|odd)|(?P<step>[+-]?[0-9]*)n(?:[ \t\n\r\f]*(?P<sign>[+-])[ \t\n\r\f]*(?P<plus>[0-9]+))?"
    r"|(?P<only>[+-]?[0-9]+)",
    regex.IGNORECASE,
)
WORDS = late_regex(r"[^()\"'\\]+")
FLAG = late_regex("[iIsS]")
OF = late_regex(r"of(?=[ \t\n\r\f.#:\[*/])", regex.IGNORECASE)


def numbers(found: regex.Match[str]) -> tuple[int, int]:
    """Return A and B of an `An+B`."""
    if found["word"]:
        return 2, int(found["word"].lower() == "odd")
    if found["only"]:
        return 0, _small(found["only"])
    step = found["step"]
    return _small(step + "1" if step in ("", "+", "-") else step), _small(
        (found["sign"] or "") + (found["plus"] or "0")
    )


def _small(number: str) -> int:
    """Return a number as far as elements can be counted."""
    return max(-(2**31), min(2**31 - 1, int(number[:12])))


def plain(text: str) -> str:
    """Return a name or a text with its escapes resolved."""

    def resolve(found: regex.Match[str]) -> str:
        if found["code"] is None:
            return found["sign"] or ""
        code = int(found["code"], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"

    return _escaped.sub(resolve, text) if "\\" in text else text
