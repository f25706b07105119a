"""Expand a job into the requests it starts with, in plan order and lazily: a million may come of one line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson
from w3lib.url import safe_url_string

from scraper.errors import OutputError
from scraper.models import Job, Kind, Param, ParamFile, Request, Span
from scraper.templates import Template


def requests(job: Job) -> Iterator[Request]:
    """Yield the start requests: kinds, URLs and params in written order, the last param fastest."""
    for kind in job.kinds.values():
        encoding = kind.encoding or "utf-8"
        for template in kind.start_urls:
            for params in products([p for p in kind.params if p.name in used_params(kind, template)]):
                url = safe_url(template.fill_url(params, encoding), encoding)
                yield Request(url, kind.name, kind.request.method, headers(kind, params), params=params)


def count(job: Job) -> int:
    """Return how many requests `requests` yields, without making them."""
    return sum(
        math.prod(length(param) for param in kind.params if param.name in used_params(kind, template))
        for kind in job.kinds.values()
        for template in kind.start_urls
    )


def headers(kind: Kind, params: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the header lines of a kind's requests, filled in; one whose value is null is left out."""
    filled = ((name, template.fill(params)) for name, template in kind.request.headers)
    return tuple((name, str(value)) for name, value in filled if value is not None)


def allowed_domains(job: Job) -> tuple[str, ...]:
    """Return the domains that redirects may lead to: as set, or those of the start URLs without a leading `www.`."""
    if job.settings.allowed_domains is not None:
        return job.settings.allowed_domains
    return tuple(sorted({host.removeprefix("www.") for kind in job.kinds.values() for host in _hosts(kind)}))


def used_params(kind: Kind, template: Template) -> set[str]:
    """Return the names of the params that a start URL or the kind's requests use."""
    templates = (template, *(value for _, value in kind.request.headers))
    return {name.partition(".")[0] for each in templates for name in each.names}


def products(params: list[Param]) -> Iterator[dict[str, Any]]:
    """Yield every combination of values, the last param fastest; no list of values is held but a file's own lines."""
    if not params:
        yield {}
        return
    first, rest = params[0], params[1:]
    for value in values(first):
        for others in products(rest):
            yield {first.name: value, **others}


def values(param: Param) -> Iterator[Any]:
    """Yield the values of a param in order."""
    match param.values:
        case Span(first, last, step):
            yield from range(first, last + (1 if step > 0 else -1), step)
        case ParamFile():
            yield from rows(param.values)
        case _:
            yield from param.values


def length(param: Param) -> int:
    """Return how many values a param has."""
    return sum(1 for _ in values(param)) if isinstance(param.values, ParamFile) else _length(param.values)


def rows(source: ParamFile) -> Iterator[Any]:
    """Yield the lines of a text file, or the rows of a .csv or .jsonl file as mappings; empty lines are skipped."""
    try:
        with source.path.open(encoding="utf-8-sig", newline="" if source.path.suffix == ".csv" else None) as file:
            yield from _rows(file, source.path.suffix)
    except (OSError, UnicodeDecodeError, csv.Error, orjson.JSONDecodeError) as error:
        raise OutputError(f"{source.path}: cannot read the params: {error}") from error


def safe_url(url: str, encoding: str) -> str:
    """Return a URL as it goes over the wire: what is not ASCII is percent-encoded, a host by IDNA."""
    return url if url.isascii() and url.isprintable() and " " not in url else safe_url_string(url, encoding)


def _rows(file: Iterable[str], suffix: str) -> Iterator[Any]:
    if suffix == ".csv":
        yield from csv.DictReader(file)
        return
    for line in map(str.strip, file):
        if line:
            yield orjson.loads(line) if suffix == ".jsonl" else line


def _length(values: tuple[Any, ...] | Span | ParamFile) -> int:
    if isinstance(values, Span):
        return len(range(values.first, values.last + (1 if values.step > 0 else -1), values.step))
    assert isinstance(values, tuple)
    return len(values)


def _hosts(kind: Kind) -> Iterator[str]:
    """Yield the hosts of a kind's start URLs: each template's own, or those of all its URLs if a param names them."""
    for template in kind.start_urls:
        fixed = template.parts[0] if isinstance(template.parts[0], str) else ""
        if len(template.parts) == 1 or len(fixed.split("/", 3)) > 3:
            yield urlsplit(fixed).hostname or ""
        else:
            names = [p for p in kind.params if p.name in used_params(kind, template)]
            yield from {urlsplit(template.fill_url(params)).hostname or "" for params in products(names)}
