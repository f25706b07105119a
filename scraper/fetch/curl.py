"""Exchanges by libcurl: an easy handle for each that goes on at one time, its connections kept alive.

libcurl is as strict as `head` about lengths, chunks and status lines, and stricter about header lines; what it lets
through `head` judges here as well. Everything that is asked for in a handle stays set until it is changed, so only
what differs from the request before is set again.
"""

from __future__ import annotations

import http.client
import math
import socket
from typing import Any

import pycurl

from scraper.fetch import addresses
from scraper.fetch.body import content_encoding, decoded, too_large
from scraper.fetch.curl_causes import CAUSES, meaning, tells_of_end
from scraper.fetch.head import MAX_HEADERS, MAX_LINE_BYTES, Framing, framing, read_lines, readable, too_many_lines
from scraper.fetch.question import Question
from scraper.job import Settings
from scraper.models import Headers

KEPT_CONNECTIONS = 16
"""Of one handle, to any origins; of those to one origin a handle needs one."""
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


class Curl:
    """Makes exchanges by libcurl.

    Handles share nothing: libcurl's shared caches of connections are not made for threads. A handle has at most one
    connection to an origin, so there are never more of them than exchanges at one time.
    """

    def __init__(self, settings: Settings, ca_file: str) -> None:
        timeout_ms = min(math.ceil(settings.download_timeout * 1000), MAX_MS)
        self._maxsize_bytes = settings.download_maxsize
        self._options = (
            *OPTIONS,
            (pycurl.TIMEOUT_MS, timeout_ms),
            (pycurl.CONNECTTIMEOUT_MS, timeout_ms),  # it is 300 s otherwise
            (pycurl.CAINFO, ca_file),
            (pycurl.PROXY_CAINFO, ca_file),
        )
        self._idle: list[Handle] = []
        """The last one used is the next: it likely has the connection."""

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().close()

    def exchange(self, question: Question) -> tuple[int, Headers, bytes]:
        """Return the status, header lines and decoded body of the answer; raises what `fetch.EXPECTED` names."""
        try:
            handle = self._idle.pop()
        except IndexError:
            handle = Handle(self._options, self._maxsize_bytes)
        try:
            return handle.exchange(question)
        finally:
            self._idle.append(handle)


class Lent(socket.socket):
    """A socket that pycurl makes its own copy of."""

    def __del__(self) -> None:
        self.close()


class Handle:
    """An easy handle, and what it was last asked for."""

    def __init__(self, options: tuple[tuple[int, Any], ...], maxsize_bytes: int) -> None:
        self._curl = pycurl.Curl()
        self._incoming = Incoming(maxsize_bytes)
        self._origin = ""
        self._proxy: str | None = None
        self._headers: dict[str, str] = {}
        for option, value in options:
            self._curl.setopt(option, value)
        self._curl.setopt(pycurl.PROXY, "")
        self._curl.setopt(pycurl.HEADERFUNCTION, self._incoming.take_line)
        self._curl.setopt(pycurl.WRITEFUNCTION, self._incoming.take)
        self._curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_socket)

    def close(self) -> None:
        """Close the connections."""
        self._curl.close()

    def exchange(self, question: Question) -> tuple[int, Headers, bytes]:
        """See `Curl.exchange`."""
        request, incoming = question.request, self._incoming
        incoming.begin(request.method)
        self._question, self._has_opened = question, False
        self._ask(question)
        is_get = request.method == "GET" and request.body is None
        try:
            if not is_get:
                self._set_method(question)
            self._perform()
            return incoming.status, incoming.headers, incoming.body()
        finally:
            incoming.begin("")  # an idle handle holds no page
            if not is_get:
                self._curl.setopt(pycurl.HTTPGET, 1)
                self._curl.unsetopt(pycurl.CUSTOMREQUEST)
                self._curl.unsetopt(pycurl.PREREQFUNCTION)

    def _open_socket(self, _: int, place: Any) -> socket.socket | int:
        """Return a socket for a place that libcurl found, unless the question's host must not be there."""
        question, address = self._question, str(place.addr[0])
        if not (question.may_be_private or addresses.is_public(address)):
            if not self._has_opened:
                self._incoming.refusal = addresses.refusal(question.host, address)
            return pycurl.SOCKET_BAD
        self._has_opened, self._incoming.refusal = True, None
        return Lent(place.family, place.socktype, place.protocol)

    def _ask(self, question: Question) -> None:
        """Set what is not as it was in the request before."""
        curl, proxy = self._curl, question.request.proxy
        if question.origin != self._origin:
            curl.setopt(pycurl.URL, question.origin + "/")
            self._origin = question.origin
        if proxy != self._proxy:
            curl.setopt(pycurl.PROXY, proxy or "")
            self._proxy = proxy
        if question.headers != self._headers:
            curl.setopt(pycurl.HTTPHEADER, header_lines(question.headers))
            self._headers = question.headers
        curl.setopt(pycurl.REQUEST_TARGET, question.target)

    def _set_method(self, question: Question) -> None:
        """Ask for anything but GET. libcurl tries again by itself where a kept connection turns out to be closed."""
        method, body = question.request.method, question.request.body
        if not question.may_be_repeated:
            self._curl.setopt(pycurl.PREREQFUNCTION, self._incoming.allow_once)
        if method == "HEAD":
            self._curl.setopt(pycurl.NOBODY, 1)
            return
        if body is not None or method in EXPECTS_BODY:
            self._curl.setopt(pycurl.POSTFIELDS, body or b"")
        self._curl.setopt(pycurl.CUSTOMREQUEST, method)

    def _perform(self) -> None:
        """Make the exchange; raises Unusable, or an exception that `causes` knows."""
        incoming, is_cut = self._incoming, False
        try:
            self._curl.perform()
        except pycurl.error as error:
            parts: tuple[Any, ...] = error.args
            code, text = parts
            if incoming.refusal is not None:
                raise incoming.refusal from None
            if code not in CAUSES:
                raise  # a bug
            is_cut = tells_of_end(code, text)
            if not is_cut:
                raise meaning(code, text, self._curl.getinfo(pycurl.OS_ERRNO)) from None
        incoming.end(is_cut=is_cut)


