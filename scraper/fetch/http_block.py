"""An HTTP message as an archive holds it, body and all: its head, and the body without chunks and encodings.

Archives hold bodies as they came, or plain under the headers of what came, or half-way. What the headers say of a body
is believed only if the whole of it is so; a body that is cut or damaged is told, never handed out in part.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

import regex

from scraper.errors import Reason
from scraper.fetch import warc
from scraper.fetch.body import CODINGS, PIECE_BYTES, Bound, Unusable, decoded
from scraper.fetch.head import values
from scraper.fetch.spool import Spool
from scraper.models import Headers

MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
INTERIM = range(100, 200)
KNOWN = frozenset({"gzip", "deflate", "br", "zstd"})
_end_of_head = regex.compile(rb"\r?\n\r?\n").search
_status = regex.compile(r"HTTP/[0-9.]+\s+([1-9][0-9]{2})(?:\s|$)", regex.IGNORECASE).match
_size_line = regex.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n").match
_trailers = regex.compile(rb"(?:[^\r\n:]+:[^\r\n]*\r\n)*(?:\r\n)?").fullmatch
_control = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]").search
_textual = regex.compile(r"text/|.*(?:xml|json|javascript)", regex.IGNORECASE).match


class Message(NamedTuple):
    """A message as it was sent; header lines as Latin-1, as they were received, with all that are doubled."""

    start: str
    headers: Headers
    body: bytes

    @property
    def status(self) -> int | None:
        """The status of a response; None for what is none."""
        found = _status(self.start)
        return int(found[1]) if found else None


def parse(block: bytes) -> Message:
    """Return the parts of a block, whose lines end in CRLF or in LF; what has no head is all head.

    Some archives hold what came before the answer too (100, 103): it is passed over.
    """
    message = _parse(block)
    while message.status in INTERIM and message.body[:5].upper() == b"HTTP/":
        message = _parse(message.body)
    return message


def _parse(block: bytes) -> Message:
    end = _end_of_head(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    lines: list[str] = []
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t") and len(lines) > 1:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    pairs = (line.partition(":") for line in lines[1:])
    return Message(
        lines[0], tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon and name), body
    )


def plain_body(message: Message, bound: Bound) -> bytes:
    """Return the body as it was before it was encoded and cut into chunks; raises Unusable."""
    body, transfer = message.body, _words(message.headers, "transfer-encoding")
    if "chunked" in transfer:
        body = _joined(body)
    is_text = not message.body or _is_text(message.headers)
    for coding in reversed([*_words(message.headers, "content-encoding"), *transfer]):
        body = _decoded(body, coding, bound, is_text=is_text)
    bound.check(len(body))
    return body


def _words(headers: Headers, name: str) -> list[str]:
    """Return the codings that a header names, each without `x-` and in lower case; what is no coding is left out."""
    words = [word.strip().lower().removeprefix("x-") for line in values(headers, name) for word in line.split(",")]
    return [word for word in words if word.partition(";")[0] in CODINGS | {"chunked"}]


def _joined(body: bytes) -> bytes:
    """Return what the chunks of a body hold; the body itself if it is not made of chunks to its very end.

    One that ends in the midst of a chunk was cut.
    """
    parts: list[bytes] = []
    at = 0
    while line := _size_line(body, at):
        start, size = line.end(), int(line[1], 16)
        if not size:
            return b"".join(parts) if _trailers(body, start) else body
        end = start + size
        parts.append(body[start:end])
        if not b"\r\n".startswith(body[end : end + 2]):
            return body
        if end + 2 > len(body):
            raise _cut(f"the chunk at byte {at} has {len(parts[-1])} of its {size} bytes")
        at = end + 2
    if parts and (at == len(body) or regex.fullmatch(rb"[0-9A-Fa-f]{1,15}\r?", body[at:])):
        raise _cut("there is no last chunk")
    return body


def _decoded(body: bytes, coding: str, bound: Bound, *, is_text: bool) -> bytes:
    """Return a body without one of its encodings, or as it is if it shows that somebody has taken that off already."""
    if not body or coding == "chunked":
        return body
    if coding not in KNOWN:
        raise Unusable(Reason.BAD_RESPONSE, f"expected a body in {', '.join(sorted(KNOWN))}, got {coding!r}")
    if (magic := MAGIC.get(coding)) and not body.startswith(magic):
        if is_text and _is_binary(body):
            raise Unusable(Reason.BAD_RESPONSE, f"expected a {coding} body or a text, got {body[:8]!r}")
        return body
    try:
        return _inflated(body, coding, bound).read()
    except Unusable as error:
        if magic or error.reason == Reason.TOO_LARGE or (_is_binary(body) and is_text):
            raise
        return body


def _inflated(body: bytes, coding: str, bound: Bound) -> Spool:
    if coding in ("gzip", "deflate"):
        return decoded([body], coding, bound)
    return Spool(_pieces(body, coding, bound))


def _pieces(body: bytes, coding: str, bound: Bound) -> Iterator[bytes]:
    size, reader = 0, warc.open_coding(coding, io.BytesIO(body))
    while True:
        try:
            piece = reader.read(PIECE_BYTES)
        except OSError as error:
            raise Unusable(Reason.TRUNCATED, f"expected a whole {coding} body: {error}") from error
        if not piece:
            return
        size += len(piece)
        bound.check(size)
        yield piece


def _is_text(headers: Headers) -> bool:
    kinds = values(headers, "content-type")
    return not kinds or bool(_textual(kinds[0]))


def _is_binary(body: bytes) -> bool:
    """Return whether bytes are no text in any encoding that pages have but UTF-16."""
    return bool(_control(body)) and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _cut(detail: str) -> Unusable:
    return Unusable(Reason.TRUNCATED, f"expected all chunks of the body, {detail}")
