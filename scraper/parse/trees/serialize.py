"""Write elements of lxml's trees as the HTML standard does (§13.3), so that they can be read again to the same tree."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from lxml import etree

from scraper.parse.trees.template import unpacked

VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
RAW = frozenset("iframe noembed noframes plaintext script style xmp".split())
"""Elements whose text holds no references."""
DROPS_NEWLINE = frozenset({"listing", "pre", "textarea"})
"""Elements that lose a first newline when they are read, so that one is written for it."""
_in_text = str.maketrans({"&": "&amp;", "\u00a0": "&nbsp;", "<": "&lt;", ">": "&gt;"})
_in_attribute = _in_text | str.maketrans({'"': "&quot;"})
_has_special = regex.compile('[&\u00a0<>"]').search


def html(element: etree._Element) -> str:
    """Return the markup of an element."""
    return "".join(_element(element))


def inner_html(element: etree._Element) -> str:
    """Return the markup of what an element holds."""
    return "".join(_inside(element))


def contents(template: etree._Element) -> str:
    """Return the markup in a template that is not packed yet, but those inside it are."""
    return "".join(_children(template))


def _element(element: etree._Element) -> Iterator[str]:
    tag: object = element.tag
    if tag is etree.Comment:
        yield f"<!--{element.text or ''}-->"
        return
    if not isinstance(tag, str):  # a processing instruction of HTML is a comment in the standard's tree
        yield f"<!--?{getattr(element, 'target', '')} {element.text or ''}-->"
        return
    attributes = "".join([f' {name}="{_escaped(value, _in_attribute)}"' for name, value in _attributes(element)])
    yield f"<{tag}{attributes}>"
    if tag not in VOID:
        yield from _inside(element)
        yield f"</{tag}>"


def _inside(element: etree._Element) -> Iterator[str]:
    if element.tag == "template":
        return (unpacked(child.text or "") for child in element.iterchildren(etree.Comment))
    return _children(element)


def _children(element: etree._Element) -> Iterator[str]:
    tag: object = element.tag
    text = element.text or ""
    if tag in DROPS_NEWLINE and text.startswith("\n"):
        yield "\n"
    yield _text(text, tag)
    for child in element:
        yield from _element(child)
        yield _text(child.tail or "", tag)


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _text(text: str, tag: object) -> str:
    return text if tag in RAW else _escaped(text, _in_text)


def _escaped(text: str, table: dict[int, str]) -> str:
    return text.translate(table) if _has_special(text) else text
