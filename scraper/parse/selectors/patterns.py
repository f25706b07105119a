"""Check a pattern of any language as far as that can be said without a parser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from scraper.errors import PatternError
from scraper.parse.selectors.css import Complex, Contains, Logical, Nth, Test
from scraper.parse.selectors.css_reader import read_css
from scraper.parse.selectors.css_xpath import to_xpath
from scraper.parse.selectors.namespaces import Namespaces
from scraper.parse.selectors.select import Json, Regex
from scraper.parse.selectors.xpath import read_xpath

LANGUAGES: Mapping[str, Callable[[str], object]] = {
    "css": read_css,
    "xpath": partial(read_xpath, namespaces=Namespaces()),
    "regex": Regex,
    "json": Json,
    "js": Json,
    "table": read_css,
}


def check_pattern(language: str, pattern: str) -> None:
    """Raise PatternError if a pattern is none of its language; names of columns and types are any text."""
    if language in LANGUAGES:
        LANGUAGES[language](pattern)


def check_html_css(pattern: str) -> None:
    """Raise PatternError if a pattern is no CSS selector that a browser has: without prefixes and our own words."""
    selectors = read_css(pattern)
    to_xpath(selectors, "html5", is_page=True)
    if any(isinstance(test, Contains) for test in _tests(selectors)):
        raise PatternError(f"{pattern!r}: no browser knows :contains(); name the element that holds the text")


def _tests(selectors: Sequence[Complex]) -> Iterator[Test]:
    """Yield all that is asked of elements, inside brackets too."""
    for selector in selectors:
        for _, compound in selector.steps:
            for test in compound.tests:
                yield test
                inner = test.selectors if isinstance(test, Logical) else test.of if isinstance(test, Nth) else ()
                yield from _tests(inner)
