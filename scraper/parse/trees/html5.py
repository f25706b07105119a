"""Read a page with turbohtml: the tree that the HTML standard says and browsers show.

Its time and memory grow with the page alone. Beyond 512 levels it puts elements side by side, as Chromium does, but
their texts elsewhere: such a page is refused, for nobody could tell a text that stands in the wrong place.
"""

from __future__ import annotations

import copy
from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import regex
from turbohtml import Comment, DocumentFragment, Element, Namespace, Node, Text, XPath, XPathString, parse_fragment
from turbohtml import parse as parse_document

from scraper.errors import TooDeep
from scraper.job.late import late_regex
from scraper.parse.selectors.html_names import GROUP
from scraper.parse.trees.attributes import MANY_BYTES, MAX_ATTRIBUTES, too_many_attributes
from scraper.parse.trees.template import packed, unpacked
from scraper.parse.trees.text import APART, BLOCKS, BREAK, JOINT, UNSEEN, as_figures, squeeze

_MARK = "\0"
"""Begins the comment in a template; no parser lets a NUL through."""
_packed = late_regex(r"<!--\0(.*?)-->", regex.DOTALL)
MAX_DEPTH = 512
_SHALLOW = 40
"""Levels that few pages have, asked for first: each costs a little."""
_odd = XPath(f"boolean(//template | {'/*' * _SHALLOW})")
"""Whether a page has what few have: both in one walk over the tree."""
_deep = XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_APART = BLOCKS | UNSEEN | {"br"}
"""Elements whose texts do not simply stand behind those before them."""
_crowded = XPath(f"boolean(//*[count(@*) > {MAX_ATTRIBUTES}])")


def parse(markup: str | bytes, *, has_places: bool = False) -> Element:
    """Return the root element of a page, which is text or that in UTF-8. Raises TooDeep and TooManyAttributes.

    `has_places`: its elements know their line and column in the source.
    """
    text = markup if isinstance(markup, str) else markup.decode("utf-8", "replace")
    root = parse_document(text, positions=has_places, allow_declarative_shadow_roots=False).root
    assert root is not None  # a document has one
    if len(text) > MANY_BYTES and _crowded(root):
        raise too_many_attributes()
    if _odd(root):
        if _deep(root):
            raise TooDeep(f"nested deeper than {MAX_DEPTH} levels")
        for template in root.select("template"):
            if is_outermost(template):
                pack(template)
    return root


def as_lxml(root: Element) -> Any:
    """Return the same tree as one of lxml's, without what that cannot hold: comments, names that XML does not know."""
    from turbohtml.etree import ElementView, to_lxml  # only drafts of configs ask for it

    return to_lxml(ElementView(root))


def parent(node: Any) -> Element | None:
    """Return the parent of an element, or the element of a text that XPath gave."""
    if type(node) is Element:
        above = node.parent
    else:
        above = node.getparent() if isinstance(node, XPathString) else getattr(node, "parent", None)
    return above if isinstance(above, Element) else None


def attribute(node: Element, name: str) -> str | None:
    """Return the value of an attribute; its name has no case but for what SVG and MathML write with capitals."""
    value = node.attr(name)
    if value is None and not name.islower() and node.namespace is Namespace.HTML:
        return node.attr(name.lower())
    return value


# --------------------------------------------------------------------------- texts


def text(node: Element, without: Container[Element] = ()) -> str:
    """Return all text of an element but that below the elements `without`."""
    if node.tag in UNSEEN:
        return _unseen(node)
    if not without:
        for inner in node.iter_elements():
            if inner.tag in _APART:
                break
        else:
            return " ".join(node.text.split())
    return squeeze("".join(_pieces(node, without, " ")))


def lines(node: Element, without: Container[Element] = ()) -> str:
    """Return the text with a newline for each `<br>` and block edge; lines without text are left out."""
    if node.tag in UNSEEN:
        return _unseen(node)
    whole = "".join(_pieces(node, without, BREAK))
    return "\n".join(filter(None, map(squeeze, whole.split(BREAK))))


