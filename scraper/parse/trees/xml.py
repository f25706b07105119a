"""Read XML (feeds, sitemaps) into a tree whose names need no namespaces, unpacked if it came as a gzip file.

A document that is not well-formed is none: what a cut or broken one has lost cannot be known. Nothing external is ever
loaded, entities that the document declares itself are not resolved, and libxml2's limits stand (`huge_tree` is off).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import regex
from lxml import etree

from scraper.errors import Malformed, TooDeep
from scraper.parse.selectors.namespaces import MARK, OWN
from scraper.parse.trees.attributes import check_attributes
from scraper.parse.trees.sibling_groups import groups as copied_groups

GZIP_MAGIC = b"\x1f\x8b"
_tag = regex.compile(r"<[^<>]+>")
_not_shown = regex.compile(rf' (?:{MARK}|{OWN}|xmlns(?::[^=\s]+)?)="[^"]*"')
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
    _mark_namespaces(root)
    return root


def markup(element: etree._Element) -> str:
    """Return the markup of an element."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return _tag.sub(lambda tag: _not_shown.sub("", tag[0]), text)


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


def groups(items: Sequence[etree._Element]) -> list[etree._Element]:
    """Return for each item an element with copies of it and of its next siblings, up to the next item."""
    found = copied_groups(items)
    own = items[0].getroottree().getroot().get(OWN) if items else None
    for group in found if own is not None else ():
        group.set(OWN, own or "")
    return found


def _mark_namespaces(root: etree._Element) -> None:
    """Take the namespaces off names; what only one of a namespace beside the document's own has is found without it.

    `itunes:title` beside `title` keeps its namespace, so that `title` is not it. An attribute that has no namespace
    keeps its name to itself.
    """
    namespace = _split(root.tag)[0]
    own = {"", namespace, root.nsmap.get(None) or ""}
    if namespace:
        root.set(OWN, f"{namespace} {root.prefix or ''}")
    elements = [(element, *_split(element.tag)) for element in root.iter()]
    names = {name for _, uri, name in elements if uri in own}
    for element, uri, name in elements:
        for full in [full for full in map(str, element.attrib) if full.startswith("{")]:
            if (plain := _split(full)[1]) not in element.attrib:
                element.set(plain, str(element.attrib.pop(full)))
        if uri != namespace:
            element.set(MARK, f"{uri} {element.prefix or ''}")
        if uri in own or name not in names:
            element.tag = name
    etree.cleanup_namespaces(root)


def _split(name: Any) -> tuple[str, str]:
    """Return the namespace and the name of an element or attribute."""
    uri, _, local = str(name).rpartition("}")
    return uri.removeprefix("{"), local
