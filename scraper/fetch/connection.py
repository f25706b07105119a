"""Connections that end at a deadline.

Timeouts of sockets are per call, and a server that drips outlasts them all. Here every call on a socket gets what is
left of the exchange that its thread is making: connecting, the TLS handshake, a proxy's CONNECT, head and body.
Only `getaddrinfo` cannot be cut short; the Pool kills a worker that is long overdue.

What this room takes that libraries do not document; tried with CPython 3.11.7, 3.12.1 and 3.13.0, urllib3 2.7.0 and
2.8.0, requests 2.33.0 and 2.34.2. Nothing else reads strictly, in time and from nowhere private, so there is no plain
way: where one of the first seven is not there, or is not asked, `rehearsal` ends the run before it begins, exit 1.

what                                        why
HTTPResponse.begin                          1xx skipped, a strict head (`head_reader`); a quarter quicker than its own
HTTPResponse: fp, length, chunked and such  what `begin` has found, for `read` to go by
HTTPResponse._get_chunk_left                no chunk of -1 bytes, none without its end
http.client.HTTPConnection.response_class   these answers
urllib3's HTTPConnection._new_conn          the guard of addresses, the deadline of connecting
.ConnectionCls, .pool_classes_by_scheme     these connections in urllib3's pools
socket.makefile reads by recv_into          the deadline of reading

a pool's place of a closed connection       on top, so that a second try is on a new one; else it may fail as well
libcurl's option 265, which pycurl leaves   what proxies say to CONNECT is no head; pycurl refuses what it cannot set
Playwright's driver is our child            a page that hangs is killed by its browser (`browser`); else the worker is
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from typing import Any

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from scraper.fetch import addresses
from scraper.fetch.head_reader import Answer
from scraper.fetch.request_head import RequestHead


class Exchange(threading.local):
    """The exchange that this thread is making: what the Fetcher tells the connection, and back."""

    deadline: float
    """Monotonic seconds."""
    question: RequestHead
    is_reused: bool
    """Whether the connection has served before; it may be that the server had closed it by then."""
    lines: list[tuple[str, str]] | None
    """Header lines of the answer; None where it did not come by one of these connections."""

    def begin(self, deadline: float, question: RequestHead) -> None:
        """Forget the exchange before."""
        self.deadline, self.question, self.is_reused, self.lines = deadline, question, False, None

    def hurry(self, seconds: float) -> None:
        """End the exchange in so many seconds at the latest."""
        self.deadline = min(self.deadline, time.monotonic() + seconds)

    def left_s(self) -> float:
        """Return the seconds until the deadline; raises TimeoutError when there are none."""
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the time for the exchange is over")
        return left_s


exchange = Exchange()


# --------------------------------------------------------------------------- sockets


class _Timed(socket.socket):
    """Gives every call what is left of the exchange."""

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(exchange.left_s())
        return super().recv_into(*arguments)

    def recv(self, *arguments: Any) -> bytes:
        self.settimeout(exchange.left_s())
        return super().recv(*arguments)

    def send(self, *arguments: Any) -> int:
        self.settimeout(exchange.left_s())
        return super().send(*arguments)

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(exchange.left_s())
        super().sendall(*arguments)


class TimedSocket(_Timed):
    """Plain TCP."""


class TimedTLSSocket(_Timed, ssl.SSLSocket):
    """TLS: the `sslsocket_class` of a context."""

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(exchange.left_s())
        super().do_handshake(block)


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a context that verifies against a file of certificates. Loading them is slow: once a process."""
    context = ssl.create_default_context(cafile=ca_file)
    context.sslsocket_class = TimedTLSSocket
    return context


# --------------------------------------------------------------------------- connections


def _permitted(places: list[Any]) -> list[Any]:
    """Return the places that the exchange may connect to; raises Unusable if there are none."""
    question = exchange.question
    if question.may_be_private:
        return places
    public = [place for place in places if addresses.is_public(place[4][0])]
    if not public:
        raise addresses.refusal(question.host, places[0][4][0])
    return public


def _connected(place: tuple[Any, ...], timeout_s: float) -> TimedSocket:
    """Return a connection to one of the places that `getaddrinfo` gave."""
    family, kind, protocol, _, address = place
    sock = TimedSocket(family, kind, protocol)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout_s)
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


class TimedHTTPConnection(HTTPConnection):
    """A connection that keeps to the exchange's deadline and sends its target as it is."""

    response_class = Answer
    _has_served = False
    _method_asked = "GET"

    def __init__(self, host: str, *arguments: Any, **options: Any) -> None:
        super().__init__(host, *arguments, **options)
        self._host_asked = host.strip("[]")

    def _new_conn(self) -> socket.socket:
        """Connect to the first address that answers; each may take an equal share of the time that is left."""
        try:
            places = socket.getaddrinfo(self._host_asked, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        places = _permitted(places)
        cause: OSError | None = None
        for number, place in enumerate(places):
            try:
                return _connected(place, exchange.left_s() / (len(places) - number))
            except OSError as error:
                cause = error
        if isinstance(cause, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {self.host}: {cause}") from cause
        raise NewConnectionError(self, f"no connection to {self.host}: {cause}") from cause

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> None:  # noqa: ARG002
        if self._has_served and not exchange.question.may_be_repeated:
            self.close()  # it may be closed by now, and what is not repeated would be lost: it opens anew
        exchange.is_reused, self._has_served, self._method_asked = self._has_served, True, method
        super().request(method, exchange.question.target, *arguments, **options)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        answer = http.client.HTTPConnection.getresponse(self)
        exchange.lines = answer.lines if isinstance(answer, Answer) else None
        return HTTPResponse(
            body=answer,
            headers=answer.headers,  # type: ignore[arg-type]
            status=answer.status,
            version=answer.version,
            reason=answer.reason,
            preload_content=False,
            decode_content=False,
            original_response=answer,
            request_method=self._method_asked,
        )

    def close(self) -> None:
        self._has_served = False
        super().close()


class TimedHTTPSConnection(TimedHTTPConnection, HTTPSConnection):
    """The same over TLS."""


class TimedHTTPConnectionPool(HTTPConnectionPool):
    """Connections to one origin."""

    ConnectionCls = TimedHTTPConnection


class TimedHTTPSConnectionPool(HTTPSConnectionPool):
    """Connections to one origin over TLS."""

    ConnectionCls = TimedHTTPSConnection


POOLS = {"http": TimedHTTPConnectionPool, "https": TimedHTTPSConnectionPool}
