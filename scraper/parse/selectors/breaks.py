"""Keep in mind, in a text of which a number is made, where it goes from one element to the next between two digits.

Patterns see the text without the marks, as it is shown; what they take of it has them again, so that no number is put
together of two. Only a step that says what is to stand between them takes them away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

import regex

from scraper.job.late import late_regex

LINE, JOINED = "\ufdd0", "\ufdd1"
"""A line's or a block's edge, shown as a space; the edge of an element that a number does not reach into, not shown.
Both are characters that no text has."""
_mark = late_regex(f"[{LINE}{JOINED}]")
_between_digits = late_regex(rf"(?<=\d)[{LINE}{JOINED}]+(?=\d)")
has_marks = _mark.search


def shown(text: str) -> str:
    """Return a text without the marks.

    >>> shown("5\\ufdd0100 12\\ufdd199")
    '5 100 1299'
    """
    return text.replace(LINE, " ").replace(JOINED, "") if has_marks(text) else text


def told(text: str) -> str:
    """Return a text with a newline for each mark between two digits."""
    return shown(_between_digits.sub("\n", text)) if has_marks(text) else text


def cut(text: str, start: int, end: int, *, with_edges: bool = False) -> str:
    """Return what stands at a place of the shown text, with its marks; `with_edges`: also those right beside it.

    >>> cut("12\\ufdd199 5\\ufdd0100", 0, 4) == "12\\ufdd199", cut("12\\ufdd199", 2, 4)
    (True, '99')
    """
    joints = [match.start() - n for n, match in enumerate(regex.finditer(JOINED, text))]
    first, last = (bisect_left, bisect_right) if with_edges else (bisect_right, bisect_left)
    return text[start + first(joints, start) : end + last(joints, end)]


def replaced(text: str, matches: Iterable[regex.Match[str]], expand: Callable[[regex.Match[str]], str]) -> str:
    """Return a text with the matches of its shown form replaced; what is taken out leaves its mark."""
    pieces, at = [], 0
    for match in matches:
        start, end = match.span()
        new = expand(match)
        for number in range(match.re.groups + 1):
            if (group := match.group(number)) and has_marks(marked := cut(text, *match.span(number))):
                new = new.replace(group, marked)
        if not new and (mark := has_marks(cut(text, start, end))):
            new = mark.group()
        pieces += [cut(text, at, start, with_edges=True), new]
        at = end
    return "".join([*pieces, cut(text, at, len(shown(text)), with_edges=True)])
