"""Make ONE HTTP exchange: Request → Page or Failure. It never raises, never sleeps, never follows."""

from __future__ import annotations

import http.client
import importlib.metadata
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import regex
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from scraper.body import TooLarge, Unreadable, read_body, values
from scraper.connection import POOLS, Guard, Watchdog, current
from scraper.errors import Reason
from scraper.models import Failure, Headers, Page, Request, Settings

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NO_LENGTH = "no length"
_url = regex.compile(r"https?://[^\s\\\x00-\x20\x7f-\U0010ffff]+").fullmatch
_header_line = regex.compile(r"[^\r\n\0]*").fullmatch

CAUSES: tuple[tuple[type[BaseException], Reason, bool], ...] = (
    (urllib3.exceptions.NameResolutionError, Reason.NAME_NOT_FOUND, True),
    (socket.gaierror, Reason.NAME_NOT_FOUND, True),
    (ssl.SSLCertVerificationError, Reason.TLS, False),
    (urllib3.exceptions.NewConnectionError, Reason.CONNECTION, True),
    (urllib3.exceptions.TimeoutError, Reason.TIMEOUT, True),
    (requests.Timeout, Reason.TIMEOUT, True),
    (TimeoutError, Reason.TIMEOUT, True),
    (http.client.RemoteDisconnected, Reason.CONNECTION, True),
    (http.client.IncompleteRead, Reason.TRUNCATED, True),
    (requests.exceptions.ChunkedEncodingError, Reason.TRUNCATED, True),
    (urllib3.exceptions.SSLError, Reason.TLS, True),
    (requests.exceptions.SSLError, Reason.TLS, True),
    (ssl.SSLError, Reason.TLS, True),
    (ConnectionError, Reason.CONNECTION, True),
    (urllib3.exceptions.ProxyError, Reason.CONNECTION, True),
    (requests.exceptions.ProxyError, Reason.CONNECTION, True),
    (http.client.HTTPException, Reason.BAD_RESPONSE, False),
    (urllib3.exceptions.InvalidHeader, Reason.BAD_RESPONSE, False),
    (urllib3.exceptions.DecodeError, Reason.BAD_RESPONSE, False),
    (requests.exceptions.ContentDecodingError, Reason.BAD_RESPONSE, False),
    (urllib3.exceptions.HeaderParsingError, Reason.BAD_RESPONSE, False),
    (urllib3.exceptions.LocationValueError, Reason.BAD_URL, False),
    (urllib3.exceptions.URLSchemeUnknown, Reason.BAD_URL, False),
    (requests.exceptions.InvalidURL, Reason.BAD_URL, False),
    (requests.exceptions.InvalidSchema, Reason.BAD_URL, False),
    (requests.exceptions.MissingSchema, Reason.BAD_URL, False),
    (requests.exceptions.InvalidHeader, Reason.BAD_URL, False),
    (UnicodeError, Reason.BAD_URL, False),
    (urllib3.exceptions.HTTPError, Reason.CONNECTION, True),
    (OSError, Reason.CONNECTION, True),
    (ValueError, Reason.BAD_RESPONSE, False),
)
"""What an exception means, the particular before the general: (type, reason, whether another try may help)."""


EXPECTED = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
"""What the network, the server and the libraries between raise."""


