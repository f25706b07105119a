"""Name the elements of new rows that may hold what a field used to read, and the fields that would read them."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from msgspec.structs import replace

from scraper.authoring.mend.ground import Element, Row, attr_of, last_of_elements, with_pattern
from scraper.authoring.mend.likeness import plain, shape_likeness, shape_of
from scraper.authoring.mend.past import Past
from scraper.authoring.pattern_variants import loosened
from scraper.authoring.structure.class_words import words_in
from scraper.authoring.structure.features import LINKS, features_of, likeness, own_words, text_before
from scraper.authoring.structure.way import Test, Way, css_test, xpath_test
from scraper.errors import ScraperError
from scraper.job import Field, Selection, Source
from scraper.parse.selectors.select import Clock, Regex
from scraper.parse.trees.text import own_text, text

LIKE, ALIKE = 0.35, 0.85
"""How much a value must be an old one, or how alike its shape must be, to be looked for in an attribute."""
HELD_BY = ("title", "alt", "content", "datetime", "value", "aria-label", "data-src", "src", "href")


def likely(past: Past, row: Row, node: Element, value: str, *, is_markup: bool) -> float:
    """Return how likely an element holds the value, at a glance; `is_markup`: the field cuts it out of the source."""
    found = [value] if is_markup else cut(past.field.selection, value)
    same = max((past.likeness(one) for one in found), default=0.0)
    shape = shape_likeness(past.shape, shape_of(found)) if found else 0.0
    named = likeness(past.features, features_of([row.marks(node)]), past.hints)
    return 1.2 * same + 0.6 * shape + named


def cut(selection: Selection, value: str) -> list[str]:
    """Return what the regexes behind the elements leave of a text."""
    last = last_of_elements(selection)
    found = [value]
    try:
        for source in selection.sources[(-1 if last is None else last) + 1 :]:
            if source.language == "regex":
                found = [cut for one in found for cut in Regex(str(source.pattern)).find(one, Clock(0.2))][:3]
    except ScraperError:
        return []
    return [one.strip() for one in found if one and one.strip()]


def holders(row: Row, past: Past, *, is_large: bool) -> Iterator[tuple[Element, str | None, str]]:
    """Yield the elements of a row, each with the attribute that may hold the value and what it holds."""
    selection = past.field.selection
    attr, get = attr_of(selection), selection.get
    for node in row.nodes:
        if is_large and not _is_worth_it(node, past, attr):
            continue
        if get == "exists":
            yield node, None, own_text(node) or "x"
            continue
        whole = text(node) if get != "own_text" else own_text(node)
        if attr is None and whole:
            yield node, None, whole
        elif attr is not None and node.get(attr):
            yield node, attr, node.get(attr) or ""
        if attr is None:
            yield from (
                (node, name, v) for name, v in _other_attributes(node) if _is_like(past, v) and plain(v) != plain(whole)
            )
        else:
            if attr not in LINKS and whole and len(whole) < 300 and past.likeness(whole) >= 0.35:
                yield node, None, whole
            for name, value in _other_attributes(node):
                if name != attr and (_is_like(past, value) or (name in LINKS and attr in LINKS)):
                    yield node, name, value


def _is_like(past: Past, value: str) -> bool:
    """Return whether an attribute holds an old value or one of its kind, after the regexes behind the elements."""
    found = cut(past.field.selection, value)
    if any(past.likeness(one) >= LIKE for one in found):
        return True
    return bool(found) and shape_likeness(past.shape, shape_of(found)) > ALIKE


def _other_attributes(node: Element) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        name = str(name)
        if (name in HELD_BY or name.startswith("data-")) and value and len(value) < 500:
            yield name, value.strip()


def _is_worth_it(node: Element, past: Past, attr: str | None) -> bool:
    """Return whether an element of a large page is worth a closer look: for an old value, or for its name."""
    if attr is not None and node.get(attr) and past.likeness(node.get(attr) or "") > 0:
        return True
    own = own_text(node)
    if own and past.likeness(own) > 0:
        return True
    if past.field.selection.sources and len(node) and len(node) <= 12 and past.plain_texts:
        whole = text(node) if len(node) <= 12 else ""
        if whole and len(whole) < 2000 and (plain(whole) in past.plain_texts or past.likeness(whole) > 0.5):
            return True
    usual = {word for word, count in past.features.words.items() if count * 2 >= past.features.count}
    words = own_words(node)
    if len(node) <= 3 and (label := text_before(node)) and set(words_in(label)) & past.hints:
        return True
    return bool(words & (usual | past.hints)) or (
        str(node.tag) in past.features.tags and str(node.tag) in ("h1", "time", "address")
    )


def looser(selection: Selection) -> Iterator[str]:
    """Yield the old selector with one demand less."""
    last = last_of_elements(selection)
    if last is not None and selection.sources[last].language == "css":
        yield from loosened(str(selection.sources[last].pattern))
    elif last is not None:
        steps = regex.split(r"(?<=[^/\[])/(?=[^/@])(?![^\[]*\])", str(selection.sources[last].pattern))
        yield from ("/".join(steps[:n]) + "//" + "/".join(steps[n:]) for n in range(1, len(steps)))


def _without_tag(css: str, old: str) -> str:
    """Return a selector of one class without its tag where the old one had none either."""
    is_bare = regex.fullmatch(r"\.[\w-]+", old) and regex.fullmatch(r"\w+\.[\w-]+", css)
    return css[css.index(".") :] if is_bare else css


def with_way(one: Field, way: Way | str, attr: str | None) -> Field:
    """Return a field that reads what a way leads to, in the language of its old selector."""
    selection = one.selection
    last = last_of_elements(selection)
    rest = selection.sources[(-1 if last is None else last) + 1 :]
    language = "css" if last is None else selection.sources[last].language
    language = "css" if language == "column" else language
    pattern = way if isinstance(way, str) else way.xpath() if language == "xpath" else way.css()
    if language == "css" and last is not None and not isinstance(way, str):
        pattern = _without_tag(pattern, str(selection.sources[last].pattern))
    if language == "xpath" and selection.attr is None and not isinstance(way, str):
        pattern, attr = f"{pattern}/@{attr}" if attr else pattern, None
    head = (Source(language, pattern),) if isinstance(way, str) or way.steps else ()
    get = selection.get if attr is None else "text"
    return replace(one, selection=replace(selection, sources=(*head, *rest), first_of=(), attr=attr, get=get))


def asking(selection: Selection, number: int, test: Test) -> Selection:
    """Return a selection that asks more of the elements that one of its sources finds."""
    source = selection.sources[number]
    pattern, at, attr = str(source.pattern).partition("/@")
    asked = pattern + (xpath_test(test) if source.language == "xpath" else css_test(test))
    return with_pattern(selection, number, asked + at + attr)
