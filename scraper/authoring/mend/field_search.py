"""Search new rows for what a field used to read: candidates, each weighed by the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.mend.evidence import counts_up, ratio, sameness_of, told_beside, words_of
from scraper.authoring.mend.ground import Element, Row, Rows, Taken, as_element, last_of_elements, take
from scraper.authoring.mend.likeness import overlap, shape_likeness, shape_of
from scraper.authoring.mend.markup import cuts_of
from scraper.authoring.mend.nominate import HELD_BY, asking, holders, likely, looser, with_way
from scraper.authoring.mend.past import Past, features_taken
from scraper.authoring.structure.apart import tests_of
from scraper.authoring.structure.features import likeness
from scraper.authoring.structure.way import Step, Way
from scraper.authoring.structure.ways import ways_to
from scraper.errors import ScraperError
from scraper.job import Field, Selection, Source
from scraper.parse.item import Sort
from scraper.parse.selectors.select import Clock
from scraper.parse.trees.lxml_select import Css, XPath
from scraper.parse.trees.text import text

SAMPLE = 12
"""Rows on which candidates are weighed; the best are proved on all."""
LOOKED_INTO = 4
"""Rows whose elements are nominated."""
PROMISING = 5
"""Rows at which a glance is cast to see whether they hold a field."""
NOMINATED = 9
"""Elements of each of these."""
LARGE = 220
"""Elements from which a row is looked through for likely ones first."""
NARROWED = 3
"""Candidates of which narrower ones are made, where they read too much."""
MOST = 360
"""Candidates that are weighed."""
COUNTED = 0.7
"""What it counts as among the values that they number the rows, as the old ones did."""
SHORT = 24
"""Characters of a text by which an element is found whose being there counts."""
BESIDE = 0.2
"""What it costs to read what stood in the old rows and was not read."""
ASKED = 0.5
"""How alike elements are at least in which a regex has found the words that it asks for."""
OLD_WAY = 1.6
"""What the old selector with one demand less costs."""


class Candidate(Struct, frozen=True):
    """A field with another selector, and what speaks for it."""

    field: Field
    cost: float
    taken: tuple[Taken, ...]
    """In the sample."""
    fill: float
    same: float
    """How much of what it reads is what was read before."""
    shape: float
    named: float
    """How alike the elements are."""
    score: float
    beside: float = 0.0
    """How much of what it reads stood beside what was read before."""

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """What it reads in each row."""
        return tuple(taken.texts for taken in self.taken)


class FieldSearch:
    """The search in some new rows, for all fields of a rule."""

    def __init__(self, rows: Rows, pairs: Mapping[int, int], *, is_page: bool) -> None:
        """`pairs`: old rows by new ones; `is_page`: the rows are whole pages."""
        self.rows, self._is_page = rows, is_page
        numbers = _spread(len(rows), SAMPLE)
        self.sample = Rows([rows.rows[n] for n in numbers], rows.sort)
        self.old = [pairs.get(n) for n in numbers]
        self._numbers = numbers
        self._found: dict[tuple[str, str], tuple[tuple[Element, ...], ...] | None] = {}

    def candidates(self, past: Past) -> list[Candidate]:
        """Return what may read a field, the best first."""
        found = self._weighed(past, self._fields(past))
        found += self._weighed(past, (narrower for one in found[:NARROWED] for narrower in self._narrower(past, one)))
        return sorted(found, key=_rank)

    def _weighed(self, past: Past, fields: Iterable[tuple[Field, float]]) -> list[Candidate]:
        weighed = (self.weigh(past, one, cost) for one, cost in fields)
        return sorted((candidate for candidate in weighed if candidate is not None), key=_rank)

    def _narrower(self, past: Past, one: Candidate) -> Iterator[tuple[Field, float]]:
        """Yield fields that do not read what a candidate reads of things of which nothing was read before."""
        selection = one.field.selection
        last = last_of_elements(selection)
        pairs = [(taken.nodes[:1], old) for taken, old in zip(one.taken, self.old, strict=True) if taken.texts]
        strangers = {node for nodes, old in pairs if old is not None and not past.taken[old].texts for node in nodes}
        wanted = [node for nodes, _ in pairs for node in nodes if node not in strangers]
        if last is None or selection.sources[last].language == "column" or not strangers or not wanted:
            return
        for test in tests_of(wanted, strangers):
            yield replace(one.field, selection=asking(selection, last, test)), one.cost + 1.0

    def promise(self, past: Past) -> float:
        """Return how likely the rows hold a field, at a glance: by the best element of some."""
        rows = [self.sample.rows[n] for n in _spread(len(self.sample), PROMISING)]
        found = sorted((self._best_glance(past, row) for row in rows), reverse=True)
        best = found[: (len(found) + 1) // 2]  # the others may be advertisements
        return sum(best) / (2.3 * len(best))

    def _best_glance(self, past: Past, row: Row) -> float:
        found = holders(row, past, is_large=len(row.nodes) > LARGE)
        return max(
            (likely(past, row, node, value, is_markup=self._is_markup(past)) for node, _, value in found),
            default=0.0,
        )

    def _is_markup(self, past: Past) -> bool:
        """Return whether a field cuts its value out of the source."""
        sources = past.field.selection.sources
        is_source = self.rows.sort in (Sort.PAGE, Sort.MARKUP)
        return bool(sources) and is_source and {source.language for source in sources} == {"regex"}

    # ------------------------------------------------------------------ nominate

    def _fields(self, past: Past) -> Iterator[tuple[Field, float]]:
        """Yield fields with other selectors; of those that find the same, the one that says it best."""
        if self._is_markup(past):
            yield from self._cuts(past)
            return
        if columns := list(self._columns(past)):
            yield from columns
            return
        best: dict[Any, tuple[float, Field]] = {}
        for pattern, attr, cost in self._ways(past):
            one = with_way(past.field, pattern, attr)
            nodes = self._nodes(one.selection, pattern)
            if nodes is None or not any(nodes):
                continue
            is_list = one.many or one.join is not None or len(one.selection.sources) > 1
            key = (attr, nodes if is_list else tuple(some[:1] for some in nodes))
            several = sum(len(some) > 1 for some in nodes) / len(nodes) * (not is_list)
            cost += several * (1.2 if self._is_page else 0.8)
            if key not in best or cost < best[key][0]:
                best[key] = cost, one
        ranked = sorted(best.values(), key=lambda pair: pair[0])
        yield from ((one, cost) for cost, one in ranked[:MOST])

    def _columns(self, past: Past) -> Iterator[tuple[Field, float]]:
        """Yield fields that read the other columns of a table."""
        sources = past.field.selection.sources
        known = {name for row in self.sample for name in row.item.known}
        for name in sorted(known) if sources and sources[0].language == "column" else ():
            selection = replace(past.field.selection, sources=(Source("column", name), *sources[1:]))
            yield replace(past.field, selection=selection), 0.5
            cells = [cell for row in self.sample if (cell := (row.item.cells or {}).get(name)) is not None]
            names = {str(attr) for cell in cells for node in cell.iter() for attr in node.attrib}
            held = {attr for attr in names if attr in HELD_BY or attr.startswith("data-")}
            for attr in sorted(held) if selection.attr is None else ():
                yield replace(past.field, selection=replace(selection, attr=attr)), 1.0

    def _cuts(self, past: Past) -> Iterator[tuple[Field, float]]:
        """Yield fields that cut what the elements hold out of the source."""
        seen = set()
        for _, node, attr in self._nominated(past):
            for number, pattern in enumerate(cuts_of(node, attr)):
                if pattern not in seen:
                    seen.add(pattern)
                    selection = replace(past.field.selection, sources=(Source("regex", pattern),))
                    yield replace(past.field, selection=selection), 1.0 + 0.2 * number

    def _ways(self, past: Past) -> Iterator[tuple[Way | str, str | None, float]]:
        seen = set()
        yield from ((pattern, past.field.selection.attr, OLD_WAY) for pattern in looser(past.field.selection))
        for row, node, attr in self._nominated(past):
            for way in ways_to(node, row.element, is_page=self._is_page):
                key = (way.css(), attr)
                if key not in seen and not _says_the_value(way, attr):
                    seen.add(key)
                    yield way, attr, way.cost
            if past.field.selection.get == "exists" and (words := text(node)) and len(words) <= SHORT:
                yield Way((Step(" ", str(node.tag), (("contains", "", words),), 2.0),)), attr, 2.0

    def _nominated(self, past: Past) -> Iterator[tuple[Row, Element, str | None]]:
        """Yield elements that may hold the value, with the attribute that does."""
        largest = max(len(row.nodes) for row in self.sample)
        rows = [row for row in self.sample if 2 * len(row.nodes) > largest]  # the others may be advertisements
        for row in (rows[n] for n in _spread(len(rows), LOOKED_INTO)):
            judged = []
            for number, (node, attr, value) in enumerate(holders(row, past, is_large=len(row.nodes) > LARGE)):
                rank = -likely(past, row, node, value, is_markup=self._is_markup(past))
                judged.append((rank, number, node, attr))
            judged.sort(key=lambda one: one[:2])
            yield from ((row, node, attr) for _, _, node, attr in judged[:NOMINATED])

    def _nodes(self, selection: Selection, way: Way | str) -> tuple[tuple[Element, ...], ...] | None:
        """Return what a way finds in each row of the sample; None for one that does not compile."""
        if isinstance(way, Way) and not way.steps:
            return tuple((row.element,) for row in self.sample)
        source = selection.sources[0]
        key = (source.language, str(source.pattern))
        if key not in self._found:
            self._found[key] = self._find(source)
        return self._found[key]

    def _find(self, source: Source) -> tuple[tuple[Element, ...], ...] | None:
        try:
            if source.language == "css":
                css = Css(str(source.pattern), is_page=self._is_page)
                return tuple(tuple(css.find(row.element)) for row in self.sample)
            xpath = XPath(str(source.pattern))
            return tuple(tuple(_elements(xpath.find(row.element, Clock(0.5)))) for row in self.sample)
        except ScraperError:
            return None

    # ------------------------------------------------------------------ weigh

    def weigh(self, past: Past, one: Field, cost: float) -> Candidate | None:
        """Return a field's evidence; None for one that finds nothing."""
        taken = self._take(one)
        filled = [each for each in taken if each.texts]
        if not filled:
            return None
        texts = [each for some in filled for each in some.texts]
        fill = sum(each.is_filled for each in taken) / len(taken)
        same = max(sameness_of(past, taken, self.old), COUNTED if self._counts_up(past, taken) else 0.0)
        if one.selection.get == "exists":  # that something is there says nothing of what
            same = overlap(words_of(taken), words_of(past.taken))
        shape = shape_likeness(past.shape, shape_of(texts)) * ratio(past.count, len(texts) / len(filled)) ** 0.5
        valid = sum(each.is_filled for each in filled) / len(filled)
        named = self._named(past, one, taken)
        covers = min(1.0, fill / past.fill) if past.fill else 1.0
        excess = max(0.0, fill - past.fill)
        beside = told_beside(past, texts)
        score = (
            (0.9 * same + 0.45 * shape + 0.5 * named) * (0.4 + 0.6 * covers) * (0.3 + 0.7 * valid)
            - 0.1 * excess
            - BESIDE * beside
            - 0.012 * cost
        )
        return Candidate(one, cost, tuple(taken), fill, same, shape, named, score, beside)

    def _take(self, one: Field) -> list[Taken]:
        return take(one, self.sample)

    def _named(self, past: Past, one: Field, taken: Sequence[Taken]) -> float:  # noqa: ARG002 (it counts in JSON)
        """Return how alike the elements are; a regex behind them that asks for words says so, too."""
        found = likeness(past.features, features_taken(self.sample.rows, taken), past.hints)
        return max(found, ASKED) if not self._is_markup(past) and past.asks_for_words else found

    def _counts_up(self, past: Past, taken: Sequence[Taken]) -> bool:
        """Return whether a field numbers the rows, as it did before."""
        if not counts_up(list(range(len(past.rows))), past.rows, past.taken):
            return False
        return counts_up(self._numbers, self.sample.rows, taken)


def _rank(one: Candidate) -> tuple[float, float]:
    return -round(one.score, 3), one.cost


def _says_the_value(way: Way, attr: str | None) -> bool:
    """Return whether a way asks for the very attribute that is read to have this value."""
    return any(what == "=" and name == attr for step in way.steps[-1:] for what, name, _ in step.tests)


def _elements(found: Sequence[Any]) -> Iterator[Element]:
    """Yield elements that were found, and those of texts and attributes."""
    yield from (node for node in map(as_element, found) if node is not None)


def _spread(count: int, most: int) -> list[int]:
    """Return up to so many numbers below a count, from its beginning to its end."""
    if count <= most:
        return list(range(count))
    return sorted({round(n * (count - 1) / (most - 1)) for n in range(most)})
