"""Write regexes of a page's source: what a person would cut out between the marks around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import regex

from scraper.authoring.structure.class_words import is_utility, stable_names
from scraper.parse.trees.text import own_text

Element = Any


def markup_of(elements: Sequence[Element]) -> Iterator[str]:
    """Yield regexes of the source of elements of one tag, from one's beginning to its end."""
    tags = {str(one.tag) for one in elements}
    if len(tags) != 1:
        return
    tag = tags.pop()
    shared = set.intersection(*(set((one.get("class") or "").split()) for one in elements))
    for name in sorted(shared, key=lambda one: (is_utility(one), not stable_names(one), one)):
        yield rf"<{tag}\b[^>]*\b{_escaped(name)}\b.*?</{tag}>"
    if not shared:
        yield rf"<{tag}>.*?</{tag}>"
        yield rf"<{tag}\b.*?</{tag}>"


def cuts_of(element: Element, attr: str | None) -> Iterator[str]:
    """Yield regexes that cut an element's text or attribute out of the source."""
    tag = str(element.tag)
    names = [name for name in (element.get("class") or "").split() if stable_names(name) == (name,)]
    if attr is not None:
        yield rf'\b{attr}="(.*?)"'
        yield from (rf'{_escaped(name)}"[^>]*?\b{attr}="(.*?)"' for name in names)
        yield rf'<{tag}\b[^>]*?\b{attr}="(.*?)"'
        return
    if caption := regex.match(r"(\p{L}[^\d:：<\"]{1,30}[:：])", own_text(element)):
        yield rf"({_escaped(caption[1])}[^<]*)<"
    leaves = [one for one in element.iterdescendants() if isinstance(one.tag, str) and not len(one)]
    if leaves and not (element.text or "").strip() and all(one.get("class") for one in leaves):
        for before in ("", "<{}[^>]*"):
            cuts = (rf"{_escaped(one.get('class').split()[-1])}\">(.*?)</{one.tag}>" for one in leaves)
            yield ".*?".join(before.format(one.tag) + cut for one, cut in zip(leaves, cuts, strict=True))
    for name in names:
        yield rf'class="{_escaped(name)}">(.*?)</{tag}>'
        yield rf"\b{_escaped(name)}\b[^>]*>(.*?)</{tag}>"
    yield rf"<{tag}>(.*?)</{tag}>"
    yield rf"<{tag}\b[^>]*>(.*?)</{tag}>"
    yield from (rf'class="{_escaped(name)}">(.*?)</{tag}>' for name in (element.get("class") or "").split()[:1])


def _escaped(name: str) -> str:
    return regex.escape(name).replace("\\-", "-")
