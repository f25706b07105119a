"""One decoded page, read as a tree or as JSON the first time a pattern asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import regex

from scraper.errors import PatternTimeout
from scraper.parse.casts import Place
from scraper.parse.encoding import Decoded
from scraper.parse.select import Clock, parse_json
from scraper.parse.writers import writer_of

_base = regex.compile(r"""<base\s[^<>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", regex.IGNORECASE).search


class Document:
    """A page's text and what is known of it."""

    def __init__(
        self,
        decoded: Decoded,
        *,
        url: str,
        fetched_at: float,
        parse: Callable[[str | bytes], Any],
        clock: Clock,
    ) -> None:
        self.text = decoded.text
        self.url = url
        self.clock = clock
        self._decoded, self._fetched_at, self._parse = decoded, fetched_at, parse

    @cached_property
    def root(self) -> Any:
        """The root of the page's tree."""
        return self._parse(self._decoded.markup)

    @cached_property
    def json(self) -> Any:
        """The value of a page that is JSON. Raises Malformed."""
        return parse_json(self.text)

    @cached_property
    def place(self) -> Place:
        """What relative links and dates without a year are read against. Raises PatternTimeout."""
        match = self._find_base() if "<base" in self.text or "<BASE" in self.text else None
        base_url = self.url
        if match:
            with contextlib.suppress(ValueError):  # a base that is no URL is no base (WHATWG HTML §4.2.3)
                base_url = urljoin(self.url, next(filter(None, match.groups()), "").strip())
        return Place(base_url, writer_of(self._decoded.encoding), self._fetched_at)

    def _find_base(self) -> regex.Match[str] | None:
        try:
            return _base(self.text, timeout=self.clock.left())
        except TimeoutError:
            raise PatternTimeout(f"no end of <base> was found within {self.clock.limit_s:g} s") from None
