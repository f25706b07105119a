"""Look a rule through: which of its selections are broken on new pages, and what would mend them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from scraper.authoring.mend.alignment import pairs_of
from scraper.authoring.mend.candidate_fields import FieldSearch, Past
from scraper.authoring.mend.ground import Rows, Sheet, Taken, rows_of, take
from scraper.authoring.mend.judgement import Choice, choose, steadiness_of
from scraper.authoring.mend.proposal import Finding, Reading
from scraper.authoring.mend.row_search import RowsFound, find_rows
from scraper.job import Field, Rule, Selection
from scraper.job.rules import Place

EXAMPLES = 3
MOST_ROWS = 300
FEWER = 0.4
"""Share of the rows of before below which `each` finds too few."""


@dataclass(frozen=True, slots=True)
class RuleMend:
    """What was found out about one rule."""

    rule: Rule
    """As it would be after the mend."""
    findings: tuple[Finding, ...]
    healthy: int


def mend_rule(rule: Rule, place: Place, was: Sequence[Sheet], now: Sequence[Sheet]) -> RuleMend:
    """Return what mends a rule on new pages; nothing if it reads nothing of the old ones."""
    old = _first(rows_of(rule, rule.each, was))
    if not len(old):
        return RuleMend(rule, (), 0)
    pasts = [Past(one, old.rows, take(one, old)) for one in rule.fields if _is_read(one)]
    each, rows, finding = _rows(rule, place, old, pasts, was, now)
    if not len(rows):
        return RuleMend(rule, (finding,) if finding else (), 0)
    rule = replace(rule, each=each)
    found = list(_fields(rule, place, old, pasts, rows))
    mended = {one.new.name: one.new for one in found if isinstance(one.new, Field)}
    rule = replace(rule, fields=tuple(mended.get(one.name, one) for one in rule.fields))
    healthy = len(pasts) - len(found) + (rule.each is not None and finding is None)
    return RuleMend(rule, (*([finding] if finding else []), *found), healthy)


def _first(rows: Rows) -> Rows:
    return Rows(rows.rows[:MOST_ROWS], rows.sort)


def _is_read(one: Field) -> bool:
    """Return whether a field reads elements or markup, and not JSON or a template."""
    languages = {source.language for source in one.selection.sources}
    return not one.fields and not languages & {"value", "group", "json", "json_ld", "column"}


# --------------------------------------------------------------------------- rows


def _rows(
    rule: Rule, place: Place, old: Rows, pasts: Sequence[Past], was: Sequence[Sheet], now: Sequence[Sheet]
) -> tuple[Selection | None, Rows, Finding | None]:
    """Return the selection of the rows of new pages, the rows, and what is to be said of the old one."""
    rows = _first(rows_of(rule, rule.each, now))
    if rule.each is None:
        return None, rows, None
    usual, new = len(old) / len(was), len(rows) / len(now)
    is_dead = len(rows) > 0 and not any(one.is_filled for past in pasts if not past.field.selection.from_page for one in take(past.field, rows))
    if len(rows) and new >= FEWER * usual and not is_dead:
        return rule.each, rows, None
    why = "finds nothing" if not len(rows) else "finds less" if new < FEWER * usual else "finds rows that hold nothing"
    found = find_rows(rule, old, pasts, now)
    at, before, broken = (*place, "each"), Reading(len(was), len(old), is_rows=True), Reading(len(now), len(rows), is_rows=True)
    if len(rows) and (not found or not _are_better(rule, rows, found[0], usual, new)):
        return rule.each, rows, None
    if not found or (found[0].covered < 0.3 and found[0].score < 0.62):
        nearest = f"{found[0].each.sources[-1].pattern} ({len(found[0].rows)})" if found else ""
        finding = Finding(at, f"{rule.name}: each", why, "cannot mend", rule.each, None, before, broken, nearest=nearest)
        return rule.each, Rows([], rows.sort), finding
    best = found[0]
    rival = next((one for one in found[1:] if not _are_kin(one, best)), None)
    margin = best.score - (rival.score if rival else 0.0)
    is_sure = best.covered >= 0.5 or (best.score >= 0.8 and margin >= 0.25)
    finding = Finding(
        at, f"{rule.name}: each", why, "sure" if is_sure and margin > 0.1 else "likely", rule.each, best.each, before, broken,
        Reading(len(now), len(best.rows), is_rows=True), len(set(pairs_of(old.rows, best.rows.rows).values())),
    )  # fmt: skip
    return best.each, _first(best.rows), finding


def _are_better(rule: Rule, rows: Rows, found: RowsFound, usual: float, new: float) -> bool:
    """Return whether other rows are so much better than those that the old selection still finds."""
    theirs = len(found.rows) / max(1, len({row.sheet for row in found.rows.rows}))
    return found.covered >= 0.4 or (found.score > 0.75 and theirs >= 2 * new and 0.5 * usual <= theirs <= 2 * usual)


def _are_kin(one: RowsFound, other: RowsFound) -> bool:
    """Return whether the rows of one lie in those of the other, or are the same."""
    theirs = {row.element for row in other.rows.rows}
    mine = {row.element for row in one.rows.rows}
    return any(any(up in theirs for up in (a, *a.iterancestors())) for a in mine) or any(any(up in mine for up in b.iterancestors()) for b in theirs)


# --------------------------------------------------------------------------- fields


def _fields(rule: Rule, place: Place, old: Rows, pasts: Sequence[Past], rows: Rows) -> Iterator[Finding]:
    """Yield what is to be said of the broken fields."""
    now = {past.field.name: take(past.field, rows) for past in pasts}
    alive = _alive(rows, pasts, now)
    for part, new, is_page in _parts(rule, old, pasts, alive):
        search = FieldSearch(new, pairs_of(part[0].rows, new.rows) if part else {}, is_page=is_page)
        choices = choose(search, part, steadiness_of(search, part))
        for past in part:
            if (choice := choices[past.field.name]).why:
                yield _finding(rule, place, past, choice, rows, now[past.field.name])


def _parts(rule: Rule, old: Rows, pasts: Sequence[Past], rows: Rows) -> Iterator[tuple[list[Past], Rows, bool]]:
    """Yield the fields that are read from the rows, and those that are read from the page around them."""
    own = [past for past in pasts if not past.field.selection.from_page or rule.each is None]
    yield own, rows, rule.each is None
    of_page = [past.field for past in pasts if past.field.selection.from_page and rule.each is not None]
    if of_page:
        pages = [rows_of(rule, None, list(dict.fromkeys(row.sheet for row in some.rows))) for some in (old, rows)]
        yield [Past(one, pages[0].rows, take(one, pages[0])) for one in of_page], pages[1], True


def _alive(rows: Rows, pasts: Sequence[Past], now: dict[str, list[Taken]]) -> Rows:
    """Return the rows that are there as a whole: of some pages most come empty, for a script to fill them."""
    usual = [past.field.name for past in pasts if past.fill > 0.6 and any(one.is_filled for one in now[past.field.name])]
    if len(usual) < 2:
        return rows
    counts = [sum(now[name][n].is_filled for name in usual) for n in range(len(rows))]
    whole = [row for row, count in zip(rows, counts, strict=True) if count * 2 > max(counts)]
    return Rows(whole, rows.sort) if 0 < len(whole) < len(rows) else rows


def _finding(rule: Rule, place: Place, past: Past, choice: Choice, rows: Rows, broken: Sequence[Taken]) -> Finding:
    """Return a finding with its proof: what the new selection reads of all rows."""
    assert choice.verdict is not None
    best = choice.best
    taken = take(best.field, rows) if best else []
    values = {repr(one.value) for one in past.taken if one.is_filled}
    nearest = ""
    if choice.nearest is not None:
        near = choice.nearest
        nearest = f"{_told(near.field.selection)}, such as {_examples(near.taken)[0]!r}" if _examples(near.taken) else ""
    return Finding(
        _place(place, past.field.name), f"{rule.name}.{past.field.name}", choice.why, choice.verdict,
        past.field.selection, best.field if best else None, _reading(past.taken), _reading(broken),
        _reading(taken) if best else None, sum(repr(one.value) in values for one in taken if one.is_filled), nearest, past.field.steps,
    )  # fmt: skip


def _place(place: Place, name: str) -> Place:
    """Return where a field stands; a link is one of a name that no field has."""
    if link := regex.match(r"follow (\d+) →", name):
        return (*place, "follow", int(link[1]))
    return (*place, "fields", name)


def _told(selection: Selection) -> str:
    return " → ".join(str(source.pattern) for source in selection.sources) or "the item itself"


def _reading(taken: Sequence[Taken]) -> Reading:
    return Reading(len(taken), sum(one.is_filled for one in taken), _examples(taken))


def _examples(taken: Sequence[Taken]) -> tuple[Any, ...]:
    return tuple([one.value for one in taken if one.is_filled][:EXAMPLES])
