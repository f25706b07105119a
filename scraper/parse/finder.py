"""Find what a selection takes: its sources run left to right, each on what the one before gave.

    css, xpath   elements → elements below            attr, get   elements → texts
    regex        texts → matches or their groups      json, js    texts or values → values

What each step works on is known when the config is read; a page only runs through the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scraper.errors import Malformed
from scraper.job import Selection, Source
from scraper.parse import script_objects, source_steps
from scraper.parse.encodings.references import taken
from scraper.parse.first_values import Firsts, quick_way
from scraper.parse.item import Item, Sort
from scraper.parse.linked_data import LinkedData
from scraper.parse.selectors.select import Json, Regex, parse_json
from scraper.parse.source_steps import Step
from scraper.parse.tables import TableReader
from scraper.parse.trees.parsers import Engine


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
        if self._quick is None:
            return None
        for item in items:
            if item.inner:
                return None
        return self._quick(items)

    def _find_first(self, item: Item) -> Iterator[Any]:
        """Yield what the first alternative finds; one that is malformed is told only if no other finds anything."""
        cause: Malformed | None = None
        for finder in self._first_of:
            try:
                found = [value for value in finder.find(item) if value not in ("", None, [])]
            except Malformed as error:
                cause = cause or error
                continue
            if found:
                return iter(found)
        if cause:
            raise cause
        return iter(())

    def _start(self, item: Item) -> Iterable[Any]:
        """Return what the first source works on, as a list of one."""
        match self.sort, self._first_language:
            case _, "value" | "group" | "column":
                return (item,)
            case Sort.PAGE, "regex" | "js":
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
            form = {"regex": Sort.MARKUP, "js": Sort.MARKUP, "json": Sort.JSON}.get(
                self._first_language or "", Sort.ELEMENT
            )
        sources = self._selection.sources
        for number, source in enumerate(sources):
            is_last = number == len(sources) - 1
            if source.language in ("regex", "json", "js") and form == Sort.ELEMENT:
                form = self._read_elements()
            elif source.language in ("css", "xpath") and form != Sort.ELEMENT:
                self._steps.append(source_steps.parsed(self._engine.parse))
            elif source.language in ("json", "js") and form == Sort.MARKUP:
                self._steps.append(source_steps.resolved)
            step, form = self._compile_source(source, form, is_each and is_last)
            self._steps.append(step)
        self.gives = form
        if is_each:
            return
        if self._selection.get == "exists":
            self._steps.append(source_steps.exists)
        elif form == Sort.ELEMENT:
            self._read_elements()  # markup stays as it is, for it will be read as such
        elif form == Sort.MARKUP:
            self._steps.append(source_steps.resolved)

    def _compile_source(self, source: Source, form: Sort, makes_items: bool) -> tuple[Step, Sort]:
        """Return the step of one source and the sort of what it gives."""
        match source.language:
            case "css":
                is_page = self.sort == Sort.PAGE or form != Sort.ELEMENT
                return source_steps.nodes(
                    self._engine.css(str(source.pattern), is_page=is_page), self._engine.parent
                ), Sort.ELEMENT
            case "xpath":
                return source_steps.reached(self._engine.xpath(str(source.pattern)), self._engine.parent), Sort.ELEMENT
            case "regex":
                step = source_steps.matches(Regex(str(source.pattern)), makes_items, is_markup=form == Sort.MARKUP)
                return step, Sort.TEXT if form == Sort.JSON else form
            case "json":
                return source_steps.json(
                    Json(str(source.pattern)), None if form == Sort.JSON else parse_json
                ), Sort.JSON
            case "js":
                return source_steps.json(Json(str(source.pattern)), script_objects.read), Sort.JSON
            case "json_ld":
                is_page = self.sort == Sort.PAGE
                return source_steps.inside(LinkedData(str(source.pattern), self._engine, is_page=is_page)), Sort.JSON
            case "table":
                self.gives_rows = True
                return source_steps.inside(
                    TableReader(str(source.pattern), self._engine, is_page=self.sort == Sort.PAGE)
                ), Sort.ELEMENT
            case "column":
                return source_steps.cells(str(source.pattern)), Sort.ELEMENT
            case "group":
                return source_steps.groups(source.pattern, is_markup=form == Sort.MARKUP), form  # type: ignore[arg-type]
            case "value":
                return source_steps.filled(source.pattern), Sort.JSON  # type: ignore[arg-type]

    def _read_elements(self) -> Sort:
        """Add the step from elements to texts; return what sort they are."""
        attr, get, visible = self._selection.attr, self._selection.get, self._selection.visible
        if attr is not None:
            self._steps.append(source_steps.attribute(attr, self._engine.attribute))
            return Sort.TEXT
        self._steps.append(source_steps.reader(self._engine.reader(get, visible=visible)))
        return Sort.MARKUP if get in ("html", "inner_html") else Sort.TEXT
