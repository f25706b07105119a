"""Tell where on a page elements stand: in its main part, or in what is around it on every page of the site."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from scraper.authoring.structure.candidates import Element

AROUND, MAYBE_AROUND, MAIN, MAYBE_MAIN = 0.05, 0.3, 1.5, 1.2
"""What elements there weigh, those elsewhere 1."""
LOOKED_AT = 30
AROUND_TAGS, AROUND_ROLES = frozenset({"nav", "aside"}), frozenset(
    "navigation menu menubar banner contentinfo complementary search tablist toolbar dialog".split()
)  # fmt: skip
HEADS = frozenset({"header", "footer"})
ITEMS = frozenset({"main", "article", "li", "td", "section"})
"""The header or footer of one of these is a part of it."""
_word = regex.compile(r"[A-Z]?[a-z]+|\d+")
_speaks_of_others = regex.compile(r"(?i)^(?:has|with|no|is|not)[-_]")
NAMES_AROUND = frozenset(
    "nav navbar navigation menu submenu megamenu topnav subnav breadcrumb breadcrumbs breadcrumbtop footer sidebar "
    "pagination pager toolbar banner cookie cookies skip sitemap consent onetrust modal popup related recommended "
    "promo".split()
)
NAMES_MAIN = frozenset("main content maincontent".split())


def weight_of(elements: Sequence[Element]) -> float:
    """Return what elements weigh for where they stand, on average."""
    some = elements[:LOOKED_AT]
    return sum(map(_weight, some)) / len(some)


def is_around(element: Element) -> bool:
    """Return whether an element stands in a menu, a header, a footer or a side bar."""
    return _weight(element) < 1


def _weight(element: Element) -> float:
    around = [element, *element.iterancestors()]
    outside = {str(one.tag) for one in around[1:]}
    for n, one in enumerate(around):
        if one.tag in AROUND_TAGS or (one.get("role") or "").lower() in AROUND_ROLES:
            return AROUND
        if one.tag in HEADS and not ITEMS & {str(above.tag) for above in around[n + 1 :]}:
            return AROUND
    if any(_words_of(one) & NAMES_AROUND for one in around if one.tag not in ("html", "body", "main")):
        return MAYBE_AROUND
    if "main" in outside or element.tag == "article" or any(one.get("role") == "main" for one in around):
        return MAIN
    return MAYBE_MAIN if "article" in outside or any(_ids_main(one) for one in around) else 1.0


def _words_of(element: Element) -> set[str]:
    """Return the first and the last words of its names, which say what it is: `site-nav`, `menuItem`."""
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    found = [_word.findall(name) for name in names if not _speaks_of_others.match(name)]
    return {word.lower() for words in found if words for word in (words[0], words[-1])}


def _ids_main(element: Element) -> bool:
    return "".join(_word.findall(element.get("id") or "")).lower() in NAMES_MAIN
