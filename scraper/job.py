"""The frozen values that a config file becomes: what to fetch, how to read it, what to expect of it.

Read from the bottom: a Job has kinds of pages, a Kind has rules, a Rule has fields, a Field has a selection.
After the config stage no module sees anything else of the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scraper.checks import Expect, PageChecks
from scraper.errors import Problem
from scraper.secrets import Secrets
from scraper.templates import Template

Language = Literal["css", "xpath", "regex", "json", "group", "value"]
Get = Literal["text", "own_text", "lines", "html", "inner_html", "exists"]
Type = Literal["str", "int", "float", "bool", "date", "datetime", "url", "json"]


@dataclass(frozen=True, slots=True)
class Source:
    """One step of a selection: a pattern in one language, run on what the step before gave."""

    language: Language
    pattern: str | tuple[str, ...] | Template
    """Text of the pattern; for `group` the names or numbers of groups; for `value` a Template."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take from an item or a page. Without sources it is the item itself."""

    sources: tuple[Source, ...] = ()
    first_of: tuple[Selection, ...] = ()
    """Alternatives: the first that finds anything. Excludes sources."""
    from_page: bool = False
    attr: str | None = None
    get: Get = "text"


@dataclass(frozen=True, slots=True)
class Step:
    """One text operation: `Step("replace", ("a", "b"))`, `Step("strip")`, `Step("map", {"One": 1})`."""

    name: str
    argument: Any = None


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a record: selection → first / many / join → steps → na_values → type → default → required."""

    name: str
    selection: Selection
    many: bool = False
    join: str | None = None
    steps: tuple[Step, ...] = ()
    na_values: frozenset[str] = frozenset()
    type: Type | None = None
    """None: `str`, but JSON values and a `value` template of one placeholder keep their types."""
    decimal: Literal[".", ","] = "."
    formats: tuple[str, ...] = ()
    """For date and datetime: strptime patterns, "unix", "unix_ms"; empty means year-month-day."""
    timezone: str | None = None
    """IANA name for date-times that carry no zone: the field's own or the file's."""
    locale: str | None = None
    default: Any = None
    required: bool = False

    @property
    def is_helper(self) -> bool:
        """True for `_x` fields, which other fields may use and which are never written."""
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one sort of record is read from a page."""

    name: str
    fields: tuple[Field, ...]
    each: Selection | None = None
    """None: the page is the one item."""
    key: tuple[str, ...] = ()
    """Fields that tell one record from another: a second record with the same values is dropped and counted."""
    follow: tuple[Follow, ...] = ()
    """Links of each record."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Links to more pages, from a page or from each of its records."""

    page: str
    """Name of the kind that the links lead to."""
    selection: Selection
    """Every match is a link, `href` of elements by default; or a `value` template that builds one."""
    params: tuple[tuple[str, Selection], ...] = ()
    """New params of the page: the first value of each selection."""
    handed_on: tuple[str, ...] = ()
    """Names of fields and params that the page takes over as its params."""
    merge: bool = False
    """The page's single record joins the record that led to it; only where a record follows."""


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """How the requests of a kind are made; headers are templates by name."""

    method: str = "GET"
    headers: tuple[tuple[str, Template], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """`{first: 0, last: 90, step: 10}`: both ends included."""

    first: int
    last: int
    step: int = 1


@dataclass(frozen=True, slots=True)
class ParamFile:
    """`{file: ids.txt}`: a value a line, or rows of .csv / .jsonl for `{name.key}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Param:
    """The values that one placeholder of the start URLs takes, in order."""

    name: str
    values: tuple[Any, ...] | Span | ParamFile


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
    parser: Literal["lxml", "soup", "lexbor"] = "lxml"
    encoding: str | None = None
    checks: PageChecks = field(default_factory=PageChecks)


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
    engine: Literal["processes", "threads"] = "processes"
    processes: int | None = None
    """None: as many as cores."""
    start_method: Literal["forkserver", "spawn", "fork"] = "forkserver"


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
    fetcher: Literal["requests", "curl"] = "requests"
    """The library that makes the exchanges; curl needs the extra `fast`."""
    pool: PoolSettings = PoolSettings()


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
        own = [field for field in rule.fields if not field.is_helper]
        joined = [self.kinds[follow.page].rules[0] for follow in rule.follow if follow.merge]
        return tuple(itertools.chain(own, *(self.written_fields(other) for other in joined if other is not rule)))

    def columns(self, rule: Rule) -> tuple[str, ...]:
        """Return the names of the fields that a rule's records are written with."""
        return tuple(field.name for field in self.written_fields(rule))

    def published_rules(self) -> tuple[Rule, ...]:
        """Return the rules whose records are written and stand for themselves: not those of pages that only merge."""
        follows = [
            f for kind in self.kinds.values() for f in (*kind.follow, *(g for r in kind.rules for g in r.follow))
        ]
        led_to = {follow.page for follow in follows if not follow.merge}
        kinds = [kind for kind in self.kinds.values() if kind.start_urls or kind.name in led_to]
        return tuple(rule for kind in kinds for rule in kind.rules if self.columns(rule))
