"""Read one field of one item: selection → first / many / join → steps → na_values → type → default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from scraper.errors import Malformed, Unreadable
from scraper.job import Field, Get, Selection, Step
from scraper.job.templates import as_text
from scraper.models import Fault
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.plain_values import shown
from scraper.parse.selectors.breaks import LINE, told
from scraper.parse.selectors.breaks import shown as shown_text
from scraper.parse.selectors.select import Clock
from scraper.parse.source_steps import flat
from scraper.parse.transforms import STEPS, Transform, compile_step
from scraper.parse.trees.parsers import Engine
from scraper.parse.values.types import TYPES, cast_for

Convert = Callable[[Any, Item], Any]

FIGURES: dict[Get, Get] = {"text": "figures", "own_text": "own_figures"}
VALUE_LENGTH, CAUSE_LENGTH = 80, 300
"""Characters that are kept of a malformed value, and of what is wrong with it."""


class FieldReader:
    """A field, compiled. `read` gives its values as they will be written."""

    def __init__(self, field: Field, rule: str, sort: Sort, engine: Engine, place: str) -> None:
        """`place`: the field's name in what is told of it, `variants.price` for one of a list."""
        self.name, self.is_required = field.name, field.required
        self._field, self._rule, self._place = field, rule, place
        self._finder = Finder(_selection(field), sort, engine)
        self._is_single = not field.many and field.join is None
        self._steps = [(STEPS[step.name].reads, _without_marks(step, field)) for step in field.steps]
        self._cast = cast_for(field)
        self._is_plain = not self._steps and self._cast is None
        self._has_marks = _is_number(field)
        self._nothing = field.na_values | {""}

    def read(self, items: Sequence[Item], _: object = None) -> list[Any]:
        """Return the field's value in each item, None if missing or malformed; the latter goes to the item's faults."""
        found = self._finder.firsts(items) if self._is_single else None
        if found is None:
            return [self._read(item) for item in items]
        if not self._is_plain:
            return [self._finish(value, item) for value, item in zip(found, items, strict=True)]
        nothing, default = self._nothing, self._field.default
        values = [value.strip() if isinstance(value, str) else value for value in found]
        if len(nothing) == 1 and all(values):  # as nearly all are
            return values
        return [default if value is None or value in nothing else value for value in values]

    def _read(self, item: Item) -> Any:
        """Return the value in one item. Raises Unreadable."""
        try:
            return self._finish(self._pick(item), item)
        except Unreadable:
            raise
        except Malformed as error:
            item.faults.append(self._fault("", error))
            return [] if self._field.many else None

    def _finish(self, value: Any, item: Item) -> Any:
        """Return the value after its steps, na_values, cast and default."""
        before = len(item.faults)
        if value is not None:
            value = self._changed(value, item, item.faults)
        if value is None and len(item.faults) == before:
            value = self._field.default
        return [] if value is None and self._field.many else value

    def _pick(self, item: Item) -> Any:
        """Return the first value, or the list of all, or all joined, as texts that are trimmed."""
        if self._is_single:
            return next(self._finder.find(item), None)
        found, field = flat(self._finder.find(item)), self._field
        if field.many:
            return [_trimmed(value) for value in found]
        pieces = [(value if value.__class__ is str else as_text(value)).strip() for value in found]
        between = LINE if field.join == " " and _is_number(field) else field.join or ""
        return between.join(filter(None, pieces))

    def _changed(self, value: Any, item: Item, faults: list[Fault]) -> Any:
        """Return the value after its steps, na_values and cast."""
        if not self._steps:
            if value.__class__ is not list:
                return self._one(self._convert, value, item, faults)
            return self._each(self._convert, value, item, faults)
        clock = item.document.clock
        value = _trimmed(value)
        for reads, step in self._steps:
            if reads == "list":
                value = step(value, clock)
            else:
                apply = _apply_to_text if reads == "text" else _apply
                value = self._each(partial(apply, step, clock), value, item, faults)
                value = list(flat(value)) if isinstance(value, list) else value
        return self._each(self._convert, value, item, faults)

    def _convert(self, value: Any, item: Item) -> Any:
        """Return a value as the field's type."""
        if isinstance(value, str):
            value = told(value.strip()) if self._has_marks else value.strip()
            if value in self._nothing:
                return None
        return value if self._cast is None else self._cast(value, item.document.place)

    def _each(self, function: Convert, value: Any, item: Item, faults: list[Fault]) -> Any:
        """Return what a function makes of a value, of a list's elements one by one; nulls are left out of lists."""
        if isinstance(value, list):
            results = [self._one(function, one, item, faults) for one in value if one is not None]
            return [one for one in results if one is not None]
        return None if value is None else self._one(function, value, item, faults)

    def _one(self, function: Convert, value: Any, item: Item, faults: list[Fault]) -> Any:
        if value == "":
            return None
        try:
            return function(value, item)
        except Malformed as error:
            faults.append(self._fault(value, error))
            return None

    def _fault(self, value: Any, error: Malformed) -> Fault:
        value = told(value) if self._has_marks and isinstance(value, str) else value
        return Fault(self._rule, self._place, shown(value, VALUE_LENGTH), shown(str(error), CAUSE_LENGTH))


def _selection(field: Field) -> Selection:
    """Return the selection of a field; for a number a break between elements is more than a space."""
    return _for_numbers(field.selection) if _is_number(field) else field.selection


def _without_marks(step: Step, field: Field) -> Transform:
    """Return the function of a step; what it gives has marks of breaks only where a number is made of it."""
    change = compile_step(step)
    if _is_number(field) or STEPS[step.name].gives != "text":
        return change
    return lambda value, clock: shown_text(change(value, clock))


def _is_number(field: Field) -> bool:
    return field.type is not None and TYPES[field.type].stored in ("integer", "number")


def _for_numbers(selection: Selection) -> Selection:
    if selection.first_of:
        return replace(selection, first_of=tuple(map(_for_numbers, selection.first_of)))
    get = FIGURES.get(selection.get)
    return replace(selection, get=get) if get and selection.attr is None else selection


def _apply_to_text(step: Transform, clock: Clock, value: Any, _: Item) -> Any:
    return _trimmed(step(as_text(value), clock))


def _apply(step: Transform, clock: Clock, value: Any, _: Item) -> Any:
    return _trimmed(step(shown_text(value) if isinstance(value, str) else value, clock))


def _trimmed(value: Any) -> Any:
    return str(value).strip() if isinstance(value, str) else value
