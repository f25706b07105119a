"""Check that a kind's parser is there, and that it reads the languages of the kind's selections."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scraper.config.checks.extras import check_extra
from scraper.errors import PatternError
from scraper.job import Follow, Kind, Selection, nested
from scraper.job.kinds import DEFAULT_PARSER
from scraper.job.yamldoc import Complaint, KeyPath
from scraper.parse.parsers import PARSERS
from scraper.parse.select import check_pattern

CSS = ("css", "table")
"""Sources that are CSS."""
INSTEAD = f"parser: {DEFAULT_PARSER}"


def check_parser(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Yield what a kind asks of its parser in vain."""
    parser = PARSERS[kind.parser]
    yield from (missing := tuple(check_extra(parser.extra, f"parser: {kind.parser}", (*path, "parser"))))
    if "with_siblings" in parser.reads_not:
        for selection, at in _eaches(kind, path):
            if selection.with_siblings:
                yield Complaint((*at, "with_siblings"), f"{kind.parser} reads no with_siblings; say {INSTEAD}")
    for selection, at in _selections(kind, path):
        for source in selection.sources:
            if source.language in parser.reads_not:
                told = f"{kind.parser} reads no {source.language}; say css, or {INSTEAD}"
                yield Complaint((*at, source.language), told)
            elif source.language in CSS and parser.check_css is not None and not missing:
                yield from _check_css(parser.check_css, str(source.pattern), (*at, source.language))


def _check_css(check: Callable[[str], object], pattern: str, path: KeyPath) -> Iterator[Complaint]:
    """Say which selectors only the other parsers know."""
    try:
        check_pattern("css", pattern)
    except PatternError:
        return  # no parser knows it, which has been said
    try:
        check(pattern)
    except PatternError as error:
        yield Complaint(path, f"{error}; say {INSTEAD}")


def _eaches(kind: Kind, path: KeyPath) -> Iterator[tuple[Selection, KeyPath]]:
    """Yield every `each` of a kind and its place."""
    for n, rule in enumerate(kind.rules):
        at = (*path, "records", n)
        inner = ((field.each, place) for field, place in nested(rule.fields, at))
        for each, place in ((rule.each, at), *inner):
            if each is not None:
                yield each, (*place, "each")


def _selections(kind: Kind, path: KeyPath) -> Iterator[tuple[Selection, KeyPath]]:
    """Yield every selection of a kind and its place."""
    for n, rule in enumerate(kind.rules):
        at = (*path, "records", n)
        if rule.each is not None:
            yield from _members(rule.each, (*at, "each"))
        for field, place in nested(rule.fields, at):
            yield from _members(field.selection, place)
            if field.each is not None:
                yield from _members(field.each, (*place, "each"))
        yield from _of_follows(rule.follow, at)
    yield from _of_follows(kind.follow, path)


def _of_follows(follows: tuple[Follow, ...], path: KeyPath) -> Iterator[tuple[Selection, KeyPath]]:
    for n, follow in enumerate(follows):
        at = (*path, "follow", n)
        yield from _members(follow.selection, at)
        for name, selection in follow.params:
            yield from _members(selection, (*at, "params", name))


def _members(selection: Selection, path: KeyPath) -> Iterator[tuple[Selection, KeyPath]]:
    """Yield a selection, or the alternatives that it stands for."""
    if not selection.first_of:
        yield selection, path
    for n, member in enumerate(selection.first_of):
        yield from _members(member, (*path, "first_of", n))
