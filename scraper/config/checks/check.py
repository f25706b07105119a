"""Check what the parts of a job mean, beyond their form: values, items and fields, then how the pages hang together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper.config.checks.fetchers import check_fetcher
from scraper.config.checks.files import check_files
from scraper.config.checks.kinds import check_ways
from scraper.config.checks.outputs import check_output
from scraper.config.checks.parsers import check_parser
from scraper.config.checks.selections import ELEMENTS, FIRST, Item, check_selection, item_of
from scraper.config.checks.values import check_values
from scraper.config.checks.where import check_where
from scraper.config.field_types import fits, has_key, types_with, written_type
from scraper.config.near_words import did_you_mean
from scraper.errors import PatternError
from scraper.job import Field, Follow, Job, Kind, Rule, Selection
from scraper.job.phrases import alternatives
from scraper.job.templates import Placeholder, Template
from scraper.job.yamldoc import Complaint, KeyPath, Sections
from scraper.parse.transforms import compile_step
from scraper.parse.values.dates import check_format, check_locale
from scraper.parse.values.types import TYPES


def check_job(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong with a job; `places` says where its kinds stand in the file."""
    yield from check_values(job, places)
    for name, kind in job.kinds.items():
        yield from _check_kind(kind, places[name])
    yield from check_fetcher(job, places)
    yield from check_ways(job, places)
    yield from check_output(job)
    yield from check_files(job, places)


def _check_kind(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    for n, rule in enumerate(kind.rules):
        yield from _check_rule(rule, (*path, "records", n))
    for n, follow in enumerate(kind.follow):
        yield from _check_follow(follow, (*path, "follow", n), Item())
    yield from check_parser(kind, path)


def _check_rule(rule: Rule, path: KeyPath) -> Iterator[Complaint]:
    if rule.each is not None:
        if rule.each.from_page:
            yield Complaint((*path, "each", "from"), "each reads the page anyway")
        yield from _check_each(rule.each, (*path, "each"), Item(is_in_records=True))
    item = item_of(rule.each)
    if not (rule.fields or item.is_row):
        yield Complaint(path, "records need `fields`")
    yield from _check_fields(rule.fields, path, item)
    yield from _check_explode(rule, path)
    yield from check_where(rule, (*path, "where"))
    for n, follow in enumerate(rule.follow):
        yield from _check_follow(follow, (*path, "follow", n), item, rule.fields)


def _check_explode(rule: Rule, path: KeyPath) -> Iterator[Complaint]:
    """Say what is wrong with the list whose objects become records, or with their fields beside the others."""
    if rule.explode is None:
        return
    lists = {field.name: field for field in rule.fields if field.fields}
    if rule.explode not in lists:
        known = did_you_mean(rule.explode, lists)
        yield Complaint((*path, "explode"), f"expected the name of a field with `each` and `fields`{known}")
        return
    names = {field.name for field in rule.fields}
    for field in lists[rule.explode].fields:
        if field.name in names:
            at = (*path, "fields", rule.explode, "fields", field.name)
            yield Complaint(at, f"the record has a field {field.name!r} already; rename one of them", is_key=True)


def _check_each(each: Selection, path: KeyPath, item: Item) -> Iterator[Complaint]:
    languages = [source.language for source in each.sources]
    if not (languages or each.first_of):
        yield Complaint(path, "expected css, xpath, regex, json, json_ld or table, which find the items")
    for language in FIRST:
        if language in languages:
            yield Complaint(
                (*path, language), f"{language} finds no items; say css, xpath, regex, json, json_ld or table"
            )
    if languages and languages[-1] in (*ELEMENTS, "table") and (each.attr is not None or each.get != "text"):
        key = "get" if each.attr is None else "attr"
        yield Complaint((*path, key), f"an item is the whole element; say {key} in the fields")
    for n, member in enumerate(each.first_of):
        yield from _check_each(member, (*path, "first_of", n), item)
    if each.with_siblings and (item_of(each).kind != "element" or item_of(each).is_row):
        yield Complaint((*path, "with_siblings"), "only elements have siblings; say css or xpath")
    kinds = {item_of(member).kind for member in each.first_of} - {"mixed"}
    if len(kinds) > 1:
        yield Complaint(
            (*path, "first_of"), "some of these find elements and others text or JSON; items are of one sort"
        )
    yield from check_selection(each, path, item)


# --------------------------------------------------------------------------- fields and links


def _check_fields(fields: tuple[Field, ...], path: KeyPath, item: Item) -> Iterator[Complaint]:
    for field in fields:
        at = (*path, "fields", field.name)
        if field.each is None:
            yield from _check_field(field, at, item)
        else:
            yield from _check_each(field.each, (*at, "each"), item)
            yield from _check_fields(field.fields, at, item_of(field.each))


def _check_field(field: Field, path: KeyPath, item: Item) -> Iterator[Complaint]:
    yield from check_selection(field.selection, path, item)
    if field.many and field.join is not None:
        yield Complaint((*path, "join"), "many gives a list and join makes one text of it; say one of the two")
    for n, step in enumerate(field.steps):
        try:
            compile_step(step)
        except PatternError as error:
            yield Complaint((*path, "steps", n, step.name), str(error))
    yield from _check_keys(field, path)
    yield from _check_dates(field, path)
    if field.default is not None and field.many and field.default != []:
        yield Complaint((*path, "default"), "many gives [] where nothing is found, so a default is never used")
    elif field.default is not None and not field.many and not fits(written_type(field), field.default):
        yield Complaint((*path, "default"), f"expected a value of type {written_type(field)}")


def _check_keys(field: Field, path: KeyPath) -> Iterator[Complaint]:
    """Say which keys are for other types."""
    said = {"decimal": field.decimal is not None, "format": bool(field.formats), "locale": field.locale is not None}
    for key, is_said in said.items():
        if is_said and not has_key(field.type, key):
            yield Complaint((*path, key), f"{key} is for type: {alternatives(types_with(key))}")


def _check_dates(field: Field, path: KeyPath) -> Iterator[Complaint]:
    checks: list[tuple[Any, Any, KeyPath]] = [
        (check_format, text, (*path, "format", n)) for n, text in enumerate(field.formats)
    ]
    checks += [(check_locale, field.locale, (*path, "locale"))] * (field.locale is not None)
    for check, value, at in checks:
        try:
            check(value)
        except PatternError as error:
            yield Complaint(at, str(error))


def _check_follow(follow: Follow, path: KeyPath, item: Item, fields: tuple[Field, ...] = ()) -> Iterator[Complaint]:
    if not (follow.selection.sources or follow.selection.first_of or follow.url):
        if follow.params or follow.handed_on:
            yield Complaint(
                path, f"a follow without links takes the start URL of {follow.page!r}, which needs a single one"
            )
            return
        yield Complaint(path, "a follow needs css, xpath, regex, json, value or first_of, which find the links")
    yield from check_selection(follow.selection, path, item)
    for name, selection in follow.params:
        yield from check_selection(selection, (*path, "params", name), item)
    if follow.merge and not item.is_in_records:
        yield Complaint((*path, "merge"), "merge joins a page to a record: such a follow stands inside `records`")
    urls = {"_url", *(field.name for field in fields if field.type and TYPES[field.type].is_link)}
    for source in follow.selection.sources:
        first = source.pattern.parts[0] if isinstance(source.pattern, Template) else ""
        if isinstance(first, Placeholder) and first.name in urls and not first.is_reserved:
            yield Complaint((*path, "value"), f"write {{+{first}}} to keep the slashes of a URL")
