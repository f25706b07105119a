"""Find the encoding that a page declares: in its Content-Type, in a `<meta>`, in its XML declaration.

The page is scanned as Chromium does it, which is more than the standard's prescan of 1,024 bytes: tag by tag through
the head, to a megabyte of it, and behind it to the byte 1,024. What stands in comments, scripts, styles and titles
declares nothing, nor does a label that nobody knows: the scan goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scraper.job.late import late_re
from scraper.parse.encodings.labels import encoding_of
from scraper.parse.encodings.references import in_attribute
from scraper.parse.encodings.scan import Kind, attributes, is_json, tokens

HEAD = 1024
"""Bytes that are looked at although the head of the page has ended."""
MOST = 2**20
"""Bytes that are looked at in any page."""
_IN_HEAD = frozenset({"base", "link", "meta", "noscript", "object", "script", "style", "title"})
"""Elements that do not end the head."""
_charset = late_re(
    r"""charset[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^"'\t\n\f\r ;][^\t\n\f\r ;]*+))""",
    re.IGNORECASE | re.ASCII,
)
_parameter = re.compile(r';[\t\r\n ]*+charset=(?:"([^"]*+)|([^;]*+))', re.IGNORECASE | re.ASCII).search
_xml_label = late_re(r"<\?xml[^>]*?[\t\n\r ]encoding[\t\n\r ]*+=[\t\n\r ]*+(?:\"([^\">]*+)\"|'([^'>]*+)')")
_UTF16 = {"<?x".encode("utf-16-le"): "utf-16le", "<?x".encode("utf-16-be"): "utf-16be"}


@lru_cache(maxsize=256)
def of_header(content_type: str | None) -> str | None:
    """Return the encoding of a Content-Type, of which a site has few; of several in one header the last one counts.

    >>> of_header('text/html; charset="big5"'), of_header("text/html; charset=klingon"), of_header("text/html")
    ('big5', None, None)
    """
    label = last = None
    for part in (content_type or "").split(","):
        essence = part.partition(";")[0].strip().lower()
        if "/" in essence:
            if match := _parameter(part):
                label = match[1] or match[2]
            elif essence != last:
                label = None
            last = essence
    return encoding_of(label) if label else None


def of_page(body: bytes) -> str | None:
    """Return the encoding that a page of HTML declares. JSON declares none, whatever markup its texts hold."""
    text = body[:MOST].decode("latin-1")
    if is_json(text):
        return None
    return next(filter(None, map(_of_meta, _metas(text))), None) or of_xml(body)


def of_xml(body: bytes) -> str | None:
    """Return the encoding that the XML declaration at a page's start names, or that it is itself written in."""
    if (wide := _UTF16.get(body[:6])) is not None:
        return wide
    label = xml_label(body)
    return _of_bytes(label) if label else None


def xml_label(body: bytes) -> str | None:
    """Return what the XML declaration at a page's start calls the encoding, None if it does not."""
    match = _xml_label.match(body[:HEAD].decode("latin-1")) if body.startswith(b"<?xml") else None
    return (match[1] or match[2] or "") if match else None


def _metas(text: str) -> Iterator[str]:
    """Yield the attributes of each `<meta>` of the head, and of those that begin before the byte 1,024."""
    in_head = True
    for start, end, kind, name, written in tokens(text):
        if not in_head and start >= HEAD:
            return
        if kind == Kind.START:
            if name == "meta":
                yield written
            in_head = in_head and (name in _IN_HEAD or name in ("head", "html"))
        elif kind == Kind.END:
            in_head = in_head and name in _IN_HEAD
        if not in_head and "<meta" not in text[end : HEAD + 4].lower():
            return


def _of_meta(written: str) -> str | None:
    """Return the encoding that the attributes of a `<meta>` declare."""
    has_pragma = False
    label = in_pragma = None
    for name, value in attributes(written):
        if name == "http-equiv":
            has_pragma = has_pragma or in_attribute(value).lower() == "content-type"
        elif name == "charset":
            label = in_attribute(value)  # of two the last, as Chromium takes it
        elif name == "content" and (found := _charset.search(in_attribute(value))):
            in_pragma = found[1] or found[2] or found[3]
    if label is None and has_pragma:
        label = in_pragma
    return _of_bytes(label) if label else None


def _of_bytes(label: str) -> str | None:
    """Return what a label means within a page: who can read it byte by byte reads no UTF-16.

    >>> _of_bytes("utf-16le"), _of_bytes("x-user-defined"), _of_bytes("big5")
    ('utf-8', 'windows-1252', 'big5')
    """
    encoding = encoding_of(label)
    if encoding in ("utf-16be", "utf-16le"):
        return "utf-8"
    return "windows-1252" if encoding == "x-user-defined" else encoding
