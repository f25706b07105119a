"""Say in plain lines what a job will do, for `check`: its URLs, its patterns, what is set, what looks wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from scraper.crawl import plan
from scraper.job import STDOUT, Condition, Field, Follow, Job, Kind, Login, Settings, Token
from scraper.job.days import Days
from scraper.job.expect import Expect
from scraper.job.phrases import describe_selection, describe_source, quoted
from scraper.models import FILES
from scraper.parse.values.types import TYPES

FIRST_URLS = 3
SLOW_S = 120.0
"""Seconds from which it is worth telling how long a run takes at least."""
SECRET_SETTINGS = ("headers", "cookies", "auth", "proxies")
"""Settings of which only the names are told."""


def lines(job: Job) -> Iterator[str]:
    """Yield the explanation, line by line, without secrets. Raises OutputError if a file of params has gone."""
    with job.secrets.kept_by_errors():
        yield from map(job.secrets.masked, _lines(job))


def _lines(job: Job) -> Iterator[str]:
    count = plan.count(job)
    path = "stdout" if job.output.path.text == STDOUT else job.output.path.text
    yield f"{job.name}: {_number(count, 'start URL')}, records go to {path} ({job.output.mode})"
    yield from (f"  {request.url}" for request in itertools.islice(plan.requests(job), FIRST_URLS))
    if count > FIRST_URLS:
        yield f"  … and {count - FIRST_URLS:,} more"
    for kind in job.kinds.values():
        yield from _kind_lines(kind) if kind.name != FILES else _file_lines(job)
    yield from _changed("expect", job.expect, Expect())
    yield from _changed("settings", job.settings, Settings())
    if job.login is not None:
        yield f"login: {_login(job.login)} (values not shown)"
    if job.on_failure:
        yield f"after a failure {job.on_failure[0]} is run (its arguments not shown)"
    yield from _speed(job, count)
    yield f"may be redirected to {', '.join(plan.allowed_domains(job)) or 'no domain'}"
    yield from (f"warning: {warning}" for warning in job.warnings)


def _file_lines(job: Job) -> Iterator[str]:
    settings = job.settings
    yield f"files: to {settings.files_store}, each of at most {settings.files_maxsize:,} bytes"


def _login(login: Login) -> str:
    if login.actions:
        return f"in the browser at {login.url}, {', '.join(map(str, login.actions))}"
    what = f"{'a form' if login.json is None else 'JSON'} with {', '.join(sorted(login.names)) or 'nothing'}"
    to = f", posted to {login.url}" if login.first_url != login.url else ""
    token = f", {login.token.header} from {_origin(login.token)}" if login.token else ""
    return f"{what}{f' of {login.first_url}' if login.first_url else ''}{to}{token}"


def _origin(token: Token) -> str:
    return f"the meta {token.meta}" if token.meta is not None else f"the cookie {token.cookie}"


def _kind_lines(kind: Kind) -> Iterator[str]:
    start = "started" if kind.start_urls else "followed"
    encoding = kind.encoding or "as declared"
    method = kind.request.method + " with a body" * kind.request.has_body
    yield f"page {kind.name}: {start}, {method}, parser {kind.parser}, encoding {encoding}"
    if kind.actions:
        yield f"  in the browser: {', '.join(map(str, kind.actions))}"
    if kind.open_param:
        yield f"  {kind.open_param[0]}: on until a page gives no record"
    for param in kind.params:
        if isinstance(param.values, Days):
            yield f"  {param.name}: {_days(param.values)}"
    for rule in kind.rules:
        each = "the page is the item" if rule.each is None else f"each {describe_selection(rule.each)}"
        key = f", key {', '.join(rule.key)}" if rule.key else ""
        key += f", one for each of {rule.explode}" if rule.explode else ""
        yield f"  records {rule.name}: {each}{key}"
        yield from _field_lines(rule.fields, "    ") if rule.fields else ["    all columns"]
        yield from (f"    where {name} is {_condition(condition)}" for name, condition in rule.where)
        yield from (f"    follow {_follow(follow)}" for follow in rule.follow)
    yield from (f"  follow {_follow(follow)}" for follow in kind.follow)
    checks = (("page_must_match", kind.checks.page_must_match), ("blocked_if", kind.checks.blocked_if))
    yield from (f"  {name} {quoted(pattern)}" for name, patterns in checks for pattern in patterns)
    if kind.checks.records_per_page is not None:
        yield f"  records_per_page: {kind.checks.records_per_page}"


def _days(days: Days) -> str:
    first, last = days.ends
    step = f", every {abs(days.step)} days" if abs(days.step) > 1 else ""
    today = f"; today is {days.today}" if "today" in days.first + days.last else ""
    return f"the days from {first} to {last}{step}, written {quoted(days.format)}{today}"


def _field_lines(fields: tuple[Field, ...], indent: str) -> Iterator[str]:
    width = max(len(field.name) for field in fields)
    for field in fields:
        yield f"{indent}{field.name:<{width}}  {describe_source(field)}{_treatment(field)}"
        if field.fields:
            yield from _field_lines(field.fields, f"{indent}  ")


def _condition(condition: Condition) -> str:
    parts = [f"at least {condition.min}"] if condition.min is not None else []
    parts += [f"at most {condition.max}"] if condition.max is not None else []
    parts += [f"one of {', '.join(map(str, condition.members))}"] if condition.members is not None else []
    parts += [f"like {quoted(condition.regex)}"] if condition.regex is not None else []
    parts += [f"not {_condition(condition.negated)}"] if condition.negated is not None else []
    return " and ".join(parts)


def _treatment(field: Field) -> str:
    """Return what happens to what the selection found, in the order in which it happens."""
    parts = ["many" * field.many, f"join {field.join!r}" if field.join is not None else ""]
    parts += [step.name if step.argument is None else f"{step.name} {quoted(step.argument)}" for step in field.steps]
    parts += [f"null if {', '.join(map(repr, sorted(field.na_values)))}" if field.na_values else ""]
    parts += [
        field.type or "",
        *field.formats,
        f"zone {field.timezone}" if field.timezone and field.type and "timezone" in TYPES[field.type].keys else "",
    ]
    parts += [f"default {field.default!r}" if field.default is not None else "", "required" * field.required]
    return "".join(f" → {part}" for part in parts if part)


def _follow(follow: Follow) -> str:
    names = (*(name for name, _ in follow.params), *follow.handed_on)
    params = f" with {', '.join(names)}" if names else ""
    where = f"its own URL {quoted(follow.url)}" if follow.url else describe_selection(follow.selection)
    return f"{where} to {follow.page}{params}{', merged' if follow.merge else ''}"


def _speed(job: Job, count: int) -> Iterator[str]:
    """Yield how fast the pages are asked for, and how long that takes at least."""
    settings = job.settings
    delay = f"starts {settings.download_delay:g} s apart" if settings.download_delay else "no delay"
    if settings.autothrottle_enabled:
        delay += f", then as the site answers (autothrottle), the first {settings.autothrottle_start_delay:g} s apart"
    at_once = min(settings.concurrent_requests, settings.concurrent_requests_per_domain)
    yield f"at most {settings.concurrent_requests} pages at once, {at_once} of them from one domain, {delay}"
    seconds = (count - 1) * settings.download_delay * (0.5 if settings.randomize_download_delay else 1)
    if seconds >= SLOW_S and len(plan.origins(job)) == 1:
        hours, minutes = divmod(round(seconds / 60), 60)
        yield f"so the start URLs alone take {f'{hours} h ' if hours else ''}{minutes} min or more"


def _changed(title: str, ours: Any, default: Any) -> Iterator[str]:
    """Yield the values that are not the default, in one line each; of secret ones only the names."""
    for name in ours.__struct_fields__:
        value, usual = getattr(ours, name), getattr(default, name)
        if value == usual:
            continue
        if name in SECRET_SETTINGS:
            names = "set" if name == "auth" else ", ".join(str(key) for key, _ in value)
            yield f"{title}.{name}: {names} (values not shown)"
        elif isinstance(value, Struct):
            yield from _changed(f"{title}.{name}", value, usual)
        else:
            yield f"{title}.{name}: {_shown(value)} (default {_shown(usual)})"


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items()) or "none"
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
