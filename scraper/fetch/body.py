"""Read the body of an HTTP response: bounded in decoded bytes, complete, and only in encodings that were asked for."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from scraper.errors import Reason
from scraper.fetch.head import values
from scraper.fetch.spool import IN_MEMORY_BYTES, Spool
from scraper.models import Headers, Request

CHUNK_BYTES = 1 << 16
PIECE_BYTES = 1 << 18
"""What is inflated in one go: zlib needs as much again while it works."""
MAX_GZIP_MEMBERS = 1000
"""A body of tiny members would cost far more time than its size says: each makes zlib copy what is behind it."""
CODINGS = frozenset({"gzip", "deflate", "br", "zstd", "compress", "dcb", "dcz", "exi", "aes128gcm", "pack200-gzip"})
"""What changes a body. Other words do not, `utf-8` and `text/html` among them: browsers show the page."""
PATIENCE_S = 1.0
"""How long the body of a redirect may take: then its connection is given up, for browsers follow at once."""
GZIP_MAGIC = b"\x1f\x8b"


class Unusable(Exception):
    """The body cannot be had, or is not what its headers say."""

    def __init__(self, reason: Reason, detail: str, *, is_transient: bool = False) -> None:
        super().__init__(detail)
        self.reason, self.is_transient = reason, is_transient


class Bound(NamedTuple):
    """How much of a body is read."""

    maxsize_bytes: int
    is_enough: bool = False
    """Whether its beginning will do where it is larger."""
    name: str = "download_maxsize"
    """Of the setting that says so."""

    def check(self, size: int) -> None:
        """Raise Unusable for a body of so many bytes, told or come, unless its beginning will do."""
        if size > self.maxsize_bytes and not self.is_enough:
            detail = f"expected at most {self.maxsize_bytes} bytes ({self.name}), there are more"
            raise Unusable(Reason.TOO_LARGE, detail)

    def is_reached(self, size: int) -> bool:
        """Return whether so many bytes will do; raises Unusable as `check` does."""
        self.check(size)
        return size > self.maxsize_bytes


def bound_of(request: Request, maxsize_bytes: int) -> Bound:
    """Return how much of the answer to a request is read; `maxsize_bytes`: of one that is needed as a whole."""
    if request.keep is not None:
        return Bound(request.keep.maxsize_bytes, name="files_maxsize")
    return Bound(request.enough_bytes, is_enough=True) if request.enough_bytes else Bound(maxsize_bytes)


def read_body(raw: Any, headers: Headers, bound: Bound) -> Spool:
    """Return the decoded body of a urllib3 response, which is read to its end.

    Raises Unusable, and whatever reading the connection raises.
    """
    encoding = content_encoding(headers)
    bound.check(raw.length_remaining or 0)
    chunk_bytes = CHUNK_BYTES if encoding else min(raw.length_remaining or CHUNK_BYTES, IN_MEMORY_BYTES)
    return decoded(_chunks(raw, chunk_bytes, bound), encoding, bound)


def decoded(chunks: Iterable[bytes], encoding: str | None, bound: Bound) -> Spool:
    """Return a body, given as it was on the wire; raises Unusable."""
    if encoding is not None:
        chunks = _inflate(chunks, encoding, bound)
    return chunks if isinstance(chunks, Spool) else Spool(chunks)


def leftover(read: Callable[[], Spool], expected: tuple[type[Exception], ...] = ()) -> Spool:
    """Return the body of a redirect, which is read for its connection's sake: nothing where it cannot be had.

    Raises Unusable for one that is too large; `expected`: what else may go wrong.
    """
    try:
        return read()
    except Unusable as error:
        if error.reason == Reason.TOO_LARGE:
            raise
    except expected:
        pass
    return Spool()


def content_encoding(headers: Headers) -> str | None:
    """Return gzip or deflate, None for a plain body; Unusable if it was not asked for."""
    lines = values(headers, "content-encoding")
    if not lines:
        return None
    said = ", ".join(lines)
    tokens = [token.strip().lower().removeprefix("x-") for token in said.split(",")]
    tokens = [token for token in tokens if token.partition(";")[0] in CODINGS]
    if not tokens:
        return None
    if tokens not in (["gzip"], ["deflate"]):
        detail = f"expected Content-Encoding gzip or deflate, got {said!r}"  # as it came: a secret may be in it
        raise Unusable(Reason.BAD_RESPONSE, detail)
    return tokens[0]


def _chunks(raw: Any, chunk_bytes: int, bound: Bound) -> Iterator[bytes]:
    """Yield the body as it is on the wire, up to a size."""
    size = 0
    while chunk := raw.read(chunk_bytes, decode_content=False):
        size += len(chunk)
        is_enough = bound.is_reached(size)
        yield chunk
        if is_enough:
            return


def _inflate(chunks: Iterable[bytes], encoding: str, bound: Bound) -> Iterator[bytes]:
    """Yield the decompressed body, up to a size.

    Its end must be there, with its checksum. What follows the end is ignored, as browsers do, unless it is another
    member of a gzip file. An empty body is empty: redirects and errors often have none.
    """
    inflater, size, members, is_full, start = None, 0, 0, False, b""
    for piece in chunks:
        chunk, start = start + piece, b""
        while chunk or is_full:
            if inflater is None or inflater.eof:
                if len(chunk) < 2:  # too little to know what begins here
                    start = chunk
                    break
                if inflater and not (encoding == "gzip" and chunk.startswith(GZIP_MAGIC)):
                    break
                inflater, members = zlib.decompressobj(_window_bits(encoding, chunk)), members + 1
                if members > MAX_GZIP_MEMBERS:
                    raise Unusable(Reason.BAD_RESPONSE, f"expected at most {MAX_GZIP_MEMBERS} gzip members")
            try:
                data = inflater.decompress(chunk, PIECE_BYTES)
            except zlib.error as error:
                raise Unusable(Reason.BAD_RESPONSE, f"expected a {encoding} body, got {error}") from error
            size += len(data)
            is_enough = bound.is_reached(size)
            yield data
            if is_enough:
                return
            is_full = len(data) == PIECE_BYTES  # there may be more without more input
            chunk = inflater.unconsumed_tail or inflater.unused_data
    if start if inflater is None else not inflater.eof:
        detail = f"expected the end of the {encoding} body, got {size} bytes without it"
        raise Unusable(Reason.TRUNCATED, detail, is_transient=True)


def _window_bits(encoding: str, head: bytes) -> int:
    """Return zlib's argument for gzip, for deflate in its zlib form, and for the bare form that some servers send."""
    if encoding == "gzip":
        return 16 + zlib.MAX_WBITS
    is_zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
