"""Check what is said of files: where they go, and fields of type file."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.config.near_words import did_you_mean
from scraper.fetch.kept_files import NAMES
from scraper.job import Job, Rule
from scraper.job.templates import Template
from scraper.job.yamldoc import Complaint, KeyPath, Sections
from scraper.models import FILES

STORE = ("settings", "files_store")


def check_files(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong with fields of type file, and with the place of the files."""
    rules = [
        (rule, (*places[name], "records", n)) for name, kind in job.kinds.items() for n, rule in enumerate(kind.rules)
    ]
    for rule, path in rules:
        yield from _check_rule(rule, path)
    if FILES in job.kinds:
        yield Complaint(
            ("pages", FILES), "this is the name of the files that records name; choose another", is_key=True
        )
    yield from _check_store(job.settings.files_store)
    if job.settings.pool.engine == "dask" and any(rule.files for rule, _ in rules):
        told = "workers on other machines would keep the files there; type: file needs processes or threads"
        yield Complaint(("settings", "pool", "engine"), told)


def _check_rule(rule: Rule, path: KeyPath) -> Iterator[Complaint]:
    for field in rule.fields:
        at = (*path, "fields", field.name)
        if field.is_file and field.is_helper:
            yield Complaint((*at, "type"), "a field that is not written has no file; take the _ off, or say url")
        if field.is_file and field.name in rule.key:
            told = f"the file of {field.name} is no key: it is known only when it has come; take a field of type url"
            yield Complaint((*path, "key"), told)
        for inner in field.fields:
            if inner.is_file:
                inside = (*at, "fields", inner.name, "type")
                yield Complaint(inside, "files stand in the record itself, not in a list of objects; say many there")


def _check_store(store: str) -> Iterator[Complaint]:
    template = Template(store)
    for name in template.names:
        if name not in NAMES:
            known = ", ".join(f"{{{one}}}" for one in NAMES)
            yield Complaint(STORE, f"unknown name {{{name}}}; files may use {known}{did_you_mean(name, NAMES)}")
    if ".." in store.split("/"):
        yield Complaint(STORE, "the path leads out of its folder (..)")
    if not {"sha256", "url_sha1"} & set(template.names):
        yield Complaint(STORE, "expected {sha256} or {url_sha1} in it, by which no two files have one name")
