"""Check the names in templates: each is a field above, a param that every way in gives, or one of the page's own."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from scraper.config.near_words import did_you_mean
from scraper.job import Field, Follow, Kind, Param, ParamFile, Selection, nested
from scraper.job.templates import Placeholder, Template
from scraper.job.yamldoc import Complaint, KeyPath, Sections, dotted

OF_PAGE = ("_url", "_page", "_fetched_at")
"""Names that every `value` of a page may use."""
OF_ITEM = (*OF_PAGE, "_position")
"""Names that every `value` inside `records` may use."""
Names = tuple[str, ...]
TABLES = (".csv", ".jsonl")


class Way(Struct, frozen=True):
    """A way in to a kind of page: one of its start URLs, or a follow that leads there."""

    kind: str
    origin: str | None
    """The kind that is followed from; None for a start URL."""
    path: KeyPath
    gives: frozenset[str]
    """Params that its pages have."""

    @property
    def keeps(self) -> bool:
        """Whether the pages keep the params of the page that led to them."""
        return self.kind == self.origin


class Use(Struct, frozen=True):
    """A name that something on a page of a kind needs."""

    placeholder: Placeholder
    path: KeyPath
    fields: tuple[str, ...] = ()
    """Fields that may be meant: in a record those above."""
    below: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """Names of the page's or the item's own that it may use."""


def check_start(kind: Kind, path: KeyPath) -> Iterator[Complaint]:
    """Say which names of the start URLs are no params."""
    params = {param.name: param for param in kind.params}
    for n, url in enumerate(kind.start_urls):
        at = (*path, "start_urls", n)
        for placeholder in dict.fromkeys(url.placeholders):
            if placeholder.name not in params:
                yield Complaint(
                    at, f"unknown name {{{placeholder}}}; params has none{did_you_mean(placeholder.name, params)}"
                )
            elif mistake := _key_mistake(params[placeholder.name], placeholder):
                yield Complaint(at, mistake)


def _key_mistake(param: Param, placeholder: Placeholder) -> str:
    """Return what is wrong with {name} or {name.key}, given the values of the param."""
    name, key = placeholder.name, placeholder.key
    if isinstance(param.values, ParamFile):
        is_table = param.values.path.suffix in TABLES
        if is_table and not key:
            return f"{{{name}}} is a row of a table; say which column: {{{name}.…}}"
        return (
            "" if is_table or not key else f"{{{placeholder}}}: the lines of a text file have no parts; say {{{name}}}"
        )
    if not isinstance(param.values, tuple):
        return f"{{{placeholder}}}: numbers and days have no parts; say {{{name}}}" if key else ""
    rows = [value for value in param.values if isinstance(value, dict)]
    if not key:
        return f"{{{name}}} is a mapping; say which part: {{{name}.{next(iter(rows[0]), '…')}}}" if rows else ""
    if len(rows) < len(param.values) or not all(key in row for row in rows):
        known = {other for row in rows for other in row}
        return f"{{{placeholder}}}: not every value of {name} has a part {key!r}{did_you_mean(key, known)}"
    return ""


def check_names(kind: Kind, ways_in: list[Way], places: Sections) -> Iterator[Complaint]:
    """Say which names are unknown, and which ways in do not give a param that is needed."""
    params = {param.name: param for param in kind.params}
    known = {name for way in ways_in for name in way.gives}
    path = places[kind.name]
    for use in _uses(kind, places):
        name = use.placeholder.name
        if name in use.fields:
            continue
        if name in use.own:
            if use.placeholder.key:
                yield Complaint(use.path, f"{{{use.placeholder}}}: {name} has no parts")
        elif name not in known | params.keys():
            near = did_you_mean(name, [*use.fields, *known, *params, *use.own])
            near = ": a template sees the fields above it only" if name in use.below else near
            yield Complaint(use.path, f"unknown name {{{use.placeholder}}}{near}")
        else:
            if name in params and (mistake := _key_mistake(params[name], use.placeholder)):
                yield Complaint(use.path, mistake)
            for way in ways_in:
                if name not in way.gives and not way.keeps:
                    user = dotted(tuple(part for part in use.path[len(path) :] if isinstance(part, str)))
                    yield Complaint(
                        way.path, f"its pages need the param {name!r} ({kind.name}: {user}), which is not given here"
                    )
    names = {*known, *params}
    for n, rule in enumerate(kind.rules):
        for field, place in nested(rule.fields, (*path, "records", n)):
            is_param_itself = [source.pattern for source in field.selection.sources] == [Template(f"{{{field.name}}}")]
            if (field.name in names and not is_param_itself) or field.name in OF_ITEM:
                yield Complaint(place, f"{field.name!r} is the name of a param, too; rename one of them", is_key=True)


def _uses(kind: Kind, places: Sections) -> Iterator[Use]:
    path = places[kind.name]
    for place, template in kind.request.templates:
        at = places.of(kind.name, "request", *place)
        yield from (Use(placeholder, at) for placeholder in template.placeholders)
    for n, action in enumerate(kind.actions):
        at = places.of(kind.name, "actions", n, "fill", "value")
        yield from (Use(placeholder, at) for placeholder in (action.value.placeholders if action.value else ()))
    for n, rule in enumerate(kind.rules):
        yield from _uses_of_fields(rule.fields, (*path, "records", n), ())
        lifted = (field for outer in rule.fields if outer.name == rule.explode for field in outer.fields)
        names = tuple(field.name for field in (*rule.fields, *lifted))
        for m, follow in enumerate(rule.follow):
            yield from _uses_of_follow(follow, (*path, "records", n, "follow", m), OF_ITEM, names)
    for n, follow in enumerate(kind.follow):
        yield from _uses_of_follow(follow, (*path, "follow", n), OF_PAGE, ())


def _uses_of_fields(fields: tuple[Field, ...], path: KeyPath, above: Names) -> Iterator[Use]:
    """Yield what the fields of records, or of objects in one, use: `above` are the fields around the latter."""
    names = tuple(field.name for field in fields)
    for n, field in enumerate(fields):
        at, known = (*path, "fields", field.name), (*above, *names[:n])
        yield from _uses_of(field.selection, at, OF_ITEM, known, names[n:])
        yield from _uses_of_fields(field.fields, at, known)


def _uses_of_follow(follow: Follow, path: KeyPath, own: Names, fields: Names) -> Iterator[Use]:
    yield from _uses_of(follow.selection, path, own, fields)
    for name, selection in follow.params:
        yield from _uses_of(selection, (*path, "params", name), own, fields)
    for n, name in enumerate(follow.handed_on):
        yield Use(Placeholder(name), (*path, "params", n), fields)


def _uses_of(selection: Selection, path: KeyPath, own: Names, fields: Names, below: Names = ()) -> Iterator[Use]:
    for source in selection.sources:
        if isinstance(source.pattern, Template):
            yield from (
                Use(placeholder, (*path, "value"), fields, below, own) for placeholder in source.pattern.placeholders
            )
    for n, member in enumerate(selection.first_of):
        yield from _uses_of(member, (*path, "first_of", n), own, fields, below)
