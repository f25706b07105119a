"""Look a whole job through: each kind's rules and links, on its last good pages and on those that broke a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.mend.ground import Sheet
from scraper.authoring.mend.json_search import is_fixed
from scraper.authoring.mend.proposal import Finding, Proposal
from scraper.authoring.mend.rule_mend import mend_rule
from scraper.job import Field, Follow, Job, Kind, Rule
from scraper.job.rules import Place
from scraper.report.kept_pages import KeptPage


class Pages(Struct, frozen=True):
    """What a search has to go by."""

    good: Sequence[KeptPage]
    """The best pages of the last good run."""
    broken: Sequence[KeptPage]
    """Pages as they are now."""

    def of(self, kind: Kind) -> tuple[list[Sheet], list[Sheet]]:
        """Return those of a kind; they are UTF-8 by now, whatever the site sends."""
        kind = replace(kind, encoding="utf-8")
        good, broken = (
            [Sheet(kind, one.page()) for one in some if one.kind == kind.name] for some in (self.good, self.broken)
        )
        return good, broken


def propose(job: Job, pages: Pages, *, has_kinds: bool) -> Proposal:
    """Return what is broken in a job and what would mend it; `has_kinds`: its file says `pages`."""
    found: list[Finding] = []
    healthy, notes = 0, []
    for kind in job.kinds.values():
        good, broken = pages.of(kind)
        if broken and not good:
            notes.append(f"no good page of {kind.name} is kept, so nothing is known of what it read")
        if not (good and broken):
            continue
        for rule, place in _rules(kind, ("pages", kind.name) if has_kinds else ()):
            mend = mend_rule(rule, place, good, broken)
            found += mend.findings
            healthy += mend.healthy
    return Proposal(tuple(found), healthy, tuple(notes))


def _rules(kind: Kind, base: Place) -> Iterator[tuple[Rule, Place]]:
    """Yield the rules of a kind with their places, their links as fields; those of the page as a rule of their own."""
    for number, rule in enumerate(kind.rules):
        links = tuple(_as_field(follow, n) for n, follow in enumerate(rule.follow) if _finds_links(follow))
        yield replace(rule, fields=(*rule.fields, *links)), (*base, "records", number)
    links = tuple(_as_field(follow, n) for n, follow in enumerate(kind.follow) if _finds_links(follow))
    if links:
        yield Rule(f"{kind.name}: follow", links), base


def _finds_links(follow: Follow) -> bool:
    return bool(follow.selection.sources) and not is_fixed(_as_field(follow, 0))


def _as_field(follow: Follow, number: int) -> Field:
    """Return a link as a field; `rule_mend` knows by the name where it stands."""
    return Field(f"follow {number} → {follow.page}", follow.selection, many=True, type="url")
