"""Say how alike values are: the same ones, or others of the same kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import regex
from msgspec import Struct

from scraper.parse.trees.text import squeeze

ALIKE = 0.5
"""Share of words from which two texts are the same one, edited."""
SHORT_ALIKE = 0.75
FEW = 3
"""Words up to which more of them must be shared."""
LONG = 6
"""Words from which a text is prose, whose signs say nothing."""
_word = regex.compile(r"[\p{L}\p{N}]+")
_signs = regex.compile(
    r"(?P<n>\d+)|(?P<u>\p{Lu}+(?!\p{Ll}))|(?P<t>\p{Lu}\p{Ll}+)|(?P<l>[\p{L}]+)|(?P<s>\s+)|(?P<c>\p{Sc})|(?P<o>.)"
)


@cache
def plain(value: str) -> str:
    """Return what of a text counts when texts are compared: its letters and digits, without case.

    >>> plain(" “Bitcoin”  (BTC) ")
    'bitcoin btc'
    """
    found = " ".join(_word.findall(value.casefold()))
    return found or squeeze(value)


@cache
def sameness(one: str, other: str) -> float:
    """Return how much two plain texts are the same, 1 for equal ones, 0 for others; edited ones lie between.

    >>> sameness("tine meierismør", "tine meierismør"), sameness("bitcoin", "btc")
    (1.0, 0.0)
    """
    if one == other:
        return 1.0
    first, second = Counter(one.split()), Counter(other.split())
    if min(first.total(), second.total()) < 2:
        return 0.0
    share = 2 * (first & second).total() / (first.total() + second.total())
    return share if share >= (ALIKE if max(len(first), len(second)) > FEW else SHORT_ALIKE) else 0.0


@cache
def telling(value: str) -> float:
    """Return how little a plain text could stand somewhere by chance, from 0 to 1.

    >>> telling("7") < telling("1745") < telling("the uncage")
    True
    """
    weight = sum(0.12 if sign.isdigit() else 0.25 if sign < "\u2e80" else 0.5 for sign in value)
    return min(1.0, weight)


def overlap(now: Sequence[str], was: Iterable[str]) -> float:
    """Return which share of the values now are values of before, weighed by how telling they are.

    >>> overlap(["Bitcoin", "Tether USDt"], ["Bitcoin", "XRP"]) > 0.3
    True
    """
    known = Counter(map(plain, was))
    left = Counter(known)
    scored = weight = 0.0
    vocabulary: dict[str, list[str]] | None = None
    for value in map(plain, now):
        if not value:
            continue
        told = telling(value)
        weight += max(told, 0.5)
        if left[value] > 0:
            left[value] -= 1
            scored += told
        elif value in known:
            scored += told * 0.5
        elif " " in value:
            vocabulary = vocabulary_of(known) if vocabulary is None else vocabulary
            near = {other for word in value.split() for other in vocabulary.get(word, ())}
            scored += told * max((sameness(value, other) for other in near), default=0.0) * 0.9
    return scored / weight if weight else 0.0


def vocabulary_of(known: Iterable[str]) -> dict[str, list[str]]:
    """Return plain texts by the words in them."""
    found: dict[str, list[str]] = {}
    for value in known:
        for word in set(value.split()):
            found.setdefault(word, []).append(value)
    return found


@cache
def mask(value: str) -> str:
    """Return of what signs a text is made; runs of the same sort are one, letters among digits a code, `x`.

    >>> values = "$1,204.50", "BTC", "Bitcoin Cash", "2026-11-02", "c8426dcb", "so many words that it is prose"
    >>> [mask(text) for text in values]
    ['$n,n.n', 'u', 't t', 'n-n-n', 'x', 'prose']
    """
    if len(value.split()) > LONG:
        return "prose"
    if (
        " " not in value
        and regex.match(r"(?:[a-z]+:)?/|[\w.%-]+[/?][\w/?=&.%-]*$", value)
        and not regex.fullmatch(r"[\d/.%-]+", value)
    ):
        return _mask_of_address(value)
    signs = [
        (match[0] if match.lastgroup in ("c", "o") else " " if match.lastgroup == "s" else str(match.lastgroup))
        for match in _signs.finditer(value)
    ]
    text = regex.sub(r"(?:[tlu] ?)(?:[tlu] )+[tlu]", "t t", "".join(signs))
    return regex.sub(r"(?:n[ult]+n|[ult]+n[ult])[nult]*", "x", regex.sub(r"(.)\1+", r"\1", text))


def _mask_of_address(value: str) -> str:
    """Return of how many pieces an address is made, and the names of what it asks for."""
    path, _, query = value.partition("#")[0].partition("?")
    scheme, _, rest = path.rpartition("//")
    pieces = [piece for piece in rest.split("/") if piece]
    suffix = regex.search(r"\.\w{2,5}$", pieces[-1]) if pieces and not (scheme and len(pieces) == 1) else None
    names = "&".join(regex.findall(r"(?:^|&)(\w+)=", query))
    end = f"{suffix[0] if suffix else ''}{'?' if query else ''}{names}"
    return f"{scheme}{'/' if path.startswith('/') else ''}{len(pieces)}{end}"


class Shape(Struct, frozen=True):
    """What values look like, taken together."""

    count: int
    length: float
    """The mean of the logarithms of their lengths."""
    spread: float
    masks: Counter[str]
    signs: tuple[float, float, float]
    """The shares of digits, of capitals among letters, of spaces."""
    distinct: float
    """The share of values that stand only once."""


def shape_of(values: Sequence[str]) -> Shape:
    """Return the shape of some values."""
    count = max(1, len(values))
    lengths = [math.log(1 + len(value)) for value in values] or [0.0]
    mean = sum(lengths) / len(lengths)
    whole = "".join(values)
    letters = [sign for sign in whole if sign.isalpha()]
    signs = (
        sum(map(str.isdigit, whole)) / max(1, len(whole)),
        sum(map(str.isupper, letters)) / max(1, len(letters)),
        whole.count(" ") / max(1, len(whole)),
    )
    spread = math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths))
    return Shape(len(values), mean, spread, Counter(map(mask, values)), signs, len(set(values)) / count)


def shape_likeness(one: Shape, other: Shape) -> float:
    """Return how alike two shapes are, from 0 to 1."""
    if not one.count or not other.count:
        return 0.0
    shared = sum(min(one.masks[m] / one.count, other.masks[m] / other.count) for m in one.masks)
    kinds = _coarse(one), _coarse(other)
    shared = max(shared, 0.75 * sum(min(kinds[0][m] / one.count, kinds[1][m] / other.count) for m in kinds[0]))
    room = (0.35 if one.count > FEW else 0.7) + max(one.spread, other.spread)
    length = math.exp(-((one.length - other.length) ** 2) / (2 * room**2))
    signs = 1 - min(1.0, sum(abs(a - b) for a, b in zip(one.signs, other.signs, strict=True)))
    distinct = 1 - abs(one.distinct - other.distinct) if min(one.count, other.count) > 2 else 0.5
    return 0.4 * shared + 0.25 * length + 0.25 * signs + 0.1 * distinct


def _coarse(shape: Shape) -> Counter[str]:
    """Return the masks with less detail: what stands in a text, not in which order."""
    found: Counter[str] = Counter()
    for one, count in shape.masks.items():
        key = (
            "prose"
            if one == "prose" or one.count(" ")
            else "".join(sorted(set(one.replace("l", "t").replace("u", "t")) - {",", ".", " "}))
        )
        found["words" if key == "prose" and not regex.search("n", one) else key] += count
    return found
