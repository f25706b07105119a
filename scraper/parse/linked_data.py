"""Find the objects of a type in a page's linked data, which are JSON for search engines (JSON-LD)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import regex

from scraper.errors import Malformed
from scraper.parse import loose_json
from scraper.parse.trees.parsers import Engine

MEDIA_TYPE = "application/ld+json"
BEFORE, BEHIND = ("//", "/*", "<![CDATA[", "<!--", "*/"), ("*/", "]]>", "-->", "/*", "//", ";")
"""What authors put around a script for browsers of old, and behind it out of habit."""
MAX_JOINED = 1000
"""Objects that are put in the places of references to them, in one object."""


class LinkedData:
    """The objects of one type, wherever they stand in a page's blocks of linked data."""

    def __init__(self, name: str, engine: Engine, *, is_page: bool) -> None:
        self._name, self._engine = name, engine
        self._scripts = engine.css("script", is_page=is_page)

    def find(self, node: Any) -> Iterator[dict[str, Any]]:
        """Yield the objects in document order, outer ones before what follows them; what lies in one is its own.

        A reference to an object elsewhere is that object. A block that cannot be read is Malformed if no other holds
        such an object, else nobody misses it.
        """
        blocks, mistake = [], None
        for script in self._scripts.find(node):
            if not (self._engine.attribute(script, "type") or "").strip().lower().startswith(MEDIA_TYPE):
                continue
            try:
                blocks += _values(self._engine.read["text"](script))
            except Malformed as error:
                mistake = error
        nodes: dict[str, dict[str, Any]] = {}
        for name, said in _nodes(blocks):
            nodes[name] = {**said, **nodes.get(name, {})}
        found = [one for one in _objects(blocks, self._name) if not (_is_reference(one) and one["@id"] in nodes)]
        if mistake is not None and not found:
            raise mistake
        for one in found:
            yield _Joined(nodes).whole(one)


class _Joined:
    """Puts objects in the places of references to them, each once on the way down and not too many in all."""

    def __init__(self, nodes: dict[str, dict[str, Any]]) -> None:
        self._nodes, self._left = nodes, MAX_JOINED

    def whole(self, value: Any, above: frozenset[str] = frozenset()) -> Any:
        """Return a value with the objects that it refers to."""
        if isinstance(value, list):
            return [self.whole(one, above) for one in value]
        if not isinstance(value, dict):
            return value
        name = value.get("@id")
        if isinstance(name, str):
            if _is_reference(value) and name in self._nodes and name not in above and self._left > 0:
                self._left -= 1
                value = self._nodes[name]
            above |= {name}
        return {key: self.whole(one, above) for key, one in value.items()}


def _is_reference(value: dict[str, Any]) -> bool:
    """Return whether an object only names another, with its type or without."""
    return isinstance(value.get("@id"), str) and value.keys() <= {"@id", "@type"}


def _nodes(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects that have a name and say more than it; what is said in several places is of one object."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(name := value.get("@id"), str) and not _is_reference(value):
                yield name, value
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)


def _values(text: str) -> list[Any]:
    """Return the values of a block, whatever stands around them; Malformed for one that cannot be read."""
    try:
        return loose_json.read(_bare(text))
    except Malformed:
        with suppress(Malformed):
            return loose_json.read(text)  # what it begins with may be a comment
        raise


def _bare(text: str) -> str:
    for mark in BEFORE:
        text = text.removeprefix(mark).lstrip()
    for mark in BEHIND:
        text = text.removesuffix(mark).rstrip()
    return text


def _objects(data: Any, name: str) -> Iterator[dict[str, Any]]:
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if name in _types(value):
                yield value
                continue
            value = list(value.values())
        if isinstance(value, list):
            waiting += reversed(value)


def _types(value: dict[str, Any]) -> list[str]:
    """Return the types of an object without what stands before their names: `https://schema.org/Recipe` is Recipe."""
    types = value.get("@type")
    return [
        regex.split("[/#:]", one)[-1] for one in (types if isinstance(types, list) else [types]) if isinstance(one, str)
    ]
