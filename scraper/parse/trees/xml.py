"""Read XML (feeds, sitemaps) into a tree whose names need no namespaces, unpacked if it came as a gzip file.

A document that is not well-formed is none: what a cut or broken one has lost cannot be known. Nothing external is ever
loaded, entities that the document declares itself are not resolved, and libxml2's limits stand (`huge_tree` is off).
"""

from __future__ import annotations

import zlib

import regex
from lxml import etree

from scraper.errors import Malformed, TooDeep
from scraper.parse.selectors.css_xpath import PREFIX
from scraper.parse.trees.attributes import check_attributes

GZIP_MAGIC = b"\x1f\x8b"
PREFIXES = {
    "http://search.yahoo.com/mrss/": "media", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/2005/Atom": "atom", "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash", "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://wellformedweb.org/CommentAPI/": "wfw", "http://base.google.com/ns/1.0": "g",
    "http://www.google.com/schemas/sitemap-image/1.1": "image",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://www.google.com/schemas/sitemap-video/1.1": "video", "http://www.georss.org/georss": "georss",
    "https://podcastindex.org/namespace/1.0": "podcast", "http://www.w3.org/1999/xhtml": "xhtml",
}  # fmt: skip
"""Namespaces of feeds and sitemaps → the prefix that everybody knows, whatever a document calls them."""
_tag = regex.compile(r"<[^<>]+>")
_not_shown = regex.compile(rf' (?:{PREFIX}|xmlns(?::[^=\s]+)?)="[^"]*"')
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


def _mark_namespaces(root: etree._Element) -> None:
    """Take the namespaces off names; what only one of a namespace beside the document's own has is found without it.

    `itunes:title` beside `title` keeps its namespace, so that `title` is not it; each such element has its prefix as an
    attribute. An attribute that has no namespace keeps its name to itself.
    """
    own = {None, etree.QName(root).namespace, root.nsmap.get(None)}
    names = {etree.QName(element).localname for element in root.iter() if etree.QName(element).namespace in own}
    for element in root.iter():
        for name in [str(name) for name in element.attrib if str(name).startswith("{")]:
            value, plain = str(element.attrib.pop(name)), name.partition("}")[2]
            element.set(plain, str(element.get(plain, value)))
        qname = etree.QName(element)
        if qname.namespace not in own:
            element.set(PREFIX, PREFIXES.get(str(qname.namespace), element.prefix or ""))
        if qname.namespace in own or qname.localname not in names:
            element.tag = qname.localname
    etree.cleanup_namespaces(root)
