"""Exchanges by libcurl: an easy handle for each that goes on at one time, whoever drives it.

libcurl is as strict as `head` about lengths, chunks and status lines, and stricter about header lines; what it lets
through `head` judges here as well. Everything that is asked for in a handle stays set until it is changed, so only
what differs from the request before is set again.
"""

from __future__ import annotations

import math
import socket
import time
from typing import Any

import pycurl

from scraper.fetch import addresses
from scraper.fetch.body import PATIENCE_S, bound_of
from scraper.fetch.curl_causes import CAUSES, NO_ANSWER, meaning, tells_of_end
from scraper.fetch.curl_incoming import Incoming
from scraper.fetch.request_head import RequestHead
from scraper.fetch.spool import Spool
from scraper.job import Settings
from scraper.models import Headers

KEPT_CONNECTIONS = 16
"""Of one handle that goes by itself, to any origins; of those to one origin it needs one."""
BUFFER_BYTES = 1 << 16
"""Fewer reads than with curl's own 16 kB; from 128 kB on, malloc gives each exchange's buffer back to the system."""
MAX_MS = 2**31 - 1
SUPPRESS_CONNECT_HEADERS = 265
"""An option that pycurl has no name for: what a proxy says to CONNECT is no part of the answer."""
OPTIONS: tuple[tuple[int, Any], ...] = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.HTTP09_ALLOWED, 0),
    (pycurl.HTTP_CONTENT_DECODING, 0),
    (pycurl.NOPROXY, ""),
    (pycurl.USERAGENT, ""),
    (pycurl.MAXCONNECTS, KEPT_CONNECTIONS),
    (pycurl.BUFFERSIZE, BUFFER_BYTES),
    (SUPPRESS_CONNECT_HEADERS, 1),
)
"""What is set once. Empty texts keep curl from asking the environment and from naming itself to proxies."""
EXPECTS_BODY = frozenset({"POST", "PUT", "PATCH"})


class Handles:
    """The easy handles of a process: as many as there were exchanges at one time."""

    def __init__(self, settings: Settings, ca_file: str, *options: tuple[int, Any]) -> None:
        self._timeout_ms = timeout_ms = min(math.ceil(settings.download_timeout * 1000), MAX_MS)
        self._maxsize_bytes = settings.download_maxsize
        self._options = (
            *OPTIONS,
            (pycurl.CONNECTTIMEOUT_MS, timeout_ms),  # it is 300 s otherwise
            (pycurl.CAINFO, ca_file),
            (pycurl.PROXY_CAINFO, ca_file),
            *options,
        )
        self.hurrying: set[Handle] = set()
        """Those that wait for the body of a redirect, of which `leaves_at` says how long."""
        self._idle: list[Handle] = []
        """The last one used is the next: it likely has the connection."""

    def take(self) -> Handle:
        """Return a handle that nobody uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return Handle(self._options, self._timeout_ms, self._maxsize_bytes, self.hurrying)

    def give_back(self, handle: Handle) -> None:
        self.hurrying.discard(handle)
        handle.clear()
        self._idle.append(handle)

    def close(self) -> None:
        """Close the connections of those that nobody uses."""
        while self._idle:
            self._idle.pop().curl.close()


class Curl:
    """Makes an exchange at a time, in any thread.

    Handles share nothing: libcurl's shared caches of connections are not made for threads. A handle has at most one
    connection to an origin, so there are never more of them than exchanges at one time.
    """

    def __init__(self, settings: Settings, ca_file: str) -> None:
        self._handles = Handles(settings, ca_file, (pycurl.NOPROGRESS, 0))

    def close(self) -> None:
        """Close the connections."""
        self._handles.close()

    def exchange(self, question: RequestHead) -> tuple[int, Headers, Spool]:
        """Return the status, header lines and decoded body of the answer; raises what `causes.expected` names."""
        handle = self._handles.take()
        try:
            handle.ask(question)
            code, words = _perform(handle.curl)
            if handle.ask_again(code):
                code, words = _perform(handle.curl)
            return handle.answer(code, words)
        finally:
            self._handles.give_back(handle)


def _perform(curl: pycurl.Curl) -> tuple[int, str]:
    """Make the exchange; return libcurl's code, 0 if all went well, and its words."""
    try:
        curl.perform()
    except pycurl.error as error:
        result: Any = error.args
        code, words = result
        return code, words
    return pycurl.E_OK, ""


class Lent(socket.socket):
    """A socket that pycurl makes its own copy of."""

    def __del__(self) -> None:
        self.close()


