"""Decide whether a record is kept: what `where` asks of one of its values, compiled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scraper.job import Condition
from scraper.job.templates import as_text
from scraper.parse.selectors.select import Clock, Regex
from scraper.parse.values.types import TYPES, as_ranked


class Choice:
    """A condition on the values of one field, compiled."""

    def __init__(self, condition: Condition, kind: str | None) -> None:
        """`kind` is the type of the field: dates are compared as dates, moments as moments."""
        self._rank = as_ranked if kind is None else TYPES[kind].rank
        self._min = None if condition.min is None else self._rank(condition.min)
        self._max = None if condition.max is None else self._rank(condition.max)
        self._members = None if condition.members is None else {_identity(member) for member in condition.members}
        self._regex = None if condition.regex is None else Regex(condition.regex)
        self._negated = None if condition.negated is None else Choice(condition.negated, kind)

    def holds(self, value: Any, clock: Clock) -> bool:
        """Return whether a value is as asked; null and [] never are, and of a list one value is enough."""
        values = value if isinstance(value, list) else [value]
        if self._negated is not None and self._negated.holds(value, clock):
            return False
        return any(self._fits(one, clock) for one in values if one is not None)

    def _fits(self, value: Any, clock: Clock) -> bool:
        if self._members is not None and _identity(value) not in self._members:
            return False
        if self._regex is not None and not self._regex.is_in(as_text(value), clock):
            return False
        return self._is_within(value)

    def _is_within(self, value: Any) -> bool:
        try:
            return (self._min is None or _beside(self._min, self._rank(value)) >= self._min) and (
                self._max is None or _beside(self._max, self._rank(value)) <= self._max
            )
        except (TypeError, ValueError):  # a text beside a number, a time without zone beside one with it
            return False


def _beside(limit: Any, rank: Any) -> Any:
    """Return a rank to be compared with a limit: beside a time without zone the time as it is written counts."""
    return rank.replace(tzinfo=None) if isinstance(limit, datetime) and limit.tzinfo is None else rank


def _identity(value: Any) -> tuple[bool, Any]:
    """Return what is equal for equal JSON values only: 1 is 1.0 and not true."""
    return isinstance(value, bool), value if isinstance(value, str | int | float) else as_text(value)
