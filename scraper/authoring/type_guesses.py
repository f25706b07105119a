"""Guess how texts become values: their type, and what to cut away before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from scraper.authoring.candidates import Candidate
from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for

NOWHERE = Place("https://site.example/", "utf-8", 0.0)
DATE_FORMATS = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%A, %d %B %Y")
NUMBER_WORDS = ("Zero", "One", "Two", "Three", "Four", "Five")
QUOTES = (("“", "”"), ("«", "»"), ("「", "」"), ('"', '"'))
LINKS = ("href", "src", "data-src")
LONGEST_FRAME = 40
"""Characters beside the number in a text that is made of a number and always the same words."""
_caption = regex.compile(r"^(?:by|from|von|par)\s|^[^\d:：]{1,20}[:：]\s*", regex.IGNORECASE)
_number = regex.compile(r"\d[\d,]*(?:\.\d+)?")
_iso_date = regex.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """How texts become values: the keys of a field behind its selector, in the order of the language."""

    type: str | None = None
    format: str | None = None
    regex: str | None = None
    steps: tuple[Any, ...] = ()

    def keys(self) -> dict[str, Any]:
        """Return the keys that are set."""
        found = {"regex": self.regex, "steps": list(self.steps) or None, "type": self.type, "format": self.format}
        return {key: value for key, value in found.items() if value is not None}


def treatment_of(values: Sequence[str]) -> TypeGuess:
    """Return how texts become values of the type that fits all of them, no type if none does.

    >>> treatment_of(["£1.50", "£20"]).type, treatment_of(["007", "12"]).type
    ('float', None)
    >>> treatment_of(["128 points", "1 point"]).keys()
    {'regex': '\\\\d[\\\\d,]*', 'type': 'int'}
    """
    for kind in _types(values):
        if _fits(values, Field("", Selection(), type=kind)):
            return TypeGuess(kind)
    for pattern in DATE_FORMATS:
        if _fits(values, Field("", Selection(), type="date", formats=(pattern,))):
            return TypeGuess("date", format=pattern)
    if (cut := _without_caption(values)) is not None:
        step, rest = cut
        inner = treatment_of(rest)
        if inner.regex:
            return inner
        return replace(inner, steps=(step, *inner.steps))
    days = [match[0] for value in values if (match := _iso_date.search(value))]
    if len(days) == len(values) and _fits(days, Field("", Selection(), type="date")):
        return TypeGuess("date", regex=r"\d{4}-\d\d-\d\d")
    return _numbers_inside(values) or _quoted(values) or TypeGuess()


def guess_type(candidate: Candidate) -> TypeGuess:
    """Return how the values of a candidate are treated."""
    values = [value for some in candidate.values for value in some]
    if candidate.attr == "class":
        return _rating(values)
    if candidate.attr == "style":
        return TypeGuess("float", regex=r"width:\s*([\d.]+)%")
    if candidate.attr in LINKS:
        return TypeGuess("url")
    return treatment_of(values)


def _rating(values: list[str]) -> TypeGuess:
    """Return how class words become numbers: "star-rating Three", "stars star-45"."""
    words = "|".join(NUMBER_WORDS)
    if all(regex.search(rf"\b(?:{words})\b", value) for value in values):
        table = {word: n for n, word in enumerate(NUMBER_WORDS)}
        return TypeGuess("int", regex=rf"\b(?:{words})\b", steps=({"map": table},))
    return TypeGuess("int", regex=r"\d+")


def _types(values: Sequence[str]) -> Iterator[str]:
    """Yield the types to try, the narrowest first; digits with a zero before them are no number."""
    if not any(regex.fullmatch(r"0\d+", value) or len(value) > 16 for value in values):
        if not any(regex.search(r"[.,]\d{1,2}\b", value) for value in values):  # 12.00 is a price that is whole today
            yield "int"
        yield "float"
    yield "date"
    if any(":" in value for value in values):
        yield "datetime"


def _fits(values: Sequence[str], one: Field) -> bool:
    cast = cast_for(one)
    assert cast is not None
    try:
        return all(cast(value, NOWHERE) is not None for value in values)
    except Malformed:
        return False


def _without_caption(values: Sequence[str]) -> tuple[dict[str, str], list[str]] | None:
    """Return the step that takes away what stands before all the values, such as "Price: ", and what it leaves."""
    found = _caption.match(values[0])
    if not found or not all(value.startswith(found[0].rstrip()) for value in values):
        return None
    caption = found[0].rstrip()
    rest = [value.removeprefix(caption).strip() for value in values]
    return ({"remove_prefix": caption}, rest) if all(rest) else None


def _numbers_inside(values: Sequence[str]) -> TypeGuess | None:
    """Return how the one number before the same few words is taken: "128 points", but not "Chapter 7"."""
    found = [_number.findall(value) for value in values]
    frames = {_number.sub("#", value).replace("s", "") for value in values}
    if (
        len(frames) > 2
        or not all(regex.match(r"[^\p{L}\d]*#", frame) for frame in frames)
        or any(len(some) != 1 for some in found)
        or not 1 < len(max(frames, key=len)) <= LONGEST_FRAME
    ):
        return None
    if any(regex.search(r"(?i)ago|[前]", frame) for frame in frames):
        return None  # relative times
    numbers = [some[0] for some in found]
    for kind, pattern in (("int", r"\d[\d,]*"), ("float", r"\d[\d,]*(?:\.\d+)?")):
        if _fits(numbers, Field("", Selection(), type=kind)):
            return TypeGuess(kind, regex=pattern)
    return None


def _quoted(values: Sequence[str]) -> TypeGuess | None:
    for first, last in QUOTES:
        if all(value.startswith(first) and value.endswith(last) for value in values):
            return TypeGuess(steps=({"remove_prefix": first}, {"remove_suffix": last}))
    return None
