"""Say which columns the records of some rules make, and of which types, by the config alone."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from scraper.job import TIMES, Field, Job, Rule
from scraper.parse.transforms import STEPS
from scraper.parse.values.dates import says_zone
from scraper.parse.values.types import TYPES, Stored


class Column(Struct, frozen=True):
    """One column of a file."""

    name: str
    type: str | None
    """None: only the page can tell, so that it is written as text."""
    is_list: bool = False
    has_zone: bool = False
    """For datetime: whether every value says its offset; else none does."""
    is_open: bool = False
    """For datetime: whether only the page tells if a value says an offset."""
    fields: tuple[Column, ...] = ()
    """What each object of a list of objects holds."""

    @property
    def stored(self) -> Stored:
        """What a typed column holds."""
        return "text" if self.type is None else TYPES[self.type].stored

    @property
    def is_link(self) -> bool:
        """Whether it holds URLs."""
        return self.type is not None and TYPES[self.type].is_link


MORE = {
    "_url": Column("_url", "url"),
    "_page": Column("_page", "str"),
    "_fetched_at": Column("_fetched_at", "datetime", has_zone=True),
    "_merged": Column("_merged", "url", is_list=True),
} | {name: Column(name, "datetime", has_zone=True) for name in TIMES}
"""The columns that no field gives."""


class Table(Struct, frozen=True):
    """What the records of one rule hold."""

    rule: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


class Layout(Struct, frozen=True):
    """What a file holds: the columns of all its records, and those of each rule."""

    columns: tuple[Column, ...] = ()
    tables: tuple[Table, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """What the file may say of itself: its run, the config's digest, the program's version."""
    padding: tuple[str, ...] = ()
    """Columns that earlier runs wrote and this config has not: null in its records."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(column.name for column in self.columns)


def layout_of(job: Job, rules: Iterable[Rule], facts: tuple[tuple[str, str], ...] = ()) -> Layout:
    """Return what a file of the records of these rules holds."""
    rules = tuple(rules)
    tables = tuple(Table(rule.name, columns_of(job, (rule,)), rule.key) for rule in rules)
    return Layout(columns_of(job, rules), tables, facts)


def columns_of(job: Job, rules: Iterable[Rule]) -> tuple[Column, ...]:
    """Return the columns of a file that holds the records of these rules, in config order."""
    found: dict[str, Column] = {}
    for rule in rules:
        for field in job.written_fields(rule):
            new = column_of(field)
            if found.setdefault(field.name, new) != new:
                found[field.name] = Column(field.name, None)
    return (*found.values(), *(MORE[name] for name in (*job.output.provenance, *job.output.times)))


def column_of(field: Field) -> Column:
    """Return the column of a field; that of a list of objects has columns of its own."""
    inner = tuple(column_of(each) for each in field.fields if not each.is_helper)
    is_list = _is_list(field) or bool(inner)
    return Column(field.name, written_type(field), is_list, has_zone(field), is_open(field), inner)


def written_type(field: Field) -> str | None:
    """Return the type that a field's values have in the output, None if only the page can tell."""
    if field.fields:
        return "json"
    if field.type is not None:
        return field.type
    selections = field.selection.first_of or (field.selection,)
    if any(selection.get == "exists" for selection in selections):
        return "bool"
    languages = {selection.sources[-1].language for selection in selections if selection.sources}
    is_open = languages & {"json", "js", "json_ld", "value"} or any(
        STEPS[step.name].gives == "value" for step in field.steps
    )
    return None if is_open else "str"


def _is_list(field: Field) -> bool:
    """Return whether a field gives lists: of all it finds, or of the pieces that a step makes."""
    given = [STEPS[step.name].gives for step in field.steps]
    return next((gives == "list" for gives in reversed(given) if gives in ("list", "one")), field.many)


def is_moment(field: Field) -> bool:
    """Return whether a field holds date-times."""
    return field.type is not None and TYPES[field.type].stored == "moment"


def has_zone(field: Field) -> bool:
    """Return whether a date-time field writes an offset with every value: its own, or that of a `timezone`."""
    return is_moment(field) and (field.timezone is not None or (bool(field.formats) and all(_zones(field))))


def is_open(field: Field) -> bool:
    """Return whether only the page tells if a date-time says an offset."""
    return is_moment(field) and not has_zone(field) and (not field.formats or any(_zones(field)))


def _zones(field: Field) -> list[bool]:
    """Return for each format whether its date-times have an offset."""
    return [says_zone(pattern) for pattern in field.formats]
