"""What a whole config file may say: its kinds of pages, output, expectations, settings. The one truth of the language.

The JSON Schema is made from these models; what the values mean together is checked in `check`.
"""

# ruff: noqa: RUF012 - pydantic copies defaults for each instance
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag

from scraper.config.model_forms import Command, DescribedBy, Maybe, OneOf, OneOrMore, Spec, either, given
from scraper.config.model_pages import ActionSpec, KindSpec, PageChecksSpec
from scraper.export.formats import FORMATS
from scraper.fetch.fetchers import FETCHERS

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Workers = Annotated[int, Field(ge=1, le=10_000)]
YEAR_S = 366 * 24 * 3600
"""Longer than this nothing waits: what clocks cannot count is no time."""
Seconds = Annotated[float, Field(ge=0, le=YEAR_S)]
PositiveSeconds = Annotated[float, Field(gt=0, le=YEAR_S)]
Share = Annotated[float, Field(ge=0, le=1)]
ResourceType = Literal["image", "media", "font", "stylesheet", "script", "xhr", "fetch", "eventsource", "other"]
Status = Annotated[int, Field(ge=100, le=599)]


Provenance = Annotated[
    Annotated[bool, Tag("<bool>")] | Annotated[list[Literal["_url", "_page", "_fetched_at", "_merged"]], Tag("<list>")],
    either("true or false", "a list of columns"),
]


class OutputSpec(Spec):
    """Where the records go."""

    path: Annotated[str, DescribedBy(FORMATS)] = "output/{name}.jsonl"
    """A file, or - (stdout). May use {name} {date} {time} {run} {records}. Its end says the format."""
    mode: Literal["replace", "append", "update"] = "replace"
    """append keeps what earlier runs wrote; of a rule with a `key` it adds only records that are not there yet. update
    keeps one record for each key, as it was seen last."""
    on_new_fields: Literal["refuse", "widen"] = "refuse"
    """Where records are added to a file without a column: refuse before fetching, or write it anew, with nulls."""
    times: list[Literal["first_seen", "last_seen", "changed_at", "gone_at"]] = ["first_seen", "last_seen", "changed_at"]
    """update: columns that say when a record was seen, by the start of the run."""
    changes: bool = False
    """Write what is new, changed or gone to {name}.changes.jsonl beside the output; each rule needs a `key`."""
    ignore: list[str] = []
    """Fields whose changes do not count."""
    schema_: bool = Field(default=False, alias="schema")
    """Write {name}.schema.json beside the output: a JSON Schema of its records, with where each field comes from."""
    provenance: Provenance = False
    """Add _url, _page, _fetched_at and, where pages are merged, _merged to each record; or those of a list."""


class ExpectSpec(PageChecksSpec):
    """What a run must show before its output replaces the last one, and what each page must."""

    min_records: Count = 1
    max_records: Maybe[Count] = None
    max_error_rate: Share = 0.5
    """Of the pages."""
    field_coverage: dict[str, Share] = {}
    """Share of the records in which a field must be filled, by its name."""
    compare_to_last: Maybe[Share] = None
    """Share of the median of the last good runs that each kind of page and each rule must give: pages, links a page,
    records, records a page, values of a field. By default what five good runs show to be usual, with some slack."""
    same_shape: Annotated[
        Annotated[bool, Tag("<bool>")] | Annotated[list[str], Tag("<list>")],
        either("true, false", "a list of fields"),
    ] = True
    """Values are of the kind that they were of in the good runs: alphabet, words or numbers, signs, length, language,
    all the same or not. A list names the fields that are held to it."""
    max_redirected_rate: Share = 0.3
    """Of the pages of a kind that may be redirected to a page already fetched."""
    max_gone_rate: Share = 0.5
    """Of the followed pages of a kind that may not be there (`skip_http_codes`)."""
    max_duplicate_rate: Share = 0.9
    """Of a rule's records that may be dropped for their key."""
    max_unmerged_rate: Share = 0.5
    """Of a rule's records that may lack the page that joins them."""
    consecutive: Positive = 1
    """How many runs in a row must miss an expectation until that is an alarm."""


class PoolSpec(Spec):
    """Who fetches."""

    engine: Literal["processes", "threads", "dask"] = "processes"
    """dask: the workers of a Dask cluster; they parse the pages too, unless `parse_in: parent` is said."""
    processes: Maybe[Workers] = None
    """As many as cores by default; with dask: so many of the workers, by default all."""
    start_method: Literal["forkserver", "spawn", "fork"] = "forkserver"
    address: Maybe[str] = None
    """Of the Dask scheduler: tcp://HOST:PORT, or tls://HOST:PORT with the certificates of Dask's configuration."""


class AuthSpec(Spec):
    """User and password for Basic authentication."""

    user: str
    password: str


class ProxiesSpec(Spec):
    """By the scheme of the page: a proxy, or several that take turns."""

    http: OneOrMore = None
    https: OneOrMore = None


