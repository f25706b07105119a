"""Rehearse exchanges when a worker starts: were `connection` not asked, pages would be read laxly, late, from anywhere.

What it overrides is not documented, so a version to come may do without. Nothing leaves the process; 2.5 ms.
"""

from __future__ import annotations

import functools
import platform
import socket
import time

from urllib3 import HTTPResponse, PoolManager
from urllib3.connectionpool import HTTPConnectionPool

from scraper.errors import Incompatible, Reason
from scraper.fetch.causes import classify
from scraper.fetch.connection import TimedHTTPConnection, TimedHTTPSConnection, TimedSocket, exchange
from scraper.fetch.request_head import RequestHead
from scraper.models import Request

TRIED = "Python 3.11.7, 3.12.1 and 3.13.0 with urllib3 2.7.0 and 2.8.0"
NOBODY = ("127.0.0.1", 9)
"""The port of "discard"."""
ANSWER = b"HTTP/1.1 103 \r\n\r\nHTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"
"""What http.client by itself takes for an answer of 103, or for one of whatever comes."""


@functools.cache
def rehearse() -> None:
    """Raise Incompatible unless http.client and urllib3 leave to this program what it must decide.

    That is where to connect to, over TLS too; how long to wait for an answer; and what is one.
    """
    url = "http://{}:{}".format(*NOBODY)
    request = RequestHead(Request(f"{url}/"), url, NOBODY[0], may_be_private=True, target="/", headers={})
    for play, left_s, wanted in (
        (_connect, 0.0, Reason.TIMEOUT),
        (_wait, 1.0, Reason.TIMEOUT),
        (_read, 1.0, Reason.BAD_RESPONSE),
    ):
        exchange.begin(time.monotonic() + left_s, request)
        try:
            play()
            found = "an answer"
        except Exception as error:  # noqa: BLE001 (whatever another library makes of it)
            found = _meaning(error)
        if found != wanted:
            from importlib.metadata import version  # it takes a while

            theirs = f"http.client of Python {platform.python_version()} with urllib3 {version('urllib3')}"
            detail = f"{play.__name__.strip('_')}: expected {wanted}, got {found}"
            raise Incompatible(
                f"fetcher requests is built on {TRIED}, not on {theirs} ({detail}); fetcher curl needs neither"
            )


def _connect() -> None:
    """Connect over TLS, in no time."""
    TimedHTTPSConnection(*NOBODY).connect()


def _wait() -> None:
    """Read an answer that comes after the deadline."""
    _ask(_Late)


def _read() -> None:
    """Read an answer that is none."""
    _ask(_Odd)


def _ask(connections: type[HTTPConnectionPool]) -> None:
    with PoolManager() as manager:
        manager.pool_classes_by_scheme = {"http": connections}
        manager.connection_from_host(*NOBODY).urlopen("GET", "/", retries=False).read(decode_content=False)


def _meaning(error: Exception) -> str:
    try:
        return classify(error)[0]
    except Exception:  # noqa: BLE001 (the same one: it means nothing that is known)
        return f"{type(error).__name__}: {error}"


class _OddConnection(TimedHTTPConnection):
    """A connection on which there is an answer already."""

    _theirs: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        ours, self._theirs = socket.socketpair()
        self._theirs.sendall(ANSWER)
        self._theirs.shutdown(socket.SHUT_WR)
        return TimedSocket(fileno=ours.detach())

    def close(self) -> None:
        super().close()
        if self._theirs:
            self._theirs.close()


class _LateConnection(_OddConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        exchange.deadline = 0.0
        return super().getresponse()


class _Odd(HTTPConnectionPool):
    ConnectionCls = _OddConnection


class _Late(HTTPConnectionPool):
    ConnectionCls = _LateConnection
