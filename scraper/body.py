"""Read the body of an HTTP response: bounded in decoded bytes, complete, and only in encodings that were asked for."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from typing import Any

import regex

from scraper.models import Headers

CHUNK_BYTES = 1 << 16


class TooLarge(Exception):
    """The body has more decoded bytes than allowed."""


class Unreadable(Exception):
    """The body is not what the headers say."""


def read_body(raw: Any, headers: Headers, maxsize_bytes: int) -> bytes:
    """Return the decoded body of a urllib3 response.

    Raises TooLarge, Unreadable, and whatever reading the connection raises; IncompleteRead where the body is cut.
    """
    encoding = _content_encoding(headers)
    chunks = _chunks(raw, maxsize_bytes)
    return b"".join(chunks if encoding is None else _inflate(chunks, encoding, maxsize_bytes))


def values(headers: Headers, name: str) -> list[str]:
    """Return all header lines of a name given in lower case."""
    return [value for key, value in headers if key.lower() == name]


def _content_encoding(headers: Headers) -> str | None:
    """Return gzip or deflate, None for a plain body; what was not asked for cannot be read."""
    lengths = {value.strip() for value in values(headers, "content-length")}
    if len(lengths) > 1 or any(not regex.fullmatch(r"[0-9]+", length) for length in lengths):
        raise Unreadable(f"Content-Length {', '.join(sorted(lengths))[:80]!r} is no length")
    tokens = [token.strip().lower() for value in values(headers, "content-encoding") for token in value.split(",")]
    tokens = [token.removeprefix("x-") for token in tokens if token not in ("", "identity")]
    if not tokens:
        return None
    if tokens not in (["gzip"], ["deflate"]):
        raise Unreadable(f"Content-Encoding {', '.join(tokens)[:80]!r}, asked for gzip or deflate")
    return tokens[0]


def _chunks(raw: Any, maxsize_bytes: int) -> Iterator[bytes]:
    """Yield the body as it is on the wire, up to a size."""
    size = 0
    while chunk := raw.read(CHUNK_BYTES, decode_content=False):
        size += len(chunk)
        if size > maxsize_bytes:
            raise TooLarge
        yield chunk


def _inflate(chunks: Iterator[bytes], encoding: str, maxsize_bytes: int) -> Iterator[bytes]:
    """Yield the decompressed body, up to a size; its end must be there, with its checksum."""
    size, inflater, is_empty = 0, None, True
    for chunk in chunks:
        is_empty = False
        while chunk:
            if inflater is None or (inflater.eof and encoding == "gzip"):
                inflater = zlib.decompressobj(_window_bits(encoding, chunk))
            elif inflater.eof:
                break
            try:
                data = inflater.decompress(chunk, maxsize_bytes + 1 - size)
            except zlib.error as error:
                raise Unreadable(f"the body is no {encoding}: {error}") from error
            size += len(data)
            if size > maxsize_bytes:
                raise TooLarge
            yield data
            chunk = inflater.unconsumed_tail or inflater.unused_data
    if not is_empty and not (inflater and inflater.eof):
        raise http.client.IncompleteRead(b"", None)


def _window_bits(encoding: str, head: bytes) -> int:
    """Return zlib's argument for gzip, for deflate in its zlib form, and for the bare form that some servers send."""
    if encoding == "gzip":
        return 16 + zlib.MAX_WBITS
    is_zlib = head[0] & 0x0F == 8 and (len(head) < 2 or int.from_bytes(head[:2], "big") % 31 == 0)
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