class SettingsSpec(Spec):
    """Scrapy's names and meanings, lower case. Times in seconds, sizes in bytes."""

    concurrent_requests: Workers = 16
    concurrent_requests_per_domain: Positive = 8
    download_delay: Seconds = 0.0
    """Between the starts of two requests to one domain."""
    randomize_download_delay: bool = False
    """Wait 0.5 to 1.5 times the delay."""
    autothrottle_enabled: bool = False
    """Let the delay of each host follow how long its answers take; never below `download_delay`."""
    autothrottle_start_delay: Seconds = 5.0
    """Until a host has answered."""
    autothrottle_max_delay: Seconds = 60.0
    autothrottle_target_concurrency: PositiveSeconds = 1.0
    """How many requests a host should have in progress, on average."""
    download_timeout: PositiveSeconds = 60.0
    """For one exchange in all."""
    download_maxsize: Positive = 10 * 1024 * 1024
    """Of the decoded body."""
    files_store: str = "output/files/{sha256}.{ext}"
    """Where the files go that fields of type file name. May use {sha256} {url_sha1} {ext} {file} {name}."""
    files_maxsize: Positive = 100 * 1024 * 1024
    """Of one such file."""
    retry_times: Count = 2
    retry_http_codes: list[Status] = [500, 502, 503, 504, 522, 524, 408, 429]
    redirect_max_times: Count = 10
    retry_after_max: Seconds = 300.0
    """Asked by Retry-After to wait longer than this, a page fails and its host is paused."""
    crawl_delay_max: Seconds = 60.0
    """Asked by robots.txt for a longer delay than this, the pages of a host fail."""
    skip_http_codes: list[Status] = [404, 410]
    """Statuses that skip a followed page instead of failing it; a start page always fails."""
    depth_limit: Maybe[Positive] = None
    """Follow steps from a start URL; no limit by default."""
    links_per_page: Positive = 50_000
    """Links of one page that are followed, as many as a sitemap may hold; that there were more is told."""
    closespider_pagecount: Maybe[Positive] = None
    """Start nothing new after so many pages."""
    closespider_itemcount: Maybe[Positive] = None
    """Start nothing new after so many records."""
    closespider_errorcount: Maybe[Positive] = None
    """Start nothing new after so many failed pages."""
    closespider_timeout: Maybe[PositiveSeconds] = None
    """Start nothing new after so many seconds."""
    robotstxt_obey: bool = True
    user_agent: Maybe[str] = None
    """The project's name, version and `contact` by default."""
    contact: Maybe[str] = None
    """A URL or mail address in the default user agent, for the people whose site is visited."""
    headers: dict[str, str] = {}
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    cookies: dict[str, str] = {}
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    auth: Maybe[AuthSpec] = None
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    proxies: Maybe[ProxiesSpec] = None
    allowed_domains: Maybe[list[str]] = None
    """Those of the start URLs by default; sub-domains are allowed."""
    drain_timeout: Seconds = 5.0
    """How long an interrupted run waits for the pages in flight."""
    regex_timeout: PositiveSeconds = 2.0
    """How long the patterns of one page may work on it, together."""
    parse_timeout: PositiveSeconds = 10.0
    """How long reading one page may take besides, with `parse_in: worker`, whose process is killed then."""
    parse_in: Literal["parent", "worker"] = "parent"
    """Where pages are parsed. In the workers it uses all cores, and what outlasts its limit costs a process at most."""
    fetcher: Annotated[str, OneOf(FETCHERS)] = "requests"
    """Who makes the exchanges."""
    browser_path: Maybe[str] = None
    """The Chromium that `fetcher: browser` starts; by default one that is found."""
    browser_block: list[ResourceType] = ["image", "media", "font", "stylesheet"]
    """What pages in the browser do without."""
    httpcache_enabled: bool = False
    """Keep the pages that were judged good, and ask for them no more than `httpcache_policy` wants."""
    httpcache_policy: Literal["dummy", "rfc2616"] = "rfc2616"
    """rfc2616, for daily runs: ask whether a page has changed, unless its server declared it fresh.
    dummy, for writing a config: what is stored is the answer."""
    httpcache_expiration_secs: Count = 0
    """Ask in full for what was stored longer ago than this; never by default."""
    httpcache_dir: Maybe[str] = None
    """Relative to the working directory; by default a folder beside the job's state."""
    pool: PoolSpec = PoolSpec()


class TokenSpec(Spec):
    """What the site wants to have back in a header line of the login. It says one of `meta` and `cookie`."""

    header: str
    """The name of the header line, such as X-CSRF-Token."""
    meta: Maybe[str] = None
    """The `name` of the `<meta>` of the page before, whose `content` it is."""
    cookie: Maybe[str] = None
    """The name of the cookie that the page before sets; its value is percent-decoded, as scripts do it."""


class LoginSpec(Spec):
    """What logs in before the crawl; its cookies serve the whole run. It says one of `form`, `json` and `actions`."""

    url: str
    page: Maybe[str] = None
    """The page to get before. By default `url` for a form; for JSON none is got."""
    form: Maybe[dict[str, str]] = None
    """The inputs to fill in, by name."""
    json_: Annotated[Any, BeforeValidator(given)] = Field(default=None, alias="json")
    """JSON to post to `url`."""
    actions: list[ActionSpec] = []
    """What is done on the page `url` in the browser (`fetcher: browser`)."""
    token: Maybe[TokenSpec] = None
    page_must_match: list[str] = []
    """Regexes that the page after the login must hold."""


class FileSpec(KindSpec):
    """A config file. One that has a single kind of page may put the kind's keys here instead of `pages`."""

    name: Maybe[str] = None
    """The file's stem by default; the output and the state folder are named after it."""
    timezone: Maybe[str] = None
    """IANA zone of date-times that carry none, and of {date} and {time} in the output's path."""
    login: Maybe[LoginSpec] = None
    pages: Maybe[Annotated[dict[str, KindSpec], Field(min_length=1)]] = None
    """The kinds of pages by name."""
    output: OutputSpec = OutputSpec()
    expect: Maybe[ExpectSpec] = None
    on_failure: Command = None
    """A program with its arguments, run after a run that ends with 1, 3 or 4; it reads the report as JSON."""
    mend: bool = True
    """At an alarm look for a config that reads the changed pages, and propose it."""
    on_change: Command = None
    """A program with its arguments, run after a run with `changes`; it reads them, a line of JSON each."""
    settings: SettingsSpec = SettingsSpec()
