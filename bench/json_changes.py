"""Change the JSON of a page as sites do, with the same values in it: a function a change.

Each takes what was read of the JSON, the paths of its list of things and of what the fields read in one, and a source
of chance; it returns the new JSON, and the keys that are no more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from bench.markup_changes import WORDS

Json = Any
Change = Callable[[Json, tuple[str, ...], Mapping[str, str], random.Random], tuple[Json, set[str]]]
"""From the JSON, the keys that lead to its list, the path of each field; the names of the fields that are no more."""
NEAR = {"title": "headline", "name": "label", "price": "amount", "score": "points", "id": "key", "released": "date"}


def rename_keys(data: Json, _: tuple[str, ...], __: Mapping[str, str], chance: random.Random) -> tuple[Json, set[str]]:
    """Call half of the keys another word, the same everywhere: some by one that is near, some in camelCase."""
    base = chance.random()

    def of(key: str) -> str:
        chance = random.Random(f"{base} {key}")
        ways = [NEAR.get(key, f"{key}Text"), f"{chance.choice(WORDS)}{chance.choice(WORDS).title()}"]
        return chance.choice(ways) if chance.random() < 0.5 else key

    return _with_keys(data, of), set()


def snake_to_camel(data: Json, _: tuple[str, ...], __: Mapping[str, str], ___: random.Random) -> tuple[Json, set[str]]:
    """Write every key with a prefix, in camelCase."""
    return _with_keys(data, lambda key: "x" + re.sub(r"(?:^|_)(\w)", lambda found: found[1].upper(), key)), set()


def wrap_page(data: Json, _: tuple[str, ...], __: Mapping[str, str], chance: random.Random) -> tuple[Json, set[str]]:
    """Put the whole below one or two keys more."""
    inner = {chance.choice(WORDS): data} if chance.random() < 0.5 else data
    return {"status": "ok", "payload": inner, "warnings": []}, set()


def wrap_items(data: Json, way: tuple[str, ...], _: Mapping[str, str], chance: random.Random) -> tuple[Json, set[str]]:
    """Put each thing of the list below a key."""
    word = chance.choice(["node", "item", "attributes", chance.choice(WORDS)])
    return _with(data, way, lambda items: [{"cursor": f"c{n}", word: one} for n, one in enumerate(items)]), set()


def move_list(data: Json, way: tuple[str, ...], _: Mapping[str, str], chance: random.Random) -> tuple[Json, set[str]]:
    """Let the list stand elsewhere, by another name."""
    items = _at(data, way)
    word = chance.choice(["results", "entries", chance.choice(WORDS)])
    rest = _without(data, way)
    return {**rest, word: items} if chance.random() < 0.5 else {**rest, "catalog": {word: items}}, set()


def list_to_mapping(data: Json, way: tuple[str, ...], _: Mapping[str, str], __: random.Random) -> tuple[Json, set[str]]:
    """Make a mapping of the list, by numbers."""
    return _with(data, way, lambda items: {f"e{n:03}": one for n, one in enumerate(items)}), set()


def nest_fields(
    data: Json, way: tuple[str, ...], fields: Mapping[str, str], chance: random.Random
) -> tuple[Json, set[str]]:
    """Put some of the values of each thing below a key more."""
    keys = {path.partition(".")[0] for path in fields.values()}
    moved = set(chance.sample(sorted(keys), max(1, len(keys) // 2)))
    word = chance.choice(["details", "info", chance.choice(WORDS)])

    def nested(one: dict[str, Json]) -> dict[str, Json]:
        return {k: v for k, v in one.items() if k not in moved} | {word: {k: v for k, v in one.items() if k in moved}}

    return _with(data, way, lambda items: [nested(one) for one in items]), set()


def flatten(data: Json, way: tuple[str, ...], _: Mapping[str, str], __: random.Random) -> tuple[Json, set[str]]:
    """Take the values of the objects in each thing up into it: `names.en` is `names_en`."""

    def flat(one: dict[str, Json]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, value in one.items():
            found |= {f"{key}_{k}": v for k, v in value.items()} if isinstance(value, dict) else {key: value}
        return found

    return _with(data, way, lambda items: [flat(one) for one in items]), set()


def remove_key(
    data: Json, way: tuple[str, ...], fields: Mapping[str, str], chance: random.Random
) -> tuple[Json, set[str]]:
    """Take away what one field reads."""
    name = chance.choice(sorted(fields))
    *above, last = fields[name].split(".")

    def without(one: dict[str, Json]) -> dict[str, Json]:
        return _with(one, tuple(above), lambda inner: {k: v for k, v in inner.items() if k != last})

    return _with(data, way, lambda items: [without(one) for one in items]), {name}


def add_decoys(
    data: Json, way: tuple[str, ...], fields: Mapping[str, str], chance: random.Random
) -> tuple[Json, set[str]]:
    """Put a list of other things before it, built alike, and rename keys."""
    others = [{key: _like(value, n) for key, value in one.items()} for n, one in enumerate(_at(data, way))]
    return rename_keys({"recommended": others[::-1], **data}, way, fields, chance)


CHANGES: dict[str, Change] = {
    "keys renamed": rename_keys,
    "keys in camelCase": snake_to_camel,
    "page wrapped": wrap_page,
    "items wrapped": wrap_items,
    "list moved": move_list,
    "list to mapping": list_to_mapping,
    "fields nested": nest_fields,
    "fields flattened": flatten,
    "field removed": remove_key,
    "decoys added": add_decoys,
}


def _with_keys(value: Json, of: Callable[[str], str]) -> Json:
    if isinstance(value, dict):
        return {of(key): _with_keys(one, of) for key, one in value.items()}
    return [_with_keys(one, of) for one in value] if isinstance(value, list) else value


def _at(data: Json, way: tuple[str, ...]) -> Json:
    for key in way:
        data = data[key]
    return data


def _with(data: Json, way: tuple[str, ...], change: Callable[[Json], Json]) -> Json:
    """Return the JSON with something else where a way leads, if it leads anywhere."""
    if not way:
        return change(data)
    if not isinstance(data, dict) or data.get(way[0]) is None:
        return data
    return {**data, way[0]: _with(data[way[0]], way[1:], change)}


def _without(data: Json, way: tuple[str, ...]) -> Json:
    return _with(data, way[:-1], lambda inner: {key: one for key, one in inner.items() if key != way[-1]})


def _like(value: Json, number: int) -> Json:
    """Return another value of the same sort."""
    if isinstance(value, dict):
        return {key: _like(one, number) for key, one in value.items()}
    if isinstance(value, list):
        return [_like(one, number) for one in value]
    if isinstance(value, str):
        word = WORDS[(len(value) + number) % len(WORDS)]
        return re.sub(r"\d", lambda found: str((int(found[0]) + 3) % 10), value) if value[:1].isdigit() else word
    return value + 17 + number if isinstance(value, (int, float)) and not isinstance(value, bool) else value
