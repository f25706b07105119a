"""Read XML (feeds, sitemaps) into a tree whose names have no namespaces, unpacked if it came as a gzip file.

A document that is not well-formed is none: what a cut or broken one has lost cannot be known. Nothing external is ever
loaded, entities that the document declares itself are not resolved, and libxml2's limits stand (`huge_tree` is off).
"""

from __future__ import annotations

import zlib

from lxml import etree

from scraper.errors import Malformed, TooDeep
from scraper.parse.attributes import check_attributes

GZIP_MAGIC = b"\x1f\x8b"
UNPACKED_MAX = 50 * 2**20
"""Bytes; a sitemap has no more (sitemaps.org)."""


def parse(markup: str | bytes) -> etree._Element:
    """Return the root element of a document, which is text or that in UTF-8.

    Raises Malformed, TooDeep and TooManyAttributes.
    """
    data = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
    check_attributes(data)
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever the document declares
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise TooDeep("nested deeper than 256 levels") from error
        raise Malformed(f"is no XML: {error.msg}") from error
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        raise Malformed(f"holds {entity.text}, an entity that the document declares itself; such are never resolved")
    _drop_namespaces(root)
    return root


def markup(element: etree._Element) -> str:
    """Return the markup of an element."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def inner_markup(element: etree._Element) -> str:
    """Return the markup of what an element holds."""
    inside = markup(element)
    return inside[inside.index(">") + 1 : inside.rindex("</")] if len(element) or element.text else ""


def unpacked(body: bytes) -> bytes:
    """Return what a gzip file holds, and any other body as it is. Raises Malformed for a broken or a large one."""
    if not body.startswith(GZIP_MAGIC):
        return body
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        data = inflater.decompress(body, UNPACKED_MAX + 1)
    except zlib.error as error:
        raise Malformed(f"is no gzip file: {error}") from error
    if len(data) > UNPACKED_MAX:
        raise Malformed(f"holds more than {UNPACKED_MAX:,} bytes when unpacked")
    if not inflater.eof:
        raise Malformed("is a gzip file without its end")
    return data


def _drop_namespaces(root: etree._Element) -> None:
    """Take the namespaces off all names; an attribute that has none keeps its name to itself."""
    for element in root.iter():
        tag = str(element.tag)
        if tag.startswith("{"):
            element.tag = tag.partition("}")[2]
        for name in [str(name) for name in element.attrib if str(name).startswith("{")]:
            value, plain = str(element.attrib.pop(name)), name.partition("}")[2]
            element.set(plain, str(element.get(plain, value)))
    etree.cleanup_namespaces(root)
