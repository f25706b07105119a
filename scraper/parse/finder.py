"""Find what a selection takes: its sources run left to right, each on what the one before gave.

    css, xpath   elements → elements below            attr, get   elements → texts
    regex        texts → matches or their groups      json        texts or values → values

What each step works on is known when the config is read; a page only runs through the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import regex

from scraper.job import Selection, Source
from scraper.job.templates import Template, as_text
from scraper.parse.first_values import Firsts, quick_way
from scraper.parse.item import Item, Sort
from scraper.parse.linked_data import LinkedData
from scraper.parse.parsers import Engine, Read
from scraper.parse.references import resolved, taken
from scraper.parse.select import Json, Regex, Selector, XPath, parse_json
from scraper.parse.tables import TableReader

Step = Callable[[Iterable[Any], Item], Iterator[Any]]


class Finder:
    """A selection, compiled. `find` yields its values: texts, numbers, truth values, lists or objects from JSON."""

    gives: Sort
    """What sort of items an `each` gives."""

    def __init__(self, selection: Selection, sort: Sort, engine: Engine, *, is_each: bool = False) -> None:
        self.sort = Sort.PAGE if selection.from_page else sort
        self.gives_rows = False
        """Whether the items are the rows of tables."""
        self._engine = engine
        self._first_of = [Finder(one, self.sort, engine, is_each=is_each) for one in selection.first_of]
        self._first_language = selection.sources[0].language if selection.sources else None
        self._selection = selection
        self._steps: list[Step] = []
        self._quick: Firsts | None = None
        if self._first_of:
            self.gives, self.gives_rows = self._first_of[0].gives, self._first_of[0].gives_rows
        else:
            self._compile(is_each)
            self._quick = quick_way(self.sort, selection, engine)

    def find(self, item: Item) -> Iterator[Any]:
        """Yield what the selection finds in an item, in order.

        Raises Malformed, PatternTimeout, TooDeep, TooManyAttributes.
        """
        if self._first_of:
            return self._find_first(item)
        found: Iterable[Any] = self._start(item)
        for step in self._steps:
            found = step(found, item)
        return iter(found)

    def firsts(self, items: Sequence[Item]) -> list[Any] | None:
        """Return the first value in each item, None where there is none; None where that takes a `find` for each."""
        if self._quick is None or any(item.inner for item in items):
            return None
        return self._quick(items)

    def _find_first(self, item: Item) -> Iterator[Any]:
        for finder in self._first_of:
            found = [value for value in finder.find(item) if value not in ("", None, [])]
            if found:
                return iter(found)
        return iter(())

    def _start(self, item: Item) -> Iterable[Any]:
        """Return what the first source works on, as a list of one."""
        match self.sort, self._first_language:
            case _, "value" | "group" | "column":
                return (item,)
            case Sort.PAGE, "regex":
                return (item.document.text,)
            case Sort.PAGE, "json":
                return (item.document.json,)
            case Sort.PAGE, _:
                return (item.document.root,)
            case Sort.MARKUP, _:
                return (taken(item.node),)
            case Sort.TEXT, _:
                return (item.node.group(),)
            case _:
                return (item.node,)

    def _compile(self, is_each: bool) -> None:
        """Put the steps together, following what each gives: elements, markup, text or JSON values."""
        form = self.sort
        if form == Sort.PAGE:
            form = {"regex": Sort.MARKUP, "json": Sort.JSON}.get(self._first_language or "", Sort.ELEMENT)
        sources = self._selection.sources
        for number, source in enumerate(sources):
            is_last = number == len(sources) - 1
            if source.language in ("regex", "json") and form == Sort.ELEMENT:
                form = self._read_elements()
            elif source.language in ("css", "xpath") and form != Sort.ELEMENT:
                self._steps.append(_parsed(self._engine.parse))
            elif source.language == "json" and form == Sort.MARKUP:
                self._steps.append(_resolved)
            step, form = self._compile_source(source, form, is_each and is_last)
            self._steps.append(step)
        self.gives = form
        if is_each:
            return
        if self._selection.get == "exists":
            self._steps.append(_exists)
        elif form == Sort.ELEMENT:
            form = self._read_elements()
        if form == Sort.MARKUP:
            self._steps.append(_resolved)

    def _compile_source(self, source: Source, form: Sort, makes_items: bool) -> tuple[Step, Sort]:
        """Return the step of one source and the sort of what it gives."""
        match source.language:
            case "css":
                is_page = self.sort == Sort.PAGE or form != Sort.ELEMENT
                return _nodes(self._engine.css(str(source.pattern), is_page=is_page), self._engine.parent), Sort.ELEMENT
            case "xpath":
                return _nodes(XPath(str(source.pattern)), self._engine.parent), Sort.ELEMENT
            case "regex":
                step = _matches(Regex(str(source.pattern)), makes_items, is_markup=form == Sort.MARKUP)
                return step, Sort.TEXT if form == Sort.JSON else form
            case "json":
                return _json(Json(str(source.pattern)), is_parsed=form == Sort.JSON), Sort.JSON
            case "json_ld":
                is_page = self.sort == Sort.PAGE
                return _inside(LinkedData(str(source.pattern), self._engine, is_page=is_page)), Sort.JSON
            case "table":
                self.gives_rows = True
                return _inside(
                    TableReader(str(source.pattern), self._engine, is_page=self.sort == Sort.PAGE)
                ), Sort.ELEMENT
            case "column":
                return _cells(str(source.pattern)), Sort.ELEMENT
            case "group":
                return _groups(source.pattern, is_markup=form == Sort.MARKUP), form  # type: ignore[arg-type]
            case "value":
                return _filled(source.pattern), Sort.JSON  # type: ignore[arg-type]

    def _read_elements(self) -> Sort:
        """Add the step from elements to texts; return what sort they are."""
        attr, get = self._selection.attr, self._selection.get
        if attr is not None:
            self._steps.append(_attribute(attr, self._engine.attribute))
            return Sort.TEXT
        self._steps.append(_reader(self._engine.read[get]))
        return Sort.MARKUP if get in ("html", "inner_html") else Sort.TEXT


# --------------------------------------------------------------------------- steps between sources


def _parsed(parse: Callable[[str | bytes], Any]) -> Step:
    """Return the step from texts to trees: JSON values may hold markup, and halves of characters too."""

    def read(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for value in flat(found):
            yield parse(as_text(value).encode("utf-8", "replace"))

    return read


def _nodes(pattern: Selector | XPath, parent: Callable[[Any], Any]) -> Step:
    def find(found: Iterable[Any], item: Item) -> Iterator[Any]:
        if item.inner:  # each level of items finds anew what is below: the time grows with their square
            item.document.clock.left()
        for node in found:
            matches = pattern.find(node)
            yield from _own(matches, item, parent) if item.inner else matches

    return find


def _inside(reader: LinkedData | TableReader) -> Step:
    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for node in found:
            yield from reader.find(node)

    return find


def _cells(name: str) -> Step:
    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        yield from (cell for item in found if (cell := item.cells.get(name)) is not None)

    return find


def _own(matches: Iterable[Any], item: Item, parent: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield the matches that belong to no item inside this one."""
    ends = item.inner | {item.node}
    for match in matches:
        if isinstance(match, int | float):  # XPath counts what it likes
            yield match
            continue
        node = parent(match) if isinstance(match, str) else match
        while node is not None and node not in ends:
            node = parent(node)
        if node not in item.inner:
            yield match


