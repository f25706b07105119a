"""Read the links that lead on: those of a page or of one record."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.errors import Malformed
from scraper.job import Follow
from scraper.models import Link
from scraper.parse.casts import parse_url
from scraper.parse.engine import Engine
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.plain import lose_unwritable
from scraper.templates import Template


class FollowReader:
    """A `follow`, compiled: it gives the links of a page or of one record."""

    def __init__(self, follow: Follow, sort: Sort, engine: Engine) -> None:
        self._follow = follow
        source = follow.selection.sources[0] if follow.selection.sources else None
        self._template = source.pattern if source and isinstance(source.pattern, Template) else None
        self._find = Finder(follow.selection, sort, engine).find
        self._params = [(name, Finder(selection, sort, engine)) for name, selection in follow.params]

    def read(self, item: Item, rule: int | None = None, record: int | None = None) -> list[Link]:
        """Return the links in order; what is no http(s) URL (javascript:, mailto:) is no link.

        A param that JSON of 64 bits cannot say is null.
        """
        urls = list(self._urls(item))
        if not urls:
            return []
        params = {name: item.values[name] for name in self._follow.handed_on}
        for name, finder in self._params:
            value = next(finder.find(item), None)
            params[name] = value.strip() if isinstance(value, str) else value
        lose_unwritable(params)
        return [Link(url, self._follow.page, params, rule, record, self._follow.merge) for url in urls]

    def _urls(self, item: Item) -> Iterator[str]:
        place = item.document.place
        for value in self._find(item) if self._template is None else [None]:
            try:
                url = value if self._template is None else self._template.fill_url(item.values, place.encoding)
                yield parse_url(url, place).partition("#")[0]
            except Malformed:
                continue
