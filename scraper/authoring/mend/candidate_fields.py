"""Nominate selectors that may read what a field used to read, and weigh them by the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import regex

from scraper.authoring.mend import likeness
from scraper.authoring.mend.features import LINKS, Features, features_of, own_words, places, text_before
from scraper.authoring.mend.features import likeness as features_likeness
from scraper.authoring.mend.ground import ELEMENTS, Element, Row, Rows, Taken, last_of_elements, take
from scraper.authoring.mend.likeness import overlap, plain, sameness, shape_likeness, shape_of, telling
from scraper.authoring.mend.ways import Way, ways_to
from scraper.authoring.mend.wording import words_in
from scraper.authoring.pattern_variants import loosened
from scraper.errors import ScraperError
from scraper.job import Field, Selection, Source
from scraper.job.templates import as_text
from scraper.parse.lxml_select import Css, XPath
from scraper.parse.select import Clock, Regex
from scraper.parse.text import own_text, text

SAMPLE = 12
"""Rows on which candidates are weighed; the best are proved on all."""
LOOKED_INTO = 4
"""Rows whose elements are nominated."""
NOMINATED = 9
"""Elements of each of these."""
LARGE = 220
"""Elements from which a row is looked through for likely ones first."""
WEIGHED = 60
OLD_WAY = 1.6
"""What the old selector with one demand less costs."""
HELD_BY = ("title", "alt", "content", "datetime", "value", "aria-label", "data-src", "src", "href")


@dataclass(frozen=True)
class Past:
    """What a field used to read, taken together."""

    field: Field
    rows: Sequence[Row]
    taken: Sequence[Taken]

    @cached_property
    def texts(self) -> list[str]:
        """All texts of all rows."""
        return [one for taken in self.taken for one in taken.texts]

    @cached_property
    def plain_texts(self) -> frozenset[str]:
        """The same for comparing."""
        return frozenset(map(plain, self.texts)) - {""}

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """The plain texts by their words."""
        return likeness._vocabulary(self.plain_texts)

    @cached_property
    def shape(self) -> likeness.Shape:
        """What they look like."""
        return shape_of(self.texts)

    @cached_property
    def fill(self) -> float:
        """The share of rows with a value."""
        return sum(taken.is_filled for taken in self.taken) / max(1, len(self.taken))

    @cached_property
    def count(self) -> float:
        """How many texts a filled row has."""
        return len(self.texts) / max(1, sum(bool(taken.texts) for taken in self.taken))

    @cached_property
    def features(self) -> Features:
        """What its elements have in common."""
        return _features(self.rows, self.taken)

    @cached_property
    def hints(self) -> frozenset[str]:
        """The words that the config calls it by."""
        named = [self.field.name]
        named += [str(source.pattern) for source in self.field.selection.sources if source.language in ELEMENTS]
        return frozenset(word for name in named for word in words_in(name) if len(word) > 2) - {"div", "span", "class"}

    def likeness(self, value: str) -> float:
        """Return how much a text is one of those of before."""
        one = plain(value)
        if one in self.plain_texts:
            return max(0.2, telling(one))
        near = {other for word in one.split() for other in self.vocabulary.get(word, ())} if " " in one else ()
        return 0.8 * max((sameness(one, other) for other in near), default=0.0)


def _features(rows: Sequence[Row], taken: Sequence[Taken]) -> Features:
    found = []
    for row, one in zip(rows, taken, strict=True):
        if one.nodes:
            where = places(row.nodes)
            found += [(node, row.element, where.get(node, 0.0)) for node in one.nodes[:2]]
    return features_of(found)


@dataclass(frozen=True)
class Candidate:
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
        self._old = [pairs.get(n) for n in numbers]
        self._found: dict[tuple[str, str], tuple[tuple[Element, ...], ...] | None] = {}

    def candidates(self, past: Past) -> list[Candidate]:
        """Return what may read a field, the best first."""
        weighed = [self.weigh(past, one, cost) for one, cost in self._fields(past)]
        found = [candidate for candidate in weighed if candidate is not None]
        return sorted(found, key=lambda one: (-round(one.score, 3), one.cost))

    def promise(self, past: Past) -> float:
        """Return how likely the rows hold a field, at a glance: by the best element of some."""
        rows = [self.sample.rows[n] for n in _spread(len(self.sample), 3)]
        return sum(self._best_glance(past, row) for row in rows) / (2.3 * len(rows))

    def _best_glance(self, past: Past, row: Row) -> float:
        where = places(row.nodes)
        found = _holders(row, past, is_large=len(row.nodes) > LARGE)
        return max((self._likely(past, row, node, where[node], value) for node, _, value in found), default=0.0)

    # ------------------------------------------------------------------ nominate

    def _fields(self, past: Past) -> Iterator[tuple[Field, float]]:
        """Yield fields with other selectors; of those that find the same, the one that says it best."""
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
        yield from ((one, cost) for cost, one in ranked[: 6 * WEIGHED])

    def _ways(self, past: Past) -> Iterator[tuple[Way | str, str | None, float]]:
        seen = set()
        yield from ((pattern, past.field.selection.attr, OLD_WAY) for pattern in _looser(past.field.selection))
        for row, node, attr in self._nominated(past):
            for way in ways_to(node, row.element, is_page=self._is_page):
                key = (way.css(), attr)
                if key not in seen:
                    seen.add(key)
                    yield way, attr, way.cost

    def _nominated(self, past: Past) -> Iterator[tuple[Row, Element, str | None]]:
        """Yield elements that may hold the value, with the attribute that does."""
        numbers = _spread(len(self.sample), LOOKED_INTO)
        for row in (self.sample.rows[n] for n in numbers):
            judged = []
            where = places(row.nodes)
            for number, (node, attr, value) in enumerate(_holders(row, past, is_large=len(row.nodes) > LARGE)):
                likely = self._likely(past, row, node, where[node], value)
                judged.append((-likely, number, node, attr))
            judged.sort(key=lambda one: one[:2])
            yield from ((row, node, attr) for _, _, node, attr in judged[:NOMINATED])

    def _likely(self, past: Past, row: Row, node: Element, place: float, value: str) -> float:
        """Return how likely an element holds the value, at a glance."""
        cut = _cut(past.field.selection, value)
        same = max((past.likeness(one) for one in cut), default=0.0)
        shape = shape_likeness(past.shape, shape_of(cut)) if cut else 0.0
        named = features_likeness(past.features, features_of([(node, row.element, place)]), past.hints)
        return 1.2 * same + 0.6 * shape + named

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
            return tuple(tuple(n for n in xpath.find(row.element, Clock(0.5)) if hasattr(n, "iter")) for row in self.sample)
        except ScraperError:
            return None

    # ------------------------------------------------------------------ weigh

    def weigh(self, past: Past, one: Field, cost: float) -> Candidate | None:
        """Return a field's evidence; None for one that finds nothing."""
        taken = take(one, self.sample)
        filled = [each for each in taken if each.texts]
        if not filled:
            return None
        texts = [each for some in filled for each in some.texts]
        fill = sum(each.is_filled for each in taken) / len(taken)
        same = self._same(past, taken, texts)
        shape = shape_likeness(past.shape, shape_of(texts)) * _ratio(past.count, len(texts) / len(filled)) ** 0.5
        valid = sum(each.is_filled for each in filled) / len(filled)
        named = features_likeness(past.features, _features(self.sample.rows, taken), past.hints)
        covers = min(1.0, fill / past.fill) if past.fill else 1.0
        excess = max(0.0, fill - past.fill)
        score = (0.9 * same + 0.45 * shape + 0.5 * named) * (0.4 + 0.6 * covers) * (0.3 + 0.7 * valid) - 0.1 * excess - 0.012 * cost
        return Candidate(one, cost, tuple(taken), fill, same, shape, named, score)

    def _same(self, past: Past, taken: Sequence[Taken], texts: Sequence[str]) -> float:
        """Return how much of what is read is what was read before: of the same thing where that is known."""
        whole = overlap(texts, past.texts) * _ratio(past.count, len(texts) / max(1, sum(bool(t.texts) for t in taken)))
        pairs = [(t, past.taken[old]) for t, old in zip(taken, self._old, strict=True) if old is not None and old < len(past.taken)]
        pairs = [(now, was) for now, was in pairs if now.texts or was.texts]
        if len(pairs) < min(3, len(taken)):
            return whole
        variety = min(1.0, 0.25 + past.shape.distinct) if len(past.taken) > 2 else 1.0
        aligned = sum(_same_texts(now, was) for now, was in pairs) / len(pairs) * variety
        return max(aligned, whole * (0.5 + 0.5 * aligned))


