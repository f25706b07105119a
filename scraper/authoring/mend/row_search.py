"""Find on new pages the rows that a rule used to read: the elements that repeat and hold what the old rows held."""

from __future__ import annotations

import heapq
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
from scraper.authoring.structure.apart import tests_of
from scraper.authoring.structure.class_words import stable_names
from scraper.authoring.structure.features import features_of, likeness, marks_of, own_words
from scraper.authoring.structure.repeats import NO_ITEMS
from scraper.authoring.structure.way import Step, Way
from scraper.authoring.structure.ways import ways_to
from scraper.errors import PatternError
from scraper.job import Rule, Selection, Source
from scraper.parse.item import Sort
from scraper.parse.trees.text import text

LOOKED_AT = 12
"""Rows of a group by which it is judged."""
TRIED, GIVEN = 120, 2
"""Selectors that are tried for a group, and those that are given."""
NARROWED = 4
"""Selectors that find more, of which narrower ones are made."""
BARE = 0.8
"""What a bare tag costs more."""
COST = {False: 0.008, True: 0.02}
"""What a selector that is one dearer counts, of elements and of JSON: which rows it finds counts more."""
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
    sheet = max(sheets, key=_size)
    first_page = [row for row in was.rows if row.sheet is was.rows[0].sheet]
    groups = sorted(_groups(each, sheet, first_page), key=lambda one: -one.glance)
    for group in groups[:BEST]:
        yield from _selections(each, group, sheet)


def _size(sheet: Sheet) -> int:
    return len(sheet.document.text) if sheet.outer is None else len(sheet.outer.nodes)


def _groups(each: Selection, sheet: Sheet, was: Sequence[Row]) -> Iterator[Group]:
    old = _Look.of(was)
    seen = set()
    for elements in _repeated(sheet.root, fewest=2 if len(was) > 1 else 1):
        mark = (len(elements), elements[0], elements[-1])
        if mark in seen:
            continue
        seen.add(mark)
        wholes = sheet.engine.groups(elements) if each.with_siblings else elements
        rows = [Row(sheet, None, *both) for both in zip(wholes, elements, strict=True)]  # type: ignore[arg-type]
        if (alike := old.likeness(_Look.of(rows))) > 0.12:
            pairs = pairs_of(was, rows[: 4 * len(was)])
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
        found.setdefault((node.tag, frozenset(node.attrib)), []).append(node)
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
    def of(cls, rows: Sequence[Row]) -> _Look:
        some = rows[:: max(1, len(rows) // LOOKED_AT)][:LOOKED_AT]
        inside = [node for one in some for node in one.nodes]
        tags = Counter({str(node.tag) for node in inside})
        words = Counter({word for node in inside for word in own_words(node)})
        length = sum(len(text(one.element)) for one in some) / len(some)
        look = features_of([(marks_of(one.origin, one.origin.getparent()), 0.0) for one in some])
        return cls(len(rows), length, len(inside) / len(some), tags, words, look)

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
    return RowsFound(
        each, rows, covered, glance + 1.2 * covered + 0.3 * count - COST[rows.sort == Sort.JSON] * cost, cost
    )


def _promise(rows: Rows, pasts: Sequence[Past]) -> float:
    """Return how likely the rows hold all the fields, at a glance."""
    found = (search_for(past.field, rows, {}, is_page=False).promise(past) for past in pasts)
    return sum(found) / len(pasts)


# --------------------------------------------------------------------------- write


def _tables(each: Selection, sheet: Sheet) -> Iterator[tuple[Selection, float]]:
    """Yield selections of the rows of each table."""
    root = sheet.root
    for table in root.iter("table"):
        ways = sorted((way.cost, way.css()) for way in ways_to(table, root, is_page=True))
        exact = (pair for pair in ways if sheet.engine.css(pair[1], is_page=True).find(root) == [table])
        if found := next(exact, None):
            yield replace(each, sources=(Source("table", found[1]), *each.sources[1:])), found[0]


def _selections(each: Selection, group: Group, sheet: Sheet) -> Iterator[tuple[Selection, float]]:
    """Yield the best selections of a group in the language of the old one."""
    wanted = list(group.elements)
    for cost, way in itertools.islice(_exact(sheet, wanted), GIVEN):
        xpath = way.xpath() if sheet.outer is not None else way.xpath().removeprefix(".")
        yield from ((selection, cost) for selection in _in_language(each, way.css(), xpath, wanted))


def _exact(sheet: Sheet, wanted: list[Element]) -> Iterator[tuple[float, Way]]:
    """Yield ways that find a group alone, with their cost; then those that find more, with what tells it apart."""
    wider: dict[int, Way] = {}
    bare = itertools.islice(_apart(sheet, wanted, Way((Step(" ", str(wanted[0].tag), cost=2.3),))), 1)
    yield from heapq.merge(_ways_alone(sheet, wanted, wider), bare, key=lambda one: one[0])
    for way in itertools.islice(wider.values(), NARROWED):
        yield from _apart(sheet, wanted, way)


def _ways_alone(sheet: Sheet, wanted: list[Element], wider: dict[int, Way]) -> Iterator[tuple[float, Way]]:
    """Yield ways that find a group alone; keep those that find more, one for each number."""
    for cost, way in _ways(wanted, sheet):
        found = _finds(sheet, way)
        if found == wanted:
            yield cost, way
        elif len(found) > len(wanted):
            wider.setdefault(len(found), way)


def _apart(sheet: Sheet, wanted: list[Element], way: Way) -> Iterator[tuple[float, Way]]:
    """Yield a way that finds more than a group with what tells this apart."""
    strangers = set(_finds(sheet, way)).difference(wanted)
    for test in tests_of(wanted, strangers) if strangers else ():
        if _finds(sheet, one := way.asking(test)) == wanted:
            yield way.cost + 1.5, one


def _ways(wanted: list[Element], sheet: Sheet) -> list[tuple[float, Way]]:
    """Return ways that may lead to a group, the cheapest first, with their cost."""
    found: dict[str, tuple[float, Way]] = {}
    for element in (wanted[0], wanted[len(wanted) // 2], wanted[-1]):
        for way in ways_to(element, sheet.root, is_page=sheet.outer is None):
            found.setdefault(way.css(), (way.cost + BARE * (not way.steps[-1].tests), way))
    ranked = sorted(found.items(), key=lambda one: (one[1][0], one[0]))
    return [one for _, one in ranked[:TRIED]]


def _finds(sheet: Sheet, way: Way) -> list[Element]:
    try:
        return sheet.engine.css(way.css(), is_page=sheet.outer is None).find(sheet.root)
    except PatternError:
        return []


def _in_language(each: Selection, css: str, xpath: str, elements: Sequence[Element]) -> Iterator[Selection]:
    last = last_of_elements(each)
    if last is not None:
        language = each.sources[last].language
        kept = replace(each, sources=each.sources[last:], first_of=())
        yield with_pattern(kept, 0, css if language == "css" else xpath)
    elif each.sources and each.sources[0].language == "regex" and len(each.sources) == 1:
        yield from (replace(each, sources=(Source("regex", pattern),)) for pattern in markup_of(elements))
    else:
        yield replace(each, sources=(Source("css", css),), first_of=())
