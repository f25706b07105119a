"""Read a page with lexbor: a browser's tree, in half the time of lxml's.

The tree is lexbor's own, for a copy of it would cost what it saves: it brings its own selectors (`lexbor_css`) and its
own reading of text, which is the same as that of `text` for lxml's tree. What a template holds is no part of the page.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from scraper.parse import tree
from scraper.parse.attributes import check_attributes
from scraper.parse.text import APART, BLOCKS, BREAK, JOINT, UNSEEN, as_figures, squeeze

_DOCTYPE = b"<!DOCTYPE html>"
"""Before a page without one `.name` would find `class="NAME"`; a page's own doctype behind it counts for nothing."""
_OPTIONS = LexborDocumentOptions.WO_EVENTS
"""Nobody listens to what happens to the tree: a fifteenth of the time."""
_MANY_TAGS = 20_000
"""Lexbor's time grows with the square of the depth: so many start tags inside each other take it near a second."""
_SHORT = _MANY_TAGS * len("<b>")
"""Bytes that have no room for more."""


def parse(markup: str | bytes) -> LexborNode:
    """Return the root element of a page, which is text or that in UTF-8.

    Raises TooDeep for a page of many tags that lxml finds too deep, and TooManyAttributes.
    """
    html = markup.encode() if isinstance(markup, str) else markup
    check_attributes(html)
    if len(html) > _SHORT and html.count(b"<") > _MANY_TAGS:
        tree.check_depth(html)
    root = LexborHTMLParser(_DOCTYPE + html, options=_OPTIONS).root
    assert root is not None  # a document has one
    root.parent.first_child.decompose()  # type: ignore[union-attr]  # lexbor counts a doctype among the root's brothers
    return root


def attribute(node: LexborNode, name: str) -> str | None:
    """Return the value of an attribute, "" for one without a value, None where there is no such attribute."""
    attributes = node.attrs
    value = attributes.get(name)
    return "" if value is None and name in attributes else value


# --------------------------------------------------------------------------- texts


def text(node: LexborNode, without: Container[LexborNode] = ()) -> str:
    """Return all text of an element but that below the elements `without`."""
    if node.tag in UNSEEN:
        return _unseen(node)
    child = node.first_child
    if child is None:
        return ""
    if child.next is None and (only := child.text_content) is not None:
        return squeeze(only)
    return squeeze("".join(_pieces(node, without, " ")))


def lines(node: LexborNode, without: Container[LexborNode] = ()) -> str:
    """Return the text with a newline for each `<br>` and block edge; lines without text are left out."""
    if node.tag in UNSEEN:
        return _unseen(node)
    whole = "".join(_pieces(node, without, BREAK))
    return "\n".join(filter(None, map(squeeze, whole.split(BREAK))))


def own_text(node: LexborNode) -> str:
    """Return the text that stands in the element itself, not in those below it."""
    return squeeze("".join(_own_pieces(node, " ", "")))


def figures(node: LexborNode, without: Container[LexborNode] = ()) -> str:
    """Return the text for a number: a break between two digits is a newline there, and no space."""
    return _unseen(node) if node.tag in UNSEEN else as_figures(_pieces(node, without, BREAK, JOINT))


def own_figures(node: LexborNode) -> str:
    """Return the element's own text for a number."""
    return as_figures(_own_pieces(node, BREAK, JOINT))


def _own_pieces(node: LexborNode, edge: str, joint: str) -> Iterator[str]:
    for child in node.iter(include_text=True):
        own = child.text_content
        yield (edge if child.tag in BLOCKS or child.tag == "br" else joint) if own is None else own


def _unseen(node: LexborNode) -> str:
    """Return the text of an element that is none to a reader: what a template holds is a document of its own."""
    parts = node.template_fragments() if node.tag == "template" else [node]
    return "".join(part.text_lexbor() for part in parts).strip()


def _pieces(top: LexborNode, without: Container[LexborNode], edge: str, joint: str = "") -> Iterator[str]:
    """Yield the texts below an element and an edge at each line's end, whatever the depth."""
    node = top.first_child
    opened: list[tuple[LexborNode | None, str]] = [(None, "")]
    while opened:
        if node is None:
            node, end = opened.pop()
            yield end
            continue
        after = node.next
        own = node.text_content
        if own is not None:
            yield own
        elif (tag := node.tag) == "br":
            yield edge
        elif tag not in UNSEEN and node not in without:
            end = edge if tag in BLOCKS else joint if joint and tag in APART else ""
            yield end
            opened.append((after, end))
            after = node.first_child
        node = after
