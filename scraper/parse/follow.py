"""Read the links that lead on: those of a page or of one record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper.errors import Malformed
from scraper.job import Follow, Kind, Span
from scraper.job.templates import Template
from scraper.models import Link
from scraper.parse.encodings.writers import writer_of
from scraper.parse.finder import Finder
from scraper.parse.item import Item, Sort
from scraper.parse.plain_values import lose_unwritable
from scraper.parse.trees.parsers import Engine
from scraper.parse.values.casts import parse_url


class FollowReader:
    """A `follow`, compiled: it gives the links of a page or of one record."""

    def __init__(self, follow: Follow, sort: Sort, engine: Engine) -> None:
        self._follow = follow
        source = follow.selection.sources[0] if follow.selection.sources else None
        self._template = source.pattern if source and isinstance(source.pattern, Template) else None
        self._find = Finder(follow.selection, sort, engine).find
        self._params = [(name, Finder(selection, sort, engine)) for name, selection in follow.params]

    def read(self, item: Item, rule: int | None = None, record: int | None = None) -> list[Link]:
        """Return the links in order; what is no http(s) URL (javascript:, mailto:) is no link."""
        if self._follow.url is not None:
            params = self._new_params(item)
            urls = [] if None in params.values() else _own_url(self._follow.url, item, params, self._follow.encoding)
        else:
            urls = list(self._urls(item))
            params = self._new_params(item) if urls else {}
        return [Link(url, self._follow.page, params, rule, record, self._follow.merge) for url in urls]

    def _new_params(self, item: Item) -> dict[str, Any]:
        """Return the params of the new page; one that JSON of 64 bits cannot say is null."""
        params = {name: item.values[name] for name in self._follow.handed_on}
        for name, finder in self._params:
            value = next(finder.find(item), None)
            value = value.strip() if isinstance(value, str) else value
            params[name] = None if value == "" else value
        lose_unwritable(params)
        return params

    def _urls(self, item: Item) -> Iterator[str]:
        place = item.document.place
        for value in self._find(item) if self._template is None else [None]:
            try:
                url = value if self._template is None else self._template.fill_url(item.values, place.encoding)
                yield parse_url(url, place).partition("#")[0]
            except Malformed:
                continue


class FurtherReader:
    """The way from one page of an open param to the next, which is taken as long as pages give records."""

    def __init__(self, kind: Kind, name: str, span: Span) -> None:
        self._kind, self._name, self._step = kind, name, span.step

    def read(self, item: Item) -> list[Link]:
        """Return the link to the next page; none from a page that was found otherwise, without the param."""
        value = item.values.get(self._name)
        if not isinstance(value, int):
            return []
        params = {self._name: value + self._step}
        urls = _own_url(self._kind.start_urls[0], item, params, writer_of(self._kind.encoding))
        return [Link(url, self._kind.name, params, steps=0) for url in urls]


def _own_url(template: Template, item: Item, params: dict[str, Any], encoding: str) -> list[str]:
    """Return the URL of a kind with new params beside those of the page, none where one is missing."""
    values = {**item.values, **params}
    if any(placeholder.name not in values for placeholder in template.placeholders):
        return []
    try:
        return [parse_url(template.fill_url(values, encoding), item.document.place).partition("#")[0]]
    except Malformed:
        return []
