"""Find the link that leads from one page of a list to the next."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from scraper.authoring.structure.candidates import Element, is_stable
from scraper.errors import PatternError
from scraper.parse.trees.lxml_select import Css
from scraper.parse.trees.text import text

_says_next = regex.compile(
    r"(?i)\W*(?:(?:go to )?(?:the )?next(?: page)?|older(?: (?:posts|entries))?|(?:load |show |view )?more(?: results)?"
    r"|下一页|下页|后页|次へ|次のページ|(?:page )?suivante?|weiter|nächste(?: seite)?|siguiente|próxima?|volgende)\W*"
    r"|[›»→]|>+"
)
_says_other = regex.compile(r"(?i)\b(?:last|first|prev(?:ious)?|end|final|back|newer|letzte|erste|尾页|首页|上一页)\b")
_named_next = regex.compile(r"(?i)(?:^|[-_])next(?:$|[-_])|^nxt$")
_of_page = regex.compile(r"(?i)(?:page|paged|pg|seite|pagina|página|offset|start|skip|[?&/]p)[=/_-]?[0-9]").search
FEWEST = 2
"""Links by number that are those of pages."""
SAID = ("aria-label", "title")
"""Attributes that say what a link is for."""


def find_next(root: Element) -> str | None:
    """Return the selector of the link to the next page, None if there is none that is sure.

    What a link says of itself (`rel`, `aria-label`, its text) tells it from the last one, whose class may be the same.
    """
    for rel in ("a[rel~=next]", "link[rel~=next]"):
        if _leads(root, rel):
            return rel
    links = [link for link in root.iter("a") if _is_link(link) and not any(map(_says_other.search, _said(link)))]
    for ways in (_named, _labelled):
        found = ((way, link) for link in links for way in ways(link))
        if selector := next((way for way, link in found if _leads(root, way, link)), None):
            return selector
    worded = ((way, link) for link in links if _says_next.fullmatch(text(link)) for way in _worded(link))
    if selector := next((way for way, link in worded if _leads(root, way, link)), None):
        return selector
    return _numbers(root, links)


def _numbers(root: Element, links: list[Element]) -> str | None:
    """Return the selector of links by number, `2 3 … 9`, where no link leads on: they lead to all pages in the end."""
    numbered = [link for link in links if regex.fullmatch(r"[0-9]{1,4}", text(link).strip())]
    forms = {regex.sub("[0-9]+", "", link.get("href", "")) for link in numbered}
    if len(numbered) < FEWEST or len(forms) != 1 or not all(_of_page(link.get("href", "")) for link in numbered):
        return None
    for way in _of_class(numbered[0], "a.{name}", ".{name} a"):
        try:
            found = Css(way, is_page=True).find(root)
        except PatternError:
            continue
        if {*numbered} <= {*found} and all(_of_page(link.get("href") or "") for link in found):
            return way
    return None


def _of_class(link: Element, own: str, of_ancestor: str) -> Iterator[str]:
    """Yield selectors by the classes of a link and of what is around it."""
    for element in (link, *link.iterancestors()):
        form = own if element is link else of_ancestor
        names = (element.get("class") or "").split()
        yield from (form.format(name=name) for name in names if is_stable(name))


def _said(link: Element) -> list[str]:
    return [text(link), *(link.get(name) or "" for name in SAID)]


def _labelled(link: Element) -> Iterator[str]:
    """Yield selectors of a link whose label says that it leads on."""
    for name in SAID:
        label = link.get(name) or ""
        if _says_next.fullmatch(label.strip()) and '"' not in label:
            yield f'a[{name}="{label}"]'


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
    says = words.replace("{", "{{").replace("}", "}}")
    yield from _of_class(link, f'a.{{name}}:contains("{says}")', f'.{{name}} a:contains("{says}")')
    yield f'a:contains("{words}")'
    yield f'a:contains("{words}"):not(:contains("{words}{words}"))'


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
