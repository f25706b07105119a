"""What tells an element apart but for its values: its name, the words of its classes, its labels, its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import regex
from msgspec import Struct, field

from scraper.authoring.structure.class_words import is_utility, words_in, words_of
from scraper.parse.trees.text import UNSEEN, own_text, text

Element = Any
NEAR = 3
"""Ancestors whose names count."""
LABEL = 40
"""Characters that a label has at most."""
SORTS = {
    "a": "link",
    "img": "image",
    "time": "time",
    "td": "cell",
    "th": "cell",
    "dd": "cell",
    "li": "entry",
    "dt": "cell",
}
SORTS |= {f"h{n}": "heading" for n in range(1, 7)} | {"p": "text", "div": "text", "section": "text", "article": "text"}
NAMING = ("itemprop", "rel", "property", "name", "role", "data-testid", "data-test", "data-qa", "data-cy", "data-field")
"""Attributes whose values say what an element is."""
LINKS = ("href", "src", "data-src", "srcset")
HEADINGS = frozenset(f"h{n}" for n in range(1, 7))
_digits = regex.compile(r"\d+")
_caption = regex.compile(r"(\p{L}[^\d:：]{0,30})[:：]")
_beginning = regex.compile(r"[^\d:：]{2,40}")
_letter = regex.compile(r"\p{L}")
_scheme = regex.compile(r"^[a-z]+:")
_word = regex.compile(r"[a-z_-]{1,20}")
_file = regex.compile(r"[a-z_-]{1,20}(?:\.\w{1,5})?")
_suffix = regex.compile(r"\.(jpe?g|png|gif|webp|avif|svg|pdf|html?|php|aspx?)$")
_asked = regex.compile(r"(?:^|[&;])([a-z_]{1,20})=")


class Features(Struct):
    """What the elements of a field have in common: how large a share of them has each sign."""

    count: int = 0
    tags: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    """Of its own class, id and such."""
    near: Counter[str] = field(default_factory=Counter)
    """Of those around it."""
    labels: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    """Words of its address."""
    attrs: Counter[str] = field(default_factory=Counter)
    place: float = 0.0
    """How far behind the beginning of its row, from 0 to 1."""
    depth: float = 0.0

    def add(self, marks: Marks, place: float) -> None:
        """Count one element in; `place`: how far behind the beginning of its row it stands, from 0 to 1."""
        self.count += 1
        self.tags.update(marks.tags)
        self.words.update(marks.words)
        self.near.update(marks.near)
        self.labels.update(marks.labels)
        self.links.update(marks.links)
        self.attrs.update(marks.attrs)
        self.place += place
        self.depth += marks.depth


class Marks(NamedTuple):
    """What tells one element apart."""

    tags: frozenset[str]
    words: frozenset[str]
    near: frozenset[str]
    labels: frozenset[str]
    links: frozenset[str]
    attrs: frozenset[str]
    depth: int


def marks_of(element: Element, row: Element) -> Marks:
    """Return what tells an element apart in its row."""
    tag = str(element.tag)
    around = list(_ancestors(element, row))
    tags = {tag, SORTS.get(tag, "inline")}
    tags |= {"in heading"} if any(str(one.tag) in HEADINGS for one in (element, *around)) else set()
    tags |= {"in link"} if any(one.tag == "a" for one in (element, *around)) else set()
    return Marks(
        frozenset(tags),
        own_words(element),
        frozenset(word for one in around[:NEAR] for word in own_words(one)),
        frozenset(labels_of(element, row)),
        frozenset(word for name in LINKS if (address := element.get(name)) for word in link_words(address)),
        frozenset(name for name in map(str, element.attrib) if name not in ("class", "id", "style")),
        len(around),
    )


def features_of(found: Iterable[tuple[Marks, float]]) -> Features:
    """Return what elements have in common: the marks of each, and its place in its row."""
    result = Features()
    for marks, place in found:
        result.add(marks, place)
    return result


def likeness(was: Features, now: Features, hints: frozenset[str] = frozenset()) -> float:
    """Return how alike two sorts of elements are, from 0 to 1; `hints`: words that the config calls the field by.

    A sign that both have counts in full, one that only the old ones have less: names may have gone.
    """
    if not was.count or not now.count:
        return 0.0
    parts = [(1.0, _shared(was.tags, now.tags, was.count, now.count)), (0.8, _close(was, now))]
    own, hinted = _strong(was.words, now.words, was.count, now.count), _hinted(hints, now)
    parts.append(_part(2.2, max(own, 0.85 * hinted), 0.9 if was.words and now.words else 0.45 if was.words else 0.2))
    parts.append(_part(0.7, _strong(was.near, now.near, was.count, now.count), 0.25 if was.near else 0.0))
    parts.append(_part(1.4, _strong(was.labels, now.labels, was.count, now.count), 0.3 if was.labels else 0.0))
    parts.append(
        _part(1.2, _strong(was.links, now.links, was.count, now.count), 0.7 if _usual(was.links, was.count) else 0.0)
    )
    parts.append(_part(0.4, _shared(was.attrs, now.attrs, was.count, now.count), 0.2 if was.attrs else 0.0))
    return sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)


def _part(weight: float, part: float, missed: float) -> tuple[float, float]:
    """Return the weight of a part between that of a miss and that of a hit, and the part."""
    return missed + (weight - missed) * part, part


def _hinted(hints: frozenset[str], now: Features) -> float:
    own = sum(count / now.count for word, count in now.words.items() if word in hints)
    own = max(own, sum(count / now.count for label, count in now.labels.items() if hints & set(label.split())))
    own = max(own, 0.6 * sum(count / now.count for word, count in now.near.items() if word in hints))
    links = 0.7 * sum(count / now.count for word, count in now.links.items() if word in hints)
    return min(1.0, max(own, links))


def _shared(was: Counter[str], now: Counter[str], was_count: int, now_count: int) -> float:
    names = set(was) | set(now)
    both = sum(min(was[n] / was_count, now[n] / now_count) for n in names)
    either = sum(max(was[n] / was_count, now[n] / now_count) for n in names)
    return both / either if either else 0.0


def _strong(was: Counter[str], now: Counter[str], was_count: int, now_count: int) -> float:
    """Return how much of the signs that most of the old elements had the new ones have; one shared word is much."""
    usual = _usual(was, was_count)
    if not usual:
        return 0.0
    found = sum(min(share, now[name] / now_count) for name, share in usual.items())
    return min(1.0, found / max(1.0, 0.67 * sum(usual.values())))


def _usual(was: Counter[str], count: int) -> dict[str, float]:
    return {name: number / count for name, number in was.items() if number * 2 >= count}


def _close(was: Features, now: Features) -> float:
    place = 1 - min(1.0, 2 * abs(was.place / was.count - now.place / now.count))
    return 0.75 * place + 0.25 / (1 + abs(was.depth / was.count - now.depth / now.count))


def own_words(element: Element) -> frozenset[str]:
    """Return the words by which an element is called: of its classes, its id, what names it for machines."""
    naming = tuple(value for name in NAMING if (value := element.get(name)) and len(value) <= LABEL)
    return _words_by(element.get("class") or "", element.get("id") or "", naming)


@cache
def _words_by(classes: str, key: str, naming: tuple[str, ...]) -> frozenset[str]:
    names = [*classes.split(), key]
    found = {word for name in names if name and not is_utility(name) for word in words_of(_digits.sub("", name))}
    return frozenset(found | {word for value in naming for word in words_of(value)})


def labels_of(element: Element, row: Element) -> Iterator[str]:
    """Yield what stands before an element as its label: in itself, in its brothers, over its column."""
    own = own_text(element)
    if caption := _caption.match(own):
        yield _label(caption[1])
    for name in ("aria-label", "title", "placeholder", "alt"):
        if (value := element.get(name)) and (words := _beginning.match(value)):
            yield _label(words[0])
    node = element
    for _ in range(2):
        if node is row or node is None:
            break
        if before := text_before(node):
            yield _label(before)
            break
        node = node.getparent()
    if (heading := heading_of_column(element)) is not None:
        yield _label(text(heading))


def text_before(node: Element) -> str:
    """Return the short text right before an element: of the brother before it, or loose; "" for none."""
    previous = node.getprevious()
    while previous is not None and (not isinstance(previous.tag, str) or previous.tag in (*UNSEEN, "br")):
        if (previous.tail or "").strip():
            break
        previous = previous.getprevious()
    parent = node.getparent()
    if previous is None:
        loose = parent.text if parent is not None else ""
    else:
        loose = (
            previous.tail if (previous.tail or "").strip() else text(previous) if isinstance(previous.tag, str) else ""
        )
    loose = " ".join((loose or "").split())
    return loose if 1 < len(loose) <= LABEL and _letter.search(loose) else ""


def heading_of_column(element: Element) -> Element:
    """Return the cell at the head of the column of a table in which an element lies, None if there is none."""
    cell = element if element.tag in ("td", "th") else next(element.iterancestors("td", "th"), None)
    table = None if cell is None else next(cell.iterancestors("table"), None)
    if cell is None or table is None:
        return None
    position = sum(1 for one in cell.itersiblings(preceding=True) if isinstance(one.tag, str))
    headers: list[Any] = next(
        ([*line] for line in table.iter("tr") if line.find("th") is not None and line.find("td") is None), []
    )
    return headers[position] if position < len(headers) and headers[position] is not cell else None


def _label(words: str) -> str:
    return " ".join(sorted(set(words_in(words)))) or words.strip(" :：").lower()


@cache
def link_words(address: str) -> tuple[str, ...]:
    """Return the words of an address that may be the same in many: those of its path's pieces that hold no digit."""
    return tuple(_link_words(address))


def _link_words(address: str) -> Iterator[str]:
    path = _scheme.sub("", address.partition("#")[0])
    is_elsewhere = path.startswith("//")
    path, _, query = path.partition("?")
    pieces = [piece for piece in path.split("/") if piece]
    yield from (["elsewhere"] if is_elsewhere else [])
    if pieces:
        first, last = pieces[1 if is_elsewhere else 0 :][:1], pieces[-1:]
        yield from (f"{piece}/" for piece in first if _word.fullmatch(piece))
        yield from (f"/{piece}" for piece in last if _file.fullmatch(piece))
        if suffix := _suffix.search(pieces[-1]):
            yield suffix[0]
    yield from (f"?{name}" for name in _asked.findall(query))


def _ancestors(element: Element, row: Element) -> Iterator[Element]:
    if element is row:
        return
    for one in element.iterancestors():
        if one is row:
            return
        yield one
