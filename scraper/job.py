"""The frozen values that a config file becomes: what to fetch, how to read it, what to expect of it.

Read from the bottom: a Job has kinds of pages, a Kind has rules; what a rule is stands in `rules`.
After the config stage no module sees anything else of the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scraper.checks import Expect, PageChecks
from scraper.days import Days
from scraper.errors import Problem
from scraper.rules import Call as Call
from scraper.rules import Condition as Condition
from scraper.rules import Field as Field
from scraper.rules import Follow as Follow
from scraper.rules import Language as Language
from scraper.rules import Rule as Rule
from scraper.rules import Selection as Selection
from scraper.rules import Source as Source
from scraper.rules import Step as Step
from scraper.rules import Type as Type
from scraper.rules import nested as nested
from scraper.secrets import Secrets
from scraper.templates import Template

ParserName = Literal["lxml", "soup", "lexbor", "xml"]


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """How the requests of a kind are made; headers are templates by name. At most one of the last three is there."""

    method: str = "GET"
    headers: tuple[tuple[str, Template], ...] = field(default=(), repr=False)
    form: tuple[tuple[str, Template], ...] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    """Plain data whose texts are templates."""
    body: Template | None = field(default=None, repr=False)

    @property
    def has_body(self) -> bool:
        """Whether the requests carry something."""
        return self.form is not None or self.json is not None or self.body is not None

    @property
    def templates(self) -> tuple[tuple[tuple[str | int, ...], Template], ...]:
        """Return all templates, each with the keys that lead to it from `request`."""
        found: list[tuple[tuple[str | int, ...], Template]] = [(("headers", name), text) for name, text in self.headers]
        found += [(("form", name), text) for name, text in self.form or ()]
        found += _templates(self.json, ("json",))
        found += [(("body",), self.body)] if self.body is not None else []
        return tuple(found)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the params that the templates use."""
        return frozenset(placeholder.name for _, text in self.templates for placeholder in text.placeholders)


def _templates(data: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Template]]:
    """Yield the templates in plain data, each with its place."""
    if isinstance(data, Template):
        yield place, data
    elif isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _templates(value, (*place, key))


@dataclass(frozen=True, slots=True)
class Span:
    """`{first: 0, last: 90, step: 10}`: both ends included."""

    first: int
    last: int | None
    """None: on until a page gives no record."""
    step: int = 1


@dataclass(frozen=True, slots=True)
class ParamFile:
    """`{file: ids.txt}`: a value a line, or rows of .csv / .jsonl for `{name.key}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Param:
    """The values that one placeholder of the start URLs takes, in order."""

    name: str
    values: tuple[Any, ...] | Span | Days | ParamFile


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: where its pages are and how each is read."""

    name: str
    rules: tuple[Rule, ...]
    follow: tuple[Follow, ...] = ()
    """Links of the page, outside its records."""
    start_urls: tuple[Template, ...] = ()
    params: tuple[Param, ...] = ()
    request: RequestSpec = RequestSpec()
    parser: ParserName = "lxml"
    encoding: str | None = None
    checks: PageChecks = field(default_factory=PageChecks)
    wait_for: str | None = None
    """CSS selector of an element without which a page in the browser is not ready."""

    @property
    def open_param(self) -> tuple[str, Span] | None:
        """Return the name and values of the param that has no last one."""
        spans = ((param.name, param.values) for param in self.params if isinstance(param.values, Span))
        return next(((name, span) for name, span in spans if span.last is None), None)

    def is_further(self, params: Mapping[str, Any]) -> bool:
        """Return whether a page is one behind the first of an open param, which may be the end and hold nothing."""
        return self.open_param is not None and params.get(self.open_param[0]) not in (None, self.open_param[1].first)


# --------------------------------------------------------------------------- the job


@dataclass(frozen=True, slots=True)
class Output:
    path: Template
    """May use {name} {date} {time} {run} {records}; relative to the working directory; `-` is stdout."""
    mode: Literal["replace", "append"] = "replace"
    provenance: bool = False

    @property
    def is_split(self) -> bool:
        """Whether every rule writes to a file of its own."""
        return "records" in self.path.names


