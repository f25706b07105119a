"""Read the head of an answer: strictly where it says how long the body is, leniently in the rest.

http.client takes a 103 for the answer, so that the next request on the connection would get this one's page; and it
accepts chunks of -1 bytes (all there will ever be), lengths that are no numbers, transfer codings it cannot undo and
heads that end in the middle. Its parser, made for mail, drops all lines behind an odd one and takes a third of the
time of an exchange.
"""

from __future__ import annotations

import http.client
import io

import regex
from urllib3 import HTTPHeaderDict

from scraper.fetch.head import MAX_HEADERS, MAX_LINE_BYTES, framing, read_lines, too_many_lines

_chunk_size = regex.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", regex.DOTALL).fullmatch


class Answer(http.client.HTTPResponse):
    """An answer whose head is read strictly; what is wrong with it is an HTTPException."""

    def begin(self) -> None:
        """Read the head of the final answer; interim ones (1xx) are skipped, none of them was asked for."""
        status = 0
        while status < 200:
            version, status, reason = self._read_status()  # type: ignore[attr-defined]
            headers = _read_headers(self.fp)
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.headers = self.msg = headers  # type: ignore[assignment]
        frame = framing(headers.items(), self._method, status)  # type: ignore[attr-defined]
        self.chunked, self.chunk_left, self.length = frame.is_chunked, None, frame.length
        self.will_close = frame.ends_with_connection or self._check_close()  # type: ignore[attr-defined]

    def _read_next_chunk_size(self) -> int:
        line = self.fp.readline(MAX_LINE_BYTES)
        if size := _chunk_size(line):
            return int(size[1], 16)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        said = line.decode("utf-8", "replace").strip()  # all of it: half of a secret would not be masked
        raise http.client.HTTPException(f"expected the size of a chunk, got {said!r}")


def _read_headers(stream: io.BufferedIOBase) -> HTTPHeaderDict:
    lines: list[bytes] = []
    for _ in range(MAX_HEADERS + 1):
        line = stream.readline(MAX_LINE_BYTES + 1)
        if line in (b"\r\n", b"\n"):
            return HTTPHeaderDict(read_lines(lines))
        if len(line) > MAX_LINE_BYTES:
            raise http.client.LineTooLong("header line")
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        lines.append(line)
    raise too_many_lines()
