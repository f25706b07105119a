"""Say which columns the records of some rules make, and of which types, by the config alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scraper.job import Field, Job, Rule
from scraper.parse.transforms import STEPS
from scraper.parse.values.types import TYPES, Stored


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    name: str
    type: str | None
    """None: only the page can tell, so that it is written as text."""
    is_list: bool = False
    has_zone: bool = False
    """For datetime: whether every value says its offset; else none does."""

    @property
    def stored(self) -> Stored:
        """What a typed column holds."""
        return "text" if self.type is None else TYPES[self.type].stored


def columns_of(job: Job, rules: Iterable[Rule]) -> tuple[Column, ...]:
    """Return the columns of a file that holds the records of these rules, in config order."""
    found: dict[str, Column] = {}
    for rule in rules:
        for field in job.written_fields(rule):
            new = Column(field.name, written_type(field), _is_list(field), has_zone(field))
            if found.setdefault(field.name, new) != new:
                found[field.name] = Column(field.name, None)
    if job.output.provenance:
        found |= {
            "_url": Column("_url", "url"),
            "_page": Column("_page", "str"),
            "_fetched_at": Column("_fetched_at", "datetime", has_zone=True),
        }
    return tuple(found.values())


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
    formats_say = bool(field.formats) and all("%z" in text.lower() or text.startswith("unix") for text in field.formats)
    return is_moment(field) and (field.timezone is not None or formats_say)
