"""Read one rule's records of a page: items → fields, one after the other in all items → records → their links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson

from scraper.job import Rule
from scraper.models import Fault, Link
from scraper.parse.document import Document
from scraper.parse.engine import Engine
from scraper.parse.fields import VALUE_LENGTH, FieldReader
from scraper.parse.finder import Finder
from scraper.parse.follow import FollowReader
from scraper.parse.item import Item, Sort
from scraper.parse.plain import lose_unwritable, shown


class Reading:
    """What has been read of one page so far."""

    def __init__(self, document: Document, values: dict[str, Any]) -> None:
        self.document, self.values = document, values
        self.items = 0
        self.faults: list[Fault] = []
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.links: list[Link] = []
        self.filled: list[tuple[int, ...]] = []
        """For each rule, in how many records each written field is filled."""


class RuleReader:
    """One rule, compiled."""

    def __init__(self, rule: Rule, engine: Engine) -> None:
        self._rule, self._engine = rule, engine
        self._each = Finder(rule.each, Sort.PAGE, engine, is_each=True) if rule.each else None
        sort = self._each.gives if self._each else Sort.PAGE
        self._fields = [FieldReader(field, rule.name, sort, engine) for field in rule.fields]
        self._written = [field.name for field in rule.fields if not field.is_helper]
        self._follow = [FollowReader(follow, sort, engine) for follow in rule.follow]

    def read(self, reading: Reading, number: int) -> tuple[bytes, ...]:
        """Return the records as JSON lines; faults, losses and links go to the reading. `number` is the rule's own."""
        items = self.items(reading)
        reading.items += len(items)
        for position, item in enumerate(items, start=1):
            item.values = {**reading.values, "_position": position}
        whole = self._read_fields(items, reading.dropped)
        records = [{name: item.values[name] for name in self._written} for item in whole]
        lines = tuple([self._line(record, item.faults) for record, item in zip(records, whole, strict=True)])
        columns = [[record[name] for record in records] for name in self._written]
        reading.filled.append(tuple([len(column) - column.count(None) - column.count([]) for column in columns]))
        for item in items:
            reading.faults += item.faults
        for count, item in enumerate(whole):
            for follow in self._follow:
                reading.links += follow.read(item, number, count)
        return lines

    def items(self, reading: Reading) -> list[Item]:
        whole = Item(reading.document, values=reading.values)
        if self._each is None:
            return [whole]
        nodes = list(self._each.find(whole))
        if self._each.gives == Sort.ELEMENT:
            return self._elements(reading.document, nodes)
        if self._each.gives == Sort.JSON:
            nodes = [one for node in nodes for one in (node if isinstance(node, list) else [node]) if one is not None]
        return [Item(reading.document, node) for node in nodes]

    def _elements(self, document: Document, nodes: list[Any]) -> list[Item]:
        nodes = [node for node in nodes if not isinstance(node, str | int | float)]  # XPath may give values
        parent = self._engine.parent
        if len({parent(node) for node in nodes}) <= 1:  # brothers hold nothing of each other
            brothers = self._engine.brothers(nodes)
            return [Item(document, node, brothers=brothers) for node in nodes]
        inner = _inner_items(nodes, parent)
        return [Item(document, node, inner.get(node, frozenset())) for node in nodes]

    def _read_fields(self, items: list[Item], dropped: Counter[tuple[str, str]]) -> list[Item]:
        """Read every field of the items; return those that lack no required one."""
        for field in self._fields:
            if not items:
                break
            for item, value in zip(items, field.read(items), strict=True):
                item.values[field.name] = value
            if field.is_required:
                found = [item for item in items if item.values[field.name] not in (None, [])]
                if lost := len(items) - len(found):
                    dropped[self._rule.name, field.name] += lost
                items = found
        return items

    def _line(self, record: dict[str, Any], faults: list[Fault]) -> bytes:
        """Return the record as JSON; a value that JSON of 64 bits cannot say becomes null and a fault."""
        try:
            return orjson.dumps(record)
        except orjson.JSONEncodeError:
            for name, value, cause in lose_unwritable(record):
                faults.append(Fault(self._rule.name, name, shown(value, VALUE_LENGTH), cause))
            return orjson.dumps(record)


def _inner_items(nodes: list[Any], parent: Callable[[Any], Any]) -> dict[Any, frozenset[Any]]:
    """Return for each item that holds other items those of them that no other one holds."""
    every = set(nodes)
    inner: dict[Any, set[Any]] = {}
    for node in nodes:
        outer = parent(node)
        while outer is not None and outer not in every:
            outer = parent(outer)
        if outer is not None:
            inner.setdefault(outer, set()).add(node)
    return {node: frozenset(below) for node, below in inner.items()}
