"""Find the records that a page holds in its scripts, as JSON, where a browser would build the page of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import regex
from msgspec import Struct

from scraper.authoring.json_records import lists_of
from scraper.authoring.structure.candidates import Element, is_stable
from scraper.errors import Malformed
from scraper.parse import script_objects
from scraper.parse.selectors.select import parse_json
from scraper.parse.trees.text import text

FEWEST, FEWEST_KEYS = 5, 2
LONG, LOOKED_AT = 60, 30
LONGEST_LIST = 200_000
"""Characters of a list of JavaScript."""
TRIES = 5
"""Of what a script assigns, what is read as JavaScript: a whole program would take its time."""
SHOWN_SHARE = 0.5
"""Of the records, from which the page shows them itself."""
DATA_TYPES = frozenset({"", "text/javascript", "application/javascript", "module"})
_assignment = regex.compile(r"(?:^|[;\s{}(])((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*)\s*=\s*(?=[\[{])")
_may_be_json = regex.compile(r"""\{\s*["}]|\[\s*["\[{\]\dtfn-]""").match
"""Spares the time that Python's json takes to say in which line of a long program it stopped."""
_begins_as_object = regex.compile(r"""[\[{]\s*(?:\{\s*)?["']?[\w$]+["']?\s*:""").match
_has_objects = regex.compile(r"""\[\s*\{\s*["']?[\w$]+["']?\s*:""").search
_decoder = json.JSONDecoder()


class ScriptList(Struct, frozen=True):
    """A list of objects in a script."""

    each: dict[str, str]
    """What a config says to find them."""
    items: list[dict[str, Any]]

    @property
    def score(self) -> float:
        """Return how much it says, in the measure of groups of elements."""
        worth, length = 0.0, 0.0
        for name in dict.fromkeys(name for item in self.items[:LOOKED_AT] for name in item):
            values = [str(item[name]) for item in self.items[:LOOKED_AT] if _is_value(item.get(name))]
            length += sum(map(len, values)) / max(1, len(values))
            worth += (len(values) / len(self.items[:LOOKED_AT])) ** 2 * (len(set(values)) / max(1, len(values)))
        return worth * math.log2(1 + len(self.items)) * (0.5 + min(length, 200) / 200)


def best_list(root: Element) -> ScriptList | None:
    """Return the list that says the most and that the page itself does not show; None if there is none."""
    shown = " ".join(text(root).split())
    found = [one for one in _lists(root) if _is_of_records(one.items) and not _is_shown(one.items, shown)]
    return max(found, key=lambda one: one.score, default=None)


def _lists(root: Element) -> Iterator[ScriptList]:
    for script in root.iter("script"):
        kind = (script.get("type") or "").lower()
        source = script.text or ""
        if kind == "application/ld+json":
            yield from _linked(source)
        elif kind.endswith("json"):
            yield from _of_value(_parsed(source), {"css": _selector(script, kind)})
        elif kind in DATA_TYPES:
            yield from _assigned(source)


def _assigned(source: str) -> Iterator[ScriptList]:
    """Yield the lists in what a script assigns to names."""
    tries = TRIES
    for match in _assignment.finditer(source):
        try:
            value, _ = _decoder.raw_decode(source, match.end()) if _may_be_json(source, match.end()) else (None, 0)
        except (ValueError, RecursionError):
            value = None
        language = "json"
        if value is None and tries and _holds_objects(source, match.end()):
            tries -= 1
            value, language = _of_javascript(source[match.end() :]), "js"
        if not isinstance(value, dict | list) or not lists_of(value):
            continue
        first = source[match.end()]
        name = match[1] + source[match.end(1) : match.end()]
        fits = partial(_reads, source=source, value=value, read=_parsed if language == "json" else _of_javascript)
        if (pattern := next(filter(fits, _patterns(name, first, "]" if first == "[" else "}")), None)) is not None:
            yield from _of_value(value, {"css": "script", "regex": pattern}, language)


def _patterns(name: str, first: str, last: str) -> Iterator[str]:
    """Yield regexes that may cut a value out of a script, the plainest first."""
    begin = regex.escape(regex.sub(r"\s+", " ", name), special_only=True, literal_spaces=True)
    for flags in ("", "(?s)"):
        yield rf"{flags}{begin}(\{first}.*?\{last});"
        yield rf"{flags}{begin}(\{first}.*\{last})"


def _reads(pattern: str, source: str, value: Any, read: Callable[[str], Any]) -> bool:
    match = regex.search(pattern, source, timeout=1)
    return match is not None and read(match[1]) == value


def _holds_objects(source: str, start: int) -> bool:
    """Return whether a list of objects may begin at a place in a program."""
    return bool(_begins_as_object(source, start) and _has_objects(source, start, start + LONGEST_LIST))


def _of_javascript(source: str) -> Any:
    """Return the object or array that JavaScript begins with, None for what is none or too long."""
    try:
        return script_objects.read(source[:LONGEST_LIST])
    except Malformed:
        return None


def _linked(source: str) -> Iterator[ScriptList]:
    """Yield the objects of linked data that are of one type, but for those that only say where something stands."""
    by_type: dict[str, list[dict[str, Any]]] = {}
    stack = [_parsed(source)]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if isinstance(name := value.get("@type"), str) and name != "ListItem":
                by_type.setdefault(name, []).append({k: v for k, v in value.items() if not k.startswith("@")})
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    yield from (ScriptList({"json_ld": name}, items) for name, items in by_type.items())


def _of_value(value: Any, source: dict[str, str], language: str = "json") -> Iterator[ScriptList]:
    yield from (ScriptList({**source, language: path}, items) for path, items in lists_of(value))


def _selector(script: Element, kind: str) -> str:
    name = script.get("id") or ""
    return f"script#{name}" if name and is_stable(name) else f'script[type="{kind}"]'


def _parsed(source: str) -> Any:
    try:
        return parse_json(source)
    except Malformed:
        return None


def _is_of_records(items: list[dict[str, Any]]) -> bool:
    """Return whether a list is one for people: several values each, a text of several words among them."""
    keys = [name for name in items[0] if _is_value(items[0][name])] if items else []
    names = {v for item in items for v in item.values() if isinstance(v, str) and regex.search(r"\p{L}\S* \S", v)}
    return len(items) >= FEWEST and len(keys) >= FEWEST_KEYS and 2 * len(names) > len(items)


def _is_value(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list) and value != ""


def _is_shown(items: list[dict[str, Any]], shown: str) -> bool:
    """Return whether most records have a text that stands on the page."""
    some = items[:LOOKED_AT]
    texts = [[v for v in item.values() if isinstance(v, str) and 3 < len(v) <= LONG and " " in v] for item in some]
    return sum(any(" ".join(one.split()) in shown for one in each) for each in texts) > SHOWN_SHARE * len(some)
