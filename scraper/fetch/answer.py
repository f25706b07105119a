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

MAX_LINE_BYTES = 1 << 16
MAX_HEADERS = 100
BLANKS = " \t\r\n"
"""Not what `strip` takes for white space: U+00A0 and U+0085 are bytes of UTF-8 here."""
_chunk_size = regex.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", regex.DOTALL).fullmatch
_length = regex.compile(r"[0-9]{1,18}").fullmatch


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
        is_to_head = self._method == "HEAD"  # type: ignore[attr-defined]
        self._frame(headers, is_bodiless=is_to_head or status in (204, 304))

    def _frame(self, headers: HTTPHeaderDict, *, is_bodiless: bool) -> None:
        """Find where the body ends (RFC 9112 section 6.3)."""
        codings = headers.getlist("transfer-encoding")
        if codings and [coding.lower() for coding in codings] != ["chunked"]:
            raise http.client.HTTPException(f"expected Transfer-Encoding chunked or none, got {', '.join(codings)!r}")
        lengths = {part.strip() for line in headers.getlist("content-length") for part in line.split(",")}
        if len(lengths) > 1 or not all(map(_length, lengths)):
            raise http.client.HTTPException(f"expected a Content-Length, got {', '.join(sorted(lengths))!r}")
        self.chunked, self.chunk_left = bool(codings) and not is_bodiless, None
        self.length = None
        if is_bodiless:
            self.length = 0
        elif lengths and not self.chunked:
            self.length = int(lengths.pop())
        ends_with_connection = self.length is None and not self.chunked
        self.will_close = ends_with_connection or self._check_close()  # type: ignore[attr-defined]

    def _read_next_chunk_size(self) -> int:
        line = self.fp.readline(MAX_LINE_BYTES)
        if size := _chunk_size(line):
            return int(size[1], 16)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        raise http.client.HTTPException(f"expected the size of a chunk, got {line[:80]!r}")


def _read_headers(stream: io.BufferedIOBase) -> HTTPHeaderDict:
    """Return the header lines. Folded ones are joined, ones without name or colon ignored, as browsers do."""
    pairs: list[tuple[str, str]] = []
    for _ in range(MAX_HEADERS + 1):
        line = stream.readline(MAX_LINE_BYTES + 1)
        if line in (b"\r\n", b"\n"):
            return HTTPHeaderDict(pairs)
        if len(line) > MAX_LINE_BYTES:
            raise http.client.LineTooLong("header line")
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        name, colon, value = line.decode("latin-1").partition(":")
        if name.startswith((" ", "\t")):
            if pairs:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {(name + colon + value).strip(BLANKS)}".strip(BLANKS))
        elif name and colon:
            pairs.append((name.rstrip(BLANKS), value.strip(BLANKS)))
    raise http.client.HTTPException(f"expected at most {MAX_HEADERS} header lines, there are more")
