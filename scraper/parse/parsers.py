"""What reads a page's tree, one value for each parser: chosen when a kind is compiled, the rest asks no more.

lxml's parser and BeautifulSoup give lxml's tree, lexbor has its own. Elements are opaque to whoever uses an engine,
but for this: they can be members of a set, and there two are the same if they are one element of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any, Literal, Protocol

from scraper.job import ParserName
from scraper.parse import text, tree
from scraper.parse.select import Css, Node, Selector
from scraper.parse.sibling_groups import groups


class Read(Protocol):
    """From an element, and the elements inside it that are left out, to a text."""

    def __call__(self, node: Any, without: Container[Any] = (), /) -> str: ...


class Firsts(Protocol):
    """From a selector and items, with what `brothers` gave for them, to what is read of the first match in each.

    A match of which nothing is read is passed over; None where there is no other.
    """

    def __call__(
        self, pattern: Selector, nodes: Sequence[Any], brothers: Any, read: Callable[[Any], str | None], /
    ) -> list[str | None]: ...


class CompileCss(Protocol):
    """What makes a selector of a pattern; on a page it finds the root too. Raises PatternError."""

    def __call__(self, pattern: str, *, is_page: bool = False) -> Selector: ...


@dataclass(frozen=True, slots=True)
class Engine:
    """How trees are made, searched and read."""

    parse: Callable[[str | bytes], Any]
    """From a page's text, or from that in UTF-8, to the root of its tree.

    Raises TooDeep, TooManyAttributes, Malformed.
    """
    css: CompileCss
    parent: Callable[[Any], Any | None]
    attribute: Callable[[Any, str], str | None]
    read: Mapping[str, Read]
    """By what `get` says."""
    brothers: Callable[[Sequence[Any]], Any]
    """From items with one parent to what `firsts` may use for them, or None."""
    firsts: Firsts
    groups: Callable[[Sequence[Any]], list[Any]] | None = None
    """From items to elements that hold each one with its next siblings; None for a parser that cannot."""
    unpack: Callable[[bytes], bytes] | None = None
    """From a page's body to what its text is in; None where that is the body itself. Raises Malformed."""


def engine_of(parser: ParserName) -> Engine:
    """Return the engine of a parser; what only that one needs is imported now."""
    match parser:
        case "lexbor":
            return _lexbor()
        case "xml":
            return _xml()
        case _:
            return _lxml(parser)


def _xml() -> Engine:
    from scraper.parse import xml  # few configs read it

    return replace(
        _lxml("lxml"),
        parse=xml.parse,
        unpack=xml.unpacked,
        css=partial(Css, is_xml=True),
        read={
            "text": text.text,
            "lines": text.lines,
            "own_text": lambda node, _=(): text.own_text(node),
            "figures": text.figures,
            "own_figures": lambda node, _=(): text.own_figures(node),
            "html": lambda node, _=(): xml.markup(node),
            "inner_html": lambda node, _=(): xml.inner_markup(node),
        },
    )


def _lxml(parser: Literal["lxml", "soup"]) -> Engine:
    return Engine(
        parse=partial(tree.parse, parser=parser),
        css=Css,
        parent=methodcaller("getparent"),  # texts that XPath gives have one too
        attribute=Node.get,
        brothers=lambda _: None,
        firsts=_firsts,
        groups=groups,
        read={
            "text": text.text,
            "lines": text.lines,
            "own_text": lambda node, _=(): text.own_text(node),
            "figures": text.figures,
            "own_figures": lambda node, _=(): text.own_figures(node),
            "html": lambda node, _=(): tree.html(node),
            "inner_html": lambda node, _=(): tree.inner_html(node),
        },
    )


def _firsts(pattern: Selector, nodes: Sequence[Any], _: None, read: Callable[[Any], str | None], /) -> list[str | None]:
    values = []
    for node in nodes:
        value = None
        for found in pattern.find(node):
            value = read(found)
            if value is not None:
                break
        values.append(value)
    return values


def _lexbor() -> Engine:
    from scraper.parse import (
        lexbor,  # of the extra `fast`
        lexbor_css,  # of the extra `fast`
    )

    return Engine(
        parse=lexbor.parse,
        css=lexbor_css.css,
        brothers=lexbor_css.brothers,
        firsts=lexbor_css.firsts,
        parent=attrgetter("parent"),
        attribute=lexbor.attribute,
        read={
            "text": lexbor.text,
            "lines": lexbor.lines,
            "own_text": lambda node, _=(): lexbor.own_text(node),
            "figures": lexbor.figures,
            "own_figures": lambda node, _=(): lexbor.own_figures(node),
            "html": lambda node, _=(): node.html,
            "inner_html": lambda node, _=(): node.inner_html or "",
        },
    )
