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

from scraper.job.extras import Extra
from scraper.parse import text, tree
from scraper.parse.encoding import Decoded, decode, decode_xml
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
    decode: Callable[[bytes, str | None, str | None], Decoded] = decode
    """From that, the Content-Type and the config's `encoding` to the text. Raises Malformed."""


@dataclass(frozen=True, slots=True)
class ParserInfo:
    """What is known of a parser before one is opened: all that the config, its schema and its checks ask."""

    open: Callable[[], Engine]
    """What only this parser needs is imported here."""
    summary: str
    extra: Extra | None = None
    is_html: bool = True
    """Whether an element that is a link has it in its `href`; else it is the element's text."""
    reads_not: frozenset[str] = frozenset()
    """Keys of a selection that it cannot read."""
    check_css: Callable[[str], object] | None = None
    """Raises PatternError for what only other parsers know; None where there is no such selector."""


def engine_of(parser: str) -> Engine:
    """Return the engine of a parser."""
    return PARSERS[parser].open()


def _xml() -> Engine:
    from scraper.parse import xml  # few configs read it

    return replace(
        _lxml("lxml"),
        parse=xml.parse,
        unpack=xml.unpacked,
        decode=decode_xml,
        css=partial(Css, is_xml=True),
        read={
            "text": text.text,
            "lines": text.lines,
            "own_text": lambda node, _=(): text.own_text(node),
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


def _lexbor_css(pattern: str) -> object:
    from scraper.parse import lexbor_css  # of the extra `fast`

    return lexbor_css.css(pattern)


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
            "html": lambda node, _=(): node.html,
            "inner_html": lambda node, _=(): node.inner_html or "",
        },
    )


PARSERS: dict[str, ParserInfo] = {
    "lxml": ParserInfo(partial(_lxml, "lxml"), "the default"),
    "soup": ParserInfo(partial(_lxml, "soup"), "slower and more forgiving (BeautifulSoup)"),
    "lexbor": ParserInfo(
        _lexbor,
        "twice as fast, css only",
        Extra("fast", "selectolax"),
        reads_not=frozenset({"xpath", "with_siblings"}),
        check_css=_lexbor_css,
    ),
    "xml": ParserInfo(_xml, "for feeds and sitemaps: namespaces are dropped, case counts", is_html=False),
}
"""The parsers by the names that a config calls them by."""
