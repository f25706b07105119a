"""Dress a request for its way: headers, cookies and auth of the config on their own origins only, and a proxy."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from scraper.crawl import plan
from scraper.crawl.bodies import content_type
from scraper.fetch.fetchers import FETCHERS
from scraper.job import Job, urls
from scraper.models import Headers, Page, Request

if TYPE_CHECKING:
    from scraper.fetch.cookies import Cookies
    from scraper.fetch.set_cookie import Cookie


class Credentials:
    """What the requests of one run carry. Made in the parent: a worker sees what belongs to its URL, and no more."""

    def __init__(self, job: Job, kept: Sequence[str] = ()) -> None:
        """`kept`: what `changed_cookies` gave of a run that is gone on with."""
        self._kinds, self._settings = job.kinds, job.settings
        self._origins = plan.origins(job)
        self._cookies: Cookies | None = None
        """None until a site sets one."""
        if kept:
            from scraper.fetch.cookies import Cookies
            from scraper.fetch.set_cookie import Cookie

            self._cookies = Cookies(msgspec.json.decode(text, type=Cookie) for text in kept)
        has_headers = any(kind.request.headers or kind.request.has_body for kind in job.kinds.values())
        self._is_bare = not (has_headers or job.settings.headers or job.settings.cookies or job.settings.auth)
        self._is_bare &= not job.settings.proxies
        self._proxies = {scheme: itertools.cycle(proxies) for scheme, proxies in job.settings.proxies}
        self._is_browsed = FETCHERS[job.settings.fetcher].open_browser is not None

    def dress(self, request: Request) -> Request:
        """Return the request as it is sent now."""
        if self._is_bare and not self._cookies:
            return request
        proxies = self._proxies.get(urls.origin(request.url)[0])
        proxy = next(proxies) if proxies else None
        headers = self.headers(request)
        if self._is_browsed and self._cookies and not request.is_anonymous:
            request = replace(request, jar=tuple(map(_as_json, self._cookies.of_site(request.url))))
        return replace(request, headers=headers, proxy=proxy) if headers or proxy else request

    def headers(self, request: Request) -> Headers:
        """Return the header lines that a request is sent with now, beside those that all have."""
        return () if request.is_anonymous else tuple(self._headers(request))

    def take(self, page: Page) -> None:
        """Take in the cookies that an answer sets."""
        if self._cookies is None:
            if page.header("set-cookie") is None and not page.cookies:
                return
            from scraper.fetch.cookies import Cookies  # few sites set any; the suffix list is long

            self._cookies = Cookies()
        self._cookies.take(page.url, page.headers)
        for url, line in page.cookies:
            self._cookies.take(url, (("Set-Cookie", line),))

    def cookie(self, url: str, name: str) -> str | None:
        """Return the value of a cookie that is sent to a URL, None where there is none."""
        pairs = ((self._cookies.header(url) if self._cookies else None) or "").split("; ")
        return next((value for key, _, value in (pair.partition("=") for pair in pairs) if key == name), None)

    def changed_cookies(self) -> list[tuple[int, str | None]]:
        """Return the cookies that have changed since the last call as texts by number, None for those that went."""
        changed = self._cookies.take_changes().items() if self._cookies is not None else ()
        return [(number, _as_json(one) if one else None) for number, one in changed]

    def _headers(self, request: Request) -> Iterator[tuple[str, str]]:
        settings = self._settings
        cookies = self._cookies.header(request.url) if self._cookies else None
        if request.body is not None and request.kind:
            yield "Content-Type", content_type(self._kinds[request.kind])
        if urls.origin(request.url) in self._origins:
            own = plan.headers(self._kinds[request.kind], dict(request.params)) if request.kind else ()
            said = [*own, *settings.headers]
            yield from (line for line in said if line[0].lower() != "cookie")
            if settings.auth:
                pair = base64.b64encode(":".join(settings.auth).encode()).decode()
                yield "Authorization", f"Basic {pair}"
            cookies = _joined(settings.cookies, cookies)
            for header in (value for name, value in said if name.lower() == "cookie"):
                cookies = _overlaid(header, cookies)
        if cookies:
            yield "Cookie", cookies
        yield from request.headers


def _as_json(cookie: Cookie) -> str:
    return msgspec.json.encode(cookie).decode()


def _overlaid(header: str, cookies: str) -> str:
    """Return a Cookie header of the config with the other cookies behind it; by name those of the header count."""
    names = {pair.partition("=")[0].strip() for pair in header.split(";")}
    others = [pair for pair in cookies.split("; ") if pair and pair.partition("=")[0] not in names]
    return "; ".join([header.strip(), *others])


def _joined(configured: tuple[tuple[str, str], ...], received: str | None) -> str:
    """Return the cookies of the config, but for those that the site has set anew, before those of the site."""
    names = {pair.partition("=")[0].strip() for pair in (received or "").split(";")}
    pairs = [f"{name}={value}" for name, value in configured if name not in names]
    return "; ".join([*pairs, received] if received else pairs)
