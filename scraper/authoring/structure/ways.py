"""Write selectors of an element as a person would: by what it is called, by its label, and only then by its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from msgspec.structs import replace

from scraper.authoring.structure.class_words import is_utility, stable_names, words_of
from scraper.authoring.structure.features import LINKS, heading_of_column, link_words, text_before
from scraper.authoring.structure.way import Step, Test, Way
from scraper.parse.trees.text import own_text, text

Element = Any
MOST_AROUND = 6
"""Ancestors that a selector may begin with."""
TAG_INSIDE = 1.4
"""What a bare tag costs in an element that is called by its name."""
SPEAKING = frozenset(
    "h1 h2 h3 h4 h5 h6 time img article cite blockquote figcaption address main dt dd th strong em b".split()
)
BY_VALUE = (
    "itemprop",
    "rel",
    "property",
    "role",
    "data-testid",
    "data-test",
    "data-qa",
    "data-cy",
    "data-field",
    "name",
    "headers",
    "data-label",
    "data-title",
    "type",
)
LABEL_TAGS = ("dt", "th", "td", "b", "strong", "label", "h2", "h3", "h4", "h5", "h6", "span", "div", "p")
_unit = regex.compile(r"^[\d.,\s]*\d\s*(\p{L}{3,})\W*$").match
_plain = regex.compile(r"[a-zA-Z][\w-]*").fullmatch


def ways_to(element: Element, row: Element, *, is_page: bool = False) -> Iterator[Way]:
    """Yield selectors that find an element below a row, in no order; `is_page`: the row is a whole page."""
    if element is row:
        yield Way(())
        return
    own = list(compounds(element, is_page=is_page))
    yield from (Way((one,)) for one in own)
    yield from _by_label(element, row, own)
    placed = [
        replace(one, tests=(*one.tests, test), cost=one.cost + 1.2)
        for one in own
        if one.cost >= 1.4
        for test in _place(element)
    ]
    yield from (Way((one,)) for one in placed)
    around = _around(element, row)
    for number, ancestor in enumerate(around[:MOST_AROUND]):
        best = sorted(compounds(ancestor, is_page=is_page), key=lambda one: one.cost)[: 3 if number < 2 else 1]
        for one in best:
            for last in (*own, *placed):
                last = (
                    replace(last, cost=min(last.cost, TAG_INSIDE)) if not last.tests and one.cost < TAG_INSIDE else last
                )
                yield Way((one, last))
                if number == 0:
                    yield Way((one, replace(last, combinator=">", cost=last.cost + 0.1)))
    if len(around) > 1:
        yield from _long_ways(around, own, is_page=is_page)


def _long_ways(around: list[Element], own: list[Step], *, is_page: bool) -> Iterator[Way]:
    """Yield ways of three steps over the element right around."""
    nearest = min(compounds(around[0], is_page=is_page), key=lambda one: one.cost)
    placed = [replace(nearest, tests=(*nearest.tests, place), cost=nearest.cost + 1) for place in _place(around[0])]
    for middle in (nearest, *placed):
        for last in own[:4]:
            yield Way((middle, replace(last, combinator=">")))
            for ancestor in around[1:3]:
                first = min(compounds(ancestor, is_page=is_page), key=lambda one: one.cost)
                yield Way((first, middle, replace(last, combinator=">")))
                if ancestor is around[1]:
                    yield Way((first, replace(middle, combinator=">"), replace(last, combinator=">")))


def compounds(element: Element, *, is_page: bool = False) -> Iterator[Step]:
    """Yield what an element alone may be called, the best first or nearly so."""
    tag = str(element.tag)
    for name in BY_VALUE:
        value = element.get(name)
        if value and len(value) <= 40 and '"' not in value and "'" not in value and not regex.search(r"\d{3}", value):
            yield Step(
                " ",
                "" if name.startswith(("item", "data-")) else tag,
                (("=", name, value),),
                0.6 if name in BY_VALUE[:9] else 1.3,
            )
    yield from _by_id(element, tag, is_page=is_page)
    yield from _by_class(element, tag)
    yield from _by_link(element, tag)
    for name in element.attrib:
        name = str(name)
        if name not in ("class", "id", "style", *LINKS, *BY_VALUE) and regex.fullmatch(r"[a-z][a-z-]{2,24}", name):
            yield Step(" ", tag, (("has", name, ""),), 1.5)
    if regex.fullmatch(r"[a-z][\w-]*", tag):
        yield Step(" ", tag, (), 1.4 if tag in SPEAKING else 3.0)


def _by_id(element: Element, tag: str, *, is_page: bool) -> Iterator[Step]:
    name = element.get("id") or ""
    if is_page and _plain(name) and stable_names(name) == (name,) and not regex.search(r"\d", name):
        yield Step(" ", "", (("#", "", name),), 0.7)
    elif (stem := regex.match(r"([a-zA-Z]{3,}[-_:])(?=\d)", name)) is not None:
        yield Step(" ", tag, (("^", "id", stem[1]),), 1.6)
    elif regex.search(r"\d", name):  # of the thing that it tells of
        yield Step(" ", tag, (("has", "id", ""),), 1.8)


def _by_class(element: Element, tag: str) -> Iterator[Step]:
    names = (element.get("class") or "").split()
    for name in names:
        if not _plain(name):
            continue
        stable = stable_names(name)
        if is_utility(name):
            yield Step(" ", tag, ((".", "", name),), 2.4)
        elif name in stable:
            yield Step(" ", tag, ((".", "", name),), 1.0 if words_of(name) else 1.7)
        else:
            yield from (Step(" ", tag, (("*", "class", part),), 1.5 if words_of(part) else 2.2) for part in stable)


def _by_link(element: Element, tag: str) -> Iterator[Step]:
    for name in LINKS:
        for word in link_words(element.get(name) or ""):
            if word == "elsewhere":
                yield Step(" ", tag, (("^", name, "http"),), 3.3)
            elif word.endswith("/"):
                yield Step(
                    " ",
                    tag,
                    (
                        (
                            "*" if (element.get(name) or "").startswith("http") else "^",
                            name,
                            f"/{word}" if not (element.get(name) or "").startswith(word) else word,
                        ),
                    ),
                    1.4,
                )
            elif word.startswith(("/", ".")):
                yield Step(" ", tag, (("$", name, word),), 1.4)
            elif word.startswith("?"):
                yield Step(" ", tag, (("*", name, f"{word[1:]}="),), 1.6)


def _place(element: Element) -> Iterator[Test]:
    """Yield the tests for an element's place among its brothers."""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    behind = sum(1 for _ in element.itersiblings(element.tag))
    if before or behind:
        yield ("nth", "of-type", str(before + 1))
        if not behind:
            yield ("last", "of-type", "")


