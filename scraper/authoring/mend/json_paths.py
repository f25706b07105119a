"""Paths in JSON values, as a person would write them in JMESPath: to values, and to lists of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from scraper.authoring.json_records import quoted
from scraper.authoring.mend.likeness import plain
from scraper.authoring.structure.class_words import words_in

DEEPEST = 6
FEWEST = 2
"""Objects of a mapping from which they may be the items, under keys of their own."""
LOOKED_AT = 5
"""Objects of a list whose keys are looked at."""
_key = regex.compile(r'"(?:[^"\\]|\\.)*"|\w+')


def values_in(value: Any, path: str = "", depth: int = DEEPEST) -> Iterator[str]:
    """Yield the paths of the texts, numbers and lists of these in an object; of lists that of their first, too."""
    if isinstance(value, dict):
        for key, one in value.items() if depth else ():
            yield from values_in(one, f"{path}.{quoted(key)}" if path else quoted(key), depth - 1)
    elif isinstance(value, list) and path:
        kinds = {type(one) for one in value if one is not None}
        if dict in kinds and depth:
            below = {way: None for one in value[:LOOKED_AT] for way in values_in(one, "", depth - 1)}
            yield from (f"{path}{ends}.{way}" for way in below for ends in ("[]", "[0]"))
        elif kinds and list not in kinds:
            yield from (f"{path}[]", f"{path}[0]")
    elif value is not None and path:
        yield path


def lists_in(value: Any, path: str = "", depth: int = DEEPEST) -> Iterator[str]:
    """Yield the paths of lists of objects, of mappings of them, and of objects that are wrapped in those."""
    if isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield from _of_items(f"{path}[]", value, depth)
    elif isinstance(value, dict) and depth:
        objects = list(value.values())
        if len(objects) >= FEWEST and all(isinstance(one, dict) for one in objects) and _are_alike(objects):
            yield from _of_items(f"{path}.*" if path else "*", objects, depth)
        for key, one in value.items():
            yield from lists_in(one, f"{path}.{quoted(key)}" if path else quoted(key), depth - 1)


def _of_items(path: str, items: list[dict[str, Any]], depth: int) -> Iterator[str]:
    """Yield a list, what each of its objects wraps, and lists in these."""
    yield path
    for key in dict.fromkeys(key for one in items[:LOOKED_AT] for key in one) if depth else ():
        inner = [one[key] for one in items if key in one]
        if len(inner) == len(items) and all(isinstance(one, dict) for one in inner):
            yield from _of_items(f"{path}.{quoted(key)}", inner, depth - 1)
        elif all(isinstance(one, list) for one in inner):
            whole = [each for one in inner for each in one]
            if whole and all(isinstance(each, dict) for each in whole):
                yield from _of_items(f"{path}.{quoted(key)}[]", whole, depth - 1)


def _are_alike(objects: list[dict[str, Any]]) -> bool:
    shared = set.intersection(*(set(one) for one in objects))
    return 2 * len(shared) > max(map(len, objects))


def leaves_of(value: Any) -> Iterator[str]:
    """Yield the plain texts and numbers in a value, for comparing."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves_of(one)
    elif value is not None and not isinstance(value, bool) and (said := plain(str(value))):
        yield said


def names_in(path: str) -> list[str]:
    """Return the keys of a path.

    >>> names_in('data.items[0]."unit price"')
    ['data', 'items', 'unit price']
    """
    return [found for one in _key.findall(path) if not (found := one.strip('"')).isdigit()]


def likeness(old: str, new: str, said: str) -> float:
    """Return how alike the keys of two paths are, from 0 to 1; `said`: what the config calls the value.

    >>> [round(likeness("price", path, "cost"), 2) for path in ("data.price", "unitPrice")]
    [0.95, 0.86]
    """
    olds, news = names_in(old), names_in(new)
    if not news:
        return 0.0
    last = max(_alike(one, news[-1]) for one in (*olds[-1:], said))
    some, others = ({word for name in names for word in words_in(name)} for names in (olds, news))
    return 0.9 * last + 0.1 * len(some & others) / max(1, len(some | others))


def _alike(one: str, other: str) -> float:
    return 1.0 if one == other else 0.9 * _shared(set(words_in(one)), set(words_in(other)))


def _shared(some: set[str], others: set[str]) -> float:
    return len(some & others) / min(len(some), len(others)) if some and others else 0.0
