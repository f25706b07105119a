"""Read the items of a page and their fields, one field after the other in all items; a field may hold items itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scraper.errors import Malformed, Unreadable
from scraper.job import Field, Selection
from scraper.models import Fault
from scraper.parse.fields import CAUSE_LENGTH, FieldReader
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.plain_values import shown
from scraper.parse.trees.parsers import VALUES, Engine

Lost = dict[tuple[str, str], int]
"""How many records or objects were given up for want of a required field, by (rule, field); one that begins at 0."""


class RecordsReader:
    """An `each` with its fields, compiled."""

    def __init__(
        self,
        each: Selection | None,
        fields: Sequence[Field],
        rule: str,
        sort: Sort,
        engine: Engine,
        place: str = "",
        explode: str | None = None,
    ) -> None:
        """`place` stands before the names of the fields in what is told of them, `variants.` for those of a list.

        `explode`: the list whose objects become records themselves; they keep their helper fields.
        """
        self._each = Finder(each, sort, engine, is_each=True) if each else None
        self.sort = self._each.gives if self._each else sort
        """What sort of items the fields are read from."""
        self._group = engine.groups if each and each.with_siblings else None
        self._engine, self._rule, self._place = engine, rule, place
        self.fields = [
            ListReader(field, rule, self.sort, engine, f"{place}{field.name}", is_exploded=field.name == explode)
            if field.fields
            else FieldReader(field, rule, self.sort, engine, f"{place}{field.name}")
            for field in fields
        ]

    def items(self, whole: Item) -> list[Item]:
        """Return the items of a page, or those inside an item, in document order."""
        items = [whole] if self._each is None else self._found(whole, list(self._each.find(whole)))
        for position, item in enumerate(items, start=1):
            item.values = {**whole.values, "_position": position}
        return items

    def fill(self, items: list[Item], lost: Lost) -> list[Item]:
        """Read every field of the items; return those that lack no required one."""
        for field in self.fields:
            if not items:
                break
            name = field.name
            for item, value in zip(items, field.read(items, lost), strict=True):
                item.values[name] = value
            if field.is_required:
                found = [item for item in items if item.values[name] not in (None, [])]
                if missing := len(items) - len(found):
                    lost[self._rule, f"{self._place}{name}"] += missing
                items = found
        return items

    def _found(self, whole: Item, nodes: list[Any]) -> list[Item]:
        if self._each is not None and self._each.gives_rows:
            return [Item(whole.document, row.node, whole.inner, row.cells, row.known) for row in nodes]
        if self._group is not None:
            return [Item(whole.document, group) for group in self._group(self._no_values(nodes))]
        if self.sort == Sort.ELEMENT:
            return self._elements(whole, nodes)
        if self.sort == Sort.JSON:
            nodes = [one for node in nodes for one in (node if isinstance(node, list) else [node]) if one is not None]
        return [Item(whole.document, node) for node in nodes]

    def _elements(self, whole: Item, nodes: list[Any]) -> list[Item]:
        nodes = self._no_values(nodes)
        parent = self._engine.parent
        if len({parent(node) for node in nodes}) <= 1 and not whole.inner:  # brothers hold nothing of each other
            return [Item(whole.document, node) for node in nodes]
        inner = _inner_items(nodes, parent)
        return [Item(whole.document, node, inner.get(node, frozenset()) | whole.inner) for node in nodes]

    @staticmethod
    def _no_values(nodes: list[Any]) -> list[Any]:
        """Return the elements: XPath may give values too."""
        return [node for node in nodes if not isinstance(node, VALUES)]


class ListReader:
    """A field that is a list of objects, compiled: one for each item inside the item."""

    def __init__(self, field: Field, rule: str, sort: Sort, engine: Engine, place: str, *, is_exploded: bool) -> None:
        self.name, self.is_required = field.name, field.required
        self._rule, self._place = rule, place
        self._records = RecordsReader(field.each, field.fields, rule, sort, engine, "" if is_exploded else f"{place}.")
        self._names = [inner.name for inner in field.fields if is_exploded or not inner.is_helper]

    def read(self, items: Sequence[Item], lost: Lost) -> list[Any]:
        """Return the list in each item, [] where nothing is found."""
        return [[self._object(one) for one in self._inside(item, lost)] for item in items]

    def _inside(self, item: Item, lost: Lost) -> list[Item]:
        """Return the items inside an item, their fields read; what is malformed there is a fault of the outer one."""
        try:
            found = self._records.items(item)
        except Unreadable:
            raise
        except Malformed as error:
            item.faults.append(Fault(self._rule, self._place, "", shown(str(error), CAUSE_LENGTH)))
            return []
        for one in found:
            one.faults = item.faults
        return self._records.fill(found, lost)

    def _object(self, item: Item) -> dict[str, Any]:
        return {name: item.values[name] for name in self._names}


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
