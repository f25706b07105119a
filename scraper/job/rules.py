"""The frozen values that say how a page is read: selections, fields, rules and links.

Read from the bottom: a Rule has fields and links, a Field has a selection, a Selection has sources. They are part of
a `job.Job`, whence the rest of the program has them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from scraper.job.templates import Template

Language = Literal["css", "xpath", "regex", "json", "js", "json_ld", "table", "column", "group", "value"]
Get = Literal["text", "own_text", "lines", "html", "inner_html", "exists", "figures", "own_figures"]
"""The last two are text of which a number is made: breaks between digits have marks there."""
Place = tuple[str | int, ...]
"""The keys and numbers that lead to something in a config file."""


class Source(Struct, frozen=True):
    """One step of a selection: a pattern in one language, run on what the step before gave."""

    language: Language
    pattern: str | tuple[str, ...] | Template
    """Text of the pattern; for `group` the names or numbers of groups; for `value` a Template."""


class Selection(Struct, frozen=True):
    """What to take from an item or a page. Without sources it is the item itself."""

    sources: tuple[Source, ...] = ()
    first_of: tuple[Selection, ...] = ()
    """Alternatives: the first that finds anything. Excludes sources."""
    from_page: bool = False
    attr: str | None = None
    get: Get = "text"
    visible: bool = False
    """Whether the text is without what is hidden."""
    with_siblings: bool = False
    """In `each`: an item is an element with its next siblings, up to the next item."""


class Call(Struct, frozen=True):
    """A function of the user's own."""

    text: str
    """`package.module:function`"""
    folder: str
    """That of the config, where its module may lie."""


class Step(Struct, frozen=True):
    """One text operation: `Step("replace", ("a", "b"))`, `Step("strip")`, `Step("map", {"One": 1})`."""

    name: str
    argument: Any = None


class Field(Struct, frozen=True):
    """One value of a record: selection → first / many / join → steps → na_values → type → default → required."""

    name: str
    selection: Selection
    many: bool = False
    join: str | None = None
    steps: tuple[Step, ...] = ()
    na_values: frozenset[str] = frozenset()
    type: str | None = None
    """A name in `types.TYPES`.

    None: `str`, but JSON values and a `value` template of one placeholder keep their types.
    """
    is_file: bool = False
    """Whether its values are links whose files are downloaded."""
    decimal: Literal[".", ","] | None = None
    """The sign before the fraction of numbers; None: that of the locale, else as the text itself tells."""
    formats: tuple[str, ...] = ()
    """For date and datetime: strptime patterns, "unix", "unix_ms", "relative"; empty means year-month-day."""
    timezone: str | None = None
    """IANA name for date-times that carry no zone: the field's own or the file's."""
    locale: str | None = None
    default: Any = None
    required: bool = False
    each: Selection | None = None
    """Finds the items of a field that is a list of objects; None for a field with a selection of its own."""
    fields: tuple[Field, ...] = ()
    """What each of these objects holds."""

    @property
    def is_helper(self) -> bool:
        """True for `_x` fields, which other fields may use and which are never written."""
        return self.name.startswith("_")


class Condition(Struct, frozen=True):
    """What a value must be for its record to be kept. Null is not, whatever is asked."""

    min: Any = None
    max: Any = None
    """Numbers, or dates and date-times in their written form; both ends included."""
    members: tuple[Any, ...] | None = None
    """The values that it may be."""
    regex: str | None = None
    negated: Condition | None = None
    """What it must not be."""


class Rule(Struct, frozen=True):
    """How one sort of record is read from a page."""

    name: str
    fields: tuple[Field, ...]
    each: Selection | None = None
    """None: the page is the one item."""
    key: tuple[str, ...] = ()
    """Fields that tell one record from another: a second record with the same values is dropped and counted."""
    follow: tuple[Follow, ...] = ()
    """Links of each record."""
    explode: str | None = None
    """The field that is a list of objects, each of which makes a record of its own."""
    where: tuple[tuple[str, Condition], ...] = ()
    """Conditions by the name of a field, all of which a record must meet; the others are counted as filtered."""

    @property
    def has_all_columns(self) -> bool:
        """True for a rule that names no fields: its records have the columns of their table, which the page tells."""
        return not self.fields

    @property
    def files(self) -> tuple[Field, ...]:
        """Return the fields whose values are links to files."""
        return tuple(field for field in self.fields if field.is_file)

    @property
    def written(self) -> tuple[Field, ...]:
        """Return the fields that the records are written with, those of an exploded one in its place."""
        lifted = (field.fields if field.name == self.explode else (field,) for field in self.fields)
        return tuple(field for field in itertools.chain.from_iterable(lifted) if not field.is_helper)


class Follow(Struct, frozen=True):
    """Links to more pages, from a page or from each of its records."""

    page: str
    """Name of the kind that the links lead to."""
    selection: Selection
    """Every match is a link, `href` of elements by default; or a `value` template that builds one."""
    params: tuple[tuple[str, Selection], ...] = ()
    """New params of the page: the first value of each selection."""
    handed_on: tuple[str, ...] = ()
    """Names of fields and params that the page takes over as its params."""
    merge: bool = False
    """The page's single record joins the record that led to it; only where a record follows."""
    url: Template | None = None
    """The start URL of the kind, to be filled with the new params; None where the selection finds the links."""
    encoding: str = "utf-8"
    """In which the params are written into that URL."""


def nested(fields: tuple[Field, ...], place: Place = ()) -> Iterator[tuple[Field, Place]]:
    """Yield fields, each before those inside it, and where they stand: `(*place, "fields", NAME, "fields", NAME)`."""
    for field in fields:
        at = (*place, "fields", field.name)
        yield field, at
        yield from nested(field.fields, at)
