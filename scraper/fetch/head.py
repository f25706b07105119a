"""What the head of an answer says, whoever read its lines: strict about the body's end, lenient in the rest."""

from __future__ import annotations

import http.client
import string
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import regex

from scraper.models import Headers

ASCII = string.printable
MAX_LINE_BYTES = 1 << 16
MAX_HEADERS = 100
BLANKS = " \t\r\n"
"""Not what `strip` takes for white space: U+00A0 and U+0085 are bytes of UTF-8 here."""
BODILESS = frozenset({204, 304})
_length = regex.compile(r"[0-9]{1,18}").fullmatch


class Framing(NamedTuple):
    """Where a body ends: with its last chunk, at a length, or with the connection."""

    is_chunked: bool
    length: int | None

    @property
    def ends_with_connection(self) -> bool:
        """True where nobody can tell whether the body is complete."""
        return self.length is None and not self.is_chunked


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


def too_many_lines() -> http.client.HTTPException:
    """Return the error of a head without end."""
    return http.client.HTTPException(f"expected at most {MAX_HEADERS} header lines, there are more")


def framing(headers: Iterable[tuple[str, str]], method: str, status: int) -> Framing:
    """Return where the body ends (RFC 9112 section 6.3); HTTPException if that cannot be told."""
    headers = list(headers)
    codings = values(headers, "transfer-encoding")
    if codings and [coding.lower() for coding in codings] != ["chunked"]:
        raise http.client.HTTPException(f"expected Transfer-Encoding chunked or none, got {', '.join(codings)!r}")
    lengths = {part.strip() for line in values(headers, "content-length") for part in line.split(",")}
    if len(lengths) > 1 or not all(map(_length, lengths)):
        raise http.client.HTTPException(f"expected a Content-Length, got {', '.join(sorted(lengths))!r}")
    if method == "HEAD" or status in BODILESS:
        return Framing(is_chunked=False, length=0)
    if codings:
        return Framing(is_chunked=True, length=None)
    return Framing(is_chunked=False, length=int(lengths.pop()) if lengths else None)


def has_length(headers: Headers, method: str, status: int) -> bool:
    """Return whether the end of the body is known: False where it came with the connection's, and may be cut."""
    is_bodiless = method == "HEAD" or status in BODILESS
    return is_bodiless or bool(values(headers, "content-length") or values(headers, "transfer-encoding"))
