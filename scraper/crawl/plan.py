"""Expand a job into the requests it starts with, in plan order and lazily: a million may come of one line."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from scraper.crawl import bodies
from scraper.errors import Malformed
from scraper.fetch.fetchers import page_of
from scraper.job import Follow, Job, Kind, Param, Rule, Selection, nested, urls
from scraper.job.days import Days, day_of
from scraper.job.params import length, values
from scraper.job.templates import Template
from scraper.job.urls import origin
from scraper.models import Request
from scraper.parse.encodings.writers import writer_of

_has_whole_host = re.compile(r"\w+://[^/?#]+[/?#]").match


def requests(job: Job) -> Iterator[Request]:
    """Yield the start requests: kinds, URLs and params in written order, the last param fastest; headers come later.

    They keep their params only where these are of use once the URL is made, and hold the headers only where params make
    them: two requests may differ in nothing else.
    """
    reading = reading_params(job)
    for kind in job.kinds.values():
        encoding = writer_of(kind.encoding)
        has_own_headers = any(value.names for _, value in kind.request.headers)
        for template in kind.start_urls:
            for params in products([p for p in kind.params if p.name in used_params(kind, template)]):
                url, kept = start_url(template, params, encoding), params if kind.name in reading else {}
                url = page_of(job.settings)(url)
                told_apart, body = headers(kind, params) if has_own_headers else (), bodies.make(kind, params)
                yield Request(url, kind.name, method=kind.request.method, headers=told_apart, body=body, params=kept)


def as_of(job: Job, started: float) -> Job:
    """Return the job as it is on the day on which its run began: a resumed run keeps its plan."""
    today = day_of(started, job.timezone)

    def dated(param: Param) -> Param:
        return replace(param, values=replace(param.values, today=today)) if isinstance(param.values, Days) else param

    kinds = {name: replace(kind, params=tuple(map(dated, kind.params))) for name, kind in job.kinds.items()}
    return replace(job, kinds=kinds)


def start_url(template: Template, params: dict[str, Any], encoding: str) -> str:
    """Return a start URL with its params, or raise Malformed with the template that has no value for one."""
    try:
        return safe_url(template.fill_url(params, encoding), encoding)
    except Malformed as error:
        raise Malformed(f"start URL {template.text}: {error}") from error


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
    return tuple(sorted({host.removeprefix("www.") for _, host, _ in origins(job)}))


def origins(job: Job) -> frozenset[tuple[str, str, int]]:
    """Return the origins (scheme, host, port) that the config names: those of its start URLs and of `login`."""
    urls = itertools.chain.from_iterable(map(_urls, job.kinds.values()))
    return frozenset(map(origin, itertools.chain(urls, job.login.urls if job.login else ())))


def reading_params(job: Job) -> frozenset[str]:
    """Return the kinds whose requests, records or links are made with values of params."""
    return frozenset(kind.name for kind in job.kinds.values() if _uses_params(kind))


def named_hosts(job: Job) -> frozenset[str]:
    """Return the hosts that the config itself names, which may have private addresses: not those below its domains."""
    return frozenset((*allowed_domains(job), *(host for _, host, _ in origins(job))))


def reads_params(job: Job) -> frozenset[str]:
    """Return the kinds whose records or links depend on the params that a link handed them."""
    return frozenset(
        name
        for name in reading_params(job)
        if any(f.params or f.handed_on or job.kinds[name].params for f in _leading_to(job, name))
    )


def used_params(kind: Kind, template: Template) -> set[str]:
    """Return the names of the params that a start URL or the kind's requests use."""
    return {placeholder.name for placeholder in template.placeholders} | kind.request.names


def may_be_gone(job: Job, request: Request) -> bool:
    """Return whether a page that is not there is no failure: a followed one, or one behind the end of an open param."""
    return request.depth > 0 or (request.kind != "" and job.kinds[request.kind].is_further(request.params))


def products(params: list[Param]) -> Iterator[dict[str, Any]]:
    """Yield every combination of values, the last param fastest; no list of values is held but a file's own lines."""
    if not params:
        yield {}
        return
    first, rest = params[0], params[1:]
    for value in values(first):
        for others in products(rest):
            yield {first.name: value, **others}


def safe_url(url: str, encoding: str) -> str:
    """Return a URL as it goes over the wire; one that is none as it is: the fetcher tells what is wrong with it."""
    try:
        return urls.parse(url, encoding)
    except ValueError:
        return url


def _urls(kind: Kind) -> Iterator[str]:
    """Yield URLs that show the origins of a kind's start URLs: one for each, or all if a param names the host."""
    for template in kind.start_urls:
        fixed = template.parts[0] if isinstance(template.parts[0], str) else ""
        if not template.placeholders or _has_whole_host(fixed):
            yield safe_url(fixed, "utf-8")
        else:
            names = {placeholder.name for placeholder in template.placeholders}
            own = [param for param in kind.params if param.name in names]
            yield from (safe_url(template.fill_url(params), "utf-8") for params in products(own))


def _leading_to(job: Job, name: str) -> Iterator[Follow]:
    """Yield the follows that lead to a kind."""
    for kind in job.kinds.values():
        follows = itertools.chain(kind.follow, *(rule.follow for rule in kind.rules))
        yield from (follow for follow in follows if follow.page == name)


def _uses_params(kind: Kind) -> bool:
    """Return whether a kind's requests, records or links are made with values of its params."""
    follows = list(itertools.chain(kind.follow, *(rule.follow for rule in kind.rules)))
    if kind.request.names or kind.open_param or any(follow.url for follow in follows):
        return True
    own = {field.name for rule in kind.rules for field, _ in nested(rule.fields)}
    new_params = (selection for follow in follows for _, selection in follow.params)
    names = _names_in([*(follow.selection for follow in follows), *new_params])
    names |= {name for follow in follows for name in follow.handed_on}
    names |= {placeholder.name for action in kind.actions if action.value for placeholder in action.value.placeholders}
    used = (names - own).union(*(_names_from_outside(rule) for rule in kind.rules))
    return any(not name.startswith("_") for name in used)


def _names_from_outside(rule: Rule) -> set[str]:
    """Return the names in the templates of a rule's fields that no field above has."""
    above, used = set[str](), set[str]()
    for field, _ in nested(rule.fields):
        used |= _names_in([each for each in (field.selection, field.each) if each]) - above
        above.add(field.name)
    return used


def _names_in(selections: Iterable[Selection]) -> set[str]:
    """Return the names that templates use, without their keys."""
    return {name.partition(".")[0] for selection in selections for name in _template_names(selection)}


def _template_names(selection: Selection) -> Iterator[str]:
    for one in selection.first_of:
        yield from _template_names(one)
    for source in selection.sources:
        if isinstance(source.pattern, Template):
            yield from source.pattern.names
