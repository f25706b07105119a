"""Find on new pages the rows that a rule used to read: the elements that repeat and hold what the old rows held."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.mend.alignment import pairs_of
from scraper.authoring.mend.field_search import OLD_WAY
from scraper.authoring.mend.ground import Element, Row, Rows, Sheet, last_of_elements, rows_of, with_pattern
from scraper.authoring.mend.json_search import is_fixed, json_rows, search_for
from scraper.authoring.mend.markup import markup_of
from scraper.authoring.mend.nominate import looser
from scraper.authoring.mend.past import Past
from scraper.authoring.structure.class_words import stable_names
from scraper.authoring.structure.features import features_of, likeness, marks_of, own_words
from scraper.authoring.structure.repeats import NO_ITEMS
from scraper.authoring.structure.way import Way
from scraper.authoring.structure.ways import compounds, ways_to
from scraper.errors import PatternError
from scraper.job import Rule, Selection, Source
from scraper.parse.item import Sort
from scraper.parse.trees.text import text

LOOKED_AT = 12
"""Rows of a group by which it is judged."""
TRIED, GIVEN = 120, 2
"""Selectors that are tried for a group, and those that are given."""
BARE = 0.8
"""What a bare tag costs more."""
BEST = 10
"""Groups that are looked into closely."""


class Group(Struct, frozen=True):
    """Elements that may be the rows."""

    elements: tuple[Element, ...]
    glance: float


class RowsFound(Struct, frozen=True):
    """An `each` that may read the rows, and what speaks for it."""

    each: Selection
    rows: Rows
    covered: float
    """How well they match the old rows one by one, by values."""
    score: float
    cost: float


def find_rows(rule: Rule, was: Rows, pasts: Sequence[Past], sheets: Sequence[Sheet]) -> list[RowsFound]:
    """Return what may find the rows of a rule on new pages, the best first."""
    assert rule.each is not None
    if was.sort == Sort.JSON:
        found = [_judge(each, rows, cost, was, pasts) for each, rows, cost in json_rows(rule, sheets)]
        return sorted(found, key=lambda one: (-round(one.score, 2), one.cost))
    found = []
    for each, cost in _eaches(rule.each, was, sheets):
        rows = rows_of(rule, each, sheets)
        if len(rows):
            found.append(_judge(each, rows, cost, was, pasts))
    return sorted(found, key=lambda one: (-round(one.score, 2), one.cost))


def _eaches(each: Selection, was: Rows, sheets: Sequence[Sheet]) -> Iterator[tuple[Selection, float]]:
    """Yield the old selection with one demand less, and selections of the best groups of a page; each with its cost."""
    last = last_of_elements(each)
    if each.sources and each.sources[0].language == "table":
        yield from _tables(each, sheets[0])
    if last is not None:
        yield from ((with_pattern(each, last, pattern), OLD_WAY) for pattern in looser(each))
    sheet = max(sheets, key=lambda one: len(one.document.text))
    first_page = [row for row in was.rows if row.sheet is was.rows[0].sheet]
    groups = sorted(_groups(sheet, first_page), key=lambda one: -one.glance)
    for group in groups[:BEST]:
        yield from _selections(each, sheet.document.root, group, sheet)


def _groups(sheet: Sheet, was: Sequence[Row]) -> Iterator[Group]:
    old = _Look.of([row.element for row in was])
    seen = set()
    for elements in _repeated(sheet.document.root, fewest=2 if len(was) > 1 else 1):
        mark = (len(elements), elements[0], elements[-1])
        if mark in seen:
            continue
        seen.add(mark)
        new = _Look.of(elements)
        if (alike := old.likeness(new)) > 0.12:
            pairs = pairs_of(was, [Row(sheet, None, one) for one in elements[: 4 * len(was)]])  # type: ignore[arg-type]
            covered = 2 * len(set(pairs.values())) / (len(elements) + len(was))
            yield Group(tuple(elements), alike + 1.5 * covered)


def _repeated(root: Element, fewest: int) -> Iterator[list[Element]]:
    """Yield lists of elements that may be rows: those of one class, brothers of one tag or class."""
    found: dict[object, list[Element]] = {}
    for node in root.iter():
        if not isinstance(node.tag, str) or node.tag in NO_ITEMS:
            continue
        names = {part for name in (node.get("class") or "").split() for part in stable_names(name)}
        parent = node.getparent()
        found.setdefault((parent, node.tag), []).append(node)
        if parent is not None:
            found.setdefault((parent.tag, parent.get("class"), node.tag, node.get("class")), []).append(node)
        for name in sorted(names):
            found.setdefault((node.tag, name), []).append(node)
            found.setdefault((parent, node.tag, name), []).append(node)
    yield from (some for some in found.values() if len(some) >= fewest and not _is_nested(some))


def _is_nested(elements: Sequence[Element]) -> bool:
    """Return whether some of these lie in others."""
    every = set(elements)
    return any(ancestor in every for one in elements[:LOOKED_AT] for ancestor in one.iterancestors())


class _Look(Struct, frozen=True):
    """What rows look like from outside."""

    count: int
    length: float
    size: float
    tags: Counter[str]
    words: Counter[str]
    outside: object

    @classmethod
    def of(cls, elements: Sequence[Element]) -> _Look:
        some = elements[:: max(1, len(elements) // LOOKED_AT)][:LOOKED_AT]
        inside = [node for one in some for node in one.iter() if isinstance(node.tag, str)]
        tags = Counter({str(node.tag) for node in inside})
        words = Counter(
            {word for one in some for node in one.iter() if isinstance(node.tag, str) for word in own_words(node)}
        )
        length = sum(len(text(one)) for one in some) / len(some)
        look = features_of([(marks_of(one, one.getparent()), 0.0) for one in some])
        return cls(len(elements), length, len(inside) / len(some), tags, words, look)

    def likeness(self, new: _Look) -> float:
        """Return how alike rows look."""
        if not new.length:
            return 0.0
        length = math.exp(-abs(math.log((1 + self.length) / (1 + new.length))))
        size = math.exp(-abs(math.log((1 + self.size) / (1 + new.size))))
        count = math.exp(-0.5 * abs(math.log(self.count / new.count)))
        tags = len(self.tags.keys() & new.tags.keys()) / len(self.tags.keys() | new.tags.keys())
        words = len(self.words.keys() & new.words.keys()) / max(1, len(self.words.keys()))
        outside = likeness(self.outside, new.outside)  # type: ignore[arg-type]
        return (1.2 * length + 0.5 * size + count + 0.6 * tags + words + 0.7 * outside) / 5.0


# --------------------------------------------------------------------------- judge


def _judge(each: Selection, rows: Rows, cost: float, was: Rows, pasts: Sequence[Past]) -> RowsFound:
    """Return how well the rows of a selection hold the fields of a rule."""
    known = [past for past in pasts if not past.field.selection.from_page and past.texts and not is_fixed(past.field)]
    glance = _promise(rows, known) if known else 0.5
    usual = len(was) / max(1, len({row.sheet for row in was}))
    new = len(rows) / max(1, len({row.sheet for row in rows}))
    count = math.exp(-0.3 * abs(math.log(usual / new)))
    pairs = pairs_of(was.rows, rows.rows)
    covered = 2 * len(set(pairs.values())) / (len(rows) + len(was))
    return RowsFound(each, rows, covered, glance + 1.2 * covered + 0.3 * count - 0.02 * cost, cost)


def _promise(rows: Rows, pasts: Sequence[Past]) -> float:
    """Return how likely the rows hold all the fields, at a glance."""
    found = (search_for(past.field, rows, {}, is_page=False).promise(past) for past in pasts)
    return sum(found) / len(pasts)


# --------------------------------------------------------------------------- write


def _tables(each: Selection, sheet: Sheet) -> Iterator[tuple[Selection, float]]:
    """Yield selections of the rows of each table."""
    root = sheet.document.root
    for table in root.iter("table"):
        ways = sorted((way.cost, way.css()) for way in ways_to(table, root, is_page=True))
        exact = (pair for pair in ways if sheet.engine.css(pair[1], is_page=True).find(root) == [table])
        if found := next(exact, None):
            yield replace(each, sources=(Source("table", found[1]), *each.sources[1:])), found[0]


def _selections(each: Selection, root: Element, group: Group, sheet: Sheet) -> Iterator[tuple[Selection, float]]:
    """Yield the best selections of a group in the language of the old one."""
    wanted = list(group.elements)
    exact = (one for one in _ways(group, root) if _finds(sheet, one[1], root) == wanted)
    for cost, css, way in itertools.islice(exact, GIVEN):
        xpath = way.xpath() if way else None
        yield from ((selection, cost) for selection in _in_language(each, css, xpath, wanted))


def _ways(group: Group, root: Element) -> list[tuple[float, str, Way | None]]:
    """Return CSS that may find a group, the cheapest first, with its cost and the way that it writes."""
    some = group.elements
    found: dict[str, tuple[float, str, Way | None]] = {}
    for element in (some[0], some[len(some) // 2], some[-1]):
        for way in ways_to(element, root, is_page=True):
            bare = BARE * (not way.steps[-1].tests)
            found.setdefault(way.css(), (way.cost + bare, way.css(), way))
    for cost, css in _by_content(group):
        found.setdefault(css, (cost, css, None))
    return sorted(found.values(), key=lambda one: one[:2])[:TRIED]


def _finds(sheet: Sheet, css: str, root: Element) -> list[Element]:
    try:
        return sheet.engine.css(css, is_page=True).find(root)
    except PatternError:
        return []


def _by_content(group: Group) -> Iterator[tuple[float, str]]:
    """Yield selectors of rows by what stands in each of them: `div:has(> a[data-id])`."""
    first = group.elements[0]
    for child in first:
        if isinstance(child.tag, str):
            for step in compounds(child):
                if step.tests:
                    yield step.cost + 1.5, f"{first.tag}:has(> {Way((step,)).css()})"


def _in_language(each: Selection, css: str, xpath: str | None, elements: Sequence[Element]) -> Iterator[Selection]:
    last = last_of_elements(each)
    if last is not None:
        language = each.sources[last].language
        kept = replace(each, sources=each.sources[last:], first_of=())
        if language == "css" or xpath is not None:
            yield with_pattern(kept, 0, css if xpath is None or language == "css" else xpath.removeprefix("."))
    elif each.sources and each.sources[0].language == "regex" and len(each.sources) == 1:
        yield from (replace(each, sources=(Source("regex", pattern),)) for pattern in markup_of(elements))
    else:
        yield replace(each, sources=(Source("css", css),), first_of=())