@dataclass(frozen=True, slots=True)
class PoolSettings:
    engine: Literal["processes", "threads", "dask"] = "processes"
    processes: int | None = None
    """None: as many as cores; with dask: all workers."""
    start_method: Literal["forkserver", "spawn", "fork"] = "forkserver"
    address: str | None = None
    """Of the Dask scheduler; None with the other engines."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Scrapy's names and meanings, lower case. Times in seconds, sizes in bytes."""

    concurrent_requests: int = 16
    concurrent_requests_per_domain: int = 8
    download_delay: float = 0.0
    randomize_download_delay: bool = False
    download_timeout: float = 60.0
    download_maxsize: int = 10 * 1024 * 1024
    retry_times: int = 2
    retry_http_codes: tuple[int, ...] = (500, 502, 503, 504, 522, 524, 408, 429)
    redirect_max_times: int = 10
    retry_after_max: float = 300.0
    crawl_delay_max: float = 60.0
    skip_http_codes: tuple[int, ...] = (404, 410)
    """Statuses that skip a followed page instead of failing it; a start page always fails."""
    depth_limit: int | None = None
    """Follow steps from a start URL; None: no limit."""
    closespider_pagecount: int | None = None
    """Start nothing new after so many pages (of itemcount: records, errorcount: failed pages, timeout: seconds)."""
    closespider_itemcount: int | None = None
    closespider_errorcount: int | None = None
    closespider_timeout: float | None = None
    robotstxt_obey: bool = True
    user_agent: str | None = None
    """None: the project's name and version."""
    contact: str | None = None
    """A URL or mail address that the default user agent names, for the people whose site is visited."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    auth: tuple[str, str] | None = field(default=None, repr=False)
    """User and password for Basic authentication at the origins of the start URLs and of `login`."""
    proxies: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), repr=False)
    """Scheme of the page ("http", "https") → proxies that take turns."""
    allowed_domains: tuple[str, ...] | None = None
    """None: those of the start URLs, a leading `www.` dropped; sub-domains are allowed."""
    drain_timeout: float = 5.0
    """Seconds that an interrupted run waits for the pages in flight."""
    regex_timeout: float = 2.0
    parse_timeout: float = 10.0
    """Seconds that the patterns of one page may work on it, together."""
    parse_in: Literal["parent", "worker"] = "parent"
    """Where pages are parsed: in the parent, one after the other, or in the workers that fetch them."""
    fetcher: Literal["requests", "curl", "browser"] = "requests"
    """What makes the exchanges; curl needs the extra `fast`. The browser builds pages of what requests has fetched."""
    browser_path: str | None = None
    """The Chromium to start; None: one that is found."""
    browser_block: tuple[str, ...] = ("image", "media", "font", "stylesheet")
    """Types of resources, in Playwright's words, that pages in the browser do without."""
    httpcache_enabled: bool = False
    httpcache_policy: Literal["dummy", "rfc2616"] = "rfc2616"
    httpcache_expiration_secs: int = 0
    """From which age on a stored answer does not count; 0: from none."""
    httpcache_dir: str | None = None
    """None: in the state folder."""
    pool: PoolSettings = PoolSettings()

    @property
    def page_limit_s(self) -> float:
        """Return how long a worker may take for a page: an exchange; in a browser also scripts, and their last one."""
        return self.download_timeout * (3 if self.fetcher == "browser" else 1)


@dataclass(frozen=True, slots=True)
class Login:
    """A form to send before the crawl; its cookies serve the whole run."""

    url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    page_must_match: tuple[str, ...] = ()
    """Regexes that the page after the login must hold."""


@dataclass(frozen=True, slots=True)
class Job:
    """One config file, checked: the only form in which the rest of the program knows it."""

    name: str
    path: Path
    kinds: Mapping[str, Kind]
    """In written order."""
    output: Output
    expect: Expect = field(default_factory=Expect)
    settings: Settings = Settings()
    login: Login | None = None
    on_failure: tuple[str, ...] = field(default=(), repr=False)
    """A command and its arguments, run after a run that ends with 1, 3 or 4."""
    timezone: str | None = None
    warnings: tuple[Problem, ...] = ()
    """What lint found: legal, but likely not meant."""
    digest: str = ""
    """SHA-256 of what was read, `${ENV}` filled in: another digest is another job to `--resume`."""
    secrets: Secrets = field(default_factory=Secrets, compare=False)
    """What no text that leaves the program may hold."""

    def __repr__(self) -> str:
        """Return what may be shown: URLs and settings may hold secrets."""
        return f"Job({self.name!r}, path={str(self.path)!r}, kinds={list(self.kinds)!r})"

    def written_fields(self, rule: Rule) -> tuple[Field, ...]:
        """Return the fields that a rule's records are written with, those of merged pages included."""
        own = rule.written
        joined = [self.kinds[follow.page].rules[0] for follow in rule.follow if follow.merge]
        return tuple(itertools.chain(own, *(self.written_fields(other) for other in joined if other is not rule)))

    def columns(self, rule: Rule) -> tuple[str, ...]:
        """Return the names of the fields that a rule's records are written with."""
        return tuple(field.name for field in self.written_fields(rule))

    def is_written(self, rule: Rule) -> bool:
        """Return whether a rule's records are written: one of only helpers is there for what it leads to."""
        return rule.has_all_columns or bool(self.columns(rule))

    def published_rules(self) -> tuple[Rule, ...]:
        """Return the rules whose records are written and stand for themselves: not those of pages that only merge."""
        follows = [
            f for kind in self.kinds.values() for f in (*kind.follow, *(g for r in kind.rules for g in r.follow))
        ]
        led_to = {follow.page for follow in follows if not follow.merge}
        kinds = [kind for kind in self.kinds.values() if kind.start_urls or kind.name in led_to]
        return tuple(rule for kind in kinds for rule in kind.rules if self.is_written(rule))
