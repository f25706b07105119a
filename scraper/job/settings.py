"""The frozen values that say how a job is fetched: settings by Scrapy's names, its Pool, its login."""

from __future__ import annotations

import json
from typing import Any, Literal

from msgspec import Struct

from scraper.job.discreet import Discreet
from scraper.job.kinds import Action


class PoolSettings(Struct, frozen=True):
    engine: Literal["processes", "threads", "dask"] = "processes"
    processes: int | None = None
    """None: as many as cores; with dask: all workers."""
    start_method: Literal["forkserver", "spawn", "fork"] = "forkserver"
    address: str | None = None
    """Of the Dask scheduler; None with the other engines."""


class Settings(Discreet, frozen=True):
    """Scrapy's names and meanings, lower case. Times in seconds, sizes in bytes."""

    hidden = frozenset({"headers", "cookies", "auth", "proxies"})

    concurrent_requests: int = 16
    concurrent_requests_per_domain: int = 8
    download_delay: float = 0.0
    randomize_download_delay: bool = False
    autothrottle_enabled: bool = False
    autothrottle_start_delay: float = 5.0
    autothrottle_max_delay: float = 60.0
    autothrottle_target_concurrency: float = 1.0
    download_timeout: float = 60.0
    download_maxsize: int = 10 * 1024 * 1024
    files_store: str = "output/files/{sha256}.{ext}"
    """Where the files of fields of type file go, relative to the working directory."""
    files_maxsize: int = 100 * 1024 * 1024
    retry_times: int = 2
    retry_http_codes: tuple[int, ...] = (500, 502, 503, 504, 522, 524, 408, 429)
    redirect_max_times: int = 10
    retry_after_max: float = 300.0
    crawl_delay_max: float = 60.0
    skip_http_codes: tuple[int, ...] = (404, 410)
    """Statuses that skip a followed page instead of failing it; a start page always fails."""
    depth_limit: int | None = None
    """Follow steps from a start URL; None: no limit."""
    links_per_page: int = 50_000
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
    headers: tuple[tuple[str, str], ...] = ()
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    cookies: tuple[tuple[str, str], ...] = ()
    """Sent to the origins of the start URLs and of `login`, and to no other."""
    auth: tuple[str, str] | None = None
    """User and password for Basic authentication at the origins of the start URLs and of `login`."""
    proxies: tuple[tuple[str, tuple[str, ...]], ...] = ()
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
    fetcher: str = "requests"
    """What makes the exchanges: a name in `fetchers.FETCHERS`."""
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


class Token(Struct, frozen=True):
    """What a site wants to have back in a header line of the login: it shows that its page was read."""

    header: str
    """The name of that line."""
    meta: str | None = None
    """The name of the `<meta>` whose content it is."""
    cookie: str | None = None
    """The name of the cookie whose value it is, percent-decoded."""


class Login(Discreet, frozen=True):
    """What to send before the crawl; its cookies serve the whole run."""

    hidden = frozenset({"form", "json"})

    url: str
    form: tuple[tuple[str, str], ...]
    page_must_match: tuple[str, ...] = ()
    """Regexes that the page after the login must hold."""
    page: str | None = None
    """The page to get before; by default `url` for a form, none for JSON."""
    json: Any = None
    """Plain data that is posted instead of a form."""
    token: Token | None = None
    actions: tuple[Action, ...] = ()
    """What is done on the page in the browser instead of sending anything."""

    @property
    def first_url(self) -> str | None:
        """The page to get before, None for none."""
        return self.page or (self.url if self.json is None else None)

    @property
    def urls(self) -> tuple[str, ...]:
        """All that the login names."""
        return (self.url, self.page) if self.page else (self.url,)

    @property
    def marks(self) -> tuple[str, ...]:
        """Return CSS of what is filled in: a page that has all of it may be the login."""
        acted = tuple(action.css for action in self.actions if action.verb == "fill" and action.css)
        return acted + tuple(f"[name={json.dumps(name)}]" for name, _ in self.form)

    @property
    def names(self) -> frozenset[str]:
        """The names of what is filled in."""
        return frozenset(self.json if isinstance(self.json, dict) else (name for name, _ in self.form))
