"""Find the elements of a page that repeat and say the most: the likely items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scraper.authoring.candidates import Candidate, Element, candidates_of, is_stable
from scraper.errors import PatternError
from scraper.parse.trees.lxml_select import Css
from scraper.parse.trees.text import UNSEEN, text

FEWEST = 3
WEAK = 4.0
LOOKED_AT = 30
"""Items of a group that are looked at to judge it."""
SURVEYED = 200
"""Items of the chosen group that are looked at to draft the fields."""
ALIKE = 3
"""Lists of one sort (as the cells of each row of a table) that are judged: the longest."""
BEST = 6
"""Groups for which a selector is looked for."""
NO_ITEMS = UNSEEN | {"html", "head", "body", "option", "meta", "link", "br", "svg", "path", "tbody", "thead", "col"}
WEIGHTS = {None: 1.0, "href": 0.7, "title": 0.7, "src": 0.3, "data-src": 0.3}
"""What a text or an attribute is worth among the signs of an item."""
TITLE = 3.0
"""What a title is worth beside another text."""
LONG_TITLE = 12
LONG = 200
"""Characters of an item from which more say nothing more."""


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that repeat, the selector that finds them and what varies in them."""

    elements: tuple[Element, ...]
    """The first of them, which are looked at."""
    count: int
    """How many there are."""
    selector: str
    candidates: tuple[Candidate, ...]
    score: float
    """How much they say; of a few bare links less than WEAK."""
    others: tuple[tuple[str, int], ...] = ()
    """Selectors of the next best groups and how many items they find."""


def best_group(root: Element) -> Group | None:
    """Return the group of elements that are most likely the items of a page, None if nothing repeats."""
    judged = []
    for elements in _candidates(root):
        elements = _without_header(elements)
        if len(elements) >= FEWEST:
            judged.append((round(_score(elements), 6), _depth(elements[0]), elements))
    judged.sort(key=lambda one: (-one[0], -bool(_common_classes(one[2])), -one[1]))
    found = [(way, elements) for _, _, elements in judged[:BEST] if (way := _selector(root, elements))]
    if not found or judged[0][0] <= 0:
        return None
    (selector, elements), others = found[0], tuple((way, len(other)) for way, other in found[1:])
    some = elements[:SURVEYED]
    return Group(tuple(some), len(elements), selector, tuple(candidates_of(some)), judged[0][0], others)


def _candidates(root: Element) -> Iterator[list[Element]]:
    """Yield lists of elements that may be items: those at the end of one way of tags, those of one parent, by class."""
    by_way: dict[Any, list[Element]] = {}
    by_parent: dict[Any, dict[Element, list[Element]]] = {}
    ways: dict[Element, tuple[str, ...]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        way = ways[element] = (*ways.get(parent, ()), element.tag)
        if element.tag in NO_ITEMS or is_fact(element):
            continue
        for name in ("", *(element.get("class") or "").split()):
            by_way.setdefault((way, name), []).append(element)
            by_parent.setdefault((way, name), {}).setdefault(parent, []).append(element)
    seen = set()
    for key, elements in by_way.items():
        parts = sorted(by_parent[key].values(), key=len, reverse=True)[:ALIKE]
        for part in (elements, *parts):
            mark = (len(part), part[0], part[-1])
            if len(part) >= FEWEST and mark not in seen:
                seen.add(mark)
                yield part


def is_fact(element: Element) -> bool:
    """Return whether an element is a row of a table that says one thing of the page: its name and its value."""
    return element.tag == "tr" and [cell.tag for cell in element] == ["th", "td"]


def _without_header(elements: list[Element]) -> list[Element]:
    """Return the rows of a table without the first if that is its header."""
    is_header = elements[0].tag == "tr" and not elements[0].findall("td") and len(elements) > 1
    return elements[1:] if is_header and elements[1].findall("td") else elements


def _score(elements: Sequence[Element]) -> float:
    """Return how much a group says: how many values of how many items."""
    some = elements[:LOOKED_AT]
    worth = 0.0
    for candidate in candidates_of(some):
        share = (candidate.filled / len(some)) ** 2 * min(1.0, candidate.distinct / candidate.filled)
        share *= TITLE if candidate.attr is None and _is_title(candidate) else 1.0
        worth += WEIGHTS.get(candidate.attr, 0.4) * share * (0.4 if candidate.place.is_many else 1.0)
    length = sum(min(len(text(element)), LONG) for element in some) / len(some)
    return worth * math.log2(1 + len(elements)) * (0.5 + length / LONG)


def _is_title(candidate: Candidate) -> bool:
    """Return whether a text is what people read first: a heading or a link of some length."""
    node = next(node for some in candidate.place.nodes for node in some)
    names = {str(node.tag), str(node.getparent().tag)} if candidate.place.path else set()
    return candidate.length >= LONG_TITLE and bool(names & {"a", "h1", "h2", "h3", "h4", "h5", "h6"})


def _selector(root: Element, elements: Sequence[Element]) -> str | None:
    """Return the shortest CSS selector that finds these elements and no others; None if there is none."""
    named = [f"{elements[0].tag}.{name}" for name in _common_classes(elements)]
    bare = [str(elements[0].tag)]
    if elements[0].tag == "tr":
        named, bare = ([*labels, *(f"{label}:nth-child(n+2)" for label in labels)] for labels in (named, bare))
    prefixes = list(_prefixes(elements))
    ways = [*named, *(p + label for p in prefixes for label in named), *(p + label for p in prefixes for label in bare)]
    return next((way for way in [*ways, *bare] if _finds(root, way, elements)), None)


def _finds(root: Element, selector: str, elements: Sequence[Element]) -> bool:
    try:
        return Css(selector, is_page=True).find(root) == list(elements)
    except PatternError:
        return False


def _prefixes(elements: Sequence[Element]) -> Iterator[str]:
    """Yield selectors of what is around all the elements, the nearest first."""
    first, rest = elements[0], elements[1:]
    parent_names = set.intersection(*(set(_labels(element.getparent())) for element in elements))
    yield from (f"{label} > " for label in _labels(first.getparent()) if label in parent_names)
    around = set(first.iterancestors())
    for element in rest:
        around &= set(element.iterancestors())
    for ancestor in first.iterancestors():
        if ancestor in around:
            for label in _labels(ancestor):
                yield f"{label} "
                yield from (f"{label} {name} > " for name in _labels(first.getparent()) if name in parent_names)


def _labels(element: Element | None) -> list[str]:
    """Return what an element may be called in CSS: by its id, its classes, its tag."""
    if element is None:
        return []
    name = element.get("id") or ""
    classes = [c for c in (element.get("class") or "").split() if is_stable(c)]
    return [*([f"#{name}"] if is_stable(name) else []), *(f"{element.tag}.{c}" for c in classes), str(element.tag)]


def _common_classes(elements: Sequence[Element]) -> list[str]:
    shared = set.intersection(*(set((element.get("class") or "").split()) for element in elements))
    return [name for name in (elements[0].get("class") or "").split() if name in shared and is_stable(name)]


def _depth(element: Element) -> int:
    return sum(1 for _ in element.iterancestors())
