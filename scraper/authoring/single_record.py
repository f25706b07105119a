"""Make one record of a page on which nothing repeats: its heading, its description, what is marked up as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import regex

from scraper.authoring.details import Detail
from scraper.authoring.field_guesses import Guess, as_name
from scraper.authoring.structure.candidates import INLINE, LINKED, SHORT, Element, is_seen, is_stable
from scraper.authoring.structure.regions import is_around
from scraper.authoring.things import Thing
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
NO_FACTS = ("a", "button", "form", "label", *(f"h{n}" for n in range(1, 7)))
FACTS = 2


def find(root: Element, details: Sequence[Detail], thing: Thing | None = None) -> list[Guess]:
    """Return the fields of a page, `details` those that have labels, `thing` what it declares to be about."""
    found: dict[str, Guess] = {}
    for name, keys in (*ALWAYS, *_marked_up(root)):
        element: Element = next(iter(Css(keys["css"], is_page=True).find(root)), None)
        value = "" if element is None else element.get(keys["attr"], "") if "attr" in keys else text(element)
        _add(found, name, keys, value)
    for one in details:
        how = treatment_of([one.value]).keys()
        steps = [*one.keys.get("steps", ()), *how.get("steps", ())]
        _add(found, as_name(one.caption), {**one.keys, **how, **({"steps": steps} if steps else {})}, one.value)
    known = {guess.sample for guess in found.values()}
    for label, keys, value in thing.fields() if thing is not None else ():
        if value not in known:
            _add(found, as_name(label), {**keys, **_type_of(keys, value)}, value)
    return list(found.values())


def by_class(root: Element, known: Sequence[Guess]) -> list[Guess]:
    """Return texts behind the heading that a class of their own names: `<p class="price">`; none that are known."""
    heading = next(root.iter("h1"), None)
    if heading is None:
        return []
    count = Counter(name for element in root.iter() for name in _classes(element))
    found = {guess.name: guess for guess in known}
    values = {guess.sample for guess in known}
    is_behind = False
    for element in root.iter():
        is_behind = is_behind or element is heading
        names = [name for name in _classes(element) if count[name] == 1 and is_stable(name)]
        value = " ".join(text(element).split()) if names and is_behind and _is_leaf(element) else ""
        if value and len(value) <= SHORT and value not in values and not is_around(element):
            _add(found, as_name(names[0]), {"css": f".{names[0]}", **_type_of({}, value)}, value)
            values.add(value)
    return list(found.values())[len(known) :]


def _type_of(keys: dict[str, Any], value: str) -> dict[str, Any]:
    return {} if "many" in keys else treatment_of([value]).keys()


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def _is_leaf(element: Element) -> bool:
    """Return whether an element holds a text that is seen and leads nowhere."""
    is_plain = element.tag not in NO_FACTS and all(child.tag in INLINE and not _classes(child) for child in element)
    return is_plain and next(element.iterancestors(*NO_FACTS), None) is None and is_seen(element)


def _add(found: dict[str, Guess], name: str, keys: dict[str, Any], value: str) -> None:
    if name and value.strip() and name not in found and len(found) < MOST:
        found[name] = Guess(name, {**keys, **({"required": True} if not found else {})}, 1, value)


def is_of_one_thing(found: list[Guess]) -> bool:
    """Return whether a page describes one thing: it has a heading and several facts beside."""
    names = {guess.name for guess in found}
    return "title" in names and len(names - {"title", "description", "image"}) >= FACTS


def _marked_up(root: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the properties of microdata, as a list one that is there several times in the scope of one thing."""
    marked = [element for element in root.iter() if isinstance(element.tag, str) and element.get("itemprop")]
    places: dict[str, list[Element]] = {}
    for element in marked:
        scope = next((one for one in element.iterancestors() if one.get("itemscope") is not None), None)
        places.setdefault(element.get("itemprop"), []).append(scope)
    for element in marked:
        name = element.get("itemprop")
        if regex.fullmatch(r"[A-Za-z]\w*", name):
            keys: dict[str, Any] = {"css": f'[itemprop="{name}"]'}
            attr = LINKED.get(str(element.tag))
            has_attr = attr is not None and element.get(attr)
            keys |= {"attr": str(attr)} if has_attr else {}
            keys |= {"type": "url"} if has_attr and attr in ("href", "src") else {}
            keys |= {"many": True} if len(places[name]) > 1 and len(set(places[name])) == 1 else {}
            yield regex.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(), keys
