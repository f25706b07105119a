"""Check single values of a job that mean something outside it: names, paths, URLs, headers, zones, encodings.

Messages never repeat a value that may come from the environment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import regex

from scraper.config.checks.pool import check_pool
from scraper.config.near_words import did_you_mean
from scraper.errors import PatternError
from scraper.job import Job, Kind, Login, Param, Settings, Span, nested
from scraper.job.days import Days, unknown_directive, zone_of
from scraper.job.expect import Bounds
from scraper.job.late import late_regex
from scraper.job.templates import Placeholder, Template, as_text
from scraper.job.urls import url_mistake
from scraper.job.yamldoc import Complaint, Document, KeyPath, Sections
from scraper.parse.encodings.labels import LABELS, encoding_of
from scraper.parse.selectors.patterns import check_pattern

MAX_NAME_BYTES = 200
"""File systems take 255; suffixes are added to the name."""
_is_token = late_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_has_control = late_regex(r"[\x00-\x08\x0a-\x1f\x7f]")
_is_word = regex.compile(r"[^\W\d]\w*").fullmatch


def check_values(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong with single values of a job."""
    yield from _check_name(job)
    yield from _check_zone(job.timezone, ("timezone",))
    yield from _check_settings(job.settings, ("settings",))
    if job.login is not None:
        yield from _check_login(job.login, ("login",))
        yield from _check_patterns(job.login.page_must_match, ("login", "page_must_match"))
    for kind in job.kinds.values():
        yield from _check_kind(kind, job.timezone, places)
    yield from _check_coverage(job)
    most = job.expect.max_records
    if most is not None and most < job.expect.min_records:
        yield Complaint(
            ("expect", "max_records"), f"expected at least min_records, {job.expect.min_records}, got {most}"
        )
    yield from _check_command(job.on_failure)


# --------------------------------------------------------------------------- the file


def _check_name(job: Job) -> Iterator[Complaint]:
    name = job.name
    is_safe = name.strip() == name and not name.startswith(".") and not regex.search(r"[/\\\x00-\x1f\x7f]", name)
    try:
        is_short = 0 < len(name.encode()) <= MAX_NAME_BYTES
    except UnicodeEncodeError:
        is_short = False
    if not (is_safe and is_short):
        yield Complaint(
            ("name",),
            "the name becomes a file name: it holds no slash or control character, begins with no dot, is not empty",
        )


def _check_zone(name: str | None, path: KeyPath) -> Iterator[Complaint]:
    if name is None:
        return
    try:
        zone_of(name)
    except (ValueError, OSError, KeyError):
        from zoneinfo import available_timezones  # few zones are wrong

        hint = did_you_mean(name, available_timezones())
        yield Complaint(path, f"unknown time zone; expected an IANA name such as Asia/Shanghai{hint}")


def _check_coverage(job: Job) -> Iterator[Complaint]:
    rules = [rule for kind in job.kinds.values() for rule in kind.rules]
    known = {field.name for rule in rules for field in (*rule.fields, *rule.written)}
    held = job.expect.same_shape
    for n, name in enumerate(() if isinstance(held, bool) else held):
        if name not in known:
            yield Complaint(("expect", "same_shape", n), f"no record has a field {name!r}{did_you_mean(name, known)}")
    for name in job.expect.field_coverage:
        if name not in known:
            path = ("expect", "field_coverage", name)
            yield Complaint(path, f"no record has a field {name!r}{did_you_mean(name, known)}", is_key=True)
        elif name.startswith("_"):
            yield Complaint(("expect", "field_coverage", name), "helper fields (_x) are never written", is_key=True)


def _check_command(words: tuple[str, ...]) -> Iterator[Complaint]:
    if words and not words[0]:
        yield Complaint(("on_failure", 0), "expected the name or the path of a program")
    for n, word in enumerate(words):
        if "\0" in word:
            yield Complaint(("on_failure", n), "an argument of a command holds no NUL character")


# --------------------------------------------------------------------------- kinds


