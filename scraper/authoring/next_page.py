"""Find the link that leads from one page of a list to the next."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from scraper.authoring.candidates import Element, is_stable
from scraper.errors import PatternError
from scraper.parse.trees.lxml_select import Css
from scraper.parse.trees.text import text

_says_next = regex.compile(
    r"(?i)\W*(?:next(?: page)?|older(?: posts)?|more|下一页|下页|后页|次へ|suivante?|weiter|siguiente)\W*|[›»→]|>+"
)
_named_next = regex.compile(r"(?i)(?:^|[-_])next(?:$|[-_])|^nxt$")


def find_next(root: Element) -> str | None:
    """Return the selector of the link to the next page, None if there is none that is sure."""
    for selector in ("a[rel~=next]", "link[rel~=next]"):
        if _leads(root, selector):
            return selector
    links = [link for link in root.iter("a") if _is_link(link)]
    for link in links:
        for selector in _named(link):
            if _leads(root, selector, link):
                return selector
    for link in links:
        if _says_next.fullmatch(text(link)):
            return next((way for way in _worded(link) if _leads(root, way, link)), None)
    return None


def _named(link: Element) -> Iterator[str]:
    """Yield selectors of a link that calls itself next, or whose parent does."""
    for name in _names(link):
        yield f"a{name}"
    for name in _names(link.getparent()):
        yield f"{link.getparent().tag}{name} > a"


def _names(element: Element) -> Iterator[str]:
    yield from (f".{name}" for name in (element.get("class") or "").split() if _is_next(name))
    if _is_next(element.get("id") or ""):
        yield f"#{element.get('id')}"


def _worded(link: Element) -> Iterator[str]:
    """Yield selectors by the words of a link."""
    words = text(link).replace('"', "")
    for ancestor in link.iterancestors():
        names = [name for name in (ancestor.get("class") or "").split() if is_stable(name)]
        yield from (f'.{name} a:contains("{words}")' for name in names)
    yield f'a:contains("{words}")'


def _is_next(name: str) -> bool:
    return bool(_named_next.search(name)) and is_stable(name)


def _is_link(link: Element) -> bool:
    href = (link.get("href") or "").strip()
    return bool(href) and not href.startswith(("#", "javascript:", "mailto:"))


def _leads(root: Element, selector: str, link: Element | None = None) -> bool:
    """Return whether a selector finds one link, and this one if it is named."""
    try:
        found = Css(selector, is_page=True).find(root)
    except PatternError:
        return False
    return len({one.get("href") for one in found}) == 1 and _is_link(found[0]) and (link is None or link in found)
