"""Keep the answers that were judged good, and say of which requests they spare the asking or the body.

dummy      development: what is stored is the answer, for as long as it is kept; nobody is asked
rfc2616    production: what the server declared fresh is the answer; of all else it is asked whether it has changed

The parent decides and writes, a worker reads (`answers`). What carries a secret, a cookie or a password is no business
of the cache, nor is what sets a cookie: a run with it sends the same cookies as a run without, and gives the same.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch import cache_entries as entries
from scraper.fetch.cache_entries import Damaged, Head
from scraper.job import Settings, urls
from scraper.job.secrets import Secrets, sounds_secret
from scraper.job.user_agent import user_agent
from scraper.models import FILES, UNASKED, UNCHANGED, Cached, Failure, Headers, Page, Parsed, Request

KEPT_HEADERS = frozenset(
    "age cache-control content-type date etag expires last-modified location vary".split()
)  # all that is read of a stored answer
OWN_CONDITIONS = frozenset("cache-control if-match if-modified-since if-none-match if-range range".split())
"""Header lines by which a config makes conditions of its own."""
ROBOTS_KEPT_S = 86400.0
"""RFC 9309 section 2.4: a robots.txt is not used for longer without asking."""
log = logging.getLogger("scraper")


class HttpCache:
    """The stored answers of one job. Whatever goes wrong with the folder, the run goes on without it, and says so."""

    def __init__(
        self,
        folder: Path | None,
        settings: Settings,
        secrets: Secrets,
        named_hosts: frozenset[str],
        headers: Callable[[Request], Headers],
    ) -> None:
        """`folder`: None for no cache at all; `named_hosts`: as for a fetcher.

        `headers`: gives the lines that a request is sent with, beside those of all.
        """
        self._folder, self._secrets, self._named_hosts, self._headers = folder, secrets, named_hosts, headers
        self._is_dummy = settings.httpcache_policy == "dummy"
        self._expires_s = settings.httpcache_expiration_secs or float("inf")
        self._sender = [settings.httpcache_policy, settings.fetcher, user_agent(settings)]
        self._told: set[str] = set()
        self._refused: Counter[str] = Counter()
        self._is_closed = False
        if folder is not None and not self._is_dummy:
            from scraper.crawl import rfc9111  # hishel takes a while to import

            self._may_be_stored, self._is_fresh = rfc9111.may_be_stored, rfc9111.is_fresh
            self._conditions = rfc9111.conditions

    def close(self) -> None:
        """Forget what no run has used for long."""
        if self._folder is not None:
            entries.sweep(self._folder, time.time())

    @property
    def note(self) -> str:
        """Return what to tell an operator who wonders why so little is stored; nothing if all was."""
        sorts = ", ".join(f"{count} that {why}" for why, count in sorted(self._refused.items()))
        return f"the HTTP cache stores no answers of some sorts: {sorts}" if sorts else ""

    # ------------------------------------------------------------------ before a request is sent

    def find(self, request: Request) -> Request:
        """Return a request with what there is for it."""
        if self._folder is None:
            return request
        path = self._path(request, self._headers(request))
        if path is None:
            return request if request.cached is None else replace(request, cached=None)
        is_trusting = request.attempt == 1 and not request.asks_in_full
        head = self._read_head(path) if is_trusting else None
        return replace(request, cached=Cached(path) if head is None else self._use(path, head, request))

    def prepare(self, request: Request, sent: Request) -> tuple[Request, Request]:
        """Return a request, and how it is sent, with its conditions; cookies that came meanwhile rule them out."""
        if request.cached is None or request.cached.is_unasked:
            if self._folder is not None and request.kind not in ("", FILES) and request.cached is None:
                self._refused["were asked for with a cookie, a password or a secret"] += 1
            return request, sent
        if self._path(request, sent.headers) != request.cached.path:
            return self.prepare(replace(request, cached=None), replace(sent, cached=None))
        return request, replace(sent, headers=sent.headers + request.cached.conditions)

    def _use(self, path: str, head: Head, request: Request) -> Cached:
        age_s = entries.age_s(head)
        if not 0 <= age_s <= self._expires_s:
            return Cached(path)
        is_robots_of_old = request.is_anonymous and age_s > ROBOTS_KEPT_S
        if self._is_dummy or (not is_robots_of_old and self._is_fresh(head)):
            return Cached(path, is_unasked=True)
        return Cached(path, conditions=self._conditions(head))

    def _path(self, request: Request, headers: Headers) -> str | None:
        """Return where the answer to a request is stored, None if it must not be: whoever may have it is not known."""
        if (
            request.kind == FILES
            or not (request.kind or request.is_anonymous)
            or not (request.method == "GET" or self._is_dummy)
        ):
            return None
        if any(sounds_secret(name) or name.lower() in OWN_CONDITIONS for name, _ in headers):
            return None
        body = (request.body or b"").decode("latin-1")
        if self._secrets.are_in("\n".join([request.url, *(value for _, value in headers), body])):
            return None
        lines = sorted((name.lower(), value) for name, value in headers)
        is_named = urls.host(request.url) in self._named_hosts  # else it may not have a private address
        asked = [*self._sender, request.method, urls.canonical(request.url), is_named, lines, body]
        name = hashlib.blake2b(orjson.dumps(asked), digest_size=16).hexdigest()
        return f"{self._folder}/{name[:2]}/{name[2:]}"

    def _read_head(self, path: str) -> Head | None:
        try:
            return entries.read_head(path)
        except Damaged as error:
            self._complain("read", f"{path}: {error}; its page is asked for in full")
            return None

    # ------------------------------------------------------------------ when its answer was judged

    def is_useless(self, request: Request, answer: Page) -> bool:
        """Return whether a 304 came for which no stored answer could be read: the page is to be asked for in full."""
        if answer.status != 304 or request.cached is None or not request.cached.is_used:
            return False
        if request.cached.is_unasked:
            self._complain("read", f"{request.cached.path}: it is damaged; its page is asked for in full")
        return True

    def settle(self, request: Request, page: Page, outcome: Parsed | Failure) -> bool:
        """Store a page that was judged good, forget one that was not; return whether to ask for it in full.

        In development a page without records is stored too: it is what the selectors are still to be written for.
        """
        if request.cached is None:
            return False
        is_good = isinstance(outcome, Parsed) or (self._is_dummy and outcome.reason == Reason.NO_RECORDS)
        if is_good:
            self._keep(request.cached.path, page)
            return False
        self.forget(request)
        return bool({UNASKED, UNCHANGED} & set(page.marks))

    def keep_robots(self, request: Request, answer: Page | Failure) -> None:
        """Store a robots.txt; in development also that there is none."""
        if request.cached is None or isinstance(answer, Failure):
            return
        is_none = self._is_dummy and 400 <= answer.status < 500 and answer.status != 429
        if 200 <= answer.status < 300 or is_none:
            self._keep(request.cached.path, answer)

    def keep_redirect(self, request: Request, answer: Page | Failure, url: str) -> None:
        """Store, in development only, that a request is redirected to a URL; it is forgotten with that page."""
        if request.cached is None or isinstance(answer, Failure) or url == request.url:
            return
        if self._is_dummy and request.method == "GET":
            self._keep(request.cached.path, replace(answer, body=b""))

    def forget(self, request: Request) -> None:
        """Delete what is stored for a request, and the redirects that led to it."""
        has_hops = self._is_dummy and request.cached is not None
        befores = (replace(request, url=url, method="GET", body=None) for url in request.hops if has_hops)
        hops = (self._path(each, self._headers(each)) for each in befores)
        for path in (request.cached.path if request.cached else None, *hops):
            if path is not None:
                try:
                    entries.drop(path)
                except OSError as error:
                    self._complain("delete", f"{path}: {error.strerror or error}")

    def _keep(self, path: str, page: Page) -> None:
        """Store a page, or note that what is stored still holds."""
        try:
            if UNASKED in page.marks:
                entries.touch(path)
                return
            kept = tuple(pair for pair in page.headers if pair[0].lower() in KEPT_HEADERS)
            head = Head(page.url, page.status, kept, page.fetched_at)
            if objection := self._objection(head, page):
                self._refused[objection] += 1
                entries.drop(path)
            elif UNCHANGED in page.marks:
                entries.write_head(path, head)
            elif not self._is_closed:
                entries.write(path, head, page.body)
        except Damaged as error:
            self._complain("read", f"{path}: {error}")
        except OSError as error:
            self._is_closed = True
            self._complain("write", f"{path}: {error.strerror or error}; the run goes on without storing")

    def _objection(self, head: Head, page: Page) -> str:
        """Return why an answer must not be stored, nothing if it may be."""
        if page.header("set-cookie") is not None:
            return "set a cookie"
        if set(page.marks) - {UNCHANGED}:
            return "may be cut"
        if self._secrets.are_in("\n".join([*(value for _, value in head.headers), page.body.decode("latin-1")])):
            return "hold a secret"
        may_be_stored = self._is_dummy or (head.status == 200 and self._may_be_stored(head))
        return "" if may_be_stored else "must not be stored, as their server says"

    def _complain(self, what: str, message: str) -> None:
        """Warn of a sort of trouble once: there may be as many of them as pages."""
        if what not in self._told:
            self._told.add(what)
            log.warning("the HTTP cache cannot %s %s", what, self._secrets.masked(message))
