"""Walk over the pages of a journal in plan order: depth first from the start URLs, each at its first visit.

Everything that could depend on which page came back first is decided here: whose a page is, with which params it is
read, which record it joins. A page that was read otherwise than its first visit asks for is made pending again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scraper.models import Edge, State, Stored

EDGES_AT_ONCE = 256


class Journal(Protocol):
    """What the walk reads of the journal, and the one thing that it asks of it."""

    def children(self, parent: int, after: int, count: int) -> list[Edge]:
        """Return up to `count` edges of a parent behind a position."""

    def page(self, page_id: int) -> Stored:
        """Return one page with its records."""

    def ask_again(self, parent: int, edge: Edge) -> None:
        """Make a page pending again, to be read as this edge asks for it."""


class Walk:
    """The pages of a journal in plan order, each once."""

    def __init__(self, journal: Journal, merging: frozenset[str] = frozenset()) -> None:
        """`merging`: the kinds whose records are joined by those of other pages."""
        self._journal, self._merging = journal, merging
        self._owned, self._visited = Marks(), Marks()
        self._given = Edges(journal, 0)
        self._stack = [self._given]
        self.start = 0
        """The start page beneath which the walk is, or which it gave last."""

    def next(self) -> Stored | None:
        """Return the next page whose records stand for themselves.

        None at the end, and where the next page, or one that joins its records, is still pending: then the walk can
        be gone on with later.
        """
        while self._stack:
            edges = self._stack[-1]
            edge = edges.peek()
            if edge is None:
                if len(self._stack) == 1:
                    return None
                self._stack.pop()
                continue
            if not self._is_own(edges.parent, edge):
                edges.forget()
                return None
            page = None
            if not edge.is_merged and edge.child not in self._visited:
                page = self._journal.page(edge.child)
                if page.state == State.PENDING or (page.kind in self._merging and not self._has_merged(page.id)):
                    return None
                self._visited.add(edge.child)
            edges.skip()
            if len(self._stack) == 1:
                self.start = edge.child
            below = Edges(self._journal, edge.child)
            if self._owned.add(edge.child):
                self._stack.append(below)
            if page is not None:
                self._given = below
                return page
        return None

    def leave_out(self, rule: int, record: int) -> None:
        """Do not follow a record of the page that `next` gave last: it is not written."""
        self._given.left_out.add((rule, record))

    def _is_own(self, parent: int, edge: Edge) -> bool:
        """Return whether a page has been read as its first edge asks for it; if it can be, see to it that it will."""
        if not edge.is_other or edge.child in self._owned:
            return True
        state = self._journal.page(edge.child).state
        if state == State.FETCHED:
            self._journal.ask_again(parent, edge)
        return state not in (State.FETCHED, State.PENDING)

    def _has_merged(self, page: int, above: frozenset[int] = frozenset()) -> bool:
        """Return whether all pages whose records join this one's have ended, read as they must be."""
        first = {edge.child: edge for edge in reversed(list(merged(self._journal, page)))}
        return all(self._is_own(page, edge) and self._has_ended(edge.child, above | {page}) for edge in first.values())

    def _has_ended(self, child: int, above: frozenset[int]) -> bool:
        page = self._journal.page(child)
        if page.state == State.PENDING:
            return False
        return child in above or page.kind not in self._merging or self._has_merged(child, above)


class Edges:
    """The edges of one parent in order, read a handful at a time."""

    def __init__(self, journal: Journal, parent: int) -> None:
        self._journal, self.parent = journal, parent
        self._after = -1
        self._edges: list[Edge] = []
        self.left_out: set[tuple[int | None, int | None]] = set()
        """Records by the numbers of their rule and of themselves, whose edges are passed over."""

    def peek(self) -> Edge | None:
        """Return the next edge, None at the end."""
        while True:
            if not self._edges:
                self._edges = self._journal.children(self.parent, self._after, EDGES_AT_ONCE)[::-1]
            if not self._edges:
                return None
            edge = self._edges[-1]
            if (edge.rule, edge.record) not in self.left_out:
                return edge
            self.skip()

    def forget(self) -> None:
        """Read the edges anew at the next `peek`: what they lead to has changed."""
        self._edges.clear()

    def skip(self) -> None:
        """Go on behind the edge that `peek` gave."""
        self._after = self._edges.pop().position


def merged(journal: Journal, page: int) -> Iterator[Edge]:
    """Yield the edges of a page whose pages join one of its records."""
    edges = Edges(journal, page)
    while edge := edges.peek():
        if edge.is_merged:
            yield edge
        edges.skip()


class Marks:
    """A set of page ids, a bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, page: int) -> bool:
        byte, bit = divmod(page, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def add(self, page: int) -> bool:
        """Add a page; return whether it was new."""
        if page in self:
            return False
        byte, bit = divmod(page, 8)
        self._bits.extend(bytes(max(0, byte + 1 - len(self._bits))))
        self._bits[byte] |= 1 << bit
        return True
