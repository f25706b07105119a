"""Search JSON for what a field or an `each` used to read: by the values that its paths lead to, and by their keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import regex
from msgspec.structs import replace

from scraper.authoring.json_records import quoted
from scraper.authoring.mend.field_search import FieldSearch
from scraper.authoring.mend.ground import Row, Rows, Sheet, Taken, rows_of, take, with_pattern
from scraper.authoring.mend.json_paths import likeness, lists_in, names_in, values_in
from scraper.authoring.mend.past import Past
from scraper.errors import ScraperError
from scraper.job import Field, Rule, Selection
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort

LANGUAGES = frozenset({"json", "js"})
FIXED = frozenset({"value", "group", "json_ld"})
"""Languages of what is not searched for: templates, groups of a regex, types of linked data."""
_condition = regex.compile(r"\[\?\s*([\w.\"]+)\s*==\s*('[^']*')\s*\]$")
LOOKED_INTO = 4
"""Rows whose values are nominated."""
MOST_LISTS = 12
STILL_READ = 12.0
"""What it is worth, as less cost, that all fields read other rows as they are."""
IN_PLACE = 0.5
"""How alike two keys are at least that stand at the same place among as many."""
GOOD = 1.6
"""What the score of a field is where all speaks for it, nearly."""


class _Spot:
    """Where a path leads to, as an element would be."""

    def iterancestors(self) -> tuple[()]:
        """Return nothing: no value lies in another one."""
        return ()


class JsonSearch(FieldSearch):
    """The search in the values of some new rows, for all fields of a rule that read JSON."""

    def __init__(self, rows: Rows, pairs: Mapping[int, int], *, is_page: bool) -> None:
        super().__init__(rows, pairs, is_page=is_page)
        self._spots: dict[str, _Spot] = {}
        self._paths: dict[tuple[Selection, bool], tuple[str, ...]] = {}

    def promise(self, past: Past) -> float:
        """Return how likely the rows hold a field."""
        found = self.candidates(past)
        return max(0.0, min(1.0, found[0].score / GOOD)) if found else 0.0

    def _fields(self, past: Past) -> Iterator[tuple[Field, float]]:
        """Yield fields with each of the paths that there are."""
        selection = past.field.selection
        number, old = _last_json(selection), _path_of(past.field)
        is_whole = not past.field.many and any(isinstance(taken.value, list) for taken in past.taken)
        for path in self._found_paths(selection, self.sample.rows):
            is_list, wants_list = "[]" in path, past.field.many or past.field.join is not None or is_whole
            if wants_list or not is_list:
                cost = 0.5 * len(names_in(path)) + (is_list != ("[]" in old or is_whole))
                way = path.removesuffix("[]") if is_whole else path
                yield replace(past.field, selection=with_pattern(selection, number, way)), cost

    def _found_paths(self, selection: Selection, rows: Sequence[Row]) -> tuple[str, ...]:
        number = _last_json(selection)
        whole = with_pattern(replace(selection, sources=selection.sources[: number + 1]), number, "@")
        key = whole, rows is self.sample.rows
        if key not in self._paths:
            values = (
                value for row in rows[:LOOKED_INTO] for value in _values(whole, row.item, row.sheet, self.rows.sort)
            )
            self._paths[key] = tuple(dict.fromkeys(path for value in values for path in values_in(value)))
        return self._paths[key]

    def _take(self, one: Field) -> list[Taken]:
        path = _path_of(one).removesuffix("[0]")
        spot = self._spots.setdefault(path, _Spot())
        return [replace(taken, nodes=(spot,)) if taken.texts else taken for taken in take(one, self.sample)]

    def _named(self, past: Past, one: Field, _: Sequence[Taken]) -> float:
        old, new = _path_of(past.field), _path_of(one)
        found = likeness(old, new, past.field.name)
        return found if found >= IN_PLACE or not self._is_in_place(past, old, new) else IN_PLACE

    def _is_in_place(self, past: Past, old: str, new: str) -> bool:
        """Return whether a key stands where the old one stood: as one does that was given another name."""
        were, are = (self._found_paths(past.field.selection, rows) for rows in (past.rows, self.sample.rows))
        return len(were) == len(are) and (old, new) in zip(were, are, strict=True)


def is_json(one: Field) -> bool:
    """Return whether a field reads a value of JSON, wherever that stands and whatever is taken of it then."""
    return any(source.language in LANGUAGES for source in one.selection.sources)


def _last_json(selection: Selection) -> int:
    """Return the number of the last source that reads JSON."""
    return max(n for n, source in enumerate(selection.sources) if source.language in LANGUAGES)


def _path_of(one: Field) -> str:
    return str(one.selection.sources[_last_json(one.selection)].pattern)


def is_fixed(one: Field) -> bool:
    """Return whether a field reads nothing that is searched for."""
    return any(source.language in FIXED for source in one.selection.sources)


def search_for(one: Field, rows: Rows, pairs: Mapping[int, int], *, is_page: bool) -> FieldSearch:
    """Return the search for a field and those that are like it."""
    return (JsonSearch if is_json(one) else FieldSearch)(rows, pairs, is_page=is_page)


def json_rows(rule: Rule, sheets: Sequence[Sheet]) -> list[tuple[Selection, Rows, float]]:
    """Return selections of lists of objects on new pages, with their rows and what their paths cost."""
    each = rule.each
    if each is None or not each.sources or each.sources[-1].language not in LANGUAGES:
        return []
    last = len(each.sources) - 1
    whole = with_pattern(each, last, "@")
    values = (value for sheet in sheets for value in _values(whole, sheet.whole, sheet, sheet.sort))
    paths = dict.fromkeys(path for value in values for path in lists_in(value))
    old = str(each.sources[-1].pattern)
    ranked = sorted(paths, key=lambda path: (-likeness(old, path, rule.name), len(path)))
    found = []
    for path in ranked[:MOST_LISTS]:
        cost = 0.5 * len(names_in(path)) + 2 * (1 - likeness(old, path, rule.name))
        rows = rows_of(rule, with_pattern(each, last, path), sheets)
        for way in (path, *_narrowed(path, old, rows)):
            selection = with_pattern(each, last, way)
            rows = rows_of(rule, selection, sheets)
            if len(rows):
                found.append((selection, rows, cost - STILL_READ * _still_read(rule, rows)))
    return found


def _narrowed(path: str, old: str, rows: Rows) -> Iterator[str]:
    """Yield a list's path with the filter of the old one, `[?job=='actor']`, on the keys that hold its value now."""
    if (condition := _condition.search(old)) and path.endswith("[]"):
        items = [row.item.node for row in rows if isinstance(row.item.node, dict)]
        keys = dict.fromkeys(key for one in items for key, value in one.items() if value == condition[2][1:-1])
        yield from (f"{path.removesuffix('[]')}[?{quoted(key)}=={condition[2]}]" for key in keys)


def _still_read(rule: Rule, rows: Rows) -> float:
    """Return the share of the fields that read something of some rows as they are."""
    own = [one for one in rule.fields if is_json(one) and not one.selection.from_page]
    some = Rows(rows.rows[:LOOKED_INTO], rows.sort)
    return sum(any(taken.is_filled for taken in take(one, some)) for one in own) / max(1, len(own))


def _values(selection: Selection, item: Item, sheet: Sheet, sort: Sort) -> list[Any]:
    sheet.wind()
    with contextlib.suppress(ScraperError):
        return list(Finder(selection, sort, sheet.engine).find(item))
    return []
