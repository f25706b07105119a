"""The answer of an exchange by libcurl, as it comes in."""

from __future__ import annotations

import http.client
from collections.abc import Callable

import pycurl
import regex

from scraper.errors import Reason
from scraper.fetch.body import Bound, Unusable, content_encoding, decoded, leftover
from scraper.fetch.head import BODILESS, Framing, Measure, framing, leads_on, read_lines, read_status, readable, values
from scraper.fetch.spool import Spool
from scraper.models import Headers

NOTHING = Bound(0)
_odd_framing = regex.compile(rb"(content-length|transfer-encoding)[ \t]+:", regex.IGNORECASE).match
"""libcurl reads no such line, and would never know where the body ends."""


class Incoming:
    """The answer as it comes: what libcurl calls back.

    No exception may leave a callback, so what is wrong with the answer is kept as its refusal, and ends the exchange.
    """

    def __init__(self, hurry: Callable[[], None]) -> None:
        """`hurry`: is called when a redirect has come, whose body nobody reads."""
        self._hurry = hurry
        self.begin("")

    def begin(self, method: str, bound: Bound = NOTHING, *, may_be_repeated: bool = False) -> None:
        """Forget the answer before."""
        self.bound = bound
        self._method, self._may_be_repeated = method, may_be_repeated
        self._times_sent = 0
        self.is_fresh = False
        """Whether a connection was opened since the request was sent last."""
        self.is_stale = False
        """Whether kept connections turned out to be closed, or to hold no answer, and no fresh one was tried."""
        self._is_kept = False
        """Whether the connection that the request was sent on had served before."""
        self._lines: list[bytes] = []
        self._measure = Measure()
        self._spool, self._size = Spool(), 0
        self.has_enough = False
        """Whether the rest of the body is not wanted."""
        self._encoding: str | None = None
        self._blind_length: int | None = None
        """The length of a body whose end libcurl does not know."""
        self._framing: Framing | None = None
        """None until the head is over."""
        self.leads_on = False
        """Whether it is a redirect."""
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
        self._is_kept, self.is_fresh = not self.is_fresh, False
        return pycurl.PREREQFUNC_OK

    def take_line(self, line: bytes) -> int | None:
        """Take a line of a head: there may be interim ones (1xx) before, and trailers behind, which are ignored."""
        if self._framing is not None:
            return None
        try:
            if line not in (b"\r\n", b"\n"):
                self._measure.add(line)
                self._lines.append(line)
            elif self._lines:
                self._end_head()
            else:
                self._measure.skip()
        except Exception as error:  # noqa: BLE001 (it is raised again behind the callback)
            self.refusal = error
            if isinstance(error, http.client.BadStatusLine):
                self.take_no_answer()
        return -1 if self.refusal is not None or self.has_enough else None

    def take_no_answer(self) -> None:
        """Take in that what came is no answer: on a kept connection it may lie there from before."""
        self.is_stale |= self._is_kept and self._may_be_repeated and self._framing is None

    def take(self, chunk: bytes) -> int | None:
        """Take a piece of the body."""
        self._size += len(chunk)
        try:
            self.has_enough = self.bound.is_reached(self._size)
            if self._blind_length is not None and self._size >= self._blind_length:
                chunk, self.has_enough = chunk[: len(chunk) - (self._size - self._blind_length)], True
            self._spool.add(chunk)
        except (Unusable, OSError) as error:  # too large, or no room for it on the disk
            self.refusal = error
            return -1
        return -1 if self.has_enough else None

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
        if self.leads_on:
            return leftover(lambda: decoded(self._spool, content_encoding(self.headers), self.bound))
        return decoded(self._spool, self._encoding, self.bound)

    def _end_head(self) -> None:
        _, status = read_status(self._lines[0])
        if status == http.client.SWITCHING_PROTOCOLS:
            raise http.client.BadStatusLine("101, which nobody asked for")
        if status < 200:
            self._lines.clear()
            self._measure = Measure()
            return
        self.status, self.headers = status, readable(read_lines(self._lines[1:]))
        framed = framing(self.headers, self._method, status)
        has_odd = any(map(_odd_framing, self._lines))
        if has_odd and framed.is_chunked:
            raise http.client.HTTPException("expected no blank before the colon of Transfer-Encoding")
        if has_odd or (framed.length and values(self.headers, "transfer-encoding")):
            self._blind_length = framed.length
        self._framing = framed
        self.leads_on = leads_on(self.headers, status)
        self._encoding = None if self.leads_on else content_encoding(self.headers)
        self.bound.check(framed.length or 0)
        self.has_enough = framed.is_left or (self._blind_length == 0 and status not in BODILESS)
        if self.leads_on and not self.has_enough and framed.length != 0:
            self._hurry()
