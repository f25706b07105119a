"""Check that the columns of a file can hold what the config makes: numbers, names that are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scraper.export import sqlite
from scraper.export.columns import Column, columns_of
from scraper.export.formats import Format
from scraper.job import Field, Job
from scraper.job.yamldoc import Complaint, KeyPath

LARGEST = 2**63 - 1
PATH: KeyPath = ("output", "path")


def check_tables(form: Format, job: Job) -> Iterator[Complaint]:
    """Yield what a typed file cannot hold, as far as the config tells."""
    if form.has_types or form.has_tables:
        for rule in job.published_rules():
            yield from _check_numbers(form, job.written_fields(rule))
            for column in columns_of(job, (rule,)) if form.has_types else ():
                yield from _check_moments(form, column)
    if form.has_tables:
        yield from _check_names(form, job)


def _check_numbers(form: Format, fields: Iterable[Field]) -> Iterator[Complaint]:
    for field in fields:
        said = [field.default, *(value for step in field.steps for value in _values(step.argument))]
        too_large = next((value for value in said if type(value) is int and not -LARGEST <= value <= LARGEST), None)
        if too_large is not None:
            told = f"{field.name!r} may be {too_large}, and the integers of a {form.suffix} file end at {LARGEST}"
            yield Complaint(PATH, f"{told}; say type: str, or write to .jsonl")


def _check_moments(form: Format, column: Column) -> Iterator[Complaint]:
    for inner in column.fields:
        yield from _check_moments(form, inner)
    if column.is_open:
        told = f"date-times of {column.name!r} may say an offset or none, and a {form.suffix} column holds one sort"
        yield Complaint(PATH, f"{told}: say the `timezone` of those that say none, or a `format`")


def _values(argument: object) -> Iterable[object]:
    return argument.values() if isinstance(argument, dict) else ()


def _check_names(form: Format, job: Job) -> Iterator[Complaint]:
    if lack := sqlite.lack():
        yield Complaint(PATH, f"{form.suffix} {lack}")
    rules = job.published_rules()
    for one, other in _alike(rule.name for rule in rules):
        yield Complaint(PATH, f"SQLite takes the tables {one!r} and {other!r} for one; rename one of these rules")
    for rule in rules:
        if rule.name.lower().startswith("sqlite_"):
            yield Complaint(PATH, f"no table may be called {rule.name!r}: names with sqlite_ are SQLite's own")
        for one, other in _alike(column.name for column in columns_of(job, (rule,))):
            told = f"SQLite takes the columns {one!r} and {other!r} of {rule.name!r} for one"
            yield Complaint(PATH, f"{told}; rename one of these fields")


def _alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names that differ by the case of their ASCII letters alone, each with the first like it."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(name.encode().lower().decode(), name)
        if first != name:
            yield first, name
