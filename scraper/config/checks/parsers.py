"""Check that a kind's parser can do what the kind's selections ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scraper.config.checks.extras import check_extra
from scraper.errors import PatternError
from scraper.job import Follow, Kind, Selection, nested
from scraper.job.kinds import DEFAULT_PARSER
from scraper.job.phrases import alternatives
from scraper.job.yamldoc import Complaint, KeyPath
from scraper.parse.selectors.namespaces import is_prefix, is_uri
from scraper.parse.selectors.patterns import check_pattern
from scraper.parse.trees.parsers import PARSERS, engine_of

CSS = ("css", "table")
"""Sources that are CSS."""
INSTEAD = f"parser: {DEFAULT_PARSER}"


def check_parser(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Yield what a kind asks of its parser in vain: selectors and expressions, though they are well written."""
    missing = tuple(check_extra(PARSERS[kind.parser].extra, f"parser: {kind.parser}", (*path, "parser")))
    yield from missing
    mistaken = missing or tuple(_check_namespaces(kind, (*path, "namespaces")))
    yield from () if missing else mistaken
    if mistaken:
        return
    engine = engine_of(kind.parser, kind.namespaces)
    compilers: dict[str, Callable[[str], object]] = {"css": engine.css, "table": engine.css, "xpath": engine.xpath}
    for selection, at in _selections(kind, path):
        if selection.visible and not PARSERS[kind.parser].is_html:
            yield Complaint((*at, "visible"), f"nothing is hidden in what parser: {kind.parser} reads")
        for source in selection.sources:
            if source.language in compilers and isinstance(source.pattern, str):
                yield from _check(compilers[source.language], source.language, source.pattern, (*at, source.language))


def _check_namespaces(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    if kind.namespaces and PARSERS[kind.parser].with_namespaces is None:
        having = alternatives([name for name, info in PARSERS.items() if info.with_namespaces])
        yield Complaint(path, f"names have no prefixes in what parser: {kind.parser} reads; say parser: {having}")
        return
    for prefix, uri in kind.namespaces:
        if not is_prefix.fullmatch(prefix):
            yield Complaint(
                (*path, prefix), "a prefix is a name: letters, digits and - . _, no digit first", is_key=True
            )
        elif not is_uri.fullmatch(uri):
            yield Complaint((*path, prefix), f"{uri!r} is no namespace, which is a URI without blanks and quotes")


def _check(compile_: Callable[[str], object], language: str, pattern: str, path: KeyPath) -> Iterator[Complaint]:
    try:
        check_pattern(language, pattern)
    except PatternError:
        return  # which has been said
    try:
        compile_(pattern)
    except PatternError as error:
        yield Complaint(path, str(error))


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
