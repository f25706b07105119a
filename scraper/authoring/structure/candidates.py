"""Find the places where the values of items stand: the same element in each of them, its text or an attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import regex
from msgspec import Struct

from scraper.authoring.structure.class_words import is_made
from scraper.parse.trees.hidden import Hidden
from scraper.parse.trees.text import UNSEEN, own_text, text

Element = Any
"""An element of lxml's tree."""

STABLE_SHARE = 0.3
"""Of the items, from which a class names a place and not a value."""
MOST_POSITIONS = 24
SHORT = 60
"""Characters of an attribute that may be a value of its own."""
INLINE = frozenset({"b", "em", "font", "i", "mark", "small", "strong", "sub", "sup", "u", "span", "br", "wbr"})
LINKED = {"a": "href", "img": "src", "time": "datetime", "meta": "content", "source": "srcset", "data": "value"}
_plain_name = regex.compile(r"-?[a-zA-Z_][\w-]*").fullmatch
_rates = regex.compile(r"(?i)star|rat(?:e|ing)|score|grade|mark").search
_number = regex.compile(r"[\p{Sc}\s]*\d[\d.,]*\s*%?").fullmatch


class Place(Struct, frozen=True):
    """One element in each item, by its way down from the item."""

    path: tuple[str, ...]
    """CSS of each element on the way; () is the item itself."""
    nodes: tuple[tuple[Element, ...], ...]
    """For each item the elements there."""

    @property
    def is_many(self) -> bool:
        """Return whether an item may have several of them."""
        return any(len(some) > 1 for some in self.nodes)


class Candidate(Struct, frozen=True):
    """A place and what is taken there: an attribute, or the text where `attr` is None; of the item its own text."""

    place: Place
    attr: str | None
    values: tuple[tuple[str, ...], ...]
    """For each item the values there; none are empty."""

    @property
    def filled(self) -> int:
        """Return in how many items there is a value."""
        return sum(map(bool, self.values))

    @property
    def length(self) -> float:
        """Return how many characters a value has, on average."""
        values = [value for some in self.values for value in some]
        return sum(map(len, values)) / max(1, len(values))

    @property
    def distinct(self) -> int:
        """Return how many different values there are."""
        return len({value for some in self.values for value in some})


def is_stable(name: str) -> bool:
    """Return whether a class or id looks as if a person had chosen it, and needs no escape in CSS.

    >>> [name for name in ("price_color", "css-1q2w3e", "w-1/2", "board-index-1", "_3kXyZ9") if is_stable(name)]
    ['price_color', 'board-index-1']
    """
    return bool(_plain_name(name)) and not is_made(name)


def candidates_of(items: Sequence[Element]) -> list[Candidate]:
    """Return what varies in the items, in the order of the first item that has it."""
    count = Counter(name for item in items for name in {c for e in item.iter() for c in _classes(e)})
    known = {name for name, n in count.items() if n >= max(2, STABLE_SHARE * len(items)) and is_stable(name)}
    places = _places(Place((), tuple((item,) for item in items)), _Labels(count, known))
    return _without_twins([candidate for place in places for candidate in _candidates(place)])


class _Labels(Struct, frozen=True):
    """How elements are told apart: by the tag, and by the class that most items have."""

    count: Counter[str]
    known: set[str]

    def of(self, element: Element) -> str:
        classes = [name for name in _classes(element) if name in self.known]
        return f"{element.tag}.{max(classes, key=lambda name: self.count[name])}" if classes else str(element.tag)


def _places(place: Place, labels: _Labels) -> Iterator[Place]:
    """Yield a place and those below it."""
    yield place
    if place.path and _is_whole(place):
        return
    below: dict[str, list[list[Element]]] = {}
    for number, nodes in enumerate(place.nodes):
        for child in (child for node in nodes for child in node if is_seen(child)):
            below.setdefault(labels.of(child), [[] for _ in place.nodes])[number].append(child)
    for label, found in below.items():
        for path, part in _split(label, found):
            yield from _places(Place((*place.path, path), tuple(map(tuple, part))), labels)


def _split(label: str, found: list[list[Element]]) -> Iterator[tuple[str, list[list[Element]]]]:
    """Yield one place, or one for each position where all items have the same number of such elements."""
    counts = {len(some) for some in found if some}
    size = max(counts)
    is_row = size > 1 and len(counts) == 1 and size <= MOST_POSITIONS and all(_are_brothers(some) for some in found)
    are_links = label.startswith("a.")  # of one class, as tags are: a list that happens to be as long everywhere
    if not is_row or are_links or _are_alike(next(filter(None, found))):
        yield label, found
        return
    for n in range(size):
        positions = {_position(some[n]) for some in found if some}
        if len(positions) == 1:
            yield f"{label}:nth-child({positions.pop()})", [some[n : n + 1] for some in found]