def _same_texts(now: Taken, was: Taken) -> float:
    if not now.texts or not was.texts:
        return 0.0
    if len(now.texts) == len(was.texts) == 1:
        return 1.0 if now.value == was.value and was.value is not None else sameness(plain(now.texts[0]), plain(was.texts[0]))
    return overlap(now.texts, was.texts) * _ratio(len(now.texts), len(was.texts))


def _ratio(one: float, other: float) -> float:
    return min(one, other) / max(one, other) if one and other else 0.0


def _spread(count: int, most: int) -> list[int]:
    """Return up to so many numbers below a count, from its beginning to its end."""
    if count <= most:
        return list(range(count))
    return sorted({round(n * (count - 1) / (most - 1)) for n in range(most)})


def _cut(selection: Selection, value: str) -> list[str]:
    """Return what the regexes behind the elements leave of a text."""
    last = last_of_elements(selection)
    found = [value]
    try:
        for source in selection.sources[(-1 if last is None else last) + 1 :]:
            if source.language == "regex":
                found = [cut for one in found for cut in Regex(str(source.pattern)).find(one, Clock(0.2))][:3]
    except ScraperError:
        return []
    return [one.strip() for one in found if one and one.strip()]


def _holders(row: Row, past: Past, *, is_large: bool) -> Iterator[tuple[Element, str | None, str]]:
    """Yield the elements of a row, each with the attribute that may hold the value and what it holds."""
    selection = past.field.selection
    attr, get = selection.attr, selection.get
    for node in row.nodes:
        if is_large and not _is_worth_it(node, past, attr):
            continue
        if get == "exists":
            yield node, None, own_text(node) or "x"
            continue
        whole = text(node) if get != "own_text" else own_text(node)
        if attr is None and whole:
            yield node, None, whole
        elif attr is not None and node.get(attr):
            yield node, attr, node.get(attr) or ""
        if attr is None:
            yield from ((node, name, v) for name, v in _other_attributes(node) if past.likeness(v) >= 0.35 and plain(v) != plain(whole))
        else:
            if attr not in LINKS and whole and len(whole) < 300 and past.likeness(whole) >= 0.35:
                yield node, None, whole
            for name, value in _other_attributes(node):
                if name != attr and (past.likeness(value) >= 0.35 or (name in LINKS and attr in LINKS)):
                    yield node, name, value


