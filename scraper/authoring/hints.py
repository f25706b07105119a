"""Say what a selection that finds nothing may mean: the nearest pattern that does find something, tried on the page."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

import regex
from msgspec.structs import replace

from scraper.authoring.pattern_variants import Names, beginnings, loosened, renamed
from scraper.authoring.structure.repeats import best_group
from scraper.errors import ScraperError
from scraper.job import Selection, Source
from scraper.job.templates import as_text
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.selectors.select import Clock, Regex, parse_json
from scraper.parse.trees import html5
from scraper.parse.trees.parsers import Engine

TRIES = 80
"""Patterns that are tried for one that finds nothing."""
TRY_LIMIT_S = 0.25
ELEMENTS = ("css", "xpath")
_asks = regex.compile(r"[.#:\[]")
NOTHING = "nothing on the page is like it"
SHOWN = 40
"""Characters of the text behind a regex's beginning that are shown."""
SHORT_VALUE = 40
"""Characters of an attribute's value that may be a name."""


class Surroundings:
    """Where a selection looked: the items of a page, or the page as one item."""

    def __init__(self, items: Sequence[Item], sort: Sort, engine: Engine) -> None:
        self.items, self.sort, self._engine = items, sort, engine

    def find(self, selection: Selection, *, is_each: bool = False) -> list[list[Any]]:
        """Return what a selection finds in each item, texts or with `is_each` elements; nothing if it is none."""
        try:
            finder = Finder(selection, self.sort, self._engine, is_each=is_each)
            return [list(self._find(finder, item)) for item in self.items]
        except (ScraperError, AssertionError):
            return []

    def count(self, selection: Selection) -> int:
        """Return in how many items a selection finds anything; on a page how much it finds."""
        found = self.find(replace(selection, attr=None, get="text") if _ends_with_elements(selection) else selection)
        return sum(map(len, found)) if self._is_page(selection) else sum(map(bool, found))

    def reach(self, selection: Selection) -> int:
        """Return how far a selection reaches: in how many items it finds anything, on a page whether it does."""
        return min(1, self.count(selection)) if self._is_page(selection) else self.count(selection)

    def told(self, selection: Selection) -> str:
        """Return how often a selection finds something, in words."""
        count = self.count(selection)
        return f"{count}" if self._is_page(selection) else f"in {count} of {len(self.items)} items"

    @cached_property
    def names(self) -> Names:
        """The names that the page uses."""
        document = self.items[0].document
        try:
            if self.sort == Sort.JSON:
                return Names(others=frozenset(_keys([item.node for item in self.items])))
            if document.text.lstrip()[:1] in ("{", "["):
                return Names(others=frozenset(_keys(parse_json(document.text))))
        except ScraperError:
            pass
        return _names_of(document.text)

    def attributes(self, selection: Selection) -> list[str]:
        """Return the attributes of the elements that a selection finds, the frequent ones first."""
        found = itertools.chain(*self.find(replace(selection, attr=None), is_each=True))
        counts: dict[str, int] = {}
        for node in found:
            for name in self._engine.names(node) if not isinstance(node, str | int | float) else ():
                counts[name] = counts.get(name, 0) + 1
        return sorted(counts, key=lambda name: -counts[name])

    def _is_page(self, selection: Selection) -> bool:
        return selection.from_page or self.sort == Sort.PAGE

    def _find(self, finder: Finder, item: Item) -> Iterator[Any]:
        clock, item.document.clock = item.document.clock, Clock(TRY_LIMIT_S)
        try:
            yield from finder.find(item)
        finally:
            item.document.clock = clock


def advice(selection: Selection, around: Surroundings, *, is_each: bool = False) -> str:
    """Return what to do about a selection that finds nothing: where it ends, and the nearest that finds something."""
    if selection.first_of:
        return "; ".join(dict.fromkeys(advice(one, around, is_each=is_each) for one in selection.first_of))
    sources = selection.sources
    for number, source in enumerate(sources):
        part = replace(selection, sources=sources[: number + 1])
        if source.language in ("group", "value"):
            return "it has no value here"
        if not around.count(part):
            told = _nearest(part, source, around) or (is_each and _what_repeats(around)) or NOTHING
            return f"{shown(source)} matches nothing{_behind(sources, number)}; {told}"
    return _nothing_taken(selection, around)


def shown(source: Source) -> str:
    """Return a source as it is told of."""
    return f"{source.language} `{source.pattern}`"


def _behind(sources: tuple[Source, ...], number: int) -> str:
    return f" in what {shown(sources[number - 1])} gives" if number else ""


