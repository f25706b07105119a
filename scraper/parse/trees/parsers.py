"""What reads a page's tree, one value for each parser: chosen when a kind is compiled, the rest asks no more.

A parser is registered here, once, with all it can. Elements are opaque to whoever uses an engine, but for this: they
can be members of a set, and there two are the same if they are one element of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from scraper.job.extras import Extra
from scraper.parse.encodings.encoding import Decoded, decode, decode_xml
from scraper.parse.selectors.namespaces import MARK, OWN, Namespaces
from scraper.parse.selectors.select import Clock, Selector
from scraper.parse.trees.hidden import Hidden

VALUES = (str, int, float)
"""What XPath gives that is no element. Asked of each node, so put together once."""


class Read(Protocol):
    """From an element, and the elements inside it that are left out, to a text."""

    def __call__(self, node: Any, without: Container[Any] = (), /) -> str: ...


class CompileCss(Protocol):
    """What makes a selector of a pattern; on a page it finds the root too. Raises PatternError."""

    def __call__(self, pattern: str, *, is_page: bool = False) -> Selector: ...


class XPath(Protocol):
    """An XPath expression, compiled for one sort of tree."""

    def find(self, node: Any, clock: Clock) -> list[Any]:
        """Return elements, strings, numbers, truth values. Raises Malformed and PatternTimeout."""


class Engine(Struct, frozen=True):
    """How trees are made, searched and read."""

    parse: Callable[[str | bytes], Any]
    """From a page's text, or from that in UTF-8, to the root of its tree.

    Raises TooDeep, TooManyAttributes, Malformed.
    """
    css: CompileCss
    xpath: Callable[[str], XPath]
    """From a pattern. Raises PatternError."""
    parent: Callable[[Any], Any | None]
    """Of an element, or of a text that XPath gave."""
    attribute: Callable[[Any, str], str | None]
    names: Callable[[Any], Iterable[str]]
    """Of the attributes of an element."""
    read: Mapping[str, Read]
    """By what `get` says."""
    groups: Callable[[Sequence[Any]], list[Any]]
    """From items to elements that hold each one with its next siblings."""
    has_quick_siblings: Callable[[str], bool] = lambda _: False
    """Whether a CSS selector with ~ or + takes no time that grows with the square of the page."""
    takes_text: bool = False
    """Whether `parse` takes text quicker than bytes."""
    has_base: bool = True
    """Whether a `base` element moves what relative links are read against."""
    unpack: Callable[[bytes], bytes] | None = None
    """From a page's body to what its text is in; None where that is the body itself. Raises Malformed."""
    decode: Callable[[bytes, str | None, str | None], Decoded] = decode
    """From that, the Content-Type and the config's `encoding` to the text. Raises Malformed."""

    def reader(self, get: str, *, visible: bool = False) -> Read:
        """Return the function that reads what `get` says; if `visible`, without what is hidden."""
        read, attribute = self.read[get], self.attribute
        return (lambda node, without=(): read(node, Hidden(attribute, without))) if visible else read


class ParserInfo(Struct, frozen=True):
    """What is known of a parser before one is opened: all that the config, its schema and its checks ask."""

    open: Callable[[], Engine]
    """What only this parser needs is imported here."""
    summary: str
    extra: Extra | None = None
    is_html: bool = True
    """Whether an element that is a link has it in its `href`; else it is the element's text."""
    with_namespaces: Callable[[Engine, Namespaces], Engine] | None = None
    """From its engine to one that knows prefixes of a config; None for one whose names have none."""


@cache
def engine_of(parser: str, namespaces: tuple[tuple[str, str], ...] = ()) -> Engine:
    """Return the engine of a parser; the namespaces are (prefix, URI)."""
    info = PARSERS[parser]
    engine = info.open()
    return info.with_namespaces(engine, Namespaces(dict(namespaces))) if info.with_namespaces else engine


def _html5() -> Engine:
    from scraper.parse.trees import html5, html5_select  # a run of another parser needs no turbohtml

    return Engine(
        parse=html5.parse,
        css=html5_select.css,
        xpath=html5_select.XPath,
        parent=html5.parent,
        attribute=html5.attribute,
        names=lambda node: node.attrs,
        groups=html5.groups,
        has_quick_siblings=html5_select.is_native,
        takes_text=True,
        read={
            "text": html5.text,
            "lines": html5.lines,
            "own_text": lambda node, _=(): html5.own_text(node),
            "figures": html5.figures,
            "own_figures": lambda node, _=(): html5.own_figures(node),
            "html": lambda node, _=(): html5.html(node),
            "inner_html": lambda node, _=(): html5.inner_html(node),
        },
    )


def _lxml(parser: Literal["lxml", "soup"]) -> Engine:
    from scraper.parse.trees import lxml_select, text, tree  # a run of the default parser needs no lxml
    from scraper.parse.trees.serialize import html, inner_html
    from scraper.parse.trees.sibling_groups import groups

    return Engine(
        parse=partial(tree.parse, parser=parser),
        css=lxml_select.Css,
        xpath=lxml_select.XPath,
        parent=lxml_select.parent,
        attribute=lxml_select.attribute,
        names=lambda node: node.attrib,
        groups=groups,
        read={
            "text": text.text,
            "lines": text.lines,
            "own_text": lambda node, _=(): text.own_text(node),
            "figures": text.figures,
            "own_figures": lambda node, _=(): text.own_figures(node),
            "html": lambda node, _=(): html(node),
            "inner_html": lambda node, _=(): inner_html(node),
        },
    )


def _xml() -> Engine:
    from scraper.parse.trees import xml  # few configs read it

    engine = _lxml("lxml")
    return replace(
        engine,
        parse=xml.parse,
        unpack=xml.unpacked,
        decode=decode_xml,
        has_base=False,
        groups=xml.groups,
        attribute=lambda node, name: node.get(name),
        names=lambda node: [name for name in node.attrib if name not in (MARK, OWN)],
        read={
            **engine.read,
            "html": lambda node, _=(): xml.markup(node),
            "inner_html": lambda node, _=(): xml.inner_markup(node),
        },
    )


def _with_namespaces(engine: Engine, namespaces: Namespaces) -> Engine:
    from scraper.parse.trees import lxml_select

    return replace(
        engine,
        css=partial(lxml_select.Css, dialect="xml", namespaces=namespaces),
        xpath=partial(lxml_select.XPath, namespaces=namespaces),
    )


PARSERS: dict[str, ParserInfo] = {
    "html5": ParserInfo(_html5, "the tree that browsers show, the default"),
    "lxml": ParserInfo(partial(_lxml, "lxml"), "reads broken markup in ways of its own (libxml2)"),
    "soup": ParserInfo(partial(_lxml, "soup"), "slower and more forgiving (BeautifulSoup)"),
    "xml": ParserInfo(
        _xml,
        "for feeds and sitemaps: namespaces may be left out, case counts",
        is_html=False,
        with_namespaces=_with_namespaces,
    ),
}
"""The parsers by the names that a config calls them by."""
