"""CSS selectors and XPath expressions on lxml's trees: those of `lxml`, `soup` and `xml`."""

from __future__ import annotations

from typing import Any

from lxml import etree

from scraper.errors import Malformed, PatternError
from scraper.parse.selectors.css_reader import read_css
from scraper.parse.selectors.css_xpath import HOLDS, PLACE, SCOPE, Dialect, to_xpath, uses_scope
from scraper.parse.selectors.namespaces import Namespaces
from scraper.parse.selectors.select import Clock
from scraper.parse.selectors.xpath import is_timed, own_functions, read_xpath, values, with_clock
from scraper.parse.trees import text

Node = etree._Element
_NOTHING = etree.Element("html")
"""What expressions are tried on."""


class Css:
    """A CSS selector. It finds descendants only, and on a page its root: `:scope` is the element itself."""

    def __init__(
        self, pattern: str, *, is_page: bool = False, dialect: Dialect = "html", namespaces: Namespaces | None = None
    ) -> None:
        path = to_xpath(read_css(pattern), dialect, is_page=is_page, namespaces=namespaces)
        self._has_scope = uses_scope(path)
        try:
            self._path = etree.XPath(path, regexp=False, extensions=_CSS_FUNCTIONS)
            self.find(_NOTHING)
        except etree.XPathError as error:
            raise PatternError(f"{pattern!r} is more than lxml's selectors can do: {error}") from error

    def find(self, node: Node) -> list[Node]:
        """Return the matching elements below this one, in document order."""
        items: dict[str, Any] = {SCOPE: node} if self._has_scope else {}
        found: Any = self._path(node, **items)
        return found  # type: ignore[no-any-return]

    def first(self, node: Node) -> Node | None:
        """Return the first of them."""
        found = self.find(node)
        return found[0] if found else None


class XPath:
    """An XPath 1.0 expression, read from an element: elements, texts and attributes, or one number or truth value."""

    def __init__(self, pattern: str, namespaces: Namespaces | None = None) -> None:
        path = read_xpath(pattern, namespaces)
        self._is_timed, self._pattern = is_timed(path), pattern
        try:
            self._path = etree.XPath(path, regexp=False, extensions=_XPATH_FUNCTIONS)
            self.find(_NOTHING, Clock(1))
        except (etree.XPathError, Malformed) as error:
            raise PatternError(f"{pattern!r} is no XPath expression: {error}") from error

    def find(self, node: Node, clock: Clock) -> list[Any]:
        """Return what the expression gives: elements or strings, numbers and truth values as one-element lists.

        Raises Malformed and PatternTimeout.
        """
        if self._is_timed:
            with_clock(clock)
        try:
            found = values(self._path(node))
        except (etree.XPathError, PatternError, TypeError) as error:
            raise Malformed(f"xpath {self._pattern!r} fails: {error}") from error
        return [one for one in found if isinstance(getattr(one, "tag", one), str | int | float)]  # no comments


def parent(node: Any) -> Node | None:
    """Return the parent of an element, or the element of a text that XPath gave."""
    above: Node | None = node.getparent()
    return above


def attribute(node: Node, name: str) -> str | None:
    """Return the value of an attribute of HTML, whatever the case of its name."""
    return node.get(name) if name.islower() else node.get(name, node.get(name.lower()))


def _holds(_: Any, nodes: list[Any], words: str) -> bool:
    return text.squeeze(words) in text.text(nodes[0])


def _place(context: Any, is_last: bool) -> float:
    node = context.context_node
    return 1.0 + sum(1 for _ in node.itersiblings(node.tag, preceding=not is_last))


_CSS_FUNCTIONS: Any = {(None, HOLDS): _holds, (None, PLACE): _place}
_XPATH_FUNCTIONS: Any = own_functions(lambda node: "".join(node.itertext()), lambda node: node.get("class"))