class Handle:
    """An easy handle, and what it was last asked for."""

    leaves_at = 0.0
    """When the body of a redirect is no longer waited for, on the monotonic clock."""

    def __init__(
        self, options: tuple[tuple[int, Any], ...], timeout_ms: int, maxsize_bytes: int, hurrying: set[Handle]
    ) -> None:
        self.curl = pycurl.Curl()
        self._incoming, self._hurrying = Incoming(self._hurry), hurrying
        self._maxsize_bytes = maxsize_bytes
        self._origin = ""
        self._proxy: str | None = None
        self._headers: dict[str, str] = {}
        self._timeout_ms = timeout_ms
        self._is_get, self._is_again = True, False
        for option, value in options:
            self.curl.setopt(option, value)
        self.curl.setopt(pycurl.PROXY, "")
        self.curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
        self.curl.setopt(pycurl.PREREQFUNCTION, self._incoming.allow)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._incoming.take_line)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._incoming.take)
        self.curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_socket)
        self.curl.setopt(pycurl.XFERINFOFUNCTION, self._is_late)

    def ask(self, question: RequestHead) -> None:
        """Set what is not as it was in the request before."""
        request, curl = question.request, self.curl
        bound = bound_of(request, self._maxsize_bytes)
        self._incoming.begin(request.method, bound, may_be_repeated=question.may_be_repeated)
        self._question, self._has_opened = question, False
        if question.origin != self._origin:
            curl.setopt(pycurl.URL, question.origin + "/")
            self._origin = question.origin
        if request.proxy != self._proxy:
            curl.setopt(pycurl.PROXY, request.proxy or "")
            self._proxy = request.proxy
        if question.headers != self._headers:
            curl.setopt(pycurl.HTTPHEADER, header_lines(question.headers))
            self._headers = question.headers
        curl.setopt(pycurl.REQUEST_TARGET, question.target)
        self._is_get = request.method == "GET" and request.body is None
        if not self._is_get:
            self._set_method(question)

    def answer(self, code: int, words: str) -> tuple[int, Headers, Spool]:
        """Return what came in when libcurl ended with a code; raises Unusable, or an exception that `causes` knows."""
        incoming = self._incoming
        if incoming.has_enough or (incoming.leads_on and incoming.refusal is None):
            return incoming.status, incoming.headers, incoming.body()
        if code != pycurl.E_OK and incoming.refusal is not None:
            raise incoming.refusal
        if code not in CAUSES and code != pycurl.E_OK:
            raise pycurl.error(code, words)  # a bug
        is_cut = tells_of_end(code, words)
        if code != pycurl.E_OK and not is_cut:
            raise meaning(code, words, self.curl.getinfo(pycurl.OS_ERRNO))
        incoming.end(is_cut=is_cut)
        return incoming.status, incoming.headers, incoming.body()

    def ask_again(self, code: int) -> bool:
        """Ask the same again on a fresh connection, in the time that is left; return False if that would not help."""
        if code in NO_ANSWER:
            self._incoming.take_no_answer()
        if not self._incoming.is_stale:
            return False
        left_ms = self._timeout_ms - math.ceil(self.curl.getinfo(pycurl.TOTAL_TIME) * 1000)
        self._incoming.begin(self._question.request.method, self._incoming.bound)
        self._is_again = True
        self.curl.setopt(pycurl.FRESH_CONNECT, 1)
        self.curl.setopt(pycurl.TIMEOUT_MS, max(left_ms, 1))
        return True

    def clear(self) -> None:
        """Forget the page, and ask for GET again."""
        self._incoming.begin("")
        if not self._is_get:
            self.curl.setopt(pycurl.HTTPGET, 1)
            self.curl.unsetopt(pycurl.CUSTOMREQUEST)
            self.curl.setopt(pycurl.FORBID_REUSE, 0)
            self.curl.setopt(pycurl.FRESH_CONNECT, 0)
        if self._is_again:
            self.curl.setopt(pycurl.FRESH_CONNECT, 0)
            self.curl.setopt(pycurl.TIMEOUT_MS, self._timeout_ms)
        self._is_again, self.leaves_at = False, 0.0

    def _hurry(self) -> None:
        """Wait a little for the body of a redirect: who drives a loop looks at `hurrying`, libcurl asks `_is_late`."""
        self.leaves_at = time.monotonic() + PATIENCE_S
        self._hurrying.add(self)

    def _is_late(self, *_: object) -> bool:
        return 0 < self.leaves_at <= time.monotonic()

    def _open_socket(self, _: int, place: Any) -> socket.socket | int:
        """Return a socket for a place that libcurl found, unless the question's host must not be there."""
        question, address = self._question, str(place.addr[0])
        if not (question.may_be_private or addresses.is_public(address)):
            if not self._has_opened:
                self._incoming.refusal = addresses.refusal(question.host, address)
            return pycurl.SOCKET_BAD
        self._has_opened, self._incoming.refusal = True, None
        self._incoming.is_fresh = True
        return Lent(place.family, place.socktype, place.protocol)

    def _set_method(self, question: RequestHead) -> None:
        """Ask for anything but GET; by a connection of its own where a kept one that is closed would lose it."""
        method, body = question.request.method, question.request.body
        self.curl.setopt(pycurl.FORBID_REUSE, not question.may_be_repeated)
        self.curl.setopt(pycurl.FRESH_CONNECT, not question.may_be_repeated)
        if method == "HEAD":
            self.curl.setopt(pycurl.NOBODY, 1)
            return
        if body is not None or method in EXPECTS_BODY:
            self.curl.setopt(pycurl.POSTFIELDS, body or b"")
        self.curl.setopt(pycurl.CUSTOMREQUEST, method)


def header_lines(headers: dict[str, str]) -> list[bytes]:
    """Return header lines as libcurl takes them: `Name;` has no value, `Name:` is not sent at all."""
    given = {name.lower() for name in headers}
    unwanted = [f"{name}:" for name in ("Expect", "Content-Type") if name.lower() not in given]
    own = [f"{name}: {value}" if value.strip() else f"{name};" for name, value in headers.items()]
    return [line.encode("latin-1") for line in own + unwanted if not line.lower().startswith("content-length:")]
