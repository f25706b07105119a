"""One item of a page, and what sort of thing it is."""

from __future__ import annotations

from collections.abc import Set
from enum import Enum
from typing import Any

from msgspec import Struct, field

from scraper.models import Fault
from scraper.parse.document import Document


class Sort(Enum):
    """What a selection reads: it is known when the config is read, not when a page is."""

    PAGE = "the page"
    ELEMENT = "an element"
    MARKUP = "a regex's match in the source"
    TEXT = "a regex's match in a text"
    JSON = "a JSON value"


class Item(Struct):
    """One item of a page."""

    document: Document
    node: Any = None
    """An element, a regex's match or a JSON value; None for the page itself."""
    inner: frozenset[Any] = frozenset()
    """The items right inside this one, to which their elements belong."""
    cells: dict[str, Any] | None = None
    """The cells of a row by the names of their columns, None for one that is not there; None for what is no row."""
    known: Set[str] = frozenset()
    """The names of all columns of the tables that the items are rows of."""
    values: dict[str, Any] = field(default_factory=dict)
    """What templates may use: params, `_url` and its like, the fields above."""
    faults: list[Fault] = field(default_factory=list)
    """The malformed values found so far."""
