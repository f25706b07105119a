"""Find the elements of a page that repeat and say the most: the likely items."""

from __future__ import annotations

import itertools
import math
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import Any

from msgspec import Struct

from scraper.authoring.structure.apart import children_of
from scraper.authoring.structure.candidates import Candidate, Element, candidates_of
from scraper.authoring.structure.group_selectors import Selectors, common_classes
from scraper.authoring.structure.regions import weight_of
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
"""Groups with a selector of which the first is taken and the others are told."""
ALIKE_ENOUGH = 0.5
"""The share of what most elements of a group have that makes one of them."""
MOST_STAY = 0.6
"""Strangers are the few."""
HOLLOW = 0.4
"""The share of the elements in the fullest one of a group from which one is built."""
NO_ITEMS = UNSEEN | frozenset("html head body option meta link br hr svg path tbody thead col".split())
WEIGHTS = {None: 1.0, "href": 0.7, "title": 0.7, "src": 0.3, "data-src": 0.3}
"""What a text or an attribute is worth among the signs of an item."""
BARE = 0.4
"""What items are worth that are nothing but links, as in a menu."""
MENU = 0.5
"""What these are worth that are many links, divided by their number."""
TITLE = 3.0
"""What a title is worth beside another text."""
LONG_TITLE = 12
LONG = 200
"""Characters of an item from which more say nothing more."""


class Group(Struct, frozen=True):
    """Elements that repeat, the selector that finds them and what varies in them."""

    elements: tuple[Element, ...]
    """The first of them, which are looked at."""
    count: int
    """How many there are."""
    selector: str
    candidates: tuple[Candidate, ...]
    score: float
    """How much they say, and where; of a few bare links less than WEAK."""
    others: tuple[tuple[str, int], ...] = ()
    """Selectors of the next best groups and how many items they find."""


def best_group(root: Element, details: Set[Element] = frozenset()) -> Group | None:
    """Return the group of elements that are most likely the items of a page, None if nothing repeats.

    `details`: elements that are none, since each says one thing of the page.
    """
    judged = []
    lists = (_without_header(elements) for elements in _candidates(root, details))
    for elements in (part for some in lists for part in (_without_strangers(some), _built(some))):
        if len(elements) >= FEWEST:
            judged.append((round(_score(elements), 6), _depth(elements[0]), elements))
    judged.sort(key=lambda one: (-one[0], -bool(common_classes(one[2])), -one[1]))
    selectors = Selectors(root)
    named = ((way, score, some) for score, _, some in judged if score > 0 and (way := selectors.shortest(some)))
    found = list(itertools.islice(named, BEST))
    if not found:
        return None
    best = found[0][2]
    found.sort(key=lambda one: not _is_of_like_tables(one[2], best))
    (selector, score, elements), others = found[0], tuple((way, len(other)) for way, _, other in found[1:])
    some = elements[:SURVEYED]
    return Group(tuple(some), len(elements), selector, tuple(candidates_of(some)), score, others)


def _candidates(root: Element, details: Set[Element] = frozenset()) -> Iterator[list[Element]]:
    """Yield lists of elements that may be items: those at the end of one way of tags, those of one parent, by class."""
    by_way: dict[Any, list[Element]] = {}
    by_parent: dict[Any, dict[Element, list[Element]]] = {}
    ways: dict[Element, tuple[str, ...]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        way = ways[element] = (*ways.get(parent, ()), element.tag)
        if element.tag in NO_ITEMS or is_fact(element) or element in details:
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


def _is_of_like_tables(elements: list[Element], best: list[Element]) -> bool:
    """Return whether elements are the rows of several tables of one head, of which the best are those of one."""
    if not (elements[0].tag == best[0].tag == "tr" and len(elements) > len(best) and set(best) <= set(elements)):
        return False
    heads = {_head_of(next(row.iterancestors("table"))) for row in elements}
    return len(heads) == 1 and heads != {()}


def _head_of(table: Element) -> tuple[str, ...]:
    """Return what stands over the columns of a table."""
    first = next(table.iter("tr"))
    return tuple(text(cell) for cell in first if first.find("th") is not None)


def _without_strangers(elements: list[Element]) -> list[Element]:
    """Return the elements without the few that are built otherwise: a paragraph before the list, a row of the pager."""
    inside = [frozenset(children_of(element)) for element in elements]
    count = Counter(label for labels in inside for label in labels)
    usual = {label for label, number in count.items() if 2 * number > len(elements)}
    if not usual:
        return elements
    width = statistics.median(map(len, elements)) if elements[0].tag == "tr" else 0
    alike = [e for e, labels in zip(elements, inside, strict=True) if _is_alike(labels, usual) and 2 * len(e) >= width]
    return alike if len(alike) >= max(FEWEST, MOST_STAY * len(elements)) else elements


def _built(elements: list[Element]) -> list[Element]:
    """Return the first elements of a list whose others are hollow, as a script will fill them later; else none."""
    sizes = [sum(1 for _ in element.iter()) for element in elements[: 2 * SURVEYED]]
    built = [size >= HOLLOW * max(sizes) for size in sizes]
    count = built.index(False) if False in built else 0
    return elements[:count] if not any(built[count:]) else []


def _is_alike(labels: Set[str], usual: Set[str]) -> bool:
    """Return whether most of what is usual is there, or half of it and nothing else."""
    share = len(labels & usual) / len(usual)
    return share > ALIKE_ENOUGH or (share == ALIKE_ENOUGH and labels <= usual)


def _score(elements: Sequence[Element]) -> float:
    """Return how much a group says: how many values of how many items."""
    some = elements[:LOOKED_AT]
    worth = 0.0
    for candidate in candidates_of(some):
        share = (candidate.filled / len(some)) ** 2 * min(1.0, candidate.distinct / candidate.filled)
        share *= TITLE if candidate.attr is None and _is_title(candidate) else 1.0
        worth += WEIGHTS.get(candidate.attr, 0.4) * share * (0.4 if candidate.place.is_many else 1.0)
    length = sum(min(len(text(element)), LONG) for element in some) / len(some)
    worth *= min(BARE, MENU / _links_of(some)) if all(map(_is_bare, some)) else 1.0
    return weight_of(some) * worth * math.log2(1 + len(elements)) * (0.5 + length / LONG)


def _is_bare(element: Element) -> bool:
    """Return whether all that an element says is in its links, as in a menu; it may hold more of its sort."""
    links = [element] if element.tag == "a" else [one for one in element.iter("a") if one.get("href")]
    has_heading = next(element.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is not None
    return (
        bool(links) and not has_heading and len(text(element).split()) <= sum(len(text(link).split()) for link in links)
    )


def _links_of(elements: Sequence[Element]) -> float:
    """Return how many links elements have, on average."""
    return max(1, sum(1 for element in elements for _ in element.iter("a")) / len(elements))


def _is_title(candidate: Candidate) -> bool:
    """Return whether a text is what people read first: a heading or a link of some length."""
    node = next(node for some in candidate.place.nodes for node in some)
    names = {str(node.tag), str(node.getparent().tag)} if candidate.place.path else set()
    return candidate.length >= LONG_TITLE and bool(names & {"a", "h1", "h2", "h3", "h4", "h5", "h6"})


def _depth(element: Element) -> int:
    return sum(1 for _ in element.iterancestors())
