"""Look a rule through: which of its selections are broken on new pages, and what would mend them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import regex
from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.mend.alignment import pairs_of
from scraper.authoring.mend.field_search import FieldSearch
from scraper.authoring.mend.ground import Rows, Sheet, Taken, inside, rows_of, take
from scraper.authoring.mend.json_search import is_fixed, is_json, search_for
from scraper.authoring.mend.judgement import Choice, choose, steadiness_of
from scraper.authoring.mend.past import Past
from scraper.authoring.mend.proposal import Finding, Reading
from scraper.authoring.mend.reframe import reframed
from scraper.authoring.mend.row_judgement import first_of, judge_rows
from scraper.job import Rule, Selection
from scraper.job.rules import Place
from scraper.parse.item import Sort

EXAMPLES = 3
ALIVE = 0.8
"""Share of the rows that were whole below which those are left out that are not."""
MOST_LOST = 0.4
"""Share of the fields that new rows may lack and still be surely the right ones."""


class RuleMend(Struct, frozen=True):
    """What was found out about one rule."""

    findings: tuple[Finding, ...]
    healthy: int


def mend_rule(rule: Rule, place: Place, was: Sequence[Sheet], now: Sequence[Sheet]) -> RuleMend:
    """Return what mends a rule on new pages; nothing if it reads nothing of the old ones."""
    old = first_of(rows_of(rule, rule.each, was))
    if not len(old):
        return RuleMend((), 0)
    pasts = [Past(one, old.rows, take(one, old)) for one in rule.fields if not one.fields and not is_fixed(one)]
    each, rows, finding = judge_rows(rule, place, old, pasts, was, now)
    if not len(rows):
        return RuleMend((finding,) if finding else (), 0)
    rule = replace(rule, each=each)
    found = list(_fields(rule, place, old, pasts, rows))
    if finding is not None and sum(one.new is None for one in found) > MOST_LOST * len(pasts):
        if rows.sort == Sort.JSON and not finding.same:  # many lists have an id and a name
            return RuleMend((_given_up(finding),), 0)
        finding, *found = (_doubted(one) for one in (finding, *found))
    healthy = len(pasts) - len(found) + (rule.each is not None and finding is None)
    for inner in (mend_rule(*one, inside(old), inside(rows)) for one in _lists(rule, place)):
        found += inner.findings
        healthy += inner.healthy
    if finding is not None and finding.verdict == "likely":
        found = [_doubted(one) for one in found]
    return RuleMend((*([finding] if finding else []), *found), healthy)


def _lists(rule: Rule, place: Place) -> Iterator[tuple[Rule, Place]]:
    """Yield the fields that are lists of objects, as rules of what lies in each row."""
    for one in rule.fields:
        if one.fields and one.each is not None:
            yield Rule(f"{rule.name}.{one.name}", one.fields, each=one.each), (*place, "fields", one.name)


def _given_up(finding: Finding) -> Finding:
    """Return a finding whose mend is no more than what comes nearest."""
    nearest = f"{_told(finding.selection)} ({finding.after.filled})" if finding.selection and finding.after else ""
    return replace(finding, verdict="cannot mend", new=None, after=None, nearest=nearest)


def _doubted(finding: Finding) -> Finding:
    """Return a finding that is not sure: other rows may have been meant."""
    return replace(finding, verdict="likely") if finding.verdict == "sure" else finding


# --------------------------------------------------------------------------- fields


def _fields(rule: Rule, place: Place, old: Rows, pasts: Sequence[Past], rows: Rows) -> Iterator[Finding]:
    """Yield what is to be said of the broken fields."""
    now = {past.field.name: take(past.field, rows) for past in pasts}
    alive = _alive(rows, pasts, now)
    for part, new, is_page in _parts(rule, old, pasts, alive):
        if not part:
            continue
        search = search_for(part[0].field, new, pairs_of(part[0].rows, new.rows), is_page=is_page)
        choices = choose(search, part, steadiness_of(search, part))
        for past in part:
            if not is_json(past.field):
                choices[past.field.name] = _with_frame(search, past, choices[past.field.name])
            if (choice := choices[past.field.name]).why:
                yield _finding(rule, place, past, choice, rows, now[past.field.name])


def _with_frame(search: FieldSearch, past: Past, choice: Choice) -> Choice:
    """Return a choice that cuts away a label which the values have before them now."""
    now = choice.best or (search.weigh(past, past.field, 0.0) if not choice.why else None)
    found = reframed(search, past, now, dict(enumerate(search.old))) if now else None
    if found is None:
        return choice
    return Choice(choice.why or "reads its label, too", choice.verdict or "likely", found)


def _parts(rule: Rule, old: Rows, pasts: Sequence[Past], rows: Rows) -> Iterator[tuple[list[Past], Rows, bool]]:
    """Yield the fields that are read from the rows, and those that are read from the page around them."""
    own = [past for past in pasts if not past.field.selection.from_page or rule.each is None]
    yield from ((some, rows, rule.each is None) for some in _by_sort(own))
    of_page = [past.field for past in pasts if past.field.selection.from_page and rule.each is not None]
    if of_page:
        pages = [rows_of(rule, None, list(dict.fromkeys(row.sheet for row in some.rows))) for some in (old, rows)]
        pasts = [Past(one, pages[0].rows, take(one, pages[0])) for one in of_page]
        yield from ((some, pages[1], True) for some in _by_sort(pasts))


def _by_sort(pasts: Sequence[Past]) -> tuple[list[Past], list[Past]]:
    """Return the fields that read elements or markup, and those that read JSON: what may hold them differs."""
    return [one for one in pasts if not is_json(one.field)], [one for one in pasts if is_json(one.field)]


def _alive(rows: Rows, pasts: Sequence[Past], now: dict[str, list[Taken]]) -> Rows:
    """Return the rows that are there as a whole, if fewer are than were: some come empty, for a script to fill them."""
    usual = [past for past in pasts if past.fill > 0.6 and any(one.is_filled for one in now[past.field.name])]
    if len(usual) < 2:
        return rows
    were, are = _whole([past.taken for past in usual]), _whole([now[past.field.name] for past in usual])
    whole = [row for row, is_whole in zip(rows, are, strict=True) if is_whole]
    return Rows(whole, rows.sort) if 0 < len(whole) / len(are) < ALIVE * sum(were) / len(were) else rows


def _whole(columns: Sequence[Sequence[Taken]]) -> list[bool]:
    """Return for each row whether it has more than half as many values as the fullest."""
    counts = [sum(taken.is_filled for taken in row) for row in zip(*columns, strict=True)]
    return [count * 2 > max(counts) for count in counts]


def _finding(rule: Rule, place: Place, past: Past, choice: Choice, rows: Rows, broken: Sequence[Taken]) -> Finding:
    """Return a finding with its proof: what the new selection reads of all rows."""
    assert choice.verdict is not None
    best = choice.best
    taken = take(best.field, rows) if best else []
    values = {repr(one.value) for one in past.taken if one.is_filled}
    return Finding(
        place=_place(place, past.field.name),
        name=f"{rule.name}.{past.field.name}",
        why=choice.why,
        verdict=choice.verdict,
        old=past.field.selection,
        new=best.field if best else None,
        before=_reading(past.taken),
        broken=_reading(broken),
        after=_reading(taken) if best else None,
        same=sum(repr(one.value) in values for one in taken if one.is_filled),
        nearest=_nearest(choice),
        old_steps=past.field.steps,
    )


def _nearest(choice: Choice) -> str:
    """Return what comes nearest where there is no mend, with an example."""
    near = choice.nearest
    examples = _examples(near.taken) if near else ()
    return f"{_told(near.field.selection)}, such as {examples[0]!r}" if near and examples else ""


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
