"""Check a pattern of any language as far as that can be said without a parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

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
    """Raise PatternError if a pattern is no CSS selector of HTML, whose elements have no prefixes."""
    to_xpath(read_css(pattern), "html5", is_page=True)
