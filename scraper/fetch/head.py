"""What the head of an answer says, whoever read its lines: strict about the body's end, lenient in the rest."""

from __future__ import annotations

import http.client
import string
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import regex

from scraper.job.late import late_regex
from scraper.models import Headers

ASCII = string.printable
HOLD_FORMS = frozenset({401, 403})
"""Errors whose page may be a login."""
MAX_LINE_BYTES = 100 << 10
MAX_HEADERS = 5000
"""Both are libcurl's own limits, so that each library refuses the same heads."""
MAX_HEAD_BYTES = 256 << 10
"""As Chromium."""
MAX_BLANK_LINES = 16
"""Before a status line: RFC 9112 section 2.2 wants one to be skipped."""
BLANKS = " \t\r\n"
"""Not what `strip` takes for white space: U+00A0 and U+0085 are bytes of UTF-8 here."""
BODILESS = frozenset({204, 304})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_status_line = regex.compile(rb"HTTP/([0-9.]+)\s+([1-9][0-9]{2})(?:\s|$)", regex.IGNORECASE).match
_length = regex.compile(r"[0-9]{1,18}").fullmatch

_range = late_regex(r"bytes\s+(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})/(?P<total>[0-9]{1,18}|\*)", regex.IGNORECASE)


class Framing(NamedTuple):
    """Where a body ends: with its last chunk, at a length, or with the connection."""

    is_chunked: bool
    length: int | None
    is_left: bool = False
    """Whether something of the body may come that nobody waits for: the connection is of no more use."""

    @property
    def ends_with_connection(self) -> bool:
        """True where nobody can tell whether the body is complete."""
        return self.length is None and not self.is_chunked


class Measure:
    """The size of a head as it comes in, line by line."""

    def __init__(self) -> None:
        self._bytes = self._lines = self._blanks = 0

    def add(self, line: bytes) -> None:
        """Raise HTTPException for a line, or with it a head, that is larger than allowed."""
        self._bytes, self._lines = self._bytes + len(line), self._lines + 1
        if b"\0" in line:
            kind = http.client.BadStatusLine if self._lines == 1 else http.client.HTTPException
            raise kind("expected a head without NUL")
        if len(line) > MAX_LINE_BYTES:
            raise http.client.HTTPException(f"expected header lines of at most {MAX_LINE_BYTES} bytes, one is longer")
        if self._bytes > MAX_HEAD_BYTES:
            raise http.client.HTTPException(f"expected a head of at most {MAX_HEAD_BYTES} bytes, it is larger")
        if self._lines > MAX_HEADERS + 1:
            raise http.client.HTTPException(f"expected at most {MAX_HEADERS} header lines, there are more")

    def skip(self) -> None:
        """Pass over a blank line before the head; raises BadStatusLine for one of many."""
        self._blanks += 1
        if self._blanks > MAX_BLANK_LINES:
            raise http.client.BadStatusLine("")


def read_status(line: bytes) -> tuple[str, int]:
    """Return the version and the status of a status line."""
    match = _status_line(line)
    if match is None:
        raise http.client.BadStatusLine(line.decode("utf-8", "replace"))
    return match[1].decode(), int(match[2])


def read_lines(lines: Iterable[bytes]) -> list[tuple[str, str]]:
    """Return the names and values of header lines. Folded ones are joined, ones without name or colon ignored."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if name.startswith((" ", "\t")):
            if pairs:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {(name + colon + value).strip(BLANKS)}".strip(BLANKS))
        elif name and colon:
            pairs.append((name.rstrip(BLANKS), value.strip(BLANKS)))
    return pairs


def readable(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return header lines as text, which was read as Latin-1; a Location's bytes that are not ASCII as `%E9`."""
    return tuple([pair if pair[1].isascii() else (pair[0], _text(*pair)) for pair in headers])


def _text(name: str, value: str) -> str:
    return quote(value, safe=ASCII, encoding="latin-1") if name.lower() == "location" else value


def values(headers: Iterable[tuple[str, str]], name: str) -> list[str]:
    """Return the values of all header lines of a name, which is given in lower case."""
    return [value for key, value in headers if key.lower() == name]


def framing(headers: Iterable[tuple[str, str]], method: str, status: int) -> Framing:
    """Return where the body ends (RFC 9112 section 6.3); HTTPException if that or a redirect's target is not sure."""
    headers = list(headers)
    if status in REDIRECTS and len(targets := set(values(headers, "location"))) > 1:
        raise http.client.HTTPException(f"expected one Location, got {len(targets)}")
    codings = _codings(headers)
    lengths = {part.strip(BLANKS) for line in values(headers, "content-length") if line for part in line.split(",")}
    if len(lengths) > 1 or not all(map(_length, lengths)):
        raise http.client.HTTPException(f"expected a Content-Length, got {', '.join(sorted(lengths))!r}")
    if method == "HEAD" or status in BODILESS:
        return Framing(is_chunked=False, length=0)
    if codings:
        return Framing(is_chunked=True, length=None)
    if not lengths and _needs_no_body(headers, status):
        return Framing(is_chunked=False, length=0, is_left=True)
    return Framing(is_chunked=False, length=int(lengths.pop()) if lengths else None)


def _codings(headers: list[tuple[str, str]]) -> list[str]:
    """Return the transfer codings but for `identity`, which is none; HTTPException for any but `chunked`."""
    lines = values(headers, "transfer-encoding")
    codings = [coding.strip(BLANKS).lower() for line in lines for coding in line.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if set(codings) - {"chunked"}:
        raise http.client.HTTPException(f"expected Transfer-Encoding chunked or none, got {', '.join(lines)!r}")
    return codings


def leads_on(headers: Iterable[tuple[str, str]], status: int) -> bool:
    """Return whether an answer is a redirect, whose body nobody reads."""
    return status in REDIRECTS and bool(values(headers, "location"))


def _needs_no_body(headers: list[tuple[str, str]], status: int) -> bool:
    """Return whether nobody waits for the body of an answer without length, which may never end.

    A redirect's is never read. Of an error's, one that the connection's end is announced for is: it is on its way.
    """
    if leads_on(headers, status):
        return True
    is_closing = any("close" in line.lower() for line in values(headers, "connection"))
    return status >= 400 and status not in HOLD_FORMS and not is_closing


def has_length(headers: Headers, method: str, status: int) -> bool:
    """Return whether the end of the body is known: False where it came with the connection's, and may be cut."""
    is_bodiless = method == "HEAD" or status in BODILESS or status in REDIRECTS
    return is_bodiless or any(values(headers, "content-length")) or bool(_codings(list(headers)))


def partial_range(headers: Headers) -> str | None:
    """Return the Content-Range of an answer that is a part, None for one that is the whole or does not say so."""
    for said in values(headers, "content-range"):
        part = _range.fullmatch(said)
        if part is None or part["first"] != "0" or part["total"] == "*" or int(part["last"]) + 1 < int(part["total"]):
            return said
    return None