def own_text(node: Element) -> str:
    """Return the text that stands in the element itself, not in those below it."""
    pieces = []
    for child in node:
        if isinstance(child, Text):
            pieces.append(child.data)
        elif isinstance(child, Element) and (child.tag in BLOCKS or child.tag == "br"):
            pieces.append(" ")
    return squeeze("".join(pieces))


def figures(node: Element, without: Container[Element] = ()) -> str:
    """Return the text for a number, with a mark for a break between two digits."""
    if node.tag in UNSEEN:
        return _unseen(node)
    count = len(node)
    if count == 0:
        return ""
    if count == 1 and type(only := node[0]) is Text and " " not in (plain := squeeze(only.data)):
        return plain
    return as_figures(_pieces(node, without, BREAK, JOINT))


def own_figures(node: Element) -> str:
    """Return the element's own text for a number."""
    pieces = []
    for child in node:
        if isinstance(child, Text):
            pieces.append(child.data)
        elif isinstance(child, Element):
            pieces.append(BREAK if child.tag in BLOCKS or child.tag == "br" else JOINT)
    return as_figures(pieces)


def _unseen(node: Element) -> str:
    """Return the text of an element that is none to a reader: what a template holds is a document of its own."""
    if node.tag == "template" and node.namespace is Namespace.HTML and (markup := inner_html(node)):
        fragment = parse_fragment(markup, positions=False)
        for inner in fragment.select("template"):
            inner.clear()
        return fragment.text.strip()
    return node.text.strip()


def _pieces(top: Element, without: Container[Element], edge: str, joint: str = "") -> list[str]:
    """Return the texts below an element and an edge at each line's end, whatever the depth."""
    pieces: list[str] = []
    opened = [(iter(top), "")]
    while opened:
        children, end = opened[-1]
        for child in children:
            if type(child) is Text:  # quicker than to ask whether it is an instance
                pieces.append(child.data)
            elif type(child) is Element:
                tag = child.tag
                if tag == "br":
                    pieces.append(edge)
                elif tag not in UNSEEN and child not in without:
                    inner_end = edge if tag in BLOCKS else joint if joint and tag in APART else ""
                    pieces.append(inner_end)
                    opened.append((iter(child), inner_end))
                    break
        else:
            opened.pop()
            pieces.append(end)
    return pieces


# --------------------------------------------------------------------------- markup


def html(node: Element) -> str:
    """Return the markup of an element."""
    return _with_templates(node.html)


def inner_html(node: Element) -> str:
    """Return the markup of what an element holds."""
    return _with_templates(node.inner_html)


def is_outermost(template: Element) -> bool:
    """Return whether an element called template is one of HTML's and in no other."""
    return template.namespace is Namespace.HTML and not any(
        isinstance(one, DocumentFragment) for one in template.ancestors
    )


def pack(template: Element) -> None:
    """Put what a template holds into a comment."""
    markup = template.inner_html
    template.clear()
    if markup:
        template.append(Comment(_MARK + packed(markup)))


def _with_templates(markup: str) -> str:
    return _packed.sub(lambda found: unpacked(found[1]), markup) if _MARK in markup else markup


# --------------------------------------------------------------------------- groups


def groups(items: Sequence[Element]) -> list[Element]:
    """Return for each item an element with copies of it and of its next siblings, up to the next item.

    What lies in an item inside belongs to that one's group, with all that follows it there.
    """
    every = set(items)
    found = []
    for item in items:
        group = Element(GROUP)
        group.append(_copied(item, every))
        for sibling in item.next_siblings:
            if sibling in every:
                break
            group.append(_copied(sibling, every))
        found.append(group)
    return found


def _copied(node: Node, items: AbstractSet[Node]) -> Node:
    """Return a copy without the items inside; each element is copied once, however deep items lie in items."""
    if not isinstance(node, Element) or not any(inner in items for inner in node.iter_elements()):
        return copy.deepcopy(node)
    shell = Element(node.tag, dict(node.attrs))
    for child in node:
        if child in items:
            break
        shell.append(_copied(child, items))
    return shell
