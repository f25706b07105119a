"""Make one record of a page on which nothing repeats: its heading, its description, what is marked up as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import regex

from scraper.authoring.candidates import LINKED, Element
from scraper.authoring.details import Detail
from scraper.authoring.field_guesses import Guess, as_name
from scraper.authoring.type_guesses import treatment_of
from scraper.parse.trees.lxml_select import Css
from scraper.parse.trees.text import text

ALWAYS = (
    ("title", {"css": "h1"}),
    ("title", {"css": "title"}),
    ("description", {"css": 'meta[name="description"]', "attr": "content"}),
    ("description", {"css": 'meta[property="og:description"]', "attr": "content"}),
    ("image", {"css": 'meta[property="og:image"]', "attr": "content", "type": "url"}),
)
MOST = 20
FACTS = 2


def find(root: Element, details: Sequence[Detail]) -> list[Guess]:
    """Return the fields of a page, `details` those that have labels."""
    found: dict[str, Guess] = {}
    for name, keys in (*ALWAYS, *_marked_up(root)):
        element: Element = next(iter(Css(keys["css"], is_page=True).find(root)), None)
        value = "" if element is None else element.get(keys["attr"], "") if "attr" in keys else text(element)
        _add(found, name, keys, value)
    for one in details:
        how = treatment_of([one.value]).keys()
        steps = [*one.keys.get("steps", ()), *how.get("steps", ())]
        _add(found, as_name(one.caption), {**one.keys, **how, **({"steps": steps} if steps else {})}, one.value)
    return list(found.values())


def _add(found: dict[str, Guess], name: str, keys: dict[str, Any], value: str) -> None:
    if name and value.strip() and name not in found and len(found) < MOST:
        found[name] = Guess(name, {**keys, **({"required": True} if not found else {})}, 1, value)


def is_of_one_thing(found: list[Guess]) -> bool:
    """Return whether a page describes one thing: it has a heading and several facts beside."""
    names = {guess.name for guess in found}
    return "title" in names and len(names - {"title", "description", "image"}) >= FACTS


def _marked_up(root: Element) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the properties of microdata."""
    for element in root.iter():
        name = element.get("itemprop") if isinstance(element.tag, str) else None
        if name and regex.fullmatch(r"[A-Za-z]\w*", name):
            keys = {"css": f'[itemprop="{name}"]'}
            attr = LINKED.get(str(element.tag))
            has_attr = attr is not None and element.get(attr)
            keys |= {"attr": str(attr)} if has_attr else {}
            keys |= {"type": "url"} if has_attr and attr in ("href", "src") else {}
            yield regex.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(), keys
