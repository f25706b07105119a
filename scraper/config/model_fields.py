"""What a config file may say of single values: selections, fields. Their form, not their sense."""

# ruff: noqa: RUF012 - pydantic copies defaults for each instance
from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from scraper.config.model_forms import Maybe, OneOf, OneOrMore, ShortSpec
from scraper.config.model_steps import OneOfSteps, StepSpec
from scraper.config.short_forms import as_names
from scraper.job import Language
from scraper.parse.values.types import TYPES

SOURCES = get_args(Language)


class SelectionSpec(ShortSpec):
    """What to take from an item or a page; a plain text is CSS. Sources run in written order."""

    css: Maybe[str] = None
    """CSS selector: all matching elements in document order."""
    xpath: Maybe[str] = None
    """XPath expression; in an item it begins with `.` and not with `/`."""
    regex: Maybe[str] = None
    """Regular expression, searched anywhere; `.` matches newlines. Gives its groups, or the whole match."""
    json_: Maybe[str] = Field(None, alias="json")
    """JMESPath expression; text is parsed first."""
    js: Maybe[str] = None
    """The same of the first object or array of JavaScript in a text; "@" is the whole of it."""
    json_ld: Maybe[str] = None
    """The objects of this type in the page's linked data (JSON-LD), such as Recipe."""
    table: Maybe[str] = None
    """In `each`: the rows of the tables that this CSS selector finds."""
    column: Maybe[str] = None
    """The cell in the column of this name; in the rows of a table."""
    group: Annotated[
        Maybe[Annotated[list[str], Field(min_length=1)]],
        BeforeValidator(as_names, json_schema_input_type=str | int | list[str | int]),
    ] = None
    """Names or numbers of groups of the regex in `each`."""
    value: Maybe[str] = None
    """A constant or a template of params, fields above, _url, _page, _position, _fetched_at."""
    first_of: Maybe[Annotated[list[SelectionSpec], Field(min_length=1)]] = None
    """Alternatives: the first that finds anything."""
    from_: Maybe[Literal["page"]] = Field(None, alias="from")
    """Read the page instead of the item."""
    attr: Maybe[str] = None
    """Take this attribute of the elements; elements without it are skipped."""
    get: Maybe[Literal["text", "own_text", "lines", "html", "inner_html", "exists"]] = None
    """What to take of elements; text by default."""
    visible: bool = False
    """Of the text, only what is not hidden: without elements with `hidden`, display: none or visibility: hidden."""
    _order: tuple[Language, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _keep_order(cls, data: Any, handler: ModelWrapValidatorHandler[SelectionSpec]) -> SelectionSpec:
        selection = handler(data)
        selection._order = tuple(key for key in data if key in SOURCES) if isinstance(data, dict) else ("css",)
        return selection

    @property
    def sources(self) -> list[tuple[Language, Any]]:
        """Return the sources as (language, pattern), in written order."""
        return [(name, self.json_ if name == "json" else getattr(self, name)) for name in self._order]


class EachSpec(SelectionSpec):
    """What finds the items; a plain text is CSS."""

    with_siblings: bool = False
    """An item is an element with its next siblings, up to the next item: a `dt` with its `dd`."""


class FieldSpec(SelectionSpec):
    """One value of a record: selection, first / many / join, steps, na_values, type, default, required."""

    many: bool = False
    """All values as a list."""
    join: Maybe[str] = None
    """All values as one text, with this between them."""
    steps: list[Annotated[StepSpec, OneOfSteps()]] = []
    na_values: list[str] = []
    """Exact texts that mean null."""
    type: Maybe[Annotated[str, OneOf(TYPES)]] = None
    """str by default; JSON values keep their types."""
    decimal: Maybe[Literal[".", ","]] = None
    """The sign before the fraction of numbers; without it `1.000` is malformed, for nobody can say what it is."""
    format: OneOrMore = None
    """For date and datetime: strptime patterns, `unix`, `unix_ms`, `relative` (3 hours ago, 昨天 8:00); in order."""
    timezone: Maybe[str] = None
    """IANA zone of date-times that carry none."""
    locale: Maybe[str] = None
    """Language of dates and numbers, such as `fr`: names of months and days, relative times, the decimal sign."""
    default: Any = None
    """The value where nothing is found, of the field's type."""
    required: bool = False
    """Null or [] drops the record, counted."""
    each: Maybe[EachSpec] = None
    """The items inside the item: the field is a list of objects, one for each, that hold `fields`."""
    fields: dict[str, FieldSpec] = {}
    """The fields of these objects, read from the items that `each` finds."""