def _nearest(selection: Selection, source: Source, around: Surroundings) -> str:
    """Return the nearest selection that finds something, in words."""
    outside = replace(selection, from_page=True)
    if not selection.from_page and around.sort == Sort.ELEMENT and (count := _on_page(outside, around)):
        return f"it matches {count} in the page, outside the items: choose a larger `each`, or say `from: page`"
    markup = replace(selection, get="html")
    if source.language == "regex" and selection.get == "text" and around.count(markup):
        return f"it reads the text; with `get: html`, which gives the markup, it matches {around.told(markup)}"
    for patterns in _others(source, around.names):
        others = [_with_pattern(selection, pattern) for pattern in itertools.islice(patterns, TRIES)]
        other = max(others, key=around.reach, default=None)
        if other is not None and around.count(other):
            return f"the nearest that does: {shown(other.sources[-1])} matches {around.told(other)}"
    if source.language == "regex":
        return _regex_ends(selection, source, around)
    for pattern in beginnings(source.language, str(source.pattern)):
        other = _with_pattern(selection, pattern)
        if around.count(other) and not _is_bare(pattern, source):
            return f"its beginning {shown(other.sources[-1])} matches {around.told(other)}"
    return ""


def _others(source: Source, names: Names) -> Iterator[Iterator[str]]:
    """Yield patterns that may have been meant, the likeliest first; of each part the one that reaches most counts."""
    pattern = str(source.pattern)
    yield renamed(pattern, names)
    if source.language != "css":
        return
    looser = [text for text in dict.fromkeys(loosened(pattern)) if not _is_bare(text, source)]
    yield (other for text in looser for other in renamed(text, names))
    yield iter(looser)


def _is_bare(pattern: str, source: Source) -> bool:
    """Return whether a pattern is made of tags alone, which menus have too, of one that asked for more."""
    return source.language == "css" and not _asks.search(pattern) and bool(_asks.search(str(source.pattern)))


def _what_repeats(around: Surroundings) -> str:
    """Return what `init` would take for the items of the page, in words; "" where it finds none."""
    with suppress(ScraperError):
        group = best_group(html5.as_lxml(html5.parse(around.items[0].document.text)))
        return f"what repeats on the page: css `{group.selector}` matches {group.count}" if group else ""
    return ""


def _on_page(selection: Selection, around: Surroundings) -> int:
    return Surroundings(around.items[:1], around.sort, around._engine).count(selection)


def _regex_ends(selection: Selection, source: Source, around: Surroundings) -> str:
    """Return how far a regex comes, and what stands on the page there."""
    texts = _texts_before(selection, around)
    clock = Clock(4 * TRY_LIMIT_S)
    for pattern in beginnings("regex", str(source.pattern)):
        try:
            match = next((m for text in texts for m in Regex(pattern).matches(text, clock)), None)
        except ScraperError:
            continue
        if match is not None and match[0].strip():
            rest = match.string[match.end() : match.end() + SHOWN]
            return f"its beginning `{pattern}` matches, and there the page goes on with {rest!r}"
    return NOTHING


def _texts_before(selection: Selection, around: Surroundings) -> list[str]:
    """Return the texts that the last source of a selection, a regex, works on."""
    before = replace(selection, sources=selection.sources[:-1])
    if before.sources or around.sort not in (Sort.PAGE, Sort.MARKUP, Sort.TEXT):
        return [as_text(value) for values in around.find(before) for value in values]
    if around.sort == Sort.PAGE or selection.from_page:
        return [around.items[0].document.text]
    return [item.node.group() for item in around.items]


def _nothing_taken(selection: Selection, around: Surroundings) -> str:
    """Return what to take of elements that are there, but give no text or have no such attribute."""
    known = around.attributes(selection) if _ends_with_elements(selection) else []
    has = f"; they have {', '.join(known[:8])}" if known else ""
    if selection.attr is not None:
        return f"the elements are there, but none has an attribute {selection.attr!r}{has}"
    return f"the elements are there, but hold no text{has}" if known else "what it finds is empty"


def _ends_with_elements(selection: Selection) -> bool:
    return not selection.sources or selection.sources[-1].language in ELEMENTS


def _with_pattern(selection: Selection, pattern: str) -> Selection:
    last = replace(selection.sources[-1], pattern=pattern)
    return replace(selection, sources=(*selection.sources[:-1], last))


# --------------------------------------------------------------------------- the names of a page


def _names_of(text: str) -> Names:
    """Return the names that a page of HTML uses."""
    classes: set[str] = set()
    ids: set[str] = set()
    others: set[str] = set()
    try:
        root: Any = html5.as_lxml(html5.parse(text))
    except ScraperError:
        return Names()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        others.add(element.tag)
        classes.update((element.get("class") or "").split())
        ids.add(element.get("id") or "")
        others.update(element.attrib)
        others.update(value for name, value in element.items() if name != "class" and len(value) < SHORT_VALUE)
    return Names(frozenset(classes), frozenset(ids - {""}), frozenset(others - {""}))


def _keys(value: Any) -> Iterable[str]:
    """Yield the keys of JSON values, at any depth."""
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield from one
            stack += one.values()
        elif isinstance(one, list):
            stack += one