def _by_label(element: Element, row: Element, own: list[Step]) -> Iterator[Way]:
    """Yield ways that begin with what stands before an element: the row of a table, a term, a caption."""
    tag = str(element.tag)
    if caption := regex.match(r"(\p{L}[^\d:：\"']{1,30}[:：])", own_text(element)):
        yield Way((Step(" ", tag, (("contains", "", caption[1]),), 1.3),))
    if unit := _unit(own_text(element)):
        yield Way((Step(" ", tag, (("contains", "", unit[1].removesuffix("s")),), 1.5),))
    for holder in _around(element, row)[:2]:
        if caption := regex.match(r"(\p{L}[^\d:：\"']{1,30})[:：]", own_text(holder)):
            for last in own[-1:]:
                yield Way((Step(" ", str(holder.tag), (("contains", "", caption[1]),), 1.3), last))
    previous = element.getprevious()
    if previous is not None and isinstance(previous.tag, str):
        label = text_before(element)
        words = label.rstrip(" :：")
        if (
            label
            and text(previous) == label
            and '"' not in words
            and "'" not in words
            and not regex.search(r"\d", words)
        ):
            term = Step(" ", str(previous.tag), (("contains", "", words),), 1.2)
            yield Way((term, Step("+", tag, (), 0.4)))
            if element.getparent() is not row and element.getparent().tag in ("tr", "li", "div", "p"):
                yield Way((Step(" ", str(element.getparent().tag), (("contains", "", words),), 1.3), own[-1]))


def column_of(element: Element) -> tuple[str, int] | None:
    """Return the heading of an element's column and its number from 1, None for what lies in no such table."""
    heading = heading_of_column(element)
    if heading is None:
        return None
    return text(heading), 1 + sum(1 for one in heading.itersiblings(preceding=True) if isinstance(one.tag, str))


def _around(element: Element, row: Element) -> list[Element]:
    found = []
    for one in element.iterancestors():
        if one is row or one.tag in ("html", "body"):
            break
        found.append(one)
    return found
