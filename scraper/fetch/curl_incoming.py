"""The answer of an exchange by libcurl, as it comes in."""

from __future__ import annotations

import http.client

import pycurl
import regex

from scraper.errors import Reason
from scraper.fetch.body import Unusable, content_encoding, decoded, too_large
from scraper.fetch.head import MAX_HEADERS, MAX_LINE_BYTES, Framing, framing, read_lines, readable, too_many_lines
from scraper.fetch.spool import Spool
from scraper.models import Headers

_status_line = regex.compile(rb"HTTP/\S+\s+([1-9][0-9]{2})(?:\s|$)").match


class Incoming:
    """The answer as it comes: what libcurl calls back.

    No exception may leave a callback, so what is wrong with the answer is kept as its refusal, and ends the exchange.
    """

    def __init__(self, maxsize_bytes: int) -> None:
        self._maxsize_bytes = maxsize_bytes
        self.begin("")

    def begin(self, method: str, *, may_be_repeated: bool = False) -> None:
        """Forget the answer before."""
        self._method, self._may_be_repeated = method, may_be_repeated
        self._times_sent = 0
        self.is_fresh = False
        """Whether a connection was opened since the request was sent last."""
        self.is_stale = False
        """Whether kept connections turned out to be closed, and no fresh one was tried."""
        self._lines: list[bytes] = []
        self._spool, self._size = Spool(), 0
        self._encoding: str | None = None
        self._framing: Framing | None = None
        """None until the head is over."""
        self.status = 0
        self.headers: Headers = ()
        self.refusal: Exception | None = None

    def allow(self, *_: object) -> int:
        """Return whether the request may be sent: once, and again on a fresh connection if it may be repeated.

        libcurl sends it again where a kept connection turns out to be closed, and may take the next one that is kept.
        """
        if self._times_sent:
            is_allowed = self._may_be_repeated and self._times_sent == 1
            if not (is_allowed and self.is_fresh):
                self.is_stale = is_allowed
                self.refusal = http.client.RemoteDisconnected("the kept connection was closed without response")
                return pycurl.PREREQFUNC_ABORT
        self._times_sent += 1
        self.is_fresh = False
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
        try:
            self._spool.add(chunk)
        except OSError as error:  # no room for it on the disk
            self.refusal = error
            return -1
        return None

    def end(self, *, is_cut: bool) -> None:
        """Check that head and body are complete, the connection having ended in the middle or not."""
        if self._framing is None:
            if self._lines:
                raise http.client.IncompleteRead(b"".join(self._lines))
            raise http.client.RemoteDisconnected("Remote end closed connection without response")
        length = self._framing.length
        if length is not None and self._size < length:
            more = f", {length - self._size} more expected"
        elif is_cut and self._framing.is_chunked:
            more = ""
        else:
            return
        raise Unusable(Reason.TRUNCATED, f"IncompleteRead({self._size} bytes read{more})", is_transient=True)

    def body(self) -> Spool:
        """Return the decoded body; raises Unusable."""
        return decoded(self._spool, self._encoding, self._maxsize_bytes)

    def _end_head(self) -> None:
        status = _status(self._lines)
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


def _status(lines: list[bytes]) -> int:
    """Return the status of a head; libcurl itself is content with any three bytes, or with none."""
    line = lines[0] if lines else b""
    match = _status_line(line)
    if match is None:
        raise http.client.BadStatusLine(line.decode("utf-8", "replace"))
    return int(match[1])
