"""Resolve character references as the place says in which they stand (WHATWG HTML §13.2.5.72 to 80).

In a text `&copy` and `&copy;` are ©; in an attribute a name without `;` is none before `=` or a letter or digit, so
that `?a=1&copy=2` stays a query; in scripts, styles and comments `&` is a sign like others.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from html.entities import html5
from math import inf

import regex

from scraper.job.late import late_re
from scraper.parse.encodings.scan import Kind, Token, is_json, tokens

Left = Callable[[], float]
"""What gives the seconds left, and raises where there are none."""
LOOKS_AT_THE_CLOCK = 1000
"""Every so many pieces of a source."""
_references = late_re(r"&(?:#(?:[xX]([0-9A-Fa-f]++)|([0-9]++));?|([A-Za-z][A-Za-z0-9]{0,31}+;?))")
_is_more_of_a_name = late_re(r"[=A-Za-z0-9]")
_MAX_DIGITS = 7
"""Of a number that is a character's, without the zeros before it."""
_WINDOWS = {
    number: sign for number in range(0x80, 0xA0) if (sign := bytes([number]).decode("cp1252", "replace")) != "\ufffd"
}
"""What pages mean by the numbers of controls: the signs that windows-1252 has in their place."""
_spelled = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


class Cut(str):
    """A text that was cut out of the source of a page, and knows where."""

    __slots__ = ("source", "start")
    source: str
    start: int


def taken(match: regex.Match[str], group: int | str = 0) -> str | None:
    """Return what a group of a match took, a Cut if it holds what may be a reference; None if it took no part."""
    found: str | None = match.group(group)
    if found is None or "&" not in found:
        return found
    cut = Cut(found)
    cut.source, cut.start = match.string, match.start(group)
    return cut


def in_text(text: str) -> str:
    """Return a text with its references resolved.

    >>> in_text("&lt;&copy=&#128;&#x27;&notit;&x;")
    "<©=€'¬it;&x;"
    """
    return _replaced(text, lambda _: None) if "&" in text else text


def in_attribute(text: str) -> str:
    """Return an attribute's value with its references resolved.

    >>> in_attribute("/x?a=1&copy=2&region=3&amp;b&lt")
    '/x?a=1&copy=2&region=3&b<'
    """
    return _replaced(text, lambda _: Kind.START) if "&" in text else text


def resolved(text: str, left: Left) -> str:
    """Return what was cut out of a source with the references resolved that are any where they stand.

    Raises what `left` does: to find out where takes time, once for a source.
    """
    if not isinstance(text, Cut):
        return text
    source, start = _origin(text)
    end = start + len(text)
    return _replaced(str(text), lambda at: _kind_at(source, start + at, left), after=source[end : end + 1])


def spelled_out(source: str) -> str:
    """Return a page with no references but those of `& < > " '`, which every parser resolves at every place.

    >>> spelled_out("<a href='?a&copy=1&eacute;'>&copy&lt;</a><script>&eacute;</script>")
    "<a href='?a&amp;copy=1é'>©&lt;</a><script>&eacute;</script>"
    """
    return _replaced(source, lambda at: _kind_at(source, at, _for_ever), is_source=True) if "&" in source else source


def _replaced(text: str, kind_at: Callable[[int], Kind | None], *, after: str = "", is_source: bool = False) -> str:
    """Return a text with its references resolved; `after` it stands what was cut off."""

    def one(match: re.Match[str]) -> str:
        kind = kind_at(match.start())
        if kind == Kind.RAW:
            return match[0]
        following = text[match.end() : match.end() + 1] or after
        found = _value(match, following, in_tag=kind in (Kind.START, Kind.END))
        return found.translate(_spelled) if is_source else found

    return _references.sub(one, text)


def _value(match: re.Match[str], following: str, *, in_tag: bool) -> str:
    """Return what a reference stands for, itself if it is none."""
    if digits := match[1] or match[2]:
        return _character(digits.lstrip("0"), 16 if match[1] else 10)
    name = match[3]
    if name in html5 and (name.endswith(";") or not (in_tag and _is_more_of_a_name.match(following))):
        return html5[name]
    if not in_tag:
        for end in range(len(name) - 1, 1, -1):
            if name[:end] in html5:
                return html5[name[:end]] + name[end:]
    return match[0]


def _character(digits: str, base: int) -> str:
    """Return the character of a number (§13.2.5.80); Python refuses to read one of thousands of digits."""
    number = int(digits or "0", base) if len(digits) <= _MAX_DIGITS else 0
    if not 0 < number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return "\ufffd"
    return _WINDOWS.get(number) or chr(number)


# --------------------------------------------------------------------------- where


def _origin(cut: Cut) -> tuple[str, int]:
    """Return the source that a text was cut out of in the end, and where."""
    source, start = cut.source, cut.start
    while isinstance(source, Cut):
        start += source.start
        source = source.source
    return source, start


def _for_ever() -> float:
    return inf


def _kind_at(source: str, at: int, left: Left) -> Kind | None:
    token = _token_at(source, at, left)
    return token.kind if token else None


def _token_at(source: str, at: int, left: Left) -> Token | None:
    """Return what a place in a source is part of, None for text."""
    starts, found = _walked(source, left)
    number = bisect_right(starts, at) - 1
    return found[number] if number >= 0 and at < found[number].end else None


@lru_cache(maxsize=1)
def _walked(source: str, left: Left) -> tuple[list[int], list[Token]]:
    """Return where a source's pieces start, and these; JSON has no references, whatever markup its texts hold."""
    found = [Token(0, len(source), Kind.RAW)] if is_json(source) else list(_referring(source, left))
    return [token.start for token in found], found


def _referring(source: str, left: Left) -> Iterator[Token]:
    """Yield the pieces of a source that hold a `&`: no other place is ever asked for."""
    for number, token in enumerate(tokens(source, referring=True)):
        if number % LOOKS_AT_THE_CLOCK == 0:
            left()
        if source.find("&", token.start, token.end) >= 0:
            yield token
