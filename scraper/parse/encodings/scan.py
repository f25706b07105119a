"""Walk over a page's source as a tokenizer of HTML does (WHATWG HTML §13.2.5): where its tags, comments, scripts are.

It makes no tree: it tells what a `<` or a `&` at some place in the source is. The time is linear in any source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from scraper.job.late import late_re

RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "xmp"})
"""Elements whose contents are text as they stand, whatever they look like."""
REFERRING = frozenset({"textarea", "title"})
"""Elements that hold no tags, but character references."""


class Kind(Enum):
    """What a piece of the source is. What lies between two pieces is text."""

    START = "a start tag"
    END = "an end tag"
    RAW = "text without references, or a comment, a doctype, a tag that never ends"
    REFERRING = "text without tags"


class Token(NamedTuple):
    """A piece of the source."""

    start: int
    end: int
    kind: Kind
    name: str = ""
    attributes: str = ""


_SPACE = r"[\t\n\f\r ]"
_EQUALS = rf"{_SPACE}*+={_SPACE}*+"


def _attributes_of(but: str) -> str:
    """Return the regex of a tag's attributes that hold none of some characters."""
    name = rf"[^\t\n\f\r />{but}][^\t\n\f\r />={but}]*+"
    value = rf"""(?:"[^"{but}]*+"|'[^'{but}]*+'|(?!["'])[^\t\n\f\r >{but}]*+)"""
    return rf"(?:[\t\n\f\r /]++|{name}(?:{_EQUALS}{value}|(?!{_SPACE}*+=)))*+"


_tag = late_re(rf"<(/?)([A-Za-z][^\t\n\f\r />]*+)({_attributes_of('')})>")
_attributes = late_re(
    rf"""([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_EQUALS}(?:"([^"]*+)"|'([^']*+)'|((?!["'])[^\t\n\f\r >]*+)))?"""
)
_without_references = late_re(  # without groups: before Python 3.12 `re` fails at those in what is possessive
    r"(?:[^<]++|<(?![A-Za-z!?/])"
    rf"|</?(?!(?:{'|'.join(sorted(RAW | REFERRING))}|plaintext)[\t\n\f\r />])"
    rf"[A-Za-z][^\t\n\f\r />&]*+{_attributes_of('&')}>"
    r"|<!--(?:-?>|(?>[^&]*?--!?>))|<(?:!(?!--)|\?|/(?![A-Za-z]))[^>&]*+>)*+",
    re.IGNORECASE | re.ASCII,
)
_comment = late_re(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)
_bogus = late_re(r"<(?:[!?]|/(?![A-Za-z]))[^>]*+>")
_opening = late_re(r"<[A-Za-z!?/]")
_ends = {
    name: late_re(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII) for name in (RAW | REFERRING) - {"script"}
}
_in_script = late_re(r"<!--(-*>)?|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_starts_as_json = late_re(r"\s*+(?:\{\s*+[\"}]|\[\s*+[\[\]{\"\d-])")


def is_json(text: str) -> bool:
    """Return whether a source begins as JSON does, and no page."""
    return _starts_as_json.match(text) is not None


def tokens(text: str, *, referring: bool = False) -> Iterator[Token]:
    """Yield the pieces of a source that are no text, in order; `referring`: such as hold a `&`, and few others."""
    at = 0
    while opening := _opening.search(text, _behind_others(text, at) if referring else at):
        start = opening.start()
        if tag := _tag.match(text, start):
            at = tag.end()
            name = tag[2].lower()
            yield Token(start, at, Kind.END if tag[1] else Kind.START, name, tag[3])
            if not tag[1] and (name in _ends or name in ("script", "plaintext")):
                end = _end_of_text(text, name, at)
                yield Token(at, end, Kind.REFERRING if name in REFERRING else Kind.RAW)
                at = end
        else:
            other = _comment.match(text, start) if text.startswith("<!--", start) else _bogus.match(text, start)
            at = other.end() if other else len(text)
            yield Token(start, at, Kind.RAW)


def attributes(source: str) -> Iterator[tuple[str, str]]:
    """Yield the names, in lower case, and the values of a tag's attributes as they stand in the source.

    >>> list(attributes(" HREF='/x?a=1&amp;b' x=1 y"))
    [('href', '/x?a=1&amp;b'), ('x', '1'), ('y', '')]
    """
    for match in _attributes.finditer(source):
        yield match[1].lower(), match[2] or match[3] or match[4] or ""


def _behind_others(text: str, at: int) -> int:
    """Return where what holds no `&` ends, text and all tags and comments together: one step for most of a page."""
    match = _without_references.match(text, at)
    return match.end() if match else at


def _end_of_text(text: str, name: str, at: int) -> int:
    """Return where the contents of an element end that holds no tags; without its end tag, where the page does."""
    if name == "script":
        return _end_of_script(text, at)
    match = _ends[name].search(text, at) if name in _ends else None
    return match.start() if match else len(text)


def _end_of_script(text: str, at: int) -> int:
    """Return where a script ends. One that it writes within a comment ends there (§13.2.5.15 to 32)."""
    depth = 0  # 1: within a comment, 2: within a script in it
    for match in _in_script.finditer(text, at):
        if match[2] is None:
            depth = 0 if match[1] or match[0] == "-->" else max(depth, 1)
        elif not match[2]:
            depth = 2 if depth else 0
        elif depth < 2:
            return match.start()
        else:
            depth = 1
    return len(text)
