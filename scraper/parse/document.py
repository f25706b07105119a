"""One decoded page, read as a tree or as JSON the first time a pattern asks for it."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import Any

import regex

from scraper.errors import Malformed, Unreadable
from scraper.job import urls
from scraper.job.late import late_regex
from scraper.parse.encodings.encoding import Decoded
from scraper.parse.encodings.writers import writer_of
from scraper.parse.selectors.select import Clock, parse_json
from scraper.parse.trees.parsers import Engine, engine_of
from scraper.parse.values.casts import Place

_may_have_base = late_regex("<base|xml:base", regex.IGNORECASE)
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Document:
    """A page's text and what is known of it."""

    def __init__(
        self,
        decoded: Decoded,
        *,
        url: str,
        fetched_at: float,
        engine: Engine,
        clock: Clock,
    ) -> None:
        self.text = decoded.text
        self.url = url
        self.clock = clock
        self._decoded, self._fetched_at, self._engine = decoded, fetched_at, engine

    @cached_property
    def root(self) -> Any:
        """The root of the page's tree. Raises Unreadable, TooDeep and TooManyAttributes."""
        try:
            return self._engine.parse(self.text if self._engine.takes_text else self._decoded.markup)
        except Malformed as error:
            raise Unreadable(str(error)) from error

    @cached_property
    def json(self) -> Any:
        """The value of a page that is JSON. Raises Unreadable."""
        try:
            return parse_json(self.text)
        except Malformed as error:
            raise Unreadable(str(error)) from error

    @cached_property
    def place(self) -> Place:
        """What relative links and dates without a year are read against. Raises TooManyAttributes."""
        base_url = self.url
        find = self._find_base if self._engine.has_base else self._find_xml_base
        if _may_have_base.search(self.text) and (href := find()) is not None:
            with contextlib.suppress(ValueError):  # a base that is no URL is no base (WHATWG HTML §4.2.3)
                base_url = urls.join(self.url, href)
        return Place(base_url, writer_of(self._decoded.encoding), self._fetched_at)

    def _find_xml_base(self) -> str | None:
        """Return the xml:base of the whole document; what is no XML has none."""
        try:
            attribute, root = self._engine.attribute, self.root
        except Unreadable:
            return None
        return attribute(root, XML_BASE) or attribute(root, "base")  # which stands there without its prefix, mostly

    def _find_base(self) -> str | None:
        """Return the `href` of the first `base` that has one in a browser's tree, whatever parser reads the rest."""
        engine = engine_of("html5")
        root = self.root if self._engine is engine else engine.parse(self.text)
        base = engine.css("base[href]", is_page=True).first(root)
        return None if base is None else engine.attribute(base, "href")