def _are_alike(elements: list[Element]) -> bool:
    """Return whether elements are built alike, of several parts: then they are items themselves."""
    shapes = {tuple(_shape(one) for one in element.iterdescendants()) for element in elements}
    return len(shapes) == 1 and len(shapes.pop()) > 1


def _shape(element: Element) -> tuple[str, ...]:
    return (str(element.tag), *_classes(element))


def _is_whole(place: Place) -> bool:
    """Return whether the text of a place is one value: a number in pieces, or text with nothing but emphasis in it."""
    elements = [node for some in place.nodes for node in some]
    if not all(len(element) for element in elements):
        return False
    if all(_number(text(element)) and not own_text(element) for element in elements):
        return all(sum(bool(text(child)) for child in element if is_seen(child)) > 1 for element in elements)
    plain = [own_text(e) and all(c.tag in INLINE and not len(c) and not _classes(c) for c in e) for e in elements]
    return all(plain)


def _candidates(place: Place) -> Iterator[Candidate]:
    """Yield what a place gives: its text, the attributes that hold values."""
    elements = [node for some in place.nodes for node in some]
    if _has_text(elements) or (place.path and _is_whole(place)):
        read = text if place.path else own_text
        yield from _varying(Candidate(place, None, tuple(tuple(filter(None, map(read, some))) for some in place.nodes)))
    names = dict.fromkeys(name for node in elements for name in node.attrib)
    for name in names:
        if _holds_values(name, place) and not (place.is_many and _has_text(elements)):
            found = tuple(tuple(v for node in some if (v := (node.get(name) or "").strip())) for some in place.nodes)
            yield from _varying(Candidate(place, name, found))


def _has_text(elements: list[Element]) -> bool:
    """Return whether most of the elements have text of their own, and more than a caption before their children's."""
    own = [own_text(element) for element in elements]
    is_caption = len(set(own)) == 1 and all(any(text(child) for child in e if is_seen(child)) for e in elements)
    return 2 * sum(map(bool, own)) > len(own) and not is_caption


def _varying(candidate: Candidate) -> Iterator[Candidate]:
    """Yield a candidate if enough items have a value; a single value in all of them is none."""
    if candidate.filled >= max(2, 0.2 * len(candidate.values)) and candidate.distinct > 1:
        yield candidate


def _holds_values(name: str, place: Place) -> bool:
    """Return whether an attribute may hold values of the items."""
    elements = [node for some in place.nodes for node in some]
    tag = str(elements[0].tag)
    values = [node.get(name) or "" for node in elements]
    if name == LINKED.get(tag) or (name == "data-src" and tag == "img"):
        return not all(value.startswith(("javascript:", "#", "data:")) for value in values)
    if name == "title":
        return [text(node) for node in elements] != values
    if name in ("class", "style"):
        return _is_rating(name, values)
    return name.startswith("data-") and not place.path and all(len(value) < SHORT for value in values)


def _is_rating(name: str, values: list[str]) -> bool:
    """Return whether classes or styles say a number: star-rating Three, star4, width: 80%."""
    if name == "style":
        return all(regex.search(r"width:\s*[\d.]+%", value) for value in values)
    shared = set.intersection(*(set(value.split()) for value in values))
    rest = {" ".join(word for word in value.split() if word not in shared) for value in values}
    has_word = all(
        regex.fullmatch(r"(?i)zero|one|two|three|four|five|[a-z]+[-_]*\d+(?:[-_.]\d+)?", one) for one in rest
    )
    return bool(_rates(" ".join(shared | rest))) and 1 < len(rest) < 12 and has_word


def _without_twins(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates, of those with the same values the one that is a text, or lies at a text."""
    best: dict[tuple[tuple[str, ...], ...], Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.values)
        if known is None or _rank(candidate) > _rank(known):
            best[candidate.values] = candidate
    chosen = {id(candidate) for candidate in best.values()}
    return [candidate for candidate in candidates if id(candidate) in chosen]


def _rank(candidate: Candidate) -> tuple[bool, bool]:
    elements = [node for some in candidate.place.nodes for node in some]
    return candidate.attr is None, any(text(element) for element in elements)


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


_hidden = Hidden(lambda element, name: element.get(name))


def is_seen(element: Element) -> bool:
    """Return whether an element may show a text, by its own markup."""
    return isinstance(element.tag, str) and element.tag not in UNSEEN and element not in _hidden


def _are_brothers(elements: list[Element]) -> bool:
    return len({element.getparent() for element in elements}) <= 1


def _position(element: Element) -> int:
    return sum(1 for one in element.itersiblings(preceding=True) if isinstance(one.tag, str)) + 1
