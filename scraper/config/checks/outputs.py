"""Check where the records go: the names in the path, its suffix, and what its format takes."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from scraper.config.checks.books import check_books
from scraper.config.checks.extras import check_extra
from scraper.config.checks.tables import check_tables
from scraper.config.near_words import did_you_mean
from scraper.export.columns import columns_of
from scraper.export.formats import FORMATS, Format, format_of
from scraper.export.partitions import OF_A_FILE
from scraper.job import STDOUT, Job
from scraper.job.phrases import alternatives
from scraper.job.yamldoc import Complaint

PATH = ("output", "path")
_has_control = regex.compile(r"[\x00-\x1f\x7f]").search


def check_output(job: Job) -> Iterator[Complaint]:
    """Yield what is wrong with a job's output."""
    yield from _check_path(job)
    form = format_of(job.output.path.text)
    if form is not None:
        yield from _check_format(form, job)
    yield from check_books(job)
    yield from _check_rules(job, shares_lines=form is None or not form.has_tables)


def _check_path(job: Job) -> Iterator[Complaint]:
    path = job.output.path
    for name in path.names:
        if name not in OF_A_FILE:
            known = ", ".join(f"{{{known}}}" for known in OF_A_FILE)
            yield Complaint(PATH, f"unknown name {{{name}}}; a path may use {known}{did_you_mean(name, OF_A_FILE)}")
    if ".." in path.text.split("/"):
        yield Complaint(PATH, "the path leads out of its folder (..)")
    if not path.text or path.text.endswith("/") or _has_control(path.text):
        yield Complaint(PATH, "expected the path of a file, such as output/{name}.jsonl")
    elif format_of(path.text) is None:
        yield Complaint(PATH, f"expected a path that ends with {alternatives(FORMATS)}, or - for standard output")


def _check_format(form: Format, job: Job) -> Iterator[Complaint]:
    """Check that a format is there and can do what is asked of it."""
    if job.output.mode == "append" and not form.can_append:
        others = alternatives(suffix for suffix, other in FORMATS.items() if other.can_append)
        told = f"nothing can be appended to a {form.suffix} file; say mode: replace, or write to {others}"
        yield Complaint(("output", "mode"), told)
    yield from check_extra(form.extra, form.suffix, PATH)
    if form.is_table:
        yield from _check_columns(job)
    yield from check_tables(form, job)


def _check_columns(job: Job) -> Iterator[Complaint]:
    """Check that the columns of a table can be told before any page is there."""
    rules = [rule for kind in job.kinds.values() for rule in kind.rules]
    unknown = next((rule.name for rule in rules if rule.has_all_columns), None)
    if unknown is not None:
        told = f"the columns of {unknown!r} are those of the page, so that no file of columns can be begun"
        others = alternatives(suffix for suffix, other in FORMATS.items() if not other.is_table)
        yield Complaint(PATH, f"{told}; name them in its `fields`, or write to {others}")
    elif rules and not columns_of(job, job.published_rules()):
        yield Complaint(PATH, "a table needs a column, but all fields are helpers (_x), which are never written")


def _check_rules(job: Job, *, shares_lines: bool) -> Iterator[Complaint]:
    """Check that each rule can have its file, and that a file of several says which record is of which rule."""
    rules = job.published_rules()
    if job.output.is_split:
        for rule in rules:
            if rule.name.startswith(".") or rule.name != rule.name.strip() or regex.search(r"[/\\]", rule.name):
                told = "its name becomes a part of a file's: it holds no slash, begins with no dot, ends with no blank"
                yield Complaint(PATH, f"{{records}} cannot be {rule.name!r}: {told}")
    elif job.output.mode == "append" and len(rules) > 1 and shares_lines and job.output.path.text != STDOUT:
        keyed = next((rule.name for rule in rules if rule.key), None)
        names, told = ", ".join(repr(rule.name) for rule in rules), ""
        if keyed is not None:
            told = f"append looks up the keys of {keyed!r} in its file, but {names} share one"
        elif job.output.on_new_fields == "widen":
            told = f"new columns are added to the records of one rule, but {names} share a file"
        if told:
            yield Complaint(PATH, f"{told}; give each its own: output/{{name}}-{{records}}.jsonl")