def _check_kind(kind: Kind, zone: str | None, places: Sections) -> Iterator[Complaint]:
    path = places[kind.name]
    if not kind.name and path:
        yield Complaint(path, "a kind of page needs a name", is_key=True)
    for n, url in enumerate(kind.start_urls):
        yield from _check_url(url, (*path, "start_urls", n))
    for param in kind.params:
        yield from _check_param(param, (*path, "params", param.name))
        yield from _check_spelling((*path, "params", param.name), places.document)
    yield from _check_open_params(kind, (*path, "params"))
    for name, value in kind.request.headers:
        example = "".join(part if isinstance(part, str) else "1" for part in value.parts)
        yield from _check_header(name, example, places.of(kind.name, "request", "headers", name))
    if kind.encoding is not None and encoding_of(kind.encoding) is None:
        expected = f"expected a WHATWG label such as utf-8, gb18030, shift_jis{did_you_mean(kind.encoding, LABELS)}"
        yield Complaint(places.of(kind.name, "encoding"), f"unknown encoding; {expected}")
    for key in ("page_must_match", "blocked_if"):
        yield from _check_patterns(getattr(kind.checks, key), places.of(kind.name, "expect", key))
    if kind.checks.records_per_page is not None:
        yield from _check_bounds(kind.checks.records_per_page, places.of(kind.name, "expect", "records_per_page"))
    for n, rule in enumerate(kind.rules):
        for field, at in nested(rule.fields, (*path, "records", n)):
            if field.timezone != zone:
                yield from _check_zone(field.timezone, (*at, "timezone"))


def _check_bounds(bounds: Bounds, path: KeyPath) -> Iterator[Complaint]:
    if bounds == Bounds():
        yield Complaint(path, "expected a number, or min or max or both")
    elif bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
        yield Complaint(path, f"nothing is at least {bounds.min} and at most {bounds.max}")


def _check_url(url: Template, path: KeyPath) -> Iterator[Complaint]:
    first = url.parts[0]
    if isinstance(first, Placeholder):
        if not first.is_reserved:
            yield Complaint(path, f"a URL that begins with {{{first}}} must keep its reserved characters: {{+{first}}}")
        return
    example = "".join(part if isinstance(part, str) else "1" for part in url.parts)
    if mistake := url_mistake(example):
        yield Complaint(path, mistake)


def _check_param(param: Param, path: KeyPath) -> Iterator[Complaint]:
    if not _is_word(param.name):
        yield Complaint(path, "the name of a param is one word of letters, digits and _", is_key=True)
    if isinstance(param.values, Span):
        if param.values.last is not None and (param.values.last - param.values.first) * param.values.step < 0:
            yield Complaint(path, "this range holds nothing: the step leads away from `last`")
    elif isinstance(param.values, Days):
        yield from _check_days(param.values, path)
    elif isinstance(param.values, tuple):
        if not param.values:
            yield Complaint(path, "expected at least one value, got none")
        for n, value in enumerate(param.values):
            if not all(map(_is_scalar, value.values() if isinstance(value, dict) else [value])):
                yield Complaint((*path, n), "expected a text, a number of 64 bits or a mapping of such")


def _check_spelling(path: KeyPath, document: Document) -> Iterator[Complaint]:
    """Say which numbers of a param would stand in URLs otherwise than they stand in the file."""
    for at, text in document.spellings.items():
        if at[: len(path)] == path:
            yield Complaint(at, f"would be written {as_text(document.value(at))}; quote {text} to make it text")


def _check_days(days: Days, path: KeyPath) -> Iterator[Complaint]:
    first, last = days.ends
    if (last - first).days * days.step < 0:
        yield Complaint(path, f"this range holds nothing: from {first} the step leads away from {last}")
    if unknown := unknown_directive(days.format):
        yield Complaint((*path, "format"), f"{unknown!r} writes nothing of a day; such as %Y-%m-%d or %d.%m. do")
    elif "%" not in days.format.replace("%%", ""):
        yield Complaint((*path, "format"), "holds no sign of a day; write it such as %Y-%m-%d")


