"""Tell elements from others that a selector finds too: by what stands in them, by a class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import regex

from scraper.authoring.structure.candidates import Element, is_stable
from scraper.authoring.structure.way import Test

_class = regex.compile(r"\.([\w-]+)")


def tests_of(wanted: Sequence[Element], strangers: Set[Element]) -> Iterator[Test]:
    """Yield what may be asked of elements that others of the same name lack: a child, none, a class not to have."""
    ours: list[set[str]] = [set(children_of(element)) for element in wanted]
    theirs: list[set[str]] = [set(children_of(element)) for element in strangers]
    told = set.intersection(*ours) - set[str]().union(*theirs)
    yield from (("child", label, _as_xpath(label)) for label in children_of(wanted[0]) if label in told)
    lacked = set.intersection(*theirs) - set[str]().union(*ours)
    yield from (("no child", label, _as_xpath(label)) for label in sorted(lacked))
    names = set.intersection(*(set((element.get("class") or "").split()) for element in strangers))
    yield from (("no class", "", name) for name in sorted(names) if is_stable(name))


def _as_xpath(label: str) -> str:
    return _class.sub(r"[has-class('\1')]", label).replace(" > ", "/")


def children_of(element: Element) -> list[str]:
    """Return what the children and grandchildren of an element may be called, from the element on: `td`, `td > a`."""
    found: dict[str, None] = {}
    for child in element:
        for label in _child_labels(child):
            found[label] = None
            found.update((f"{label} > {name}", None) for below in child for name in _child_labels(below))
    return list(found)


def _child_labels(element: Element) -> list[str]:
    if not isinstance(element.tag, str):
        return []
    classes = [name for name in (element.get("class") or "").split() if is_stable(name)]
    return [*(f"{element.tag}.{name}" for name in classes[:1]), element.tag]
