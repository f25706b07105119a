"""Tell what one thing a page says it is about, in its linked data or its microdata: a product, a recipe, an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from msgspec import Struct

from scraper.authoring.structure.candidates import Element
from scraper.errors import Malformed
from scraper.parse import linked_data, loose_json
from scraper.parse.trees.text import text

THINGS = frozenset(
    "Product Recipe Article NewsArticle BlogPosting Report Book Movie TVSeries TVEpisode MusicAlbum MusicRecording "
    "PodcastEpisode Event JobPosting Course SoftwareApplication MobileApplication WebApplication VideoGame Hotel "
    "Restaurant Vehicle Car RealEstateListing Apartment House Dataset Place LocalBusiness".split()
)
"""Types of schema.org of which a page of its own tells; a list may name many of them."""
NAMES = ("name", "headline")
BESIDE = frozenset("image logo mainEntityOfPage isPartOf potentialAction publisher url".split())
"""What is said of the page, and not of the thing."""
DEEPEST = 2
LONGEST = 500
"""Characters of a text that is a field."""
_letters = regex.compile(r"[^\p{L}\p{N}]+")
_plain = regex.compile(r"[A-Za-z_]\w*").fullmatch


class Thing(Struct, frozen=True):
    """What a page is about."""

    type: str
    data: dict[str, Any]
    """What linked data say of it; nothing where it is marked up."""

    def fields(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Yield for each value its name, what a config says to read it, and the value."""
        for path, value in sorted(_values(self.data, (), DEEPEST), key=lambda one: len(one[0])):
            is_list = isinstance(value, list)
            keys = {"json_ld": self.type, "json": ".".join(path) + ("[]" if is_list else "")}
            yield "_".join(path), {**keys, **({"many": True} if is_list else {})}, str(value[0] if is_list else value)


def thing_of(root: Element) -> Thing | None:
    """Return the thing whose name is the heading of a page, if just one is declared; else None."""
    headings = {_plainly(text(heading)) for heading in root.iter("h1")}
    found = [*_linked(root), *_marked_up(root)]
    named = {thing.type: thing for thing, name in reversed(found) if _plainly(name) in headings - {""}}
    return next(iter(named.values())) if len(named) == 1 else None


def _linked(root: Element) -> Iterator[tuple[Thing, str]]:
    """Yield what linked data declare of the page, not what is part of something else."""
    for script in root.iter("script"):
        if not (script.get("type") or "").strip().lower().startswith(linked_data.MEDIA_TYPE):
            continue
        try:
            stack = loose_json.read(script.text or "")
        except Malformed:
            continue
        while stack:
            value = stack.pop()
            if isinstance(value, list):
                stack += value
            elif isinstance(value, dict):
                stack += [value[name] for name in ("@graph", "mainEntity") if name in value]
                kinds = value.get("@type")
                kind = next((one for one in (kinds if isinstance(kinds, list) else [kinds]) if one in THINGS), None)
                if kind is not None:
                    yield Thing(kind, value), next((str(value[name]) for name in NAMES if value.get(name)), "")


def _marked_up(root: Element) -> Iterator[tuple[Thing, str]]:
    for scope in root.xpath("//*[@itemscope and @itemtype and not(ancestor::*[@itemscope])]"):
        kind = scope.get("itemtype").strip().rstrip("/").rpartition("/")[2]
        if kind in THINGS:
            names = (one for one in scope.iter() if isinstance(one.tag, str) and one.get("itemprop") in NAMES)
            yield Thing(kind, {}), next((text(one) for one in names), "")


def _values(data: dict[str, Any], path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the texts, numbers and lists of texts of an object, with their paths."""
    for key, value in data.items():
        if not _plain(key) or key in BESIDE:
            continue
        if isinstance(value, dict) and depth > 1:
            yield from _values(value, (*path, key), depth - 1)
        elif isinstance(value, list):
            if value and all(isinstance(one, str) and len(one) <= LONGEST for one in value):
                yield (*path, key), value
        elif isinstance(value, str | int | float) and 0 < len(str(value)) <= LONGEST:
            yield (*path, key), value


def _plainly(said: str) -> str:
    return _letters.sub(" ", said).strip().lower()