class Incoming:
    """The answer as it comes: what libcurl calls back.

    No exception may leave a callback, so what is wrong with the answer is kept as its refusal, and ends the exchange.
    """

    def __init__(self, maxsize_bytes: int) -> None:
        self._maxsize_bytes = maxsize_bytes
        self.begin("")

    def begin(self, method: str) -> None:
        """Forget the answer before."""
        self._method, self._is_sent = method, False
        self._lines: list[bytes] = []
        self._chunks: list[bytes] = []
        self._size = 0
        self._encoding: str | None = None
        self._framing: Framing | None = None
        """None until the head is over."""
        self.status = 0
        self.headers: Headers = ()
        self.refusal: Exception | None = None

    def allow_once(self, *_: object) -> int:
        """Return whether the request may be sent: it may be once."""
        if self._is_sent:
            self.refusal = http.client.RemoteDisconnected("the kept connection was closed without response")
            return pycurl.PREREQFUNC_ABORT
        self._is_sent = True
        return pycurl.PREREQFUNC_OK

    def take_line(self, line: bytes) -> int | None:
        """Take a line of a head: there may be interim ones (1xx) before, and trailers behind, which are ignored."""
        if self._framing is not None:
            return None
        if line in (b"\r\n", b"\n"):
            try:
                self._end_head()
            except Exception as error:  # noqa: BLE001 (it is raised again behind the callback)
                self.refusal = error
            return None if self.refusal is None else -1
        self._lines.append(line)
        if len(self._lines) > MAX_HEADERS + 1:
            self.refusal = too_many_lines()
        elif len(line) > MAX_LINE_BYTES:
            self.refusal = http.client.LineTooLong("header line")
        return None if self.refusal is None else -1

    def take(self, chunk: bytes) -> int | None:
        """Take a piece of the body."""
        self._size += len(chunk)
        if self._size > self._maxsize_bytes:
            self.refusal = too_large(self._maxsize_bytes)
            return -1
        self._chunks.append(chunk)
        return None

    def end(self, *, is_cut: bool) -> None:
        """Check that head and body are complete, the connection having ended in the middle or not."""
        if self._framing is None:
            if self._lines:
                raise http.client.IncompleteRead(b"".join(self._lines))
            raise http.client.RemoteDisconnected("Remote end closed connection without response")
        length = self._framing.length
        if length is not None and self._size < length:
            raise http.client.IncompleteRead(b"".join(self._chunks), length - self._size)
        if is_cut and self._framing.is_chunked:
            raise http.client.IncompleteRead(b"".join(self._chunks))

    def body(self) -> bytes:
        """Return the decoded body; raises Unusable."""
        return decoded(self._chunks, self._encoding, self._maxsize_bytes)

    def _end_head(self) -> None:
        status = int(self._lines[0].split(None, 2)[1])
        if status == http.client.SWITCHING_PROTOCOLS:
            raise http.client.BadStatusLine("101, which nobody asked for")
        if status < 200:
            self._lines.clear()
            return
        self.status, self.headers = status, readable(read_lines(self._lines[1:]))
        self._framing = framing(self.headers, self._method, status)
        self._encoding = content_encoding(self.headers)
        if (self._framing.length or 0) > self._maxsize_bytes:
            raise too_large(self._maxsize_bytes)


def header_lines(headers: dict[str, str]) -> list[bytes]:
    """Return header lines as libcurl takes them: `Name;` has no value, `Name:` is not sent at all."""
    given = {name.lower() for name in headers}
    unwanted = [f"{name}:" for name in ("Expect", "Content-Type") if name.lower() not in given]
    own = [f"{name}: {value}" if value.strip() else f"{name};" for name, value in headers.items()]
    return [line.encode("latin-1") for line in own + unwanted if not line.lower().startswith("content-length:")]
