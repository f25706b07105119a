"""Find the records in a page that is JSON: the list of objects that says the most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from scraper.authoring.field_guesses import Guess
from scraper.job.templates import as_text
from scraper.parse.selectors.select import parse_json

DEEPEST = 6
_plain = regex.compile(r"[A-Za-z_]\w*").fullmatch
_words = regex.compile(r"[\p{L}\d]+")

Records = tuple[str, list[dict[str, Any]]]


def find(text: str) -> tuple[str | None, int, list[Guess]]:
    """Return the JMESPath of the items, their number and their fields; no path if the page itself is the record.

    Raises Malformed if the text is no JSON.
    """
    data = parse_json(text)
    lists = sorted(_lists(data, "", 0), key=lambda one: -len(one[1]) * len(set().union(*one[1])))
    if lists:
        path, items = lists[0]
    elif isinstance(data, dict):
        path, items = "@", [data]
    else:
        return None, 0, []
    return path, len(items), fields_of(items)


def fields_of(items: list[dict[str, Any]]) -> list[Guess]:
    """Return the fields of objects."""
    names = dict.fromkeys(name for item in items for name in item)
    return [guess for name in names if (guess := _guess(name, items))]


def lists_of(value: Any) -> list[Records]:
    """Return the lists of objects in a value, with their JMESPaths."""
    return list(_lists(value, "", 0))


def _lists(value: Any, path: str, depth: int) -> Iterator[Records]:
    """Yield the lists of objects in a value, with their paths."""
    if isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield f"{path}[]", value
    elif isinstance(value, dict) and depth < DEEPEST:
        for key, one in value.items():
            yield from _lists(one, f"{path}.{quoted(key)}" if path else quoted(key), depth + 1)


def _guess(name: str, items: list[dict[str, Any]]) -> Guess | None:
    """Return the field of one key; None for one that holds nothing, or objects."""
    values = [item[name] for item in items if item.get(name) not in (None, "", [])]
    label = "_".join(_words.findall(regex.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))).lower()
    if not values or isinstance(values[0], dict) or not label:
        return None
    return Guess(f"n_{label}" if label[0].isdigit() else label, {"json": quoted(name)}, len(values), as_text(values[0]))


def quoted(key: str) -> str:
    """Return a key as JMESPath has it."""
    return key if _plain(key) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
