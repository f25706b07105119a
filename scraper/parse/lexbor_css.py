"""CSS selectors on lexbor's tree, with the meaning that they have on lxml's.

Lexbor lets elements outside the item help a match, so an item is marked while it is searched, with an attribute whose
name no page can write. `:scope` is that mark, and `:contains()` a mark on the elements whose text holds the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import cssselect
import regex
from cssselect.parser import CombinedSelector, Function, Tree
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import PatternError
from scraper.parse.select import Selector, check_pattern

Found = TypeVar("Found")
_FEW = 64
"""Elements of an item up to which it is quicker to search all than to call lexbor for each, which takes 2 µs."""
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

    def find_in(self, parent: LexborNode, _: Sequence[LexborNode]) -> list[LexborNode]:
        """Return the matches below an element, in its children and perhaps those themselves."""
        return self.find(parent)


class _Marked:
    """A selector of several elements, or of texts: what it may begin with is marked while it searches."""

    def __init__(self, query: str, texts: list[str], *, is_page: bool, leaves: bool) -> None:
        self._query, self._texts, self._is_page, self._leaves = query, texts, is_page, leaves

    def find(self, node: LexborNode) -> list[LexborNode]:
        return _unique(self._search(self._top(node), [node], LexborNode.css))

    def first(self, node: LexborNode) -> LexborNode | None:
        return self._search(self._top(node), [node], LexborNode.css_first)

    def find_in(self, parent: LexborNode, items: Sequence[LexborNode]) -> list[LexborNode] | None:
        """Return the matches below the items, children of the parent; None where they may lie elsewhere."""
        return None if self._leaves else self._search(parent, items, LexborNode.css)

    def _top(self, node: LexborNode) -> LexborNode:
        """Return the element to search: one above the item where the selector leaves it."""
        top = node.parent if self._leaves else None
        return node if top is None or not top.is_element_node else top  # the root has no brothers

    def _search(
        self, top: LexborNode, items: Sequence[LexborNode], search: Callable[[LexborNode, str], Found]
    ) -> Found:
        marks = [] if self._is_page else [(item, "/") for item in items]
        for number, text in enumerate(self._texts):
            marks += [(one, f"/{number}") for one in _containing(top, text)]
        for one, name in marks:
            one.attrs[name] = ""
        try:
            return search(top, self._query)
        finally:
            for one, name in marks:
                del one.attrs[name]


class Brothers:
    """Items that are children of one element."""

    def __init__(self, parent: LexborNode, items: Sequence[LexborNode]) -> None:
        self.parent, self.items = parent, _unique(items)
        self._homes: dict[int, int | None] = {item.mem_id: item.mem_id for item in items}
        """From elements to the item that each is or lies in."""
        self._homes[parent.mem_id] = None

    def first_values(self, found: list[LexborNode], read: Callable[[LexborNode], str | None]) -> dict[int | None, str]:
        """Return by item what is read of the first element found in it of which anything is read."""
        homes = self._homes
        values: dict[int | None, str] = {}
        for one in found:
            above = one.parent
            assert above is not None  # what lies below the parent has one
            home = homes[key] if (key := above.mem_id) in homes else self._find_home(above)
            if home is not None and home not in values and (value := read(one)) is not None:
                values[home] = value
        return values

    def _find_home(self, node: LexborNode) -> int | None:
        passed = []
        while (key := node.mem_id) not in self._homes:
            passed.append(key)
            node = node.parent  # type: ignore[assignment]  # the parent of the items is reached first
        home = self._homes[key]
        self._homes.update(dict.fromkeys(passed, home))
        return home


def brothers(items: Sequence[LexborNode]) -> Brothers | None:
    """Return items with one parent together, None where it is quicker to search them one by one."""
    parent = items[0].parent if len(items) > 1 else None
    if parent is None:
        return None
    is_list = len(list(parent.iter())) <= 2 * len(items)
    is_short = len(items[len(items) // 2].css("*")) <= _FEW
    return Brothers(parent, items) if is_list and is_short else None


def firsts(
    pattern: Any, nodes: Sequence[LexborNode], brothers: Brothers | None, read: Callable[[LexborNode], str | None], /
) -> list[str | None]:
    """Return what is read of the first match in each item, of the next if nothing is."""
    if brothers is not None:
        found = pattern.find_in(brothers.parent, brothers.items)
        if found is not None:
            values = brothers.first_values(found, read)
            return [values.get(node.mem_id) for node in nodes]
    return [_first_value(pattern, node, read) for node in nodes]


def _first_value(pattern: Selector, node: LexborNode, read: Callable[[LexborNode], str | None]) -> str | None:
    first = pattern.first(node)
    if first is None or (value := read(first)) is not None:
        return None if first is None else value
    return next((value for one in pattern.find(node) if (value := read(one)) is not None), None)


def _containing(top: LexborNode, text: str) -> Iterator[LexborNode]:
    """Yield the elements from this one down in whose text the text stands."""
    rest = [top]
    while rest:
        node = rest.pop()
        if text in node.text_lexbor():
            rest += node.iter()
            if node.is_element_node:
                yield node


def _unique(found: Iterable[LexborNode]) -> list[LexborNode]:
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
