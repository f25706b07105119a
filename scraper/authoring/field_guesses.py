"""Make fields of the places in items: a selector that finds each, a name for it, the type of its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import regex
from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.details import Detail, of_term
from scraper.authoring.structure.candidates import Candidate, Element
from scraper.authoring.structure.features import heading_of_column
from scraper.authoring.structure.repeats import Group
from scraper.authoring.type_guesses import guess_type, treatment_of
from scraper.errors import PatternError
from scraper.parse.trees.lxml_select import Css
from scraper.parse.trees.text import text

_words = regex.compile(r"[\p{L}\d]+")
TAG_NAMES = {"a": "title", "img": "image", "time": "time", "p": "text", "span": "text", "div": "text", "li": "text"}
TAG_NAMES |= {f"h{n}": "title" for n in range(1, 7)} | {"b": "text", "strong": "text", "small": "note", "i": "text"}
NAMES_NOTHING = frozenset("url link fn n a item inner wrapper content-wrapper left right row col".split())
VAGUE = ("a", "b", "div", "em", "i", "li", "p", "span", "strong", "td")
"""Tags that alone say little of which element is meant."""
ATTR_NAMES = {"href": "url", "src": "image", "data-src": "image", "srcset": "image"}


class Guess(Struct, frozen=True):
    """One field: what a config says of it, and what was seen."""

    name: str
    keys: dict[str, Any]
    filled: int
    sample: str

    def named(self, name: str) -> Guess:
        """Return the same field under another name."""
        return replace(self, name=name)


def guesses(group: Group) -> list[Guess]:
    """Return the fields of a group of items, each with a name of its own."""
    count = len(group.elements)
    found: list[Guess] = []
    terms = list(_by_terms(group.elements))
    for candidate in _without_cut(group.candidates):
        selector = _selector(candidate, group.elements)
        if selector is None or (terms and _is_told(candidate)):
            continue
        keys: dict[str, Any] = {} if selector == ":scope" else {"css": selector}
        keys |= {"attr": candidate.attr} if candidate.attr else {} if keys else {"get": "own_text"}
        keys |= {"many": True} if candidate.place.is_many and _is_list(candidate) else {}
        keys |= guess_type(candidate).keys()
        sample = next(value for some in candidate.values for value in some)
        name = _name(candidate, group)
        if candidate.attr == "href":
            name = f"{name}_url" if any(guess.name == "url" for guess in found) else "url"
        found.append(Guess(name, keys, candidate.filled, sample))
    return list(_with_own_names(_with_required([*found, *terms], count)))


def _without_cut(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without the texts that an attribute says better: in full, or as a date for machines."""
    titled = {candidate.place.path for candidate in candidates if candidate.attr == "title"}
    cut = {
        s.place.path
        for s in candidates
        if s.attr is None and any(v.endswith(("...", "…")) for some in s.values for v in some)
    }
    dated = {candidate.place.path for candidate in candidates if candidate.attr == "datetime"}
    return [
        candidate
        for candidate in candidates
        if candidate.attr is not None or candidate.place.path not in (titled & cut) | dated
    ]


# --------------------------------------------------------------------------- selectors and names


def _selector(candidate: Candidate, items: Sequence[Element]) -> str | None:
    """Return the shortest selector that finds the elements of a candidate in the items and no others before them."""
    path = candidate.place.path
    if not path:
        return ":scope"
    ways = [path[-1], *(" ".join((one, path[-1])) for one in reversed(path[:-1]) if "." in one)]
    ways += [" > ".join(path[n:]) for n in range(len(path) - 2, -1, -1)] + [":scope > " + " > ".join(path)]
    ways.sort(key=lambda way: ("." not in way, " " not in way and way in VAGUE, len(way.split())))
    exact = (way for way in ways if _found(way, candidate, items) == candidate.place.nodes)
    return next(exact, None) or next((way for way in ways if _finds_first(way, candidate, items)), None)


def _finds_first(selector: str, candidate: Candidate, items: Sequence[Element]) -> bool:
    """Return whether a selector finds what a candidate has, if the first that it finds counts."""
    found = _found(selector, candidate, items)
    return not candidate.place.is_many and all(
        some[:1] == nodes for some, nodes in zip(found, candidate.place.nodes, strict=False)
    )


def _found(selector: str, candidate: Candidate, items: Sequence[Element]) -> tuple[tuple[Element, ...], ...]:
    """Return for each item the elements that a selector finds and that have the attribute of a candidate."""
    try:
        css = Css(selector)
    except PatternError:
        return ()
    return tuple(
        tuple(e for e in css.find(item) if candidate.attr is None or candidate.attr in e.attrib) for item in items
    )