class Fetcher:
    """Fetches for one process: its threads share one adapter, whose connections are kept alive."""

    def __init__(self, settings: Settings) -> None:
        self._timeout_s = settings.download_timeout
        self._maxsize_bytes = settings.download_maxsize
        self._defaults = {
            "User-Agent": settings.user_agent or default_user_agent(),
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }
        self._watchdog = Watchdog()
        self._adapter = HTTPAdapter(pool_connections=64, pool_maxsize=settings.concurrent_requests)
        self._adapter.poolmanager.pool_classes_by_scheme = POOLS

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()
        self._watchdog.close()

    def fetch(self, request: Request) -> Page | Failure:
        """Return the page, of whatever status, or why there is none."""
        if complaint := _complaint(request):
            return Failure(Reason.BAD_URL, complaint)
        while True:
            guard = Guard(time.monotonic() + self._timeout_s)
            current.guard = guard
            self._watchdog.watch(guard)
            try:
                return self._exchange(request, guard)
            except TooLarge:
                return Failure(Reason.TOO_LARGE, f"{request.url}: more than {self._maxsize_bytes} bytes")
            except Unreadable as error:
                return Failure(Reason.BAD_RESPONSE, f"{request.url}: {error}")
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                http.client.HTTPException,
                OSError,
                ValueError,
            ) as error:
                if not _is_stale(error, guard, request):
                    return self._failure(request, error, guard)
            finally:
                self._watchdog.leave(guard)

    def _exchange(self, request: Request, guard: Guard) -> Page | Failure:
        proxies = {"http": request.proxy, "https": request.proxy} if request.proxy else None
        response = self._adapter.send(
            self._prepare(request), stream=True, timeout=self._timeout_s, verify=True, proxies=proxies
        )
        raw = response.raw
        try:
            headers = _headers(raw)
            body = b"" if request.method == "HEAD" else read_body(raw, headers, self._maxsize_bytes)
        except BaseException:
            raw.close()
            raise
        raw.release_conn()
        if guard.expired:
            return Failure(Reason.TIMEOUT, self._lateness(request), is_transient=True)
        marks = (NO_LENGTH,) if _has_no_length(raw, request, headers) else ()
        return Page(request.url, response.status_code, headers, body, time.time(), marks)

    def _prepare(self, request: Request) -> requests.PreparedRequest:
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
        headers = CaseInsensitiveDict(self._defaults)
        headers.update(request.headers)
        if request.body is not None:
            headers["Content-Length"] = str(len(request.body))
        prepared.headers = headers
        prepared.hooks = {"response": []}
        return prepared

    def _failure(self, request: Request, error: BaseException, guard: Guard) -> Failure:
        if guard.expired:
            return Failure(Reason.TIMEOUT, self._lateness(request), is_transient=True)
        reason, is_transient, cause = classify(error)
        return Failure(reason, f"{request.url}: {cause}", is_transient)

    def _lateness(self, request: Request) -> str:
        return f"{request.url}: not complete within download_timeout ({self._timeout_s:g} s)"


def default_user_agent() -> str:
    """Return the user agent that names this project and its version."""
    return f"pool-scraper/{importlib.metadata.version('pool-scraper')}"


def classify(error: BaseException) -> tuple[Reason, bool, str]:
    """Return what an exception means: the reason, whether another try may help, and its own words."""
    chain = list(_chain(error))
    for kind, reason, is_transient in CAUSES:
        for one in chain:
            if isinstance(one, kind):
                return reason, is_transient, f"{type(one).__name__}: {one}"[:300]
    return Reason.INTERNAL, False, f"{type(error).__name__}: {error}"[:300]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that it was made of."""
    todo, seen = [error], set()
    while todo:
        one = todo.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def _is_stale(error: BaseException, guard: Guard, request: Request) -> bool:
    """Return whether a kept connection had been closed by the server before this request: then it may be sent again."""
    is_gone = any(isinstance(one, ConnectionResetError | BrokenPipeError) for one in _chain(error))
    return is_gone and guard.is_reused and not guard.expired and request.method in IDEMPOTENT


def _complaint(request: Request) -> str | None:
    if not _url(request.url):
        return f"expected a plain http or https URL, got {request.url[:200]!r}"
    for name, value in request.headers:
        if not (name and _header_line(name) and _header_line(value)):
            return f"header {name!r} holds a line break"
    return None


# --------------------------------------------------------------------------- the answer


def _headers(raw: Any) -> Headers:
    return tuple(
        (str(name), _text(value) if name.lower() == "location" else value) for name, value in raw.headers.items()
    )


def _text(value: str) -> str:
    """Return a header value that http.client read as latin-1; servers write Location in UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _has_no_length(raw: Any, request: Request, headers: Headers) -> bool:
    is_bodiless = request.method == "HEAD" or raw.status in (204, 304) or raw.status < 200
    return not (is_bodiless or values(headers, "content-length") or values(headers, "transfer-encoding"))
