"""Read the head of an answer: strictly where it says how long the body is, leniently in the rest.

http.client takes a 103 for the answer, so that the next request on the connection would get this one's page; and it
accepts chunks of -1 bytes (all there will ever be), lengths that are no numbers, transfer codings it cannot undo and
heads that end in the middle. Its parser, made for mail, drops all lines behind an odd one and takes a third of the
time of an exchange.
"""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any

import regex
from urllib3 import HTTPHeaderDict

from scraper.fetch.head import MAX_LINE_BYTES, Measure, framing, read_lines, read_status

BLANK = (b"\r\n", b"\n")
_chunk_size = regex.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", regex.DOTALL).fullmatch


class Answer(http.client.HTTPResponse):
    """An answer whose head is read strictly; what is wrong with it is an HTTPException."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._is_of = method or "GET"

    lines: list[tuple[str, str]]
    """Names and values of the head's lines."""

    def begin(self, **_: Any) -> None:
        """Read the head of the final answer; interim ones (1xx) are skipped, none of them was asked for."""
        status = 0
        while status < 200:
            measure = Measure()
            version, status = read_status(_read_status_line(self.fp, measure))
            self.lines = _read_lines(self.fp, measure)
            if status == http.client.SWITCHING_PROTOCOLS:
                raise http.client.BadStatusLine("101, which nobody asked for")
        headers = HTTPHeaderDict()
        for name, value in self.lines:  # given as a whole they would be looked at thrice
            headers.add(name, value)
        self.code = self.status = status
        self.reason = ""
        self.version = 10 if version in ("1.0", "0.9") else 11
        self.headers = self.msg = headers  # type: ignore[assignment]
        frame = framing(self.lines, self._is_of, status)
        self.chunked, self.chunk_left, self.length = frame.is_chunked, None, frame.length
        self.will_close = frame.ends_with_connection or frame.is_left or not _is_kept(headers, self.version)

    def _get_chunk_left(self) -> int | None:
        """Return how much of the chunk is left, or of the next one at its end; None behind the last."""
        if not self.chunk_left:
            if self.chunk_left == 0 and (line := self.fp.readline(2)) not in BLANK:
                cut = http.client.IncompleteRead(b"")
                raise http.client.HTTPException("expected the end of a chunk") if len(line) == 2 else cut
            self.chunk_left = self._next_size() or None
            if self.chunk_left is None:
                _read_lines(self.fp, Measure())  # trailers
                self.fp.close()
                self.fp = None  # type: ignore[assignment]
        return self.chunk_left

    def _next_size(self) -> int:
        line = self.fp.readline(MAX_LINE_BYTES)
        if size := _chunk_size(line):
            return int(size[1], 16)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        said = line.decode("utf-8", "replace").strip()  # all of it: half of a secret would not be masked
        raise http.client.HTTPException(f"expected the size of a chunk, got {said!r}")


def _is_kept(headers: HTTPHeaderDict, version: int) -> bool:
    """Return whether the server keeps the connection: from HTTP/1.1 on unless it says no, before if it says so."""
    said = headers.get("connection", "").lower()
    if version == 11:
        return "close" not in said
    by_proxy = headers.get("proxy-connection", "").lower()
    return bool(headers.get("keep-alive")) or "keep-alive" in said or "keep-alive" in by_proxy


def _read_status_line(stream: io.BufferedIOBase, measure: Measure) -> bytes:
    while (line := stream.readline(MAX_LINE_BYTES + 1)) in BLANK:
        measure.skip()
    if not line:
        raise http.client.RemoteDisconnected("Remote end closed connection without response")
    measure.add(line)
    return line


def _read_lines(stream: io.BufferedIOBase, measure: Measure) -> list[tuple[str, str]]:
    lines: list[bytes] = []
    while (line := stream.readline(MAX_LINE_BYTES + 1)) not in BLANK:
        measure.add(line)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        lines.append(line)
    return read_lines(lines)
