"""Decode a page's bytes once, by one stated ladder (WHATWG HTML §13.2.3, labels of the Encoding Standard).

    1. a byte order mark                  what the bytes themselves say
    2. `encoding:` of the config          what the operator knows
    3. the HTTP header                    what the server says
    4. <meta charset>, <?xml encoding?>   what the author says
    5. UTF-8, if the bytes are valid in it; GB18030, if they are and look like it; else windows-1252

A declaration of 3 or 4 that the bytes contradict yields to the first of the others that they are valid in: servers
and authors are often wrong, and valid bytes lose no character. If they are valid in none, the first declaration is
used, and what it cannot say becomes U+FFFD, counted.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

LAST_RESORT = "cp1252"
NOT_OF_PAGES = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
"""Codecs of Python's that no browser reads pages with: they make halves of characters, or fail in ways of their own."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, how it was read and what could not be."""

    text: str
    encoding: str
    """Python's name of the encoding."""
    replaced: int
    """Places that were not valid and became U+FFFD."""
    markup: str | bytes
    """What a parser takes: the bytes themselves where they are valid UTF-8, for it would encode the text again."""


def decode(body: bytes, content_type: str | None = None, override: str | None = None) -> Decoded:
    """Return the text of a body."""
    marked, mark = read_bom(body)
    if marked and mark:
        return _lossy(body[len(mark) :], marked)
    if override:
        return _lossy(body, canonical_encoding(override) or "utf-8")
    declared = []
    for encoding in _declared(body, content_type):
        if (text := _strict(body, encoding)) is not None:
            return Decoded(text, encoding, 0, body if encoding == "utf-8" else text)
        declared.append(encoding)
    if "utf-8" not in declared and (text := _strict(body, "utf-8")) is not None:
        return Decoded(text, "utf-8", 0, body)
    if "gb18030" not in declared and (text := _strict(body, "gb18030")) is not None and _is_chinese(body, text):
        return Decoded(text, "gb18030", 0, text)
    return _lossy(body, declared[0] if declared else LAST_RESORT)


def canonical_encoding(label: str) -> str | None:
    """Return the codec that a WHATWG label means, or None for an unknown one.

    >>> canonical_encoding("gb2312"), canonical_encoding("latin1"), canonical_encoding("klingon")
    ('gb18030', 'cp1252', None)
    """
    name = resolve_encoding(label)
    try:
        return _of_pages(codecs.lookup(name).name) if name else None
    except LookupError:
        return None


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    """Yield what the header and the page declare, each encoding once; the page is only read if it comes to that."""
    header = _of_header(content_type)
    if header:
        yield header
    meta = _of_pages(html_body_declared_encoding(body))
    # A page that can be read as ASCII up to its declaration is no UTF-16, whatever it says (WHATWG).
    meta = "utf-8" if meta and meta.startswith("utf-16") else meta
    if meta and meta != header:
        yield meta


@lru_cache(maxsize=256)
def _of_header(content_type: str | None) -> str | None:
    """Return the encoding of a Content-Type, of which a site has few."""
    return _of_pages(http_content_type_encoding(content_type))


@lru_cache(maxsize=256)
def _of_pages(codec: str | None) -> str | None:
    """Return a codec that reads pages, None for another thing that Python calls so: hex, rot13, undefined, utf-7."""
    if codec is None or codec in NOT_OF_PAGES:
        return None
    try:
        bytes(4).decode(codec)
    except (LookupError, UnicodeError):
        return None
    return codec


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_chinese(body: bytes, text: str) -> bool:
    """Return whether most characters beyond ASCII were pairs of high bytes; in French or German they stand alone."""
    high_bytes = len(body.translate(None, bytes(range(128))))
    beyond_ascii = sum(character > "\x7f" for character in text)
    return high_bytes >= 1.5 * beyond_ascii


def _lossy(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace")
    replaced = text.count("\ufffd")
    if replaced and encoding == "utf-8":
        replaced -= body.count("\ufffd".encode())
    return Decoded(text, encoding, replaced, body if encoding == "utf-8" and not replaced else text)
