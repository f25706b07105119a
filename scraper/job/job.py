"""A job: kinds of pages, where their records go, what to expect of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from scraper.errors import Problem
from scraper.job.expect import Expect
from scraper.job.kinds import Kind
from scraper.job.rules import Field, Rule
from scraper.job.secrets import Secrets
from scraper.job.settings import Login, Settings
from scraper.job.templates import Template

PROVENANCE = ("_url", "_page", "_fetched_at", "_merged")
"""Columns that say where a record comes from."""
TIMES = ("first_seen", "last_seen", "changed_at", "gone_at")
"""Columns that say when a record was seen, RFC 3339 in UTC."""
STDOUT = "-"
"""The path that means standard output."""


class Output(Struct, frozen=True):
    path: Template
    """May use {name} {date} {time} {run} {records}; relative to the working directory; `-` is stdout."""
    mode: Literal["replace", "append", "update"] = "replace"
    provenance: tuple[str, ...] = ()
    """Columns that say where a record comes from: some of PROVENANCE."""
    has_schema: bool = False
    """Whether a JSON Schema of the records lies beside the output."""
    on_new_fields: Literal["refuse", "widen"] = "refuse"
    """What happens where records are added to a file whose columns are others."""
    times: tuple[str, ...] = ()
    """Columns of `mode: update`: some of TIMES."""
    changes: bool = False
    """Whether what is new, changed or gone is written to a file of its own."""
    ignore: frozenset[str] = frozenset()
    """Fields whose changes do not count."""

    @property
    def needs_ledger(self) -> bool:
        """Whether a run is compared with what is known of the records of earlier ones, so that all need a key."""
        return self.changes or self.mode == "update"

    @property
    def is_split(self) -> bool:
        """Whether every rule writes to a file of its own."""
        return "records" in self.path.names


class Job(Struct, frozen=True):
    """One config file, checked: the only form in which the rest of the program knows it."""

    name: str
    path: Path
    kinds: Mapping[str, Kind]
    """In written order."""
    output: Output
    expect: Expect = field(default_factory=Expect)
    settings: Settings = field(default_factory=Settings)
    login: Login | None = None
    on_failure: tuple[str, ...] = ()
    """A command and its arguments, run after a run that ends with 1, 3 or 4."""
    mend: bool = True
    """Whether a mend is looked for at an alarm."""
    on_change: tuple[str, ...] = ()
    """A command and its arguments, run after a run that has published changes."""
    timezone: str | None = None
    warnings: tuple[Problem, ...] = ()
    """What lint found: legal, but likely not meant."""
    digest: str = ""
    """SHA-256 of what was read, `${ENV}` filled in: another digest is another job to `--resume`."""
    secrets: Secrets = field(default_factory=Secrets)
    """What no text that leaves the program may hold."""

    def __repr__(self) -> str:
        """Return what may be shown: URLs and settings may hold secrets."""
        return f"Job({self.name!r}, path={str(self.path)!r}, kinds={list(self.kinds)!r})"

    def joined_rules(self, rule: Rule) -> tuple[Rule, ...]:
        """Return a rule and those whose records join its own by merges, each once; wrong configs are asked too."""
        found: dict[int, Rule] = {}
        waiting = [rule]
        while waiting:
            at = waiting.pop(0)
            if id(at) not in found:
                found[id(at)] = at
                pages = [follow.page for follow in at.follow if follow.merge and follow.page in self.kinds]
                waiting[:0] = [other for page in pages for other in self.kinds[page].rules[:1]]
        return tuple(found.values())

    def written_fields(self, rule: Rule) -> tuple[Field, ...]:
        """Return the fields that a rule's records are written with, those of merged pages included."""
        return tuple(itertools.chain.from_iterable(other.written for other in self.joined_rules(rule)))

    def columns(self, rule: Rule) -> tuple[str, ...]:
        """Return the names of the fields that a rule's records are written with."""
        return tuple(field.name for field in self.written_fields(rule))

    def is_written(self, rule: Rule) -> bool:
        """Return whether a rule's records are written: one of only helpers is there for what it leads to."""
        return rule.has_all_columns or bool(self.columns(rule))

    def kinds_of_rules(self) -> dict[str, str]:
        """Return the name of the kind of each rule by its own."""
        return {rule.name: kind.name for kind in self.kinds.values() for rule in kind.rules}

    def published_rules(self) -> tuple[Rule, ...]:
        """Return the rules whose records are written and stand for themselves: not those of pages that only merge."""
        follows = [
            f for kind in self.kinds.values() for f in (*kind.follow, *(g for r in kind.rules for g in r.follow))
        ]
        led_to = {follow.page for follow in follows if not follow.merge}
        kinds = [kind for kind in self.kinds.values() if kind.start_urls or kind.name in led_to]
        return tuple(rule for kind in kinds for rule in kind.rules if self.is_written(rule))
