"""CSS selectors on lexbor's tree, with the meaning that they have on lxml's.

Lexbor lets elements outside the item help a match, so an item is marked while it is searched, with an attribute whose
name no page can write. `:scope` is that mark, and `:contains()` a mark on the elements whose text holds the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import cssselect
import regex
from cssselect.parser import CombinedSelector, Function, Tree
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import PatternError
from scraper.parse.select import Selector, check_pattern

Found = TypeVar("Found")
_MARK = r"[\/]"
"""Finds the attribute called `/`."""


def css(pattern: str, *, is_page: bool = False) -> Selector:
    """Return a CSS selector: it finds descendants only, and on a page its root. Raises PatternError."""
    check_pattern("css", pattern)
    trees = [selector.parsed_tree for selector in cssselect.parse(pattern)]
    scope = "html:root" if is_page else _MARK
    selectors, texts = _translate(pattern, scope)
    query = ", ".join(selectors)
    try:
        LexborHTMLParser("").css(query)
    except SelectolaxError as error:
        raise PatternError(f"{pattern!r} is a CSS selector, but none that lexbor knows") from error
    is_list = len(trees) > 1
    if is_page and not texts:
        return _InPage(query, is_list=is_list)
    if not (is_page or texts or is_list or isinstance(trees[0], CombinedSelector) or _is_scope(trees[0])):
        return _Compound(query)
    if not is_page:
        query = ", ".join(one if one.startswith(scope) else f"{scope} {one}" for one in selectors)
    return _Marked(query, texts, is_page=is_page, leaves=any(map(_leaves, trees)))


class _InPage:
    """A selector that a whole page is searched with."""

    def __init__(self, query: str, *, is_list: bool) -> None:
        self._query, self._is_list = query, is_list

    def find(self, node: LexborNode) -> list[LexborNode]:
        found = node.css(self._query)
        return _unique(found) if self._is_list else found

    def first(self, node: LexborNode) -> LexborNode | None:
        return node.css_first(self._query)


class _Compound:
    """A selector that looks at one element at a time: those around the item cannot help it, but it finds the item."""

    def __init__(self, query: str) -> None:
        self._query = query

    def find(self, node: LexborNode) -> list[LexborNode]:
        found = node.css(self._query)
        return found[1:] if found and found[0].mem_id == node.mem_id else found

    def first(self, node: LexborNode) -> LexborNode | None:
        found = node.css_first(self._query)
        if found is not None and found.mem_id == node.mem_id:
            return next(iter(self.find(node)), None)
        return found


class _Marked:
    """A selector of several elements, or of texts: what it may begin with is marked while it searches."""

    def __init__(self, query: str, texts: list[str], *, is_page: bool, leaves: bool) -> None:
        self._query, self._texts, self._is_page, self._leaves = query, texts, is_page, leaves

    def find(self, node: LexborNode) -> list[LexborNode]:
        return _unique(self._search(node, LexborNode.css))

    def first(self, node: LexborNode) -> LexborNode | None:
        return self._search(node, LexborNode.css_first)

    def _search(self, node: LexborNode, search: Callable[[LexborNode, str], Found]) -> Found:
        top = node.parent if self._leaves else None
        if top is None or not top.is_element_node:  # the root has no brothers
            top = node
        marks = [] if self._is_page else [(node, "/")]
        for number, text in enumerate(self._texts):
            marks += [(one, f"/{number}") for one in _containing(top, text)]
        for one, name in marks:
            one.attrs[name] = ""
        try:
            return search(top, self._query)
        finally:
            for one, name in marks:
                del one.attrs[name]


def _containing(top: LexborNode, text: str) -> Iterator[LexborNode]:
    """Yield the elements from this one down in whose text the text stands."""
    rest = [top]
    while rest:
        node = rest.pop()
        if text in node.text_lexbor():
            rest += node.iter()
            if node.is_element_node:
                yield node


def _unique(found: list[LexborNode]) -> list[LexborNode]:
    """Return the elements without duplicates: a list of selectors gives one for each that matches."""
    return list(dict.fromkeys(found))


_piece = regex.compile(
    r"""(?P<kept>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.)|(?P<comment>/\*.*?\*/)|(?P<edge>[(),])"""
    r"""|(?P<contains>:contains\((?:(?&kept)|[^)"'])*\))|(?P<scope>:scope\b)"""
    r"""|(?P<bare>(?<![^\s>+~,(/])(?<!\\.):)""",
    regex.DOTALL | regex.IGNORECASE,
)


def _translate(pattern: str, scope: str) -> tuple[list[str], list[str]]:
    """Return the selectors of a list in lexbor's words, `scope` for `:scope`, and the texts of their `:contains()`.

    Lexbor takes `:not(.x) b` for something else and `*:not(.x) b` for what it says.

    >>> _translate('p:contains("a, b") :not(i), :scope > i', "[S]")
    (['p[\\\\/0] *:not(i)', '[S] > i'], ['a, b'])
    """
    selectors, depth, end = [""], 0, 0
    texts: list[str] = []
    for match in _piece.finditer(pattern):
        selectors[-1] += pattern[end : match.start()]
        end, piece = match.end(), match.group()
        depth += (piece == "(") - (piece == ")")
        if match["contains"]:
            (selector,) = cssselect.parse(piece)
            assert isinstance(selector.parsed_tree, Function)
            texts.append(str(selector.parsed_tree.arguments[0].value))
            piece = rf"[\/{len(texts) - 1}]"
        elif match["scope"]:
            piece = scope
        elif match["comment"]:
            piece = " "
        elif match["bare"]:
            piece = "*:"
        if piece == "," and not depth:
            selectors.append("")
        else:
            selectors[-1] += piece
    selectors[-1] += pattern[end:]
    return [one.strip() for one in selectors], texts


def _is_scope(selector: Tree) -> bool:
    """Return whether a compound is the item itself."""
    return selector.canonical().startswith("*:scope")


def _leaves(selector: Tree) -> bool:
    """Return whether a selector goes from the item to its brothers, so that it finds what is not below it."""
    while isinstance(selector, CombinedSelector):
        inner, combinator = selector.selector, selector.combinator
        if not isinstance(inner, CombinedSelector):
            return combinator in ("+", "~") and _is_scope(inner)
        selector = inner
    return False
