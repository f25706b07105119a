"""What a page in the browser asks for: exchanges of the worker's, within limits, with what belongs to its origin."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from scraper.fetch.browser_jar import as_bytes, as_text
from scraper.fetch.cookies import Cookies
from scraper.fetch.set_cookie import Cookie
from scraper.fetch.transport import Source
from scraper.job import Kind, Settings
from scraper.job.urls import origin
from scraper.models import Failure, Headers, Page, Request

MAX_PARTS = 200
"""Requests that one page may make."""
MAX_PARTS_SIZE = 4
"""How many times `download_maxsize` the answers to them may hold together."""
NOT_PASSED_ON = frozenset(
    {"host", "user-agent", "cookie", "accept-encoding", "connection", "content-length", "referer"}
)
NOT_SHOWN = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection"})


class Parts:
    """The exchanges of one page."""

    def __init__(
        self,
        source: Source,
        settings: Settings,
        request: Request,
        document: Page,
        kind: Kind,
        kept: Sequence[Cookie],
        deadline: float,
    ) -> None:
        """`kept`: the run's cookies for the page's site. `deadline`: by the monotonic clock the end of fetching."""
        self._source, self._settings, self._request, self._deadline = source, settings, request, deadline
        self.made: list[tuple[Request, Page]] = [(replace(request, jar=()), document)]
        """The exchanges that the page was made of, the document first."""
        self._bytes_left = MAX_PARTS_SIZE * settings.download_maxsize
        self._asked = 0
        self.refused = ""
        """The limit that something was not fetched for."""
        self._own = {name.lower(): (name, value) for name, value in request.headers if name.lower() != "content-type"}
        sent, of_run = self._own.pop("cookie", ("", ""))[1], Cookies(kept).header(request.url) or ""
        self._configured = [pair for pair in _pairs(sent) if pair not in _pairs(of_run)]
        self._is_firm = any(name.lower() == "cookie" for name, _ in (*settings.headers, *kind.request.headers))

    def fetch(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Page | None:
        """Return what came of one request of the browser's, of whatever status; None if that is not to be had.

        `headers`: as the browser would send them, its cookies too.
        """
        self._asked += 1
        if self._asked > MAX_PARTS:
            self.refused = f"{MAX_PARTS} requests"
        if self.refused or time.monotonic() >= self._deadline:
            return None
        lines = {name.lower(): value for name, value in headers.items()}
        passed = tuple((name, value) for name, value in lines.items() if _is_passed_on(name))
        # a negative id: of the login, whose bodies are not recorded
        about = min(self._request.id, 0)
        request = Request(url, method=method, headers=passed, body=body, id=about, proxy=self._request.proxy)
        dressed = replace(request, headers=self._dressed(request, as_bytes(lines.get("cookie", ""))))
        answer = self._source.ask(dressed)()
        if isinstance(answer, Failure):
            return None
        self._bytes_left -= len(answer.body)
        if self._bytes_left < 0:
            self.refused = f"{MAX_PARTS_SIZE} times download_maxsize"
            return None
        self.made.append((request, answer))
        return answer

    def _dressed(self, request: Request, cookies: str) -> Headers:
        """Return the header lines to send: to the page's own origin also those that the page was asked for with."""
        is_own = origin(request.url) == origin(self._request.url)
        lines = {**self._own} if is_own else {}
        lines |= {name.lower(): (name, value) for name, value in request.headers}
        if cookies := self._with_configured(cookies) if is_own else cookies:
            lines["cookie"] = ("Cookie", cookies)
        return tuple(lines.values())

    def _with_configured(self, cookies: str) -> str:
        """Return the browser's cookies with the config's: as header lines of its they count, else the page's do."""
        first, then = self._configured, _pairs(cookies)
        taken = set(map(_name, first if self._is_firm else then))
        if self._is_firm:
            then = [pair for pair in then if _name(pair) not in taken]
        else:
            first = [pair for pair in first if _name(pair) not in taken]
        return "; ".join([*first, *then])


def _pairs(line: str) -> list[str]:
    return line.split("; ") if line else []


def _name(pair: str) -> str:
    return pair.partition("=")[0].strip()


def _is_passed_on(name: str) -> bool:
    return name not in NOT_PASSED_ON and not name.startswith("sec-")


def shown(headers: Headers) -> dict[str, str]:
    """Return header lines as Playwright takes them, without those about the bytes on the wire."""
    lines: dict[str, str] = {}
    for name, value in headers:
        if (key := name.lower()) not in NOT_SHOWN:
            between = "\n" if key == "set-cookie" else ", "
            lines[key] = f"{lines[key]}{between}{as_text(value)}" if key in lines else as_text(value)
    return lines


def as_html(headers: Headers, encoding: str) -> Headers:
    """Return header lines of a page that is HTML in this encoding."""
    kept = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    return (*kept, ("Content-Type", f"text/html; charset={encoding}"))
