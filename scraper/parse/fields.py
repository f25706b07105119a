"""Read one field of one item: selection → first / many / join → steps → na_values → type → default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from scraper.errors import Malformed
from scraper.job import Field
from scraper.models import Fault
from scraper.parse.casts import cast_for
from scraper.parse.finder import Finder, Item, Sort, flat
from scraper.parse.select import Clock
from scraper.parse.transforms import Transform, compile_step
from scraper.templates import as_text

VALUE_LENGTH = 80
"""Characters of a malformed value that are kept."""


class FieldReader:
    """A field, compiled. `read` gives its value as it will be written."""

    def __init__(self, field: Field, rule: str, sort: Sort) -> None:
        self._names = [step.name for step in field.steps]
        self.name, self.is_required, self.is_helper = field.name, field.required, field.is_helper
        self._field, self._rule = field, rule
        self._find = Finder(field.selection, sort).find
        self._steps = [_join(step.argument) if step.name == "join" else compile_step(step) for step in field.steps]
        self._cast = cast_for(field)

    def read(self, item: Item, faults: list[Fault]) -> Any:
        """Return the field's value, None if it is missing or malformed; what is malformed goes to the faults."""
        field = self._field
        before = len(faults)
        try:
            value = self._pick(item)
        except Malformed as error:
            faults.append(self._fault("", error))
            value = None
        if value is not None:
            value = self._finish(value, item, faults)
        if value is None and len(faults) == before:
            value = field.default
        return [] if value is None and field.many else value

    def _pick(self, item: Item) -> Any:
        """Return the first value, the list of all, or all joined; texts trimmed, None for nothing."""
        found, field = self._find(item), self._field
        if field.many:
            return [_trimmed(value) for value in flat(found)]
        if field.join is not None:
            pieces = [as_text(value).strip() for value in flat(found)]
            return field.join.join(filter(None, pieces))
        return _trimmed(next(found, None))

    def _finish(self, value: Any, item: Item, faults: list[Fault]) -> Any:
        """Return the value after its steps, na_values and cast."""
        clock = item.document.clock
        for name, step in zip(self._names, self._steps, strict=True):
            if name == "join":
                value = step(value, clock)
            else:
                value = self._each(partial(_apply, step, clock), value, faults)
                value = list(flat(value)) if isinstance(value, list) else value
        return self._each(lambda one: self._convert(one, item), value, faults)

    def _convert(self, value: Any, item: Item) -> Any:
        if isinstance(value, str):
            value = value.strip()
            if not value or value in self._field.na_values:
                return None
        return value if self._cast is None else self._cast(value, item.document.place)

    def _each(self, function: Callable[[Any], Any], value: Any, faults: list[Fault]) -> Any:
        """Return what a function makes of a value, of a list's elements one by one; nulls are left out of lists."""
        if isinstance(value, list):
            results = [self._one(function, one, faults) for one in value]
            return [one for one in results if one is not None]
        return None if value is None else self._one(function, value, faults)

    def _one(self, function: Callable[[Any], Any], value: Any, faults: list[Fault]) -> Any:
        if value == "":
            return None
        try:
            return function(value)
        except Malformed as error:
            faults.append(self._fault(as_text(value), error))
            return None

    def _fault(self, value: str, error: Malformed) -> Fault:
        return Fault(self._rule, self.name, value[:VALUE_LENGTH], str(error))


def _apply(step: Transform, clock: Clock, value: Any) -> Any:
    return _trimmed(step(as_text(value), clock))


def _trimmed(value: Any) -> Any:
    return str(value).strip() if isinstance(value, str) else value


def _join(separator: str) -> Callable[[Any, Clock], Any]:
    """Return the step that makes one text of a list."""
    return lambda value, _: separator.join(map(as_text, value)) if isinstance(value, list) else value
