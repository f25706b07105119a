"""Exchanges by requests: one adapter a process, shared by its threads, its connections kept alive."""

from __future__ import annotations

import functools
import http.client
import ssl
import threading
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from scraper.fetch.body import PATIENCE_S, bound_of, leftover, read_body
from scraper.fetch.causes import expected, is_unusable
from scraper.fetch.connection import POOLS, exchange, tls_context
from scraper.fetch.head import leads_on, readable
from scraper.fetch.rehearsal import rehearse
from scraper.fetch.request_head import RequestHead
from scraper.fetch.spool import Spool
from scraper.job import Settings
from scraper.models import Headers

KEPT_ORIGINS = 64
"""How many origins connections are kept alive to."""


class Requests:
    """Makes exchanges by requests. Raises Incompatible where it is built on what libraries no longer have."""

    def __init__(self, settings: Settings, ca_file: str) -> None:
        rehearse()
        self._timeout_s = settings.download_timeout
        self._maxsize_bytes = settings.download_maxsize
        self._connections = min(settings.concurrent_requests, settings.concurrent_requests_per_domain)
        self._plain = Adapter(self._connections)
        self._ca_file, self._opening = ca_file, threading.Lock()
        self._secure: Adapter | None = None

    def close(self) -> None:
        """Close the connections."""
        self._plain.close()
        if self._secure is not None:
            self._secure.close()

    def exchange(self, question: RequestHead) -> tuple[int, Headers, Spool]:
        """Return the status, header lines and decoded body of the answer; raises what `causes.expected` names."""
        exchange.begin(time.monotonic() + self._timeout_s, question)
        raw = self._send(question).raw
        try:
            headers = readable(raw.headers.items() if exchange.lines is None else exchange.lines)
            read = functools.partial(read_body, raw, headers, bound_of(question.request, self._maxsize_bytes))
            if leads_on(headers, raw.status):
                exchange.hurry(PATIENCE_S)
                return raw.status, headers, leftover(read, expected())
            return raw.status, headers, read()
        finally:
            # Read to its end, the connection is back in the pool already and stays open; else it is closed.
            raw.close()
            raw.release_conn()

    def _send(self, question: RequestHead) -> requests.Response:
        """Send the request; once more if the server had closed the kept connection (RFC 9112 section 9.3.1)."""
        request = question.request
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
        prepared.headers = _with_length(question)  # type: ignore[assignment]
        proxies = {"all": request.proxy} if request.proxy else None
        adapter = self._plain if question.origin.startswith("http:") and proxies is None else self._with_tls()
        try:
            return adapter.send(prepared, stream=True, timeout=self._timeout_s, proxies=proxies)
        except (requests.ConnectionError, http.client.BadStatusLine) as error:
            if not (exchange.is_reused and question.may_be_repeated and is_unusable(error)):
                raise
        # The closed connection left an empty place on top of the pool's stack: this try opens a new one.
        return adapter.send(prepared, stream=True, timeout=self._timeout_s, proxies=proxies)

    def _with_tls(self) -> Adapter:
        """Return the adapter that knows the authorities, which cost 20 ms and some MB: not every run asks by TLS."""
        with self._opening:
            if self._secure is None:
                self._secure = Adapter(self._connections, tls_context(self._ca_file))
            return self._secure


def _with_length(question: RequestHead) -> dict[str, str]:
    """Return the header lines with the length of the body. A plain dict: requests' own is slow."""
    body = question.request.body
    return question.headers if body is None else {**question.headers, "Content-Length": str(len(body))}


class Adapter(HTTPAdapter):
    """requests' adapter without the work that one exchange has no use for: cookie jars, reading the URL four times.

    What it overrides is what requests documents as open to subclasses; `send` stays, for mocks to take its place.
    """

    def __init__(self, connections: int, tls: ssl.SSLContext | None = None) -> None:
        """`tls`: None for what asks neither by TLS nor by way of a proxy."""
        self._tls = tls
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
        key = (exchange.question.origin, proxies["all"] if proxies else "")
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
        """Return what tells urllib3 whether a proxy needs CONNECT; what is sent is the question's target."""
        return super().request_url(request, proxies) if proxies else "/"

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        return Answered(req, resp)


class Answered(requests.Response):
    """An answer as urllib3 gives it, without what nobody looks at: requests makes a cookie jar and a text for each."""

    def __init__(self, request: requests.PreparedRequest, raw: Any) -> None:
        self.status_code, self.headers, self.raw = raw.status, raw.headers, raw
        self.request, self.url = request, request.url or ""
