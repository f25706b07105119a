"""Make a tree of a page's text: lxml's parser or BeautifulSoup's, mended where both differ from a browser.

Both give an lxml tree, so that a selector means the same whatever parser is used. No parser closes `<dd>` before the
next `<dd>`, and seven of nine real film lists leave it open; what a browser closes (WHATWG HTML §13.2.6.4.7) is
closed here. Nothing external is ever loaded: an HTML parser resolves no entities but HTML's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from scraper.errors import TooDeep
from scraper.parse.trees.attributes import check_attributes
from scraper.parse.trees.characters import allowed
from scraper.parse.trees.serialize import contents
from scraper.parse.trees.template import packed

MAX_DEPTH = 255
"""Levels that libxml2 reads; what lies deeper it drops without a word to Python."""

_OPEN = frozenset({"address", "div", "p"})
_SPECIAL = frozenset(
    "article aside blockquote body button caption center details dir dl fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 head header hgroup html iframe li main menu nav ol pre section select summary table tbody td template"
    " tfoot th thead tr ul".split()
)
CLOSED_BY_LXML = {"dd": (frozenset({"dd", "dt"}), _SPECIAL), "dt": (frozenset({"dd", "dt"}), _SPECIAL)}
"""Start tag → which open elements it closes, and what keeps it from seeing them: what libxml2 does not do."""
CLOSED_BY_BROWSERS = CLOSED_BY_LXML | {
    "li": (frozenset({"li"}), _SPECIAL - {"li"}),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "p": (frozenset({"p"}), _SPECIAL),
    "td": (frozenset({"td", "th"}), frozenset({"table"})),
    "th": (frozenset({"td", "th"}), frozenset({"table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
}
"""The same for a parser that closes nothing by itself."""


def parse(markup: str | bytes, parser: Literal["lxml", "soup"] = "lxml") -> etree._Element:
    """Return the root element of a page, mended; the page is text or that in UTF-8.

    Raises TooDeep for a page that would lose its inner parts, TooManyAttributes, and Malformed for a page that
    BeautifulSoup gives up.
    """
    if parser == "soup":
        from scraper.parse.trees import soup  # BeautifulSoup takes a while to import

        text = markup if isinstance(markup, str) else markup.decode()
        root = soup.parse(text, MAX_DEPTH)
    else:
        root = _parse_with_lxml(markup)
    _close(root, CLOSED_BY_BROWSERS if parser == "soup" else CLOSED_BY_LXML)
    _add_tbody(root)
    _pack_templates(root)
    return root


# --------------------------------------------------------------------------- lxml


def _parse_with_lxml(markup: str | bytes) -> etree._Element:
    html = markup.encode() if isinstance(markup, str) else markup
    check_attributes(html)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)  # whatever the page declares
    try:
        root = etree.fromstring(html, parser) if html else None
    except etree.XMLSyntaxError:
        root = None  # nothing but white space and comments
    error = parser.error_log.last_error
    if error is not None and error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise TooDeep(f"nested deeper than {MAX_DEPTH} levels")
    return etree.Element("html") if root is None else root


# --------------------------------------------------------------------------- as a browser would


def _close(root: etree._Element, closes: dict[str, tuple[frozenset[str], frozenset[str]]]) -> None:
    """Move each element out of the one that its start tag would have closed, behind it."""
    last: dict[etree._Element, etree._Element] = {}
    for element in list(root.iter(*closes)):
        outer = _closed_by(element, *closes[str(element.tag)])
        if outer is not None:
            before = outer
            while before in last:
                before = last[before]
            before.addnext(element)
            last[outer] = element


def _closed_by(element: etree._Element, closed: frozenset[str], barriers: frozenset[str]) -> etree._Element | None:
    for ancestor in element.iterancestors():
        if ancestor.tag in closed:
            return ancestor
        if ancestor.tag in barriers:
            return None
    return None


def _add_tbody(root: etree._Element) -> None:
    """Put the rows that stand directly in a table into a tbody, each run of them into one."""
    for table in root.iter("table"):
        body = None
        for child in list(_children(table)):
            if child.tag != "tr":
                body = None
                continue
            if body is None:
                body = etree.Element("tbody")
                child.addprevious(body)
            body.append(child)


def _children(element: etree._Element) -> Iterator[etree._Element]:
    yield from (child for child in element if isinstance(child.tag, str))


def _pack_templates(root: etree._Element) -> None:
    for template in reversed(list(root.iter("template"))):  # those inside first
        markup = contents(template)
        for child in list(template):
            template.remove(child)
        template.text = None
        if markup:
            template.append(etree.Comment(allowed(packed(markup))))
