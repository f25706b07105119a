"""Let a headless Chromium build pages from their scripts: what it may fetch is fetched by the worker, as any page is.

The document comes first, by the ordinary exchange; only a good HTML page is shown to the browser. Every request that
the page then makes is answered from the same exchange: its limits, its guard of private addresses, its proxy, its
recordings. The browser itself has no way to the network. One browser a process, a fresh context a page.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch.browser_visit import Visit
from scraper.fetch.chromium import find_program
from scraper.fetch.transport import Browsed, Source
from scraper.job import Kind, Settings
from scraper.models import Failure, Page, Request

FLAGS = (
    "--proxy-server=http://127.0.0.1:9",  # the port of "discard", where nobody listens
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # what Chromium's headless shell knows
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # and what the whole Chromium knows, of the same version
    "--disable-background-networking",
    "--disable-quic",
)
"""A second lock on the door: requests that are not answered here lead nowhere."""
HANG_S = 2.0
"""How long after its deadline a page may still be given up in order; then its browser is killed."""


class BrowserSource:
    """Asks as another source does, and lets the pages of some kinds be built by their scripts. For one thread."""

    def __init__(self, source: Source, settings: Settings, browsed: Browsed) -> None:
        self._source, self._settings, self._browsed = source, settings, browsed
        self._playwright: Any = None
        self._browser: Any = None

    def ask(self, request: Request) -> Callable[[], Page | Failure]:
        """Make the exchange, let the browser build the page, and return what gives it."""
        answer = self._source.ask(request)()
        kind = None if request.is_anonymous else self._browsed.kinds.get(request.kind)
        if kind is not None and isinstance(answer, Page) and is_html(answer, is_login=request.is_login):
            answer = self._render(request, answer, kind)
        return lambda: answer

    def close(self) -> None:
        """End the browser, and close the connections."""
        self._end_browser()
        if self._playwright is not None:
            self._playwright.stop()
        self._source.close()

    def _render(self, request: Request, document: Page, kind: Kind) -> Page | Failure:
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as LateError

        visit = Visit(self._source, self._settings, request, document, kind, self._browsed)
        try:
            with _killed_at(visit.deadline + HANG_S):
                browser = self._open_browser()
                page = visit.show(browser)
        except Error as error:
            if visit.moved is not None:
                if visit.is_at_login(visit.moved):
                    return replace(document, status=302, headers=(("Location", visit.moved),), body=b"")
                advice = "; give that URL to a page of its own"
                if request.is_login:
                    advice = ", which is no origin of the start URLs or of login"
                led = f"{visit.doing or 'a script'} leads to {visit.moved}"
                return Failure(Reason.NOT_RENDERED, f"{request.url}: {led}{advice}")
            self._end_browser()  # whatever is wrong with it, the next page gets a new one
            if isinstance(error, LateError) or time.monotonic() >= visit.deadline:
                return Failure(Reason.TIMEOUT, f"{request.url}: {visit.lateness}", is_transient=True)
            cause = str(error).splitlines()[0]
            detail = f"{request.url}: {visit.doing or 'the browser'} failed: {cause}"
            return Failure(Reason.NOT_RENDERED, detail, is_transient=True)
        if isinstance(page, Page) and self._browsed.keeps_parts:
            return replace(page, made_of=tuple(visit.parts.made))
        return page

    def _open_browser(self) -> Any:
        if self._browser is not None and not self._browser.is_connected():
            self._end_browser()
        if self._browser is None:
            if self._playwright is None:
                from playwright.sync_api import sync_playwright

                self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=find_program(self._settings.browser_path),
                args=list(FLAGS),
                chromium_sandbox=os.geteuid() != 0,  # root has none
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        return self._browser

    def _end_browser(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with contextlib.suppress(Exception):
                browser.close()


def is_html(page: Page, *, is_login: bool = False) -> bool:
    """Return whether a browser may build this: a good answer that is, or may be, HTML; a login may be an error."""
    kind, is_good = page.header("content-type"), 200 <= page.status < 300 or (is_login and page.status in (401, 403))
    return is_good and (kind is None or "html" in kind.lower())


@contextlib.contextmanager
def _killed_at(deadline: float) -> Iterator[None]:
    """Kill the browser if what is done with it goes on for so long: a script that never ends answers nothing."""
    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), _kill_browsers)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _kill_browsers() -> None:
    """Kill what the driver of this process has started: the driver is its child, the browser a grandchild."""
    for driver in _children(os.getpid()):
        for browser in _children(driver):
            with contextlib.suppress(ProcessLookupError):
                os.kill(browser, 9)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, listed.read_text().split())
    return found
