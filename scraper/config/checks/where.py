"""Check `where`: its fields are there, and its conditions can be met by values of their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper.config.field_types import fits, written_type
from scraper.config.near_words import did_you_mean
from scraper.errors import PatternError
from scraper.job import Condition, Rule
from scraper.job.yamldoc import Complaint, KeyPath
from scraper.parse.selectors.patterns import check_pattern
from scraper.parse.values.types import NUMBER, TYPES


def check_where(rule: Rule, path: KeyPath) -> Iterator[Complaint]:
    """Yield what is wrong with the conditions of a rule."""
    fields = {field.name: field for field in (*rule.fields, *rule.written) if field.name != rule.explode}
    for name, condition in rule.where:
        at = (*path, name)
        if name not in fields:
            hint = did_you_mean(name, fields)
            yield Complaint(at, f"no field of this rule is called {name!r}{hint}", is_key=True)
        elif fields[name].fields:
            yield Complaint(at, f"{name!r} is a list of objects, which nothing is compared with", is_key=True)
        else:
            yield from _check(condition, written_type(fields[name]), at)


def _check(condition: Condition, kind: str | None, path: KeyPath) -> Iterator[Complaint]:
    if condition == Condition():
        yield Complaint(path, "expected min, max, in, regex or not")
    for key, limit in (("min", condition.min), ("max", condition.max)):
        if limit is not None and (mistake := _limit_mistake(limit, kind)):
            yield Complaint((*path, key), mistake)
    for n, member in enumerate(condition.members or ()):
        if not fits(kind, member) or isinstance(member, (list, dict)):
            yield Complaint((*path, "in", n), f"expected a value of type {kind or 'text, number, true or false'}")
    if condition.regex is not None:
        try:
            check_pattern("regex", condition.regex)
        except PatternError as error:
            yield Complaint((*path, "regex"), str(error))
    if condition.negated is not None:
        yield from _check(condition.negated, kind, (*path, "not"))


def _limit_mistake(limit: Any, kind: str | None) -> str:
    """Return what is wrong with the limit of a field of this type, or nothing."""
    type_ = NUMBER if kind is None else TYPES[kind]
    if not type_.limits:
        return f"min and max are for numbers and dates; this field is {kind}: say its `type`"
    return "" if type_.is_limit(limit) else f"expected {type_.limits}"
