"""One page in the browser: it is shown the document, its requests are answered, and what its scripts make is read."""

from __future__ import annotations

import contextlib
import time
from codecs import BOM_UTF8
from typing import Any

from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch.browser_actions import Performer
from scraper.fetch.cookies import Cookies
from scraper.fetch.redirects import REDIRECT_CODES, redirect_target, redirected
from scraper.fetch.transport import Source
from scraper.job import Kind, Settings
from scraper.job.urls import origin
from scraper.job.user_agent import user_agent
from scraper.models import Failure, Headers, Page, Request
from scraper.parse.encodings.writers import writer_of

MAX_PARTS = 200
"""Requests that one page may make."""
MAX_PARTS_SIZE = 4
"""How many times `download_maxsize` the answers to them may hold together."""
QUIET_S = 10.0
"""How long a page without `wait_for` may go on asking for things."""
SETTLED_S = 0.5
"""For so long a page that has been acted on asks for nothing until it counts as settled."""
NOT_PASSED_ON = frozenset(
    {"host", "user-agent", "cookie", "accept-encoding", "connection", "content-length", "referer"}
)
NOT_SHOWN = frozenset({"content-length", "content-encoding", "transfer-encoding", "set-cookie", "connection"})


class Visit:
    """One page in the browser."""

    def __init__(self, source: Source, settings: Settings, request: Request, document: Page, kind: Kind) -> None:
        self._source, self._settings, self._request = source, settings, request
        self._document, self._kind = document, kind
        self.deadline = time.monotonic() + settings.download_timeout
        self.parts: list[tuple[Request, Page]] = [(request, document)]
        """The exchanges that the page was made of, the document first."""
        self._bytes_left = MAX_PARTS_SIZE * settings.download_maxsize
        self._asked = 0
        self._is_shown = False
        self._last_asked = 0.0
        self._refused = ""
        """The limit that something was not fetched for."""
        self.moved: str | None = None
        """Where a script would have led; the page is closed then."""
        self.doing = ""
        """The action that is under way, as it is told."""
        self._performer: Performer | None = None
        self._cookies = Cookies()
        self._cookies.take(request.url, document.headers)

    @property
    def lateness(self) -> str:
        """Return what was waited for in vain."""
        wanted = f"wait_for {self._kind.wait_for!r} did not appear" if self._is_shown else "not shown"
        wanted = wanted if self._kind.wait_for else "its scripts did not come to an end"
        if self.doing and self._performer:
            wanted = f"{self.doing}: {self._performer.trouble}"
        return f"{wanted} within download_timeout ({self._settings.download_timeout:g} s)"

    def show(self, browser: Any) -> Page | Failure:
        """Return the page as its scripts leave it; raises what Playwright raises."""
        context = browser.new_context(
            user_agent=user_agent(self._settings), service_workers="block", accept_downloads=False
        )
        try:
            page = context.new_page()
            context.route("**/*", lambda route: self._answer(page, route))
            context.route_web_socket("**/*", lambda socket: socket.close())
            context.on("page", lambda other: other.close())
            page.on("dialog", lambda dialog: dialog.dismiss())
            page.goto(self._request.url, wait_until="load", timeout=self._left_ms())
            if self._kind.actions:
                self._act(page)
            self._wait(page)
            html = page.content()
        finally:
            with contextlib.suppress(Exception):
                context.close()
        if self._kind.actions and self._refused:
            limit = f"its actions need more than {self._refused}"
            return Failure(Reason.TOO_LARGE, f"{self._request.url}: {limit}; split it into smaller pages")
        return self._made(html)

    def _act(self, page: Any) -> None:
        """Do what the config wants done, once the page has what it asks for of itself."""
        self.settle(page)
        self._performer = Performer(page, self._left_ms, self.settle)
        for n, action in enumerate(self._kind.actions):
            self.doing = f"actions[{n}] ({action})"
            self._performer.do(action, self._request.params)
        self.doing = ""

    def settle(self, page: Any) -> None:
        """Wait until the page has asked for nothing for half a second; TimeoutError at the deadline."""
        from playwright.sync_api import TimeoutError as LateError

        end = min(time.monotonic() + QUIET_S, self.deadline)
        self._last_asked = time.monotonic()
        while (now := time.monotonic()) < end and now - self._last_asked < SETTLED_S:
            page.wait_for_timeout(SETTLED_S * 100)
        if now >= self.deadline:
            raise LateError("the time is over")

    def _wait(self, page: Any) -> None:
        from playwright.sync_api import TimeoutError as LateError

        if self._kind.wait_for:
            page.wait_for_selector(f"css={self._kind.wait_for}", state="attached", timeout=self._left_ms())
            return
        with contextlib.suppress(LateError):
            page.wait_for_load_state("networkidle", timeout=min(QUIET_S * 1000, self._left_ms()))

    def _left_ms(self) -> float:
        return max((self.deadline - time.monotonic()) * 1000, 1.0)  # 0 would be for ever

    def _made(self, html: str) -> Page | Failure:
        encoding = writer_of(self._kind.encoding)
        mark = BOM_UTF8 if encoding == "utf-8" else b""  # for `encoding: utf-16`, which the page was in
        body = mark + html.encode(encoding, "xmlcharrefreplace")
        if len(body) > self._settings.download_maxsize:
            limit = f"more than download_maxsize ({self._settings.download_maxsize} bytes)"
            return Failure(Reason.TOO_LARGE, f"{self._request.url}: {limit} once its scripts have run")
        charset = "utf-8" if mark else str(self._kind.encoding)
        return replace(self._document, body=body, headers=_as_html(self._document.headers, charset))

    # ------------------------------------------------------------------ what the page asks for

    def _answer(self, page: Any, route: Any) -> None:
        """Answer one request of the browser's."""
        from playwright.sync_api import Error

        with contextlib.suppress(Error):  # the page is gone meanwhile
            self._last_asked = time.monotonic()
            asked = route.request
            if asked.is_navigation_request() and self._is_main(page, asked):
                self._navigate(page, route, asked.url)
                return
            answer = self._fetch(asked) if self._is_wanted(asked) else None
            if answer is None:
                route.abort("blockedbyclient")
            else:
                route.fulfill(status=answer.status, headers=_shown(answer.headers), body=answer.body)
            self._last_asked = time.monotonic()

    def _is_main(self, page: Any, asked: Any) -> bool:
        from playwright.sync_api import Error

        try:
            return bool(asked.frame == page.main_frame)
        except Error:  # a window that the page opens has no frame yet
            return False

    def _navigate(self, page: Any, route: Any, url: str) -> None:
        """Show the document, once; a page stays where it is."""
        if self._is_shown:
            self.moved = url
            route.abort("blockedbyclient")
            page.close()  # or what is waited for would be waited for in vain
            return
        self._is_shown = True
        headers = self._document.headers
        if self._kind.encoding:
            headers = _as_html(headers, self._kind.encoding)
        route.fulfill(status=self._document.status, headers=_shown(headers), body=self._document.body)

    def _is_wanted(self, asked: Any) -> bool:
        is_wanted = asked.resource_type not in self._settings.browser_block
        return is_wanted and not asked.is_navigation_request() and asked.url.startswith(("http://", "https://"))

    def _fetch(self, asked: Any) -> Page | None:
        """Return what the page asked for, redirects followed; None if that is not to be had."""
        headers = tuple((name, value) for name, value in asked.headers.items() if _is_passed_on(name))
        request = Request(
            asked.url, method=asked.method, headers=headers, body=asked.post_data_buffer, proxy=self._request.proxy
        )
        for _ in range(self._settings.redirect_max_times + 1):
            self._asked += 1
            if self._asked > MAX_PARTS:
                self._refused = f"{MAX_PARTS} requests"
            if self._refused or time.monotonic() >= self.deadline:
                return None
            answer = self._source.ask(replace(request, headers=self._dressed(request)))()
            if isinstance(answer, Failure):
                return None
            self._bytes_left -= len(answer.body)
            if self._bytes_left < 0:
                self._refused = f"{MAX_PARTS_SIZE} times download_maxsize"
                return None
            self.parts.append((request, answer))
            self._cookies.take(request.url, answer.headers)
            location = answer.header("location")
            if answer.status not in REDIRECT_CODES or location is None:
                return answer
            if (target := redirect_target(request.url, location)) is None:
                return None
            request = redirected(request, answer.status, target)
        return None

    def _dressed(self, request: Request) -> Headers:
        """Return the header lines to send: to the page's own origin also those that the page was asked for with."""
        own = self._request.headers if origin(request.url) == origin(self._request.url) else ()
        lines = {name.lower(): (name, value) for name, value in own if name.lower() != "content-type"}
        lines |= {name.lower(): (name, value) for name, value in request.headers}
        said = [value for value in (lines.get("cookie", ("", ""))[1], self._cookies.header(request.url)) if value]
        if said:
            lines["cookie"] = ("Cookie", "; ".join(said))
        return tuple(lines.values())


def _is_passed_on(name: str) -> bool:
    return name not in NOT_PASSED_ON and not name.startswith("sec-")


def _shown(headers: Headers) -> dict[str, str]:
    """Return header lines as Playwright takes them, without those about the bytes on the wire."""
    lines: dict[str, str] = {}
    for name, value in headers:
        if (key := name.lower()) not in NOT_SHOWN:
            lines[key] = f"{lines[key]}, {value}" if key in lines else value
    return lines


def _as_html(headers: Headers, encoding: str) -> Headers:
    kept = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    return (*kept, ("Content-Type", f"text/html; charset={encoding}"))
