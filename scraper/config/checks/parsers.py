"""Check that a kind's parser is there, and that it reads the languages of the kind's selections."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from scraper.errors import PatternError
from scraper.job import Follow, Kind, Selection, nested
from scraper.job.yamldoc import Complaint, KeyPath
from scraper.parse.select import Css, check_pattern


def check_parser(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Yield what a kind asks of its parser in vain. Lexbor comes with an extra and knows css only."""
    if kind.parser in ("lxml", "soup"):
        yield from _check_prefixes(kind, path)
    if kind.parser != "lexbor":
        return
    is_there = find_spec("selectolax") is not None
    if not is_there:
        yield Complaint((*path, "parser"), "parser: lexbor needs the extra `fast`: pip install 'pool-scraper[fast]'")
    for selection, at in _eaches(kind, path):
        if selection.with_siblings:
            yield Complaint((*at, "with_siblings"), "lexbor reads no with_siblings; say parser: lxml")
    for selection, at in _selections(kind, path):
        for source in selection.sources:
            if source.language == "xpath":
                yield Complaint((*at, "xpath"), "lexbor reads no xpath; say css, or parser: lxml")
            elif source.language in ("css", "table") and is_there:
                yield from _check_css(str(source.pattern), (*at, source.language))


def _check_prefixes(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Say which selectors have a prefix that only XML knows."""
    for selection, at in _selections(kind, path):
        for source in selection.sources:
            if source.language in ("css", "table") and "|" in str(source.pattern):
                try:
                    check_pattern("css", str(source.pattern))
                    Css(str(source.pattern))
                except PatternError as error:
                    if "namespace" in str(error):
                        yield Complaint((*at, source.language), f"{error}; prefixes are for parser: xml")


def _check_css(pattern: str, path: KeyPath) -> Iterator[Complaint]:
    """Say which selectors only the other parsers know."""
    from scraper.parse import lexbor_css

    try:
        check_pattern("css", pattern)
    except PatternError:
        return  # no parser knows it, which has been said
    try:
        lexbor_css.css(pattern)
    except PatternError as error:
        yield Complaint(path, f"{error}; say parser: lxml")


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
