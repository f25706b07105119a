"""Read one rule's records of a page: items and their fields → records → their links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import orjson
from msgspec.structs import replace

from scraper.job import Field, Rule
from scraper.models import FILES, Fault, Link
from scraper.parse.conditions import Choice
from scraper.parse.document import Document
from scraper.parse.fields import VALUE_LENGTH
from scraper.parse.follow import FollowReader
from scraper.parse.item import Item, Sort
from scraper.parse.plain_values import lose_unwritable, shown
from scraper.parse.records import Lost, RecordsReader
from scraper.parse.trees.parsers import Engine


class Reading:
    """What has been read of one page so far."""

    def __init__(self, document: Document, values: dict[str, Any]) -> None:
        self.document, self.values = document, values
        self.items = 0
        self.faults: list[Fault] = []
        self.dropped: Lost = defaultdict(int)
        self.filtered: Lost = defaultdict(int)
        self.links: list[Link] = []
        self.blanks: dict[str, int] = defaultdict(int)
        """Pages that are the one item of a rule, by its name, in none of whose fields there is a value."""
        self.filled: list[tuple[int, ...]] = []
        """For each rule, in how many records each written field is filled."""


class RuleReader:
    """One rule, compiled."""

    def __init__(self, rule: Rule, engine: Engine) -> None:
        self._rule = rule
        self.source = RecordsReader(rule.each, rule.fields, rule.name, Sort.PAGE, engine, explode=rule.explode)
        self._read_cell = engine.read["text"]
        self._written = [field.name for field in rule.written]
        types = {field.name: field.type for field in (*rule.fields, *rule.written)}
        self._where = [(name, Choice(condition, types[name])) for name, condition in rule.where]
        self._telling = (
            [(field.name, field.default) for field in rule.fields if _is_telling(field)] if not rule.each else []
        )
        self._files = [field.name for field in rule.files]
        self._follow = [FollowReader(follow, self.source.sort, engine) for follow in rule.follow]

    def read(self, reading: Reading, number: int, *, is_blank: bool = False) -> tuple[bytes, ...]:
        """Return the records as JSON lines; faults, losses and links go to the reading. `number` is the rule's own.

        `is_blank`: the page has no text, so that there is no item. Raises Unreadable.
        """
        items = [] if is_blank else self.source.items(Item(reading.document, values=reading.values))
        reading.items += len(items)
        whole = self._told(self.source.fill(items, reading.dropped), reading)
        whole = self.wanted(whole, reading)
        records = [self.record(item) for item in whole]
        made = [self._line(record, item, reading) for record, item in zip(records, whole, strict=True)]
        lines = tuple([line for line in made if line is not None])
        if len(lines) < len(made):
            kept = [line is not None for line in made]
            records, whole = list(compress(records, kept)), list(compress(whole, kept))
        reading.filled.append(self._filled(records))
        for item in items:
            if item.faults:
                reading.faults += item.faults
        for count, item in enumerate(whole):
            for follow in self._follow:
                reading.links += follow.read(item, number, count)
            for name in self._files:
                reading.links += _files(item.values[name], number, count)
        return lines

    def _told(self, items: list[Item], reading: Reading) -> list[Item]:
        """Return the items without a page that is its rule's one item and has nothing of what is looked for."""
        if not self._telling or any(_has_value(item, self._telling) for item in items):
            return items
        reading.blanks[self._rule.name] += len(items)
        return []

    def wanted(self, items: list[Item], reading: Reading) -> list[Item]:
        """Return those that make records, of items that lack no required field; the others are counted."""
        if self._rule.explode is not None:
            items = list(self._exploded(items, self._rule.explode, reading.dropped))
        if self._where:
            items = [item for item in items if self._is_wanted(item, reading.filtered)]
        return items

    def record(self, item: Item) -> dict[str, Any]:
        """Return the record of an item: its fields or, where a rule names none, all columns of its table."""
        if item.cells is not None and not self._rule.fields:
            return {
                name: (self._read_cell(cell) or None) if cell is not None else None for name, cell in item.cells.items()
            }
        return {name: item.values[name] for name in self._written}

    def _filled(self, records: list[dict[str, Any]]) -> tuple[int, ...]:
        """Return in how many records each written field is filled, in their order."""
        if not records or not self._written:
            return (0,) * len(self._written)
        return tuple([_filled(column) for column in zip(*[record.values() for record in records], strict=True)])

    def _exploded(self, items: list[Item], name: str, lost: Lost) -> Iterable[Item]:
        """Yield an item for each object of a list, with the fields of both; one without objects is lost, counted."""
        for item in items:
            if not item.values[name]:
                lost[self._rule.name, name] += 1
            for lifted in item.values[name]:
                yield replace(item, values={**item.values, **lifted})

    def _is_wanted(self, item: Item, filtered: Lost) -> bool:
        """Return whether `where` keeps a record; if not, the first field to blame is counted."""
        for name, choice in self._where:
            if not choice.holds(item.values[name], item.document.clock):
                filtered[self._rule.name, name] += 1
                return False
        return True

    def _line(self, record: dict[str, Any], item: Item, reading: Reading) -> bytes | None:
        """Return the record as JSON; a value that JSON of 64 bits cannot say becomes null and a fault.

        None for a record that is none without such a value. It is a copy: orjson's own result has 4 kB for itself,
        whatever its length, and thousands are kept at a time.
        """
        try:
            return bytes(memoryview(orjson.dumps(record)))
        except orjson.JSONEncodeError:
            _repair(record, self._rule.written, self._rule.name, item.faults)
            if self._is_given_up(record, item, reading):
                return None
            return bytes(memoryview(orjson.dumps(record)))

    def _is_given_up(self, record: dict[str, Any], item: Item, reading: Reading) -> bool:
        """Return whether a mended record lacks a required field now, or all that is looked for; it is counted."""
        for field in self._rule.written:
            if field.required and record[field.name] is None:
                reading.dropped[self._rule.name, field.name] += 1
                return True
        return not self._told([replace(item, values={**item.values, **record})], reading)


def _files(value: Any, rule: int, record: int) -> Iterable[Link]:
    """Yield the links to the files that the value of a field names."""
    for url in value if isinstance(value, list) else [value]:
        if isinstance(url, str):
            yield Link(url.partition("#")[0], FILES, {}, rule, record, is_merged=True)


def _is_telling(field: Field) -> bool:
    """Return whether a field's value tells that a page has something: not one that any page would have."""
    selection = field.selection
    is_made = any(source.language == "value" for source in selection.sources)
    return not is_made and selection.get != "exists" and bool(selection.sources or selection.first_of or field.each)


def _has_value(item: Item, telling: list[tuple[str, Any]]) -> bool:
    values = ((item.values[name], default) for name, default in telling)
    return any(value is not None and value != [] and value != default for value, default in values)


def _filled(column: tuple[Any, ...]) -> int:
    """Return how many values of a field are neither null nor an empty list; seldom does one have to be looked at."""
    return len(column) if all(column) else len(column) - column.count(None) - column.count([])


def _repair(record: dict[str, Any], fields: Sequence[Field], rule: str, faults: list[Fault], place: str = "") -> None:
    """Put null, and a fault, for each value that cannot be written; in a list of objects only for theirs."""
    for field in fields:
        for one in record[field.name] if field.fields else ():
            _repair(one, field.fields, rule, faults, f"{place}{field.name}.")
    for name, value, cause in lose_unwritable(record):
        faults.append(Fault(rule, f"{place}{name}", shown(value, VALUE_LENGTH), cause))
