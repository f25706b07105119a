"""Check how the kinds of a job hang together: what leads where, what joins what, which types a field has."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from scraper.config.checks.templates import Way, check_names, check_start
from scraper.config.field_types import written_type
from scraper.config.near_words import did_you_mean
from scraper.job import Follow, Job, Kind, ParamFile, Rule, nested
from scraper.job.days import Days
from scraper.job.params import LARGEST, length
from scraper.job.yamldoc import Complaint, KeyPath, Sections


def check_ways(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong between the kinds of a job."""
    ways = [way for kind in job.kinds.values() for way in _ways_out(kind, places[kind.name])]
    meant: set[str] = set()
    for way in ways:
        if way.kind not in job.kinds:
            hint = did_you_mean(way.kind, job.kinds)
            meant |= {kind for kind in job.kinds if repr(kind) in hint}
            yield Complaint((*way.path, "page"), f"there is no kind of page {way.kind!r}{hint}")
    yield from _check_reached(job, ways, meant, places)
    for kind in job.kinds.values():
        ways_in = [way for way in ways if way.kind == kind.name]
        yield from check_start(kind, places[kind.name])
        yield from check_names(kind, ways_in, places)
        yield from _check_own_urls(kind, places[kind.name])
        for n, rule in enumerate(kind.rules):
            yield from _check_rule(rule, job, (*places[kind.name], "records", n))
    yield from _check_rule_names(job, places)
    yield from _check_types(job, places)


def _ways_out(kind: Kind, path: KeyPath) -> Iterator[Way]:
    own = {param.name for param in kind.params}
    for n, url in enumerate(kind.start_urls):
        used = kind.request.names.union(name.name for name in url.placeholders)
        yield Way(kind.name, None, (*path, "start_urls", n), frozenset(own & used))
    for follow, at in _follows(kind, path):
        handed_on = () if follow.page == kind.name else follow.handed_on
        gives = frozenset(handed_on).union(name for name, _ in follow.params)
        yield Way(follow.page, kind.name, at, gives)


def _follows(kind: Kind, path: KeyPath) -> Iterator[tuple[Follow, KeyPath]]:
    for n, follow in enumerate(kind.follow):
        yield follow, (*path, "follow", n)
    for n, rule in enumerate(kind.rules):
        for m, follow in enumerate(rule.follow):
            yield follow, (*path, "records", n, "follow", m)


def _check_own_urls(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Say which params the URL of a kind needs that a follow without links does not give."""
    for follow, at in _follows(kind, path):
        given = {*follow.handed_on, *(name for name, _ in follow.params)}
        given |= {param.name for param in kind.params} if follow.page == kind.name else set()
        for placeholder in dict.fromkeys(follow.url.placeholders if follow.url else ()):
            if placeholder.name not in given:
                yield Complaint(
                    at, f"the URL of {follow.page!r} needs the param {placeholder.name!r}, which is not given here"
                )


def _check_reached(job: Job, ways: list[Way], meant: set[str], places: Sections) -> Iterator[Complaint]:
    """Say which kinds nothing leads to; those that are meant where another name stands are not told again."""
    reached = meant | {way.kind for way in ways if way.origin is None}
    while more := {way.kind for way in ways if way.origin in reached} - reached:
        reached |= more
    for kind in job.kinds.values():
        path = places[kind.name]
        if kind.name not in reached:
            yield Complaint(path, "nothing leads to this kind of page: it has no start_urls and is not followed")
        if not (kind.rules or kind.follow):
            yield Complaint(path, "a kind of page needs records or follow")
        if kind.params and not kind.start_urls:
            yield Complaint((*path, "params"), "these params have no start_urls; a follow gives its own", is_key=True)
        counted = (length(param) for param in kind.params if not isinstance(param.values, Days | ParamFile))
        if (count := math.prod(counted)) > LARGEST:
            yield Complaint((*path, "params"), f"these are {count:,} start URLs: more than can be counted", is_key=True)


# --------------------------------------------------------------------------- records


def _check_rule(rule: Rule, job: Job, path: KeyPath) -> Iterator[Complaint]:
    """Check what joins a rule's records, and their key."""
    names = {field.name for field in (*rule.fields, *rule.written)} - {rule.explode}
    for n, follow in enumerate(rule.follow):
        if not follow.merge or follow.page not in job.kinds:
            continue
        at, target = (*path, "follow", n, "merge"), job.kinds[follow.page]
        if len(target.rules) != 1 or target.rules[0].each is not None:
            yield Complaint(
                at, f"merge takes the single record of a page, but {follow.page!r} gives any number (rules, each)"
            )
            continue
        if any(other is rule for other in job.joined_rules(target.rules[0])):
            yield Complaint(at, f"{follow.page!r} merges this record in turn; no record is a part of itself")
            continue
        joined = {field.name for field in target.rules[0].written}
        if both := sorted(names & joined):
            yield Complaint(at, f"{follow.page!r} and this record both have the field {both[0]!r}; rename one of them")
        names |= joined
    for n, name in enumerate(rule.key):
        if name not in names:
            yield Complaint((*path, "key", n), f"no field of this record is called {name!r}{did_you_mean(name, names)}")
        elif name.startswith("_"):
            yield Complaint((*path, "key", n), f"{name!r} is a helper, never written; a key is made of what is written")
    for field, place in nested(rule.fields, path):
        if not field.name:
            yield Complaint(place, "a field needs a name", is_key=True)


def _rules(job: Job, places: Sections) -> Iterable[tuple[Rule, KeyPath]]:
    for kind in job.kinds.values():
        for n, rule in enumerate(kind.rules):
            yield rule, (*places[kind.name], "records", n)


def _check_rule_names(job: Job, places: Sections) -> Iterator[Complaint]:
    seen: set[str] = set()
    for rule, path in _rules(job, places):
        if rule.name in seen:
            yield Complaint((*path, "name"), f"another rule is called {rule.name!r}; counts are told by these names")
        seen.add(rule.name)


def _check_types(job: Job, places: Sections) -> Iterator[Complaint]:
    """Say which field has one type here and another there, where all rules write to one file."""
    if job.output.is_split:
        return
    seen: dict[str, tuple[str, str]] = {}
    for rule, path in _rules(job, places):
        for field, place in nested(rule.fields, path):
            written = written_type(field)
            if written is None or field.is_helper or field.name == rule.explode:
                continue
            kind = f"a list of {written}" if field.many else written
            name = _written_name(place[len(path) :], rule)
            other, owner = seen.setdefault(name, (kind, rule.name))
            if other != kind:
                yield Complaint(
                    place, f"{name!r} is {kind} here and {other} in {owner!r}; one file, one type", is_key=True
                )


def _written_name(place: KeyPath, rule: Rule) -> str:
    """Return where a field stands in the output, `variants.price`, by its place in the rule."""
    names = [str(name) for name in place[1::2]]
    return ".".join(names[1:] if names[0] == rule.explode else names)