def _is_list(candidate: Candidate) -> bool:
    return sum(len(some) > 1 for some in candidate.values) > 1


def _name(candidate: Candidate, group: Group) -> str:
    """Return a name for a field: what the page calls it, without the words of the item itself."""
    path = candidate.place.path
    node = next((some[0] for some in candidate.place.nodes if some), None)
    if node is None:
        return "text"
    if not path:
        own_name = "" if candidate.attr in ATTR_NAMES else as_name((candidate.attr or "").removeprefix("data-"))
        return own_name or TAG_NAMES.get(str(node.tag), str(node.tag))
    if candidate.attr == "title":
        return "title"
    known = node.get("itemprop") or _column_of(node) or _term_of(node)
    names = [label.partition(".")[2].partition(":")[0] for label in reversed(path)]
    labels = ["" if name in NAMES_NOTHING else name for name in names]
    speaks_for_itself = regex.match(r"h\d|img|time", path[-1])
    around = labels[:2] if path[-1] == "a" else labels[:1] if speaks_for_itself else labels
    words = _words.findall(known or next(filter(None, around), ""))
    item_words = _words.findall(group.selector.rpartition(".")[2]) if "." in group.selector else []
    while len(words) > 1 and words[0] in item_words:
        words = words[1:]
    return as_name("_".join(words)) or TAG_NAMES.get(str(node.tag), str(node.tag))


def _column_of(node: Element) -> str:
    """Return what stands at the head of the column in which an element lies."""
    heading = heading_of_column(node)
    return "" if heading is None else text(heading)


def _term_of(node: Element) -> str:
    """Return the label of the description in which an element lies."""
    value = node if node.tag == "dd" else next(node.iterancestors("dd"), None)
    term = None if value is None else next(value.itersiblings("dt", preceding=True), None)
    return "" if term is None else text(term).rstrip(" :：")


def _by_terms(items: Sequence[Element]) -> Iterator[Guess]:
    """Yield what stands behind the labels of `<dl>` in items: each may have others, or in another order."""
    found: dict[str, list[Detail]] = {}
    for item in items:
        own = {one.caption: one for term in item.iter("dt") for one in of_term(term) if one.value}
        for caption, one in own.items():
            found.setdefault(caption, []).append(one)
    for caption, details in found.items():
        values = [one.value for one in details]
        if len(details) >= max(2, 0.2 * len(items)) and len(set(values)) > 1:
            keys = {"xpath": f".{details[0].keys['xpath']}", **treatment_of(values).keys()}
            yield Guess(as_name(caption), keys, len(details), values[0])


def _is_told(candidate: Candidate) -> bool:
    """Return whether a text is that of a term or of a description: it is found by its label."""
    nodes = [node for some in candidate.place.nodes for node in some]
    around = [node if node.tag in ("dt", "dd") else next(node.iterancestors("dt", "dd"), None) for node in nodes]
    return candidate.attr is None and all(
        one is not None and text(one) == text(node) for one, node in zip(around, nodes, strict=True)
    )


def as_name(label: str) -> str:
    """Return a name for a field, made of the letters and digits of a label.

    >>> as_name("Price (excl. tax)"), as_name("numberOfReviews"), as_name("3D")
    ('price_excl_tax', 'number_of_reviews', 'n_3d')
    """
    name = "_".join(_words.findall(regex.sub(r"(?<=[a-z])(?=[A-Z])", "_", label))).lower()
    return f"n_{name}" if name[:1].isdigit() else name[:40]


def _with_required(found: list[Guess], count: int) -> Iterator[Guess]:
    """Yield the fields, as required the first text and the first link that every item has: one without is no item.

    Of the others a miss costs one value, and `expect.field_coverage` tells of it.
    """
    left = {None, "url"}
    for guess in found:
        kind = guess.keys.get("type")
        is_first = guess.filled == count and kind in left and guess.keys.get("attr") in (None, "title", "href")
        if is_first and "many" not in guess.keys:
            left.discard(kind)
            guess = replace(guess, keys={**guess.keys, "required": True})
        yield guess


def _with_own_names(found: Iterable[Guess]) -> Iterator[Guess]:
    """Yield the fields, those of the same name told apart by number."""
    used: dict[str, int] = {}
    for guess in found:
        used[guess.name] = used.get(guess.name, 0) + 1
        yield guess if used[guess.name] == 1 else guess.named(f"{guess.name}_{used[guess.name]}")
