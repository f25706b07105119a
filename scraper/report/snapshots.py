"""Choose the pages that may have to be shown to a person: of each topic the first, such as one without any score.

Which expectation a run breaks is known at its end, when its pages are gone: so a snapshot of each topic is kept.
"""

from __future__ import annotations

from contextlib import suppress

import orjson

from scraper.errors import Malformed, Reason
from scraper.job import Kind
from scraper.models import Failure, Page, Parsed, Snapshot
from scraper.report.kept_pages import Keeper


class Snapshots:
    """Which topics have been shown; one of these in each process that reads pages."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._keeper = Keeper()
        self._written: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        """For each kind its rules with their written fields."""

    def topics(self, kind: Kind, outcome: Parsed | Failure) -> tuple[str, ...]:
        """Return the topics that this page is the first to show."""
        found = {failed(outcome.reason)} if isinstance(outcome, Failure) else self._shown(kind, outcome)
        new = found - self._seen
        self._seen |= new
        return tuple(sorted(new))

    def wants(self, kind: Kind, page: Page, outcome: Parsed | Failure) -> bool:
        """Return whether anything new is to be seen of a page, or it is worth to be kept."""
        is_new = bool(self.topics(kind, outcome))
        return bool(self._keeper.topics(kind, page, outcome)) or is_new

    def _shown(self, kind: Kind, parsed: Parsed) -> set[str]:
        """Return what a page shows, fast: every page comes this way."""
        topics = {any_of(kind.name)}
        bounds = kind.checks.records_per_page
        if bounds is not None and not bounds.hold(sum(map(len, parsed.lines))):
            topics.add(odd(kind.name))
        if (rules := self._written.get(kind.name)) is None:
            rules = self._written[kind.name] = [
                (rule.name, tuple(field.name for field in rule.written)) for rule in kind.rules
            ]
        for (rule, names), lines, filled in zip(rules, parsed.lines, parsed.filled, strict=False):
            count = len(lines)
            if min(filled, default=count) < count:
                unfilled = [(name, number) for name, number in zip(names, filled, strict=False) if number < count]
                topics.update(partly(rule, name) if number else empty(rule, name) for name, number in unfilled)
        topics.update((filtered if drop.is_filtered else dropped)(drop.rule) for drop in parsed.dropped)
        return topics

    def take(self, kind: Kind, page: Page | None, outcome: Parsed | Failure) -> Snapshot | None:
        """Return what is kept of a page, None if there is nothing new to see."""
        if page is None or not page.body:
            return None
        topics, whole = self.topics(kind, outcome), self._keeper.topics(kind, page, outcome)
        if not topics and not whole:
            return None
        from scraper.parse.encodings.encoding import decode  # workers that only fetch import this module, and no parser
        from scraper.parse.trees.parsers import engine_of

        body = page.body
        if unpack := engine_of(kind.parser).unpack:
            with suppress(Malformed):
                body = unpack(body)
        text = decode(body, page.header("content-type"), kind.encoding).text
        lines = (
            []
            if isinstance(outcome, Failure) or not whole
            else [[one.decode() for one in some] for some in outcome.lines]
        )
        return Snapshot(topics, page.url, page.status, page.fetched_at, text, whole, orjson.dumps(lines).decode())


def any_of(kind: str) -> str:
    """Return the topic of any page of a kind."""
    return f"page {kind}"


def odd(kind: str) -> str:
    """Return the topic of a page with more or fewer records than `records_per_page` says."""
    return f"odd {kind}"


def failed(reason: str) -> str:
    """Return the topic of a page that failed for a reason, but came."""
    return f"failed {reason}"


def empty(rule: str, name: str) -> str:
    """Return the topic of a page in none of whose records a field is filled."""
    return f"empty {rule}.{name}"


def partly(rule: str, name: str) -> str:
    """Return the topic of a page in some of whose records a field is not filled."""
    return f"partly {rule}.{name}"


def dropped(rule: str) -> str:
    """Return the topic of a page that gave up records for want of a required field."""
    return f"dropped {rule}"


def filtered(rule: str) -> str:
    """Return the topic of a page with records that `where` did not keep."""
    return f"filtered {rule}"


NOTHING_FOUND = failed(Reason.NO_RECORDS)
BLOCKED = failed(Reason.BLOCKED)