def _matches(pattern: Regex, makes_items: bool, *, is_markup: bool) -> Step:
    search = pattern.matches if makes_items else pattern.cuts if is_markup else pattern.find

    def find(found: Iterable[Any], item: Item) -> Iterator[Any]:
        for value in flat(found):
            yield from search(as_text(value), item.document.clock)

    return find


def _json(pattern: Json, *, is_parsed: bool) -> Step:
    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for value in found:
            result = pattern.find(value if is_parsed else parse_json(value))
            if result is not None:
                yield result

    return find


def _groups(names: tuple[str, ...], *, is_markup: bool) -> Step:
    keys = [int(name) if name.isdigit() else name for name in names]
    group_of = taken if is_markup else regex.Match.group

    def find(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for item in found:
            yield from (group for key in keys if (group := group_of(item.node, key)) is not None)

    return find


def _filled(template: Template) -> Step:
    def fill(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for item in found:
            value = template.fill(item.values)
            if value is not None:
                yield value

    return fill


def _attribute(name: str, attribute: Callable[[Any, str], str | None]) -> Step:
    def read(found: Iterable[Any], _: Item) -> Iterator[Any]:
        for node in found:
            if not isinstance(node, str | int | float) and (value := attribute(node, name)) is not None:
                yield value

    return read


def _reader(read_one: Read) -> Step:
    """Return the step that reads elements with a function; what XPath gives as a value is passed on."""

    def read(found: Iterable[Any], item: Item) -> Iterator[Any]:
        for node in found:
            yield node if isinstance(node, str | int | float) else read_one(node, item.inner)

    return read


def _exists(found: Iterable[Any], _: Item) -> Iterator[Any]:
    yield any(True for _ in found)


def _resolved(found: Iterable[Any], item: Item) -> Iterator[Any]:
    """Resolve the references in what a regex took of the source; markup that was read of elements stays markup."""
    for value in found:
        yield resolved(value, item.document.clock.left)


def flat(values: Iterable[Any]) -> Iterator[Any]:
    """Yield values, those of lists one by one, without nulls."""
    for value in values:
        if isinstance(value, list):
            yield from (one for one in value if one is not None)
        elif value is not None:
            yield value