def _check_open_params(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Say why a param without `last` cannot lead from page to page."""
    for n, param in enumerate(kind.params):
        if not isinstance(param.values, Span) or param.values.last is not None:
            continue
        used = kind.request.names.union(name.name for url in kind.start_urls for name in url.placeholders)
        if n < len(kind.params) - 1:
            yield Complaint((*path, param.name), "a param without `last` stands behind all others", is_key=True)
        elif len(kind.start_urls) != 1:
            yield Complaint((*path, param.name), "a param without `last` needs a single start URL", is_key=True)
        elif param.name not in used:
            yield Complaint((*path, param.name), "no start URL uses this param, so it would never end", is_key=True)
        elif not kind.rules:
            yield Complaint(
                (*path, param.name), "without `records` nothing says where a param without `last` ends", is_key=True
            )


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str) or (isinstance(value, int) and -(2**63) <= value < 2**64)


def _check_patterns(patterns: tuple[str, ...], path: KeyPath) -> Iterator[Complaint]:
    for n, pattern in enumerate(patterns):
        try:
            check_pattern("regex", pattern)
        except PatternError as error:
            yield Complaint((*path, n), str(error))


def _check_login(login: Login, path: KeyPath) -> Iterator[Complaint]:
    for key, url in (("url", login.url), ("page", login.page)):
        if url is not None and (mistake := url_mistake(url)):
            yield Complaint((*path, key), mistake)
    if login.token is not None:
        yield from _check_header(login.token.header, "", (*path, "token", "header"))
    is_downgrade = login.page is not None and login.page.startswith("https:") and login.url.startswith("http:")
    if is_downgrade:
        yield Complaint((*path, "url"), "the page of this login is https; the password would go over plain http")


# --------------------------------------------------------------------------- settings


def _check_settings(settings: Settings, path: KeyPath) -> Iterator[Complaint]:
    for key in ("user_agent", "contact"):
        if (value := getattr(settings, key)) is not None:
            yield from _check_header(key, value, (*path, key))
    for name, value in settings.headers:
        yield from _check_header(name, value, (*path, "headers", name))
    for name, value in settings.cookies:
        if not _is_token.fullmatch(name):
            yield Complaint((*path, "cookies", name), "a cookie's name holds no blanks, =, ; and the like", is_key=True)
        if not regex.fullmatch(r"[\x20-\x3a\x3c-\x7e]*", value):
            yield Complaint((*path, "cookies", name), "a cookie's value holds ASCII characters only, and no ;")
    if settings.auth is not None and ":" in settings.auth[0]:
        yield Complaint((*path, "auth", "user"), "the user of Basic authentication holds no colon (RFC 7617)")
    if settings.httpcache_dir is not None and (not settings.httpcache_dir.strip() or "\0" in settings.httpcache_dir):
        yield Complaint((*path, "httpcache_dir"), "expected a folder, such as ./httpcache")
    yield from check_pool(settings.pool, (*path, "pool"))
    for scheme, urls in settings.proxies:
        for n, url in enumerate(urls):
            if not _is_proxy(url):
                yield Complaint(
                    (*path, "proxies", scheme, n),
                    "expected the URL of a proxy, such as http://host:3128, or with user:password@ before the host",
                )
    for n, domain in enumerate(settings.allowed_domains or ()):
        if not regex.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:]*:[0-9a-f:]*", domain):
            yield Complaint(
                (*path, "allowed_domains", n), "expected a domain such as example.com; its sub-domains are allowed"
            )


def _check_header(name: str, value: str, path: KeyPath) -> Iterator[Complaint]:
    if not _is_token.fullmatch(name):
        yield Complaint(path, "a header's name holds letters, digits and - only", is_key=True)
    if "\r" in value or "\n" in value:
        yield Complaint(path, "a header's value holds no line break (CR, LF)")
    elif _has_control.search(value):
        yield Complaint(path, "a header's value holds no control characters")
    elif not value.isascii():
        yield Complaint(path, "a header's value holds ASCII characters only; percent-encode others")
    elif value.strip() != value:
        yield Complaint(path, "a header's value neither begins nor ends with a blank")


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not _has_control.search(url)
        )
    except ValueError:
        return False
