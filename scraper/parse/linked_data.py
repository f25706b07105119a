"""Find the objects of a type in a page's linked data, which are JSON for search engines (JSON-LD)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from scraper.errors import Malformed
from scraper.parse.parsers import Engine
from scraper.parse.select import parse_json

MEDIA_TYPE = "application/ld+json"
BEFORE, BEHIND = ("//", "/*", "<![CDATA[", "<!--", "*/"), ("*/", "]]>", "-->", "/*", "//", ";")
"""What authors put around a script for browsers of old, and behind it out of habit."""


class LinkedData:
    """The objects of one type, wherever they stand in a page's blocks of linked data."""

    def __init__(self, name: str, engine: Engine, *, is_page: bool) -> None:
        self._name, self._engine = name, engine
        self._scripts = engine.css("script", is_page=is_page)

    def find(self, node: Any) -> Iterator[dict[str, Any]]:
        """Yield the objects in document order, outer ones before what follows them; what lies in one is its own.

        A block that is no JSON is Malformed if no other holds such an object, else nobody misses it.
        """
        found, mistake = False, None
        for script in self._scripts.find(node):
            if not (self._engine.attribute(script, "type") or "").strip().lower().startswith(MEDIA_TYPE):
                continue
            try:
                data = parse_json(_bare(self._engine.read["text"](script)), is_strict=False)
            except Malformed as error:
                mistake = error
                continue
            for one in _objects(data, self._name):
                found = True
                yield one
        if mistake is not None and not found:
            raise mistake


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
