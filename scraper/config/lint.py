"""Warn of what is legal but likely not meant: patterns that lose values or time, crawlers that name nobody."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from scraper.config.lint_values import (
    condition_warnings,
    field_warnings,
    output_warnings,
    pattern_warnings,
    regex_warnings,
)
from scraper.job import Follow, Job, Kind, Rule, Selection, Settings, nested
from scraper.job.late import late_regex
from scraper.job.yamldoc import Complaint, KeyPath, Sections
from scraper.parse.selectors.select import group_names
from scraper.parse.trees.parsers import Engine, engine_of

_captured_gap = late_regex(r"\((?:\?P?<\w+>)?\.[*+]\?\)")
_gap = late_regex(r"(?<!\\)(?:\.|\[\\s\\S\]|\[\\S\\s\])[*+]\?")
_no_combinator = regex.compile(r"""\[[^\]]*\]|"[^"]*"|'[^']*'|:nth-[\w-]+\([^)]*\)""")
_nearest = late_regex(r"::(?:[\w*:-]+|text\(\))\[1\]")
_predicate = late_regex(r"\[[^\[\]]*\]")
_wide_axis = late_regex(r"\b(?:following|preceding)(?:-sibling)?::")
_way_up_and_down = late_regex(r"\.\.//|\bancestor[\w-]*::[^/]+//")
MANY_GAPS = 2


def warnings(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield the warnings for a job; `places` says where its kinds stand in the file."""
    for name, kind in job.kinds.items():
        yield from _unused_params(kind, places[name])
        yield from _cursors_without_effect(kind, places[name])
        for key, patterns in (("page_must_match", kind.checks.page_must_match), ("blocked_if", kind.checks.blocked_if)):
            for n, pattern in enumerate(patterns):
                yield from regex_warnings(pattern, places.of(name, "expect", key, n))
        engine = engine_of(kind.parser, kind.namespaces)
        for n, rule in enumerate(kind.rules):
            yield from _rule(rule, (*places[name], "records", n), engine)
        for n, follow in enumerate(kind.follow):
            yield from _follow(follow, (*places[name], "follow", n), engine, is_page=True)
    yield from _politeness(job.settings)
    yield from output_warnings(job)


def _used_params(kind: Kind) -> frozenset[str]:
    return kind.request.names.union(name.name for url in kind.start_urls for name in url.placeholders)


def _cursors_without_effect(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    for n, follow in enumerate(kind.follow):
        names = [*(name for name, _ in follow.params), *follow.handed_on]
        if follow.url is not None and follow.page == kind.name and _used_params(kind).isdisjoint(names):
            told = " or ".join(f"{{{name}}}" for name in names)
            message = f"leads to the same page again: neither its start URL nor `request` uses {told}"
            yield Complaint((*path, "follow", n, "params"), message)


def _unused_params(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    used = _used_params(kind)
    for param in kind.params:
        if param.name not in used:
            message = f"no start URL uses {{{param.name}}}, so these values are never taken"
            yield Complaint((*path, "params", param.name), message, is_key=True)


def _rule(rule: Rule, path: KeyPath, engine: Engine) -> Iterator[Complaint]:
    if rule.each is not None:
        yield from _selection(rule.each, (*path, "each"), engine, is_page=True, is_each=True)
    for field, at in nested(rule.fields, path):
        is_in_page = rule.each is None and at == (*path, "fields", field.name)
        yield from _selection(field.selection, at, engine, is_page=is_in_page)
        yield from field_warnings(field, at)
        if field.each is not None:
            yield from _selection(field.each, (*at, "each"), engine, is_page=is_in_page, is_each=True)
    for name, condition in rule.where:
        yield from condition_warnings(condition, (*path, "where", name))
    for n, follow in enumerate(rule.follow):
        yield from _follow(follow, (*path, "follow", n), engine, is_page=rule.each is None)


def _follow(follow: Follow, path: KeyPath, engine: Engine, *, is_page: bool) -> Iterator[Complaint]:
    yield from _selection(follow.selection, path, engine, is_page=is_page)
    for name, selection in follow.params:
        yield from _selection(selection, (*path, "params", name), engine, is_page=is_page)


def _selection(
    selection: Selection, path: KeyPath, engine: Engine, *, is_page: bool, is_each: bool = False
) -> Iterator[Complaint]:
    is_page = is_page or selection.from_page
    yield from pattern_warnings(selection, path)
    for n, member in enumerate(selection.first_of):
        yield from _selection(member, (*path, "first_of", n), engine, is_page=is_page, is_each=is_each)
    for n, source in enumerate(selection.sources):
        text, at = str(source.pattern), (*path, source.language)
        if source.language == "css" and regex.search("[~+]", _no_combinator.sub("", text)):
            if engine.has_quick_siblings(text):
                continue
            yield Complaint(at, _SIBLINGS)
        elif source.language == "xpath" and _has_wide_axis(text, is_page=is_page):
            yield Complaint(at, _AXES)
        elif source.language == "regex" and is_each and group_names(text)[1] > 1:
            yield Complaint(at, _ONE_REGEX)
        elif source.language == "regex" and n == 0 and _has_many_gaps(text, is_page=is_page):
            yield Complaint(at, _GAPS)


def _has_wide_axis(expression: str, *, is_page: bool) -> bool:
    """Return whether an XPath leads from each of many elements to many others; in predicates the first is enough."""
    bare = _predicate.sub("", _predicate.sub("", _nearest.sub("", expression)))
    return bool(_wide_axis.search(bare)) or (not is_page and bool(_way_up_and_down.search(bare)))


def _has_many_gaps(pattern: str, *, is_page: bool) -> bool:
    """Return whether a regex leaps over two gaps; in an item only if it takes several pieces on its way."""
    gaps = len(_gap.findall(_captured_gap.sub("", pattern)))
    return gaps >= MANY_GAPS and (is_page or group_names(pattern)[1] > 1)


def _politeness(settings: Settings) -> Iterator[Complaint]:
    named = settings.contact or settings.user_agent or ""
    if not settings.robotstxt_obey and not regex.search(r"https?://|@", named):
        yield Complaint(("settings", "robotstxt_obey"), _NO_CONTACT)


_GAPS = (
    "this regex leaps over two or more gaps (.*?): where one piece is missing it takes the neighbour's or finds"
    " nothing, and it may run into the time limit; give each piece a pattern of its own,"
    " or cut the page into items first (each)"
)
_ONE_REGEX = (
    "one regex for all fields: an item that lacks one piece is lost or takes its neighbour's, and a changed page may"
    " run into the time limit; let `each` find the whole item (such as <dd>.*?</dd>) and give every field its own regex"
)
_SIBLINGS = (
    "sibling combinators (~ and +) can take time that grows with the square of the page, and nothing interrupts them;"
    " select the parent and its child, or use :nth-child()"
)
_AXES = (
    "this axis looks at every other element for each one, and nothing interrupts it; name the parent,"
    " or take only the nearest: following-sibling::dd[1]"
)
_NO_CONTACT = (
    "robots.txt is not obeyed and the user agent names nobody to ask; say settings.contact with a URL or mail address"
)
