"""Decode a page's bytes once, by one stated ladder and the Encoding Standard's own tables (WHATWG HTML §13.2.3).

    1. a byte order mark                  what the bytes themselves say
    2. `encoding:` of the config          what the operator knows
    3. the HTTP header                    what the server says
    4. <meta charset>, <?xml encoding?>   what the author says
    5. UTF-8, if the bytes are valid in it; else a guess, told as one

What is declared stands, as in browsers: bytes that it cannot say become U+FFFD, counted. A label that nobody knows
declares nothing.
"""

from __future__ import annotations

import codecs

from msgspec import Struct

from scraper.errors import Malformed
from scraper.parse.encodings import declared, guess
from scraper.parse.encodings.labels import encoding_of

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16le", codecs.BOM_UTF16_BE: "utf-16be"}
_OWN_REPLACEMENTS = {"utf-8": b"\xef\xbf\xbd", "gb18030": b"\x841\xa47", "gbk": b"\x841\xa47"}
"""How a page itself says U+FFFD; no other encoding but UTF-16 can."""
_BY_PYTHON = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
"""What Python decodes as the standard does."""


class Decoded(Struct, frozen=True):
    """A page's text, how it was read and what could not be."""

    text: str
    encoding: str
    """The standard's name of the encoding, in lower case."""
    replaced: int
    """Places that were not valid and became U+FFFD."""
    markup: str | bytes
    """What a parser takes: the bytes themselves where they are valid UTF-8, for it would encode the text again."""
    is_guess: bool = False
    """Whether nothing but the bytes spoke for the encoding."""


def decode(body: bytes, content_type: str | None = None, override: str | None = None) -> Decoded:
    """Return the text of a body."""
    if (found := _said(body, content_type, override)) is None:
        found = declared.of_page(body)
    if found is not None:
        return _decoded(body, found)
    if (text := _utf8(body)) is not None and not guess.is_escaped(body):
        return Decoded(text, "utf-8", 0, body)
    return _decoded(body, guess.encoding(body), is_guess=True)


def decode_xml(body: bytes, content_type: str | None = None, override: str | None = None) -> Decoded:
    """Return the text of a document of XML, whose encoding is never guessed.

    Raises Malformed for bytes that are not valid in it, and for one that nobody knows: to XML both are fatal (§4.3.3).
    """
    head = body[: declared.HEAD].lstrip()  # feeds that begin with an empty line are many
    encoding = _said(body, content_type, override) or declared.of_xml(head)
    if encoding is None:
        if label := declared.xml_label(head):
            raise Malformed(f"is written in {label!r}, an encoding that nobody knows")
        encoding = "utf-8"
    decoded = _decoded(body, encoding)
    if decoded.replaced:
        raise Malformed(f"is no XML: {decoded.replaced} of its bytes are not valid in its encoding, {encoding}")
    return decoded


def _said(body: bytes, content_type: str | None, override: str | None) -> str | None:
    """Return the encoding that is known before a page's text is looked at."""
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            return encoding
    return (encoding_of(override) if override else None) or declared.of_header(content_type)


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _decoded(body: bytes, encoding: str, *, is_guess: bool = False) -> Decoded:
    mark = next((mark for mark, marked in _MARKS.items() if marked == encoding), b"")
    body = body.removeprefix(mark) if mark else body
    if encoding == "utf-8" and (text := _utf8(body)) is not None:
        return Decoded(text, encoding, 0, body, is_guess)
    text = text_in(encoding, body)
    replaced = text.count("\ufffd")
    return Decoded(text, encoding, replaced and replaced - _own_replacements(body, encoding), text, is_guess)


def text_in(encoding: str, body: bytes) -> str:
    """Return the text of bytes in an encoding of the standard's, U+FFFD for each place that is not valid."""
    if codec := _BY_PYTHON.get(encoding):
        return body.decode(codec, "replace")
    import turbohtml.detect  # noqa: F401  it brings the codecs that begin with whatwg-, which few pages need

    return body.decode(f"whatwg-{encoding}")


def _own_replacements(body: bytes, encoding: str) -> int:
    """Return how often a page says U+FFFD itself."""
    if encoding.startswith("utf-16"):
        return body.decode(_BY_PYTHON[encoding], "ignore").count("\ufffd")
    own = _OWN_REPLACEMENTS.get(encoding)
    return body.count(own) if own else 0
