"""CSS selectors and XPath expressions on turbohtml's tree.

What turbohtml's own selectors say as a browser does is said in them, the rest in XPath, which takes a little longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from turbohtml import Element, SelectorSyntaxError
from turbohtml import XPath as TurboXPath

from scraper.errors import Malformed, PatternError
from scraper.parse.selectors.css import Attribute, Class, Complex, Compound, Id, Logical, Nth, Test
from scraper.parse.selectors.css_reader import read_css
from scraper.parse.selectors.css_xpath import HOLDS, PLACE, SCOPE, to_xpath, uses_scope
from scraper.parse.selectors.html_names import CAPITALS, CASELESS
from scraper.parse.selectors.select import Clock, Selector
from scraper.parse.selectors.xpath import is_timed, own_functions, read_xpath, values, with_clock
from scraper.parse.trees import html5
from scraper.parse.trees.text import squeeze

_SIDES = {"child": "nth-child", "last-child": "nth-last-child", "of-type": "nth-of-type"}
_unsafe = regex.compile(r"[^A-Za-z0-9_-]|^(?=-?[0-9])|^-$")


def css(pattern: str, *, is_page: bool = False) -> Selector:
    """Return a CSS selector: it finds descendants only, and on a page its root. Raises PatternError."""
    selectors = read_css(pattern)
    query = _native(selectors, is_page=is_page)
    try:
        if query is None:
            return _ByXPath(to_xpath(selectors, "html5", is_page=is_page))
        return _InPage(query) if is_page else _InItem(query)
    except (SelectorSyntaxError, ValueError, TypeError) as error:
        raise PatternError(f"{pattern!r} is more than turbohtml's selectors can do: {error}") from error


def is_native(pattern: str) -> bool:
    """Return whether turbohtml's own selectors say a selector, in one walk over the page. Raises PatternError."""
    return _native(read_css(pattern), is_page=True) is not None


class _InPage:
    """A selector that a whole page is searched with."""

    def __init__(self, query: str) -> None:
        self._query = query
        self.find(_NOTHING)

    def find(self, node: Element) -> list[Element]:
        return (node.parent or node).select(self._query)

    def first(self, node: Element) -> Element | None:
        return (node.parent or node).select_one(self._query)


class _InItem:
    """A selector of what lies below an item; what begins with `:scope` is helped by nothing around it."""

    def __init__(self, query: str) -> None:
        self._query = query
        self.find(_NOTHING)

    def find(self, node: Element) -> list[Element]:
        return node.select(self._query)

    def first(self, node: Element) -> Element | None:
        return node.select_one(self._query)


class _ByXPath:
    """A selector that turbohtml's own cannot say."""

    def __init__(self, path: str) -> None:
        self._path = TurboXPath(path, extensions=_CSS_FUNCTIONS)
        self._has_scope = uses_scope(path)
        self.find(_NOTHING)

    def find(self, node: Element) -> list[Element]:
        found: Any = self._path(node, **{SCOPE: node}) if self._has_scope else self._path(node)
        return found  # type: ignore[no-any-return]

    def first(self, node: Element) -> Element | None:
        return next(iter(self.find(node)), None)


class XPath:
    """An XPath 1.0 expression, read from an element: elements, texts and attributes, or one number or truth value."""

    def __init__(self, pattern: str) -> None:
        path = read_xpath(pattern)
        self._is_timed, self._pattern = is_timed(path), pattern
        try:
            self._path = TurboXPath(path, smart_strings=True, extensions=_XPATH_FUNCTIONS)
            self.find(_NOTHING, Clock(1))
        except (ValueError, TypeError, RecursionError, Malformed) as error:
            raise PatternError(f"{pattern!r} is no XPath expression: {error}") from error

    def find(self, node: Element, clock: Clock) -> list[Any]:
        """Return what the expression gives: elements or strings, numbers and truth values as one-element lists.

        Raises Malformed and PatternTimeout.
        """
        if self._is_timed:
            with_clock(clock)
        try:
            found = values(self._path(node))
        except (ValueError, TypeError, PatternError) as error:
            raise Malformed(f"xpath {self._pattern!r} fails: {error}") from error
        return [one for one in found if isinstance(one, Element | str | int | float)]


# --------------------------------------------------------------------------- turbohtml's own words


