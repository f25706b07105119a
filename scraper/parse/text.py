"""Read the text of an element as a browser shows it: white space runs become one space, blocks stand apart.

`<br>` and the edges of block elements are white space, the edges of inline elements are nothing, so that
`<i>9.</i><i>6</i>` is "9.6". Script, style, template and noscript are not text, unless they are asked for themselves.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, Protocol

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p"
    " pre section select summary table tbody td tfoot th thead title tr ul".split()
)
UNSEEN = frozenset({"script", "style", "template", "noscript"})
_BREAK = "\0"
"""Marks a line's end while lines are put together; no parser lets a NUL through into text."""


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
        return "".join(element.itertext()).strip()
    if not len(element):
        return squeeze(element.text)
    pieces: list[str] = []
    _collect(element, pieces, without, " ")
    return squeeze("".join(pieces))


def lines(element: Element, without: Container[Any] = ()) -> str:
    """Return the text with a newline for each `<br>` and block edge; lines without text are left out."""
    if element.tag in UNSEEN:
        return "".join(element.itertext()).strip()
    pieces: list[str] = []
    _collect(element, pieces, without, _BREAK)
    return "\n".join(filter(None, map(squeeze, "".join(pieces).split(_BREAK))))


def own_text(element: Element) -> str:
    """Return the text that stands in the element itself, not in those below it."""
    pieces = [element.text or ""]
    for child in element:
        pieces.append(" " if child.tag in BLOCKS or child.tag == "br" else "")
        pieces.append(child.tail or "")
    return squeeze("".join(pieces))


def _collect(element: Element, pieces: list[str], without: Container[Any], edge: str) -> None:
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        if tag == "br":
            pieces.append(edge)
        elif isinstance(tag, str) and tag not in UNSEEN and child not in without:  # a comment's tag is no string
            if tag in BLOCKS:
                pieces.append(edge)
                _collect(child, pieces, without, edge)
                pieces.append(edge)
            else:
                _collect(child, pieces, without, edge)
        if child.tail:
            pieces.append(child.tail)
