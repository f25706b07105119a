"""Make the fields of a job of what the file says: short forms written out, templates read, ${ENV} filled in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scraper import job
from scraper.config.environment import Texts
from scraper.config.field_types import has_key, types_with
from scraper.job.phrases import alternatives
from scraper.job.templates import Template
from scraper.job.yamldoc import KeyPath
from scraper.parse.transforms import STEPS
from scraper.parse.values.types import TYPES

if TYPE_CHECKING:
    from scraper.config.model_fields import FieldSpec, SelectionSpec
    from scraper.config.model_steps import StepSpec

IN_LISTS = {"each", "fields", "required"}
"""Keys of a field that is a list of objects."""


class FieldBuilder:
    """Makes fields and selections; what is wrong on the way is noted in `fill.complaints`."""

    def __init__(self, folder: Path, fill: Texts) -> None:
        self._folder, self._fill = folder, fill

    def fields(self, specs: dict[str, FieldSpec], timezone: str | None, path: KeyPath) -> tuple[job.Field, ...]:
        """Return the fields of records or of objects in one."""
        return tuple(self.field(name, spec, timezone, (*path, "fields", name)) for name, spec in specs.items())

    def field(self, name: str, spec: FieldSpec, timezone: str | None, path: KeyPath) -> job.Field:
        """Return a field."""
        self._check_list(spec, path)
        if spec.timezone is not None and not has_key(spec.type, "timezone"):
            told = f"timezone is for type: {alternatives(types_with('timezone'))}"
            self._fill.complain((*path, "timezone"), told)
        return job.Field(
            name=name,
            selection=self.selection(spec, path),
            many=spec.many,
            join=self._fill.text(spec.join, (*path, "join")),
            steps=tuple(self.steps(spec.steps, (*path, "steps"))),
            na_values=frozenset(
                self._fill.text(text, (*path, "na_values", n)) for n, text in enumerate(spec.na_values)
            ),
            type=spec.type,
            is_file=spec.type is not None and TYPES[spec.type].is_file,
            decimal=spec.decimal,
            formats=tuple(spec.format or ()),
            timezone=self._fill.text(spec.timezone, (*path, "timezone")) or self._fill.text(timezone, ("timezone",)),
            locale=spec.locale,
            default=self._fill.data(spec.default, (*path, "default")),
            required=spec.required,
            each=self.selection(spec.each, (*path, "each")) if spec.each else None,
            fields=self.fields(spec.fields, timezone, path),
        )

    def _check_list(self, spec: FieldSpec, path: KeyPath) -> None:
        """Say what does not go with a list of objects."""
        if bool(spec.fields) != bool(spec.each):
            has, needs = ("fields", "each") if spec.each is None else ("each", "fields")
            self._fill.complain((*path, has), f"a list of objects needs `each`, the items, and `fields`; say {needs}")
        elif spec.fields:
            for name in spec.model_fields_set - IN_LISTS:
                key = name.strip("_")
                self._fill.complain((*path, key), f"{key} cannot stand beside `fields`; say it in one of them")

    def steps(self, specs: list[StepSpec], path: KeyPath) -> Iterator[job.Step]:
        """Yield the steps; their texts are patterns, in which ${ENV} is text."""
        for n, spec in enumerate(specs):
            named = [(name, getattr(spec, name)) for name in spec.model_fields_set]
            if len(named) != 1:
                names = " and ".join(sorted(name for name, _ in named)) or "none"
                self._fill.complain((*path, n), f"expected one step a list item, got {names}")
            for name, argument in named:
                if STEPS[name].takes == "function":
                    yield job.Step(name, self._call(argument, (*path, n, name)))
                    continue
                plain = tuple(argument) if isinstance(argument, list) else argument
                yield job.Step(name, None if plain is True else plain)

    def _call(self, text: str, path: KeyPath) -> job.Call:
        """Return the function of an own step; a module beside the config is part of what the job depends on."""
        module = self._folder.joinpath(*text.partition(":")[0].split(".")).with_suffix(".py")
        if module.is_file():
            self._fill.note_file(module, module.name, path)
        return job.Call(text, str(self._folder.resolve()))

    def selection(self, spec: SelectionSpec, path: KeyPath) -> job.Selection:
        """Return a selection with its alternatives."""
        members = [self.selection(member, (*path, "first_of", n)) for n, member in enumerate(spec.first_of or ())]
        if spec.attr is not None and spec.get is not None:
            self._fill.complain(
                (*path, "get"), "an element gives its attribute (attr) or its text or markup (get), not both"
            )
        return job.Selection(
            sources=tuple(job.Source(name, self.pattern(name, value, path)) for name, value in spec.sources),
            first_of=tuple(members),
            from_page=spec.from_ == "page",
            attr=spec.attr,
            get=spec.get or "text",
            visible=spec.visible,
            with_siblings=getattr(spec, "with_siblings", False),
        )

    def pattern(self, language: job.Language, value: Any, path: KeyPath) -> str | tuple[str, ...] | Template:
        """Return a source's pattern as it is; only `value` is filled."""
        if language == "value":
            return self._fill.template(value, (*path, "value"))
        return tuple(value) if language == "group" else str(value)