def _native(selectors: Sequence[Complex], *, is_page: bool) -> str | None:
    """Return a list in turbohtml's words; None where they mean something else or nothing there."""
    pieces = []
    for selector in selectors:
        words = _words(selector)
        if words is None or (selector.steps[0][1].is_scope):
            scoped = None if is_page else _after_scope(selector)
            if scoped is None:
                return None
            words = scoped
        elif not is_page and len(selector.steps) > 1:
            words = f":scope {words}"
        pieces.append(words)
    return ", ".join(pieces)


def _after_scope(selector: Complex) -> str | None:
    """Return a selector that goes down from the item itself."""
    (_, first), *rest = selector.steps
    is_named = first.tag is not None or first.prefix is not None
    if is_named or len(first.tests) > 1 or not first.is_scope or not rest or rest[0][0] not in (" ", ">"):
        return None
    words = _words(Complex((("", rest[0][1]), *rest[1:])))
    return None if words is None else f":scope {rest[0][0].strip()} {words}"


def _words(selector: Complex) -> str | None:
    pieces = []
    for combinator, compound in selector.steps:
        words = _compound(compound)
        if words is None:
            return None
        pieces.append(f"{combinator} {words}" if combinator.strip() else words)
    return " ".join(pieces)


def _compound(compound: Compound) -> str | None:
    if compound.prefix is not None:
        return None
    tag = "*" if compound.tag is None else compound.tag.lower()
    pieces = [tag if tag == "*" else _escaped(tag)]
    for test in compound.tests:
        words = _test(test)
        if words is None:
            return None
        pieces.append(words)
    return "".join(pieces).removeprefix("*") or "*"


def _test(test: Test) -> str | None:
    """Return a test in turbohtml's words; `.x` and `#x` would lose their case on a page without a doctype."""
    match test:
        case Id(value):
            return f'[id="{_escaped_text(value)}"]'
        case Class(value):
            return f'[class~="{_escaped_text(value)}"]'
        case Attribute():
            return _attribute(test)
        case Nth(side, step, offset, of):
            return _nth(side, step, offset, of)
        case Logical(name, selectors) if selectors:
            words = [_words(one) for one in selectors]
            if None in words or any(_has_scope(one) for one in selectors):
                return None
            return f":{name}({', '.join(map(str, words))})"
    return None


def _nth(side: str, step: int, offset: int, of: Sequence[Complex]) -> str | None:
    words = [_words(one) for one in of]
    if None in words:
        return None
    behind = f" of {', '.join(map(str, words))}" if words else ""
    return f":{_SIDES.get(side, 'nth-last-of-type')}({step}n{offset:+}{behind})"


def _attribute(test: Attribute) -> str | None:
    """Return a test of an attribute that has no namespace, no capitals and no case of its own."""
    name = test.name.lower()
    if test.any_namespace or name in CAPITALS or ":" in name:
        return None
    if not test.operator:
        return f"[{_escaped(name)}]"
    if name in CASELESS and not test.flag and name not in ("rel", "type"):
        return None
    text = _escaped_text(test.value)
    return f'[{_escaped(name)}{test.operator}"{text}"{" " + test.flag if test.flag else ""}]'


def _has_scope(selector: Complex) -> bool:
    return any(compound.is_scope for _, compound in selector.steps)


def _escaped(name: str) -> str:
    return (
        _unsafe.sub(lambda found: f"\\{ord(found[0]):x} " if found[0] else "", name) if _unsafe.search(name) else name
    )


def _escaped_text(text: str) -> str:
    return regex.sub(r'["\\\n\r\f]', lambda found: f"\\{ord(found[0]):x} ", text)


def _holds(_: Any, nodes: list[Element], words: str) -> bool:
    return squeeze(words) in html5.text(nodes[0])


def _place(context: Any, is_last: bool) -> float:
    node: Element = context.context_node
    others = node.next_siblings if is_last else node.previous_siblings
    key = node.tag, node.namespace
    return 1.0 + sum(1 for one in others if isinstance(one, Element) and (one.tag, one.namespace) == key)


_NOTHING = html5.parse("")
_CSS_FUNCTIONS: Any = {(None, HOLDS): _holds, (None, PLACE): _place}
_XPATH_FUNCTIONS: Any = own_functions(lambda node: node.text, lambda node: node.attr("class"))
