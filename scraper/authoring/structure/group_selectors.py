"""Find the shortest CSS selector that finds some elements of a page and no others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from scraper.authoring.structure.apart import tests_of
from scraper.authoring.structure.candidates import Element, is_stable
from scraper.authoring.structure.way import css_test
from scraper.errors import PatternError
from scraper.parse.trees.lxml_select import Css

Marks = set[Element]
TRIES = 30
"""Selectors that are held against the page; what speaks against the others is known without."""


class Selectors:
    """The elements of a page by what they may be called; a selector is tried without searching the page for it."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._named: dict[str, list[Element]] = {}
        self._below: dict[str, Marks] = {}
        for element in root.iter():
            for label in _labels(element) if isinstance(element.tag, str) else ():
                self._named.setdefault(label, []).append(element)

    def shortest(self, elements: Sequence[Element]) -> str | None:
        """Return the shortest selector that finds these elements and no others; None if there is none."""
        wanted = list(elements)
        named = [f"{elements[0].tag}.{name}" for name in common_classes(elements)]
        prefixes = list(_prefixes(elements))
        ways = [("".join(steps), self._walk(steps)) for steps in _ways(prefixes, named, str(elements[0].tag))]
        exact = (way for way, found in ways if found == wanted)
        tried = itertools.islice(itertools.chain(exact, self._narrowed(ways, wanted)), TRIES)
        return next((way for way in tried if self._finds(way, wanted)), None)

    def _narrowed(self, ways: list[tuple[str, list[Element]]], wanted: list[Element]) -> Iterator[str]:
        """Yield ways that find more, with what the others lack; of those that find the same the first."""
        marks, seen = set(wanted), set()
        for way, found in ways:
            size = len(found), found[-1] if found else None
            if size not in seen and len(found) > len(wanted) and marks <= set(found):
                seen.add(size)
                yield from (way + end for end in _ends(wanted, set(found) - marks))

    def _finds(self, way: str, wanted: list[Element]) -> bool:
        """Return whether a selector finds what is wanted: the page itself has the last word."""
        try:
            return bool(Css(way, is_page=True).find(self._root) == wanted)
        except PatternError:
            return False

    def _walk(self, steps: Sequence[str]) -> list[Element]:
        """Return what a way finds: labels, each but the last with " " or " > " behind it."""
        found = self._named.get(steps[-1], [])
        marks: Marks | None = None
        for step in steps[:-1]:
            label, is_parent = step.removesuffix(" > ").rstrip(), step.endswith(" > ")
            here = [e for e in self._named.get(label, []) if marks is None or e in marks]
            if is_parent:
                marks = {child for e in here for child in e}
            elif marks is None:
                marks = self._all_below(label)
            else:
                marks = {one for e in here for one in e.iterdescendants()}
        return found if marks is None else [e for e in found if e in marks]

    def _all_below(self, label: str) -> Marks:
        if label not in self._below:
            self._below[label] = {one for e in self._named.get(label, []) for one in e.iterdescendants()}
        return self._below[label]


def _ways(prefixes: list[tuple[str, ...]], named: list[str], tag: str) -> Iterator[tuple[str, ...]]:
    """Yield ways to the elements, those that a person would write first."""
    yield from ((label,) for label in named)
    yield from ((*prefix, label) for prefix in prefixes for label in named)
    yield from ((*prefix, tag) for prefix in prefixes)
    yield (tag,)


def _ends(wanted: list[Element], strangers: Marks) -> Iterator[str]:
    """Yield what may be asked of elements that others of the same name lack: a place, a child, a class."""
    if wanted[0].tag == "tr":
        yield from _ends_of_rows(wanted, strangers)
    yield from (css_test(test) for test in tests_of(wanted, strangers))


def _ends_of_rows(wanted: list[Element], strangers: Marks) -> Iterator[str]:
    """Yield what tells rows from a head, from a row of few cells, from the rows of tables inside them."""
    cells = min(map(len, wanted))
    ends = [":nth-child(n+2)"] if all(element.getprevious() is not None for element in wanted) else []
    ends.append(f":has(> td:nth-child({cells}))")
    if cells == max(map(len, wanted)):
        ends.append(f":has(> td:nth-child({cells}):last-child)")
    yield from ends
    is_nested = any(next(row.iterancestors("td"), None) is not None for row in strangers)
    if is_nested and all(next(row.iterancestors("td"), None) is None for row in wanted):
        yield from (f"{end}:not(td tr)" for end in ("", *ends))


def _prefixes(elements: Sequence[Element]) -> Iterator[tuple[str, ...]]:
    """Yield the beginnings of selectors, of what is around all the elements, the nearest first."""
    first, rest = elements[0], elements[1:]
    parents = {element.getparent() for element in elements}
    parent_names = set.intersection(*(set(_labels(parent)) for parent in parents))
    yield from ((f"{label} > ",) for label in _labels(first.getparent()) if label in parent_names)
    names = [label for label in _labels(first.getparent()) if label in parent_names]
    above = [set(_labels(parent.getparent())) for parent in parents if parent is not None]
    grand = [
        label
        for label in (_labels(first.getparent().getparent()) if above else ())
        if label in set.intersection(*above)
    ]
    yield from ((f"{label} > ", f"{name} > ") for label in grand for name in names)
    around = set(first.iterancestors())
    for element in rest:
        around &= set(element.iterancestors())
    for ancestor in first.iterancestors():
        if ancestor in around:
            for label in _labels(ancestor):
                yield (f"{label} ",)
                yield from ((f"{label} ", f"{name} > ") for name in _labels(first.getparent()) if name in parent_names)


def _labels(element: Element | None) -> list[str]:
    """Return what an element may be called in CSS: by its id, its classes, its tag."""
    if element is None:
        return []
    name = element.get("id") or ""
    classes = [c for c in (element.get("class") or "").split() if is_stable(c)]
    return [*([f"#{name}"] if is_stable(name) else []), *(f"{element.tag}.{c}" for c in classes), str(element.tag)]


def common_classes(elements: Sequence[Element]) -> list[str]:
    """Return the classes that all of the elements have."""
    shared = set.intersection(*(set((element.get("class") or "").split()) for element in elements))
    return [name for name in (elements[0].get("class") or "").split() if name in shared and is_stable(name)]