def _other_attributes(node: Element) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        name = str(name)
        if (name in HELD_BY or name.startswith("data-")) and value and len(value) < 500:
            yield name, value.strip()


def _is_worth_it(node: Element, past: Past, attr: str | None) -> bool:
    """Return whether an element of a large page is worth a closer look: it has an old value, or is called as the old one."""
    if attr is not None and node.get(attr) and past.likeness(node.get(attr) or "") > 0:
        return True
    own = own_text(node)
    if own and past.likeness(own) > 0:
        return True
    if past.field.selection.sources and len(node) and len(node) <= 12 and past.plain_texts:
        whole = text(node) if len(node) <= 12 else ""
        if whole and len(whole) < 2000 and (plain(whole) in past.plain_texts or past.likeness(whole) > 0.5):
            return True
    usual = {word for word, count in past.features.words.items() if count * 2 >= past.features.count}
    words = own_words(node)
    if len(node) <= 3 and (label := text_before(node)) and set(words_in(label)) & past.hints:
        return True
    return bool(words & (usual | past.hints)) or (str(node.tag) in past.features.tags and str(node.tag) in ("h1", "time", "address"))


def _looser(selection: Selection) -> Iterator[str]:
    """Yield the old selector with one demand less."""
    last = last_of_elements(selection)
    if last is not None and selection.sources[last].language == "css":
        yield from loosened(str(selection.sources[last].pattern))
    elif last is not None:
        steps = regex.split(r"(?<=[^/\[])/(?=[^/@])(?![^\[]*\])", str(selection.sources[last].pattern))
        yield from ("/".join(steps[:n]) + "//" + "/".join(steps[n:]) for n in range(1, len(steps)))


def with_way(one: Field, way: Way | str, attr: str | None) -> Field:
    """Return a field that reads what a way leads to, in the language of its old selector."""
    selection = one.selection
    last = last_of_elements(selection)
    rest = selection.sources[(-1 if last is None else last) + 1 :]
    language = "css" if last is None else selection.sources[last].language
    pattern = way if isinstance(way, str) else way.xpath() if language == "xpath" else way.css()
    head = (Source(language, pattern),) if isinstance(way, str) or way.steps else ()
    get = selection.get if attr is None else "text"
    return replace(one, selection=replace(selection, sources=(*head, *rest), first_of=(), attr=attr, get=get))


def all_texts(taken: Iterable[Taken]) -> list[str]:
    """Return all texts of some rows."""
    return [as_text(one) for each in taken for one in each.texts]
