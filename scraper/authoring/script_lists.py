"""Find the records that a page holds in its scripts, as JSON, where a browser would build the page of them."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from scraper.authoring.json_records import lists_of
from scraper.authoring.structure.candidates import Element, is_stable
from scraper.errors import Malformed
from scraper.parse import script_objects
from scraper.parse.selectors.select import parse_json
from scraper.parse.trees.text import text

FEWEST, FEWEST_KEYS = 5, 2
LONG, LOOKED_AT = 60, 30
SHOWN_SHARE = 0.5
"""Of the records, from which the page shows them itself."""
JS_TRIES, LONGEST_SCRIPT = 20, 2 << 20
"""So many assignments of a script that are no JSON are read, and characters behind one."""
DATA_TYPES = frozenset({"", "text/javascript", "application/javascript", "module"})
_assignment = regex.compile(r"(?:^|[;\s{}(])((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*)\s*=\s*(?=[\[{])")
_decoder = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class ScriptList:
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
    """Yield the lists in what a script assigns to names: as JSON, else as objects of JavaScript."""
    tries = JS_TRIES
    for match in _assignment.finditer(source):
        name = match[1] + source[match.end(1) : match.end()]
        try:
            value, end = _decoder.raw_decode(source, match.end())
        except (ValueError, RecursionError):
            tries -= 1
            yield from _of_script(source, match.end(), name) if tries >= 0 else ()
            continue
        patterns = _patterns(name, source[match.end()], source[end - 1])
        if pattern := next((one for one in patterns if _reads(one, source, value)), None):
            yield from _of_value(value, {"css": "script", "regex": pattern})


def _of_script(source: str, start: int, name: str) -> Iterator[ScriptList]:
    """Yield the lists in an object of JavaScript."""
    pattern = f"(?s){_begin(name)}(.*)"
    match = regex.search(pattern, source, timeout=1)
    if match is None or match.start(1) != start or len(source) - start > LONGEST_SCRIPT:
        return
    with contextlib.suppress(Malformed):
        value = script_objects.read(match[1])
        for path, items in lists_of(value):
            yield ScriptList({"css": "script", "regex": pattern, "js": path}, items)


def _patterns(name: str, first: str, last: str) -> Iterator[str]:
    """Yield regexes that may cut a value out of a script, the plainest first."""
    for flags in ("", "(?s)"):
        yield rf"{flags}{_begin(name)}(\{first}.*?\{last});"
        yield rf"{flags}{_begin(name)}(\{first}.*\{last})"


def _begin(name: str) -> str:
    return regex.escape(regex.sub(r"\s+", " ", name), special_only=True, literal_spaces=True)


def _reads(pattern: str, source: str, value: Any) -> bool:
    match = regex.search(pattern, source, timeout=1)
    return match is not None and _parsed(match[1]) == value


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


def _of_value(value: Any, source: dict[str, str]) -> Iterator[ScriptList]:
    yield from (ScriptList({**source, "json": path}, items) for path, items in lists_of(value))


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
