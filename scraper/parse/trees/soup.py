"""Read a page with BeautifulSoup, the forgiving parser, into a tree of lxml's."""

from __future__ import annotations

from functools import lru_cache

import regex
from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from bs4.element import PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from lxml import etree

from scraper.errors import Malformed, TooDeep
from scraper.parse.encodings.references import spelled_out
from scraper.parse.trees.attributes import MAX_ATTRIBUTES, too_many_attributes
from scraper.parse.trees.characters import allowed

_HEAD = "<?>"
"""Before a page: without it BeautifulSoup warns of pages that look like a file's name, and of XML."""
_not_a_name = regex.compile(r"[^\w.\-]|^(?=[\d.\-]|$)")


def parse(text: str, max_depth: int) -> etree._Element:
    """Return the root element of a page as BeautifulSoup reads it.

    Raises TooDeep beyond so many levels, TooManyAttributes, and Malformed for the few pages that Python's parser of
    HTML gives up on.
    """
    try:
        soup = BeautifulSoup(_HEAD + spelled_out(text), "html.parser")
    except (ParserRejectedMarkup, ValueError) as error:  # bs4 4.15.0: a reference of 5,000 digits in a tag without end
        raise Malformed(f"BeautifulSoup gives it up: {str(error).splitlines()[-1].strip()}") from error
    root = etree.Element("html")
    _copy(soup, root, max_depth)
    return root


def _copy(source: Tag, target: etree._Element, levels: int) -> None:
    if levels < 1:
        raise TooDeep("nested deeper than its parser reads")
    if len(source.attrs) > MAX_ATTRIBUTES:
        raise too_many_attributes()
    for name, value in source.attrs.items():
        target.set(_name(name), allowed(" ".join(value) if isinstance(value, list) else str(value)))
    for child in source.children:
        if isinstance(child, Tag) and child.name == "html":
            _copy(child, target, levels - 1)
        elif isinstance(child, Tag):
            _copy(child, etree.SubElement(target, _name(child.name)), levels - 1)
        elif _is_text(child):
            _add_text(target, allowed(str(child)))


def _is_text(node: PageElement) -> bool:
    """Return whether a node is text: comments, doctypes and the like are not."""
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString)


def _add_text(target: etree._Element, text: str) -> None:
    last = next(target.iterchildren(reversed=True), None)  # lxml counts children one by one
    if last is None:
        target.text = (target.text or "") + text
    else:
        last.tail = (last.tail or "") + text


@lru_cache(maxsize=1024)
def _name(name: str) -> str:
    """Return a name of a tag or attribute that a tree can hold: XML knows fewer letters than Unicode."""
    name = _not_a_name.sub("_", name)
    try:
        return str(etree.QName(name))
    except ValueError:
        return "".join(sign if sign.isascii() else "_" for sign in name)
