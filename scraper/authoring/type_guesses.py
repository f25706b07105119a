"""Guess how texts become values: their type, and what to cut away before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import regex
from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.structure.candidates import Candidate
from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for

NOWHERE = Place("https://site.example/", "utf-8", 0.0)
DATE_FORMATS = (
    *("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%A, %d %B %Y", "%A, %B %d, %Y"),
    *("%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d"),
)
AMBIGUOUS = tuple((f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}") for mark in "/-" for year in ("%Y", "%y"))
"""Of two formats the one that all values of a column have; a column that fits both does not decide it."""
SCALED = frozenset(
    "b kb mb gb tb kib mib gib bytes mg g kg t oz lb lbs ml cl l mm cm m km in ft mi ms s sec min mins h hr hrs hour "
    "hours day days week weeks month months year years k mio bn w kw hz mhz ghz".split()
)
"""Units that a larger or a smaller value may change, so that its number says nothing without them."""
NUMBER_WORDS = ("Zero", "One", "Two", "Three", "Four", "Five")
QUOTES = (("“", "”"), ("«", "»"), ("「", "」"), ('"', '"'))
LINKS = ("href", "src", "data-src")
LONGEST_FRAME = 40
"""Characters beside the number in a text that is made of a number and always the same words."""
_caption = regex.compile(r"^(?:by|from|von|par)\s|^[^\d:：]{1,20}[:：]\s*", regex.IGNORECASE)
_number = regex.compile(r"\d[\d,]*(?:\.\d+)?")
_iso_date = regex.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


class TypeGuess(Struct, frozen=True):
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
    if pattern := _date_format(values):
        return TypeGuess("date", format=pattern)
    if len(values) == 1:  # what of it is the value and what is always there, more of them would tell
        return TypeGuess()
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


def _date_format(values: Sequence[str]) -> str | None:
    """Return the one format that dates have; None if no or more than one fits."""
    found = [one for one in DATE_FORMATS if _has_format(values, one)]
    pairs = [[one for one in pair if _has_format(values, one)] for pair in AMBIGUOUS]
    found += [fitting[0] for fitting in pairs if len(fitting) == 1]
    return found[0] if found and not any(len(fitting) > 1 for fitting in pairs) else None


def _has_format(values: Sequence[str], pattern: str) -> bool:
    return _fits(values, Field("", Selection(), type="date", formats=(pattern,)))


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
    if all(regex.search(r"\d:\d\d", value) for value in values):
        yield "datetime"  # as a date it would lose its time
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
    words = {word.lower() for frame in frames for word in regex.findall(r"\p{L}+", frame)}
    units = {word.lower() for value in values for word in regex.findall(r"\p{L}+", value)}
    if units & SCALED or len({word[:3] for word in words}) > 1:
        return None  # 4.21 GB beside 12 MB
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
