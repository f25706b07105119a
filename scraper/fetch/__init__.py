"""Make ONE HTTP exchange: Request → Page or Failure. It never sleeps, never follows; only a bug makes it raise.

`download_timeout` is for all of it: connecting, TLS, head, body. Looking up the name counts, but cannot be cut short.
"""

from __future__ import annotations

import time
from typing import Any

import regex
import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from scraper.agent import user_agent
from scraper.errors import Reason
from scraper.fetch.body import Unusable, read_body, values
from scraper.fetch.causes import EXPECTED, classify, is_closed, masked
from scraper.fetch.connection import POOLS, exchange, tls_context
from scraper.job import Settings
from scraper.models import Failure, Headers, Page, Request

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NO_LENGTH = "no length"
WANTED = "expected http:// or https://, a host and no backslash"
KEPT_ORIGINS = 64
"""How many origins connections are kept alive to."""

_url = regex.compile(
    r"(?P<origin>https?://(?P<user>[^/?#@\\]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^][/?#@:\\]+)(?::(?P<port>[0-9]{0,5}))?)"
    r"(?P<target>(?:[/?][^#\\]*)?)(?:#.*)?"
).fullmatch
_is_visible_ascii = regex.compile(r"[\x21-\x7e]+").fullmatch
_header_name = regex.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_header_value = regex.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch


class Fetcher:
    """Fetches for one process: its threads share one adapter, whose connections are kept alive."""

    def __init__(self, settings: Settings) -> None:
        self._timeout_s = settings.download_timeout
        self._maxsize_bytes = settings.download_maxsize
        self._defaults: Headers = (
            ("User-Agent", user_agent(settings)),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "gzip, deflate"),
        )
        self._adapter = Adapter(min(settings.concurrent_requests, settings.concurrent_requests_per_domain))

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def fetch(self, request: Request) -> Page | Failure:
        """Return the page, of whatever status, or why there is none."""
        url = _url(request.url)
        if url is None or (complaint := _complaint(request, url)):
            return Failure(Reason.BAD_URL, f"{masked(request.url)[:200]!r}: {complaint if url else WANTED}")
        exchange.begin(time.monotonic() + self._timeout_s, url["origin"], _target(request, url))
        try:
            return self._exchange(request)
        except Unusable as error:
            return Failure(error.reason, f"{request.url}: {error}", error.is_transient)
        except EXPECTED as error:
            if time.monotonic() >= exchange.deadline:
                detail = f"{request.url}: not complete within download_timeout ({self._timeout_s:g} s)"
                return Failure(Reason.TIMEOUT, detail, is_transient=True)
            reason, is_transient, cause = classify(error)
            return Failure(reason, f"{request.url}: {cause}", is_transient)

    def _exchange(self, request: Request) -> Page:
        response = self._send(request)
        raw = response.raw
        try:
            headers = tuple([(name, _text(name, value)) for name, value in raw.headers.items()])
            body = read_body(raw, headers, self._maxsize_bytes)
        finally:
            # Read to its end, the connection is back in the pool already and stays open; else it is closed.
            raw.close()
            raw.release_conn()
        marks = (NO_LENGTH,) if _has_no_length(request, response.status_code, headers) else ()
        return Page(request.url, response.status_code, headers, body, time.time(), marks)

    def _send(self, request: Request) -> requests.Response:
        """Send the request; once more if the server had closed the kept connection (RFC 9112 section 9.3.1)."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
        prepared.headers = self._headers(request)  # type: ignore[assignment]
        proxies = {"all": request.proxy} if request.proxy else None
        try:
            return self._adapter.send(prepared, stream=True, timeout=self._timeout_s, proxies=proxies)
        except requests.ConnectionError as error:
            if not (exchange.is_reused and request.method in IDEMPOTENT and is_closed(error)):
                raise
        # The closed connection left an empty place on top of the pool's stack: this try opens a new one.
        return self._adapter.send(prepared, stream=True, timeout=self._timeout_s, proxies=proxies)

    def _headers(self, request: Request) -> dict[str, str]:
        """Return the header lines to send, of two with one name the last. A plain dict: requests' own is slow."""
        lines = {name.lower(): (name, value) for name, value in self._defaults + request.headers}
        if request.body is not None:
            lines["content-length"] = ("Content-Length", str(len(request.body)))
        return dict(lines.values())


class Adapter(HTTPAdapter):
    """requests' adapter without the work that one exchange has no use for: cookie jars, reading the URL four times.

    What it overrides is what requests documents as open to subclasses; `send` stays, for mocks to take its place.
    """

    def __init__(self, connections: int) -> None:
        self._tls = tls_context(DEFAULT_CA_BUNDLE_PATH)
        self._pools: dict[tuple[str, str], Any] = {}
        super().__init__(pool_connections=KEPT_ORIGINS, pool_maxsize=connections)

    def close(self) -> None:
        self._pools.clear()
        super().close()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._tls, proxy_ssl_context=self._tls, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of connections to the origin of the URL, by way of a proxy or straight."""
        key = (exchange.origin, proxies["all"] if proxies else "")
        pool = self._pools.get(key)
        if pool is None:
            if len(self._pools) >= KEPT_ORIGINS:
                self._pools.clear()
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pools[key] = pool
        return pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Do nothing: the one TLS context verifies, and has its certificates."""

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Return what tells urllib3 whether a proxy needs CONNECT; what is sent is `exchange.target`."""
        return super().request_url(request, proxies) if proxies else "/"

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.headers, response.raw = resp.status, resp.headers, resp
        response.request, response.url = req, req.url or ""
        return response


# --------------------------------------------------------------------------- the question and the answer


def _complaint(request: Request, url: regex.Match[str]) -> str | None:
    """Return what is wrong with a request, never with a secret in it."""
    if not _is_visible_ascii(request.url):
        return "expected a URL in ASCII without spaces and control characters"
    if url["user"]:
        return "expected a URL without user and password, which are the setting `auth`"
    if url["port"] and not 0 < int(url["port"]) < 65536:
        return f"expected a port from 1 to 65535, got {url['port']}"
    if request.proxy and not request.proxy.startswith(("http://", "https://")):
        return f"expected an http(s) proxy, got one of {request.proxy.partition(':')[0]!r}"
    for name, value in request.headers:
        if not _header_name(name) or not _header_value(value):
            return f"header {name!r} holds a character that cannot be sent"
    return None


def _target(request: Request, url: regex.Match[str]) -> str:
    """Return what the request line asks for; an http page is asked of a proxy by its whole URL."""
    target: str = url["target"] if url["target"].startswith("/") else "/" + url["target"]
    return url["origin"] + target if request.proxy and url["origin"].startswith("http:") else target


def _text(name: str, value: str) -> str:
    """Return a header value as text: it was read as latin-1, and servers write Location in UTF-8."""
    if value.isascii() or name.lower() != "location":
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _has_no_length(request: Request, status: int, headers: Headers) -> bool:
    is_bodiless = request.method == "HEAD" or status in (204, 304)
    return not (is_bodiless or values(headers, "content-length") or values(headers, "transfer-encoding"))
