"""Read the text of an element as a browser shows it: white space runs become one space, blocks stand apart.

`<br>` and the edges of block elements are white space, the edges of inline elements are nothing, so that
`<i>9.</i><i>6</i>` is "9.6". Script, style, template and noscript are not text, unless they are asked for themselves.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, Protocol

import regex

from scraper.job.late import late_regex
from scraper.parse.encodings.references import in_text
from scraper.parse.selectors.breaks import JOINED, LINE
from scraper.parse.trees.template import unpacked

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p"
    " pre section select summary table tbody td tfoot th thead title tr ul".split()
)
UNSEEN = frozenset({"script", "style", "template", "noscript"})
APART = frozenset(
    "sup sub s del strike ins a button label output data rt rp img input textarea svg meter progress canvas"
    " audio video iframe object embed".split()
)
"""Inline elements that a number does not reach into: powers, cents, footnotes, prices of before, links, controls."""
THOUSANDS = " \u00a0\u2009\u202f"
"""Spaces that may be thousands marks, each alone."""
BREAK, JOINT = "\0", "\1"
"""Mark a line's end and the edge of such an inline element while texts are put together."""
_edge_space = late_regex(r"^\s+|\s+$")
_gap = late_regex(r"[\s\0\1]+")
_joint_of_digits = late_regex(rf"(?<=\d){JOINT}(?=\d)")
_thin_space = late_regex(r"\s")
_tag = late_regex(r"<!--.*?-->|<[^>]*>", regex.DOTALL)
_unread = late_regex(r"<template\b.*?</template>", regex.DOTALL)


class Element(Protocol):
    """What is read of an element: lxml's names."""

    tag: Any
    text: str | None
    tail: str | None

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def itertext(self) -> Iterable[str]: ...


def squeeze(text: str | None) -> str:
    """Return a text with each run of white space as one space, and none at its ends.

    >>> squeeze(" a\\u00a0\\u3000 b\\n")
    'a b'
    """
    return " ".join(text.split()) if text else ""


def text(element: Element, without: Container[Any] = ()) -> str:
    """Return all text of an element but that below the elements `without`."""
    if element.tag in UNSEEN:
        return _unseen(element)
    if not len(element):
        return squeeze(element.text)
    pieces: list[str] = []
    _collect(element, pieces, without, " ")
    return squeeze("".join(pieces))


def lines(element: Element, without: Container[Any] = ()) -> str:
    """Return the text with a newline for each `<br>` and block edge; lines without text are left out."""
    if element.tag in UNSEEN:
        return _unseen(element)
    pieces: list[str] = []
    _collect(element, pieces, without, BREAK)
    return "\n".join(filter(None, map(squeeze, "".join(pieces).split(BREAK))))


def own_text(element: Element) -> str:
    """Return the text that stands in the element itself, not in those below it."""
    return squeeze("".join(_own_pieces(element, " ")))


def figures(element: Element, without: Container[Any] = ()) -> str:
    """Return the text for a number, with a mark for a break between two digits."""
    if element.tag in UNSEEN:
        return _unseen(element)
    if not len(element) and " " not in (plain := squeeze(element.text)):
        return plain
    pieces: list[str] = []
    _collect(element, pieces, without, BREAK, JOINT)
    return as_figures(pieces)


def own_figures(element: Element) -> str:
    """Return the element's own text for a number."""
    return as_figures(_own_pieces(element, BREAK))


def as_figures(pieces: Iterable[str]) -> str:
    """Return texts with the marks between them as one text; a space between digits is one that a single text holds.

    >>> as_figures(["1 234", "\\0", "$", " ", "5", "\\0", "6"])
    '1 234\\ufdd0$\\ufdd05\\ufdd06'
    """
    whole = "".join(_edge_space.sub(BREAK, piece) for piece in pieces)
    whole = _gap.sub(
        lambda gap: gap[0] if len(gap[0]) == 1 and gap[0] in THOUSANDS else BREAK if gap[0].strip(JOINT) else JOINT,
        whole,
    )
    whole = _joint_of_digits.sub(JOINED, whole.strip(BREAK + JOINT)).replace(BREAK, LINE).replace(JOINT, "")
    return _thin_space.sub(" ", whole)


def _own_pieces(element: Element, edge: str) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield edge if child.tag in BLOCKS or child.tag == "br" else JOINT if edge == BREAK else ""
        yield child.tail or ""


def _unseen(element: Element) -> str:
    """Return the text of an element that is none to a reader: what a template holds is a document of its own."""
    if element.tag == "template":
        markup = "".join(unpacked(child.text or "") for child in element)
        return in_text(_tag.sub("", _unread.sub("", markup))).strip()
    return "".join(element.itertext()).strip()


def _collect(element: Element, pieces: list[str], without: Container[Any], edge: str, joint: str = "") -> None:
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        if tag == "br":
            pieces.append(edge)
        elif isinstance(tag, str) and tag not in UNSEEN and child not in without:  # a comment's tag is no string
            end = edge if tag in BLOCKS else joint if joint and tag in APART else ""
            pieces.append(end)
            _collect(child, pieces, without, edge, joint)
            pieces.append(end)
        if child.tail:
            pieces.append(child.tail)
