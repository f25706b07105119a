"""Decide whether an `each` still finds the rows that it used to, and which other one does."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from scraper.authoring.mend.alignment import pairs_of
from scraper.authoring.mend.ground import Element, Rows, Sheet, rows_of, take
from scraper.authoring.mend.past import Past
from scraper.authoring.mend.proposal import Finding, Reading
from scraper.authoring.mend.row_search import RowsFound, find_rows
from scraper.job import Rule, Selection
from scraper.job.rules import Place
from scraper.parse.item import Sort

MOST_ROWS = 300
FEWER = 0.4
"""Share of the rows of before below which `each` finds too few."""
BY_VALUES = 0.3
"""How many of the rows must tell of what the old ones told for these to decide."""
PROMISING = 0.62
"""How good other rows must be where their values are others."""


def judge_rows(
    rule: Rule, place: Place, old: Rows, pasts: Sequence[Past], was: Sequence[Sheet], now: Sequence[Sheet]
) -> tuple[Selection | None, Rows, Finding | None]:
    """Return the selection of the rows of new pages, the rows, and what is to be said of the old one.

    There are no rows where none could be found again.
    """
    rows = first_of(rows_of(rule, rule.each, now))
    why = _complaint(rule, rows, pasts, len(old) / len(was), len(rows) / len(now))
    if rule.each is None or not why:
        return rule.each, rows, None
    found = find_rows(rule, old, pasts, now)
    if len(rows) and not (found and _are_better(found[0], len(old) / len(was), len(rows) / len(now))):
        return rule.each, rows, None
    finding = Finding(
        place=(*place, "each"),
        name=f"{rule.name}: each",
        why=why,
        verdict="cannot mend",
        old=rule.each,
        new=None,
        before=Reading(len(was), len(old), is_rows=True),
        broken=Reading(len(now), len(rows), is_rows=True),
    )
    if not found or (found[0].covered < BY_VALUES and found[0].score < PROMISING):
        nearest = f"{found[0].each.sources[-1].pattern} ({len(found[0].rows)})" if found else ""
        return rule.each, Rows([], rows.sort), replace(finding, nearest=nearest)
    best = found[0]
    if best.each == rule.each:
        return rule.each, rows, None
    return best.each, first_of(best.rows), _mended(finding, found, old, len(now))


def first_of(rows: Rows) -> Rows:
    """Return the first rows, so many that more would say nothing more."""
    return Rows(rows.rows[:MOST_ROWS], rows.sort)


def _complaint(rule: Rule, rows: Rows, pasts: Sequence[Past], usual: float, new: float) -> str:
    """Return what is wrong with an `each`, nothing for one that is well; `usual`, `new`: rows of a page."""
    if rule.each is None:
        return ""
    if not len(rows):
        return "finds nothing"
    own = [past for past in pasts if not past.field.selection.from_page]
    if not any(one.is_filled for past in own for one in take(past.field, rows)):
        return "finds rows that hold nothing"
    return "finds less" if new < FEWER * usual else ""


def _mended(finding: Finding, found: Sequence[RowsFound], old: Rows, pages: int) -> Finding:
    """Return a finding with the best of what was found, and how sure that is."""
    best = found[0]
    rival = next((one for one in found[1:] if not _are_kin(one, best)), None)
    margin = best.score - (rival.score if rival else 0.0)
    is_sure = (best.covered >= 0.5 and margin > 0.1) or (best.score >= 0.8 and margin >= 0.25)
    return replace(
        finding,
        verdict="sure" if is_sure else "likely",
        new=best.each,
        after=Reading(pages, len(best.rows), is_rows=True),
        same=len(set(pairs_of(old.rows, best.rows.rows).values())),
    )


def _are_better(found: RowsFound, usual: float, new: float) -> bool:
    """Return whether other rows are so much better than those that the old selection still finds."""
    theirs = len(found.rows) / max(1, len({row.sheet for row in found.rows.rows}))
    return found.covered >= 0.4 or (found.score > 0.75 and theirs >= 2 * new and 0.5 * usual <= theirs <= 2 * usual)


def _are_kin(one: RowsFound, other: RowsFound) -> bool:
    """Return whether the rows of one lie in those of the other, or are the same."""
    if one.rows.sort == Sort.JSON:
        mine, theirs = ({id(row.item.node) for row in some.rows.rows} for some in (one, other))
        return bool(mine & theirs) or one.covered == other.covered
    mine, theirs = ({row.origin for row in some.rows.rows} for some in (one, other))
    return _lie_in(mine, theirs) or _lie_in(theirs, mine)


def _lie_in(some: set[Element], others: set[Element]) -> bool:
    return any(up in others for one in some for up in (one, *one.iterancestors()))
