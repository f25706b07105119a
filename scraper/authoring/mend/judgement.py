"""Decide: is a selection broken, is there one that reads what it used to, and how sure is that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.authoring.mend.candidate_fields import Candidate, FieldSearch, Past
from scraper.authoring.mend.likeness import plain
from scraper.authoring.mend.proposal import Verdict

LESS = 0.5
"""Share of the fill of before below which a field finds less."""
BY_VALUES = 0.45
"""How much of the values must be old ones for these to decide."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of one field."""

    why: str
    """What is wrong; empty for a healthy one."""
    verdict: Verdict | None = None
    best: Candidate | None = None
    nearest: Candidate | None = None


def choose(search: FieldSearch, past: Past, taken_by_others: Sequence[Candidate], steadiness: float) -> Choice:
    """Return what becomes of a field; `taken_by_others`: what the healthy ones read, `steadiness`: how little changed."""
    now = search.weigh(past, past.field, 0.0)
    why = _complaint(past, now)
    if not why:
        return Choice("")
    found = [one for one in search.candidates(past) if not _is_taken(one, past, taken_by_others)]
    if now is not None and now.fill and not _is_better(past, now, found, why):
        return Choice("")
    verdict, best = _verdict(past, found, steadiness)
    return Choice(why, verdict, best, found[0] if found and best is None else None)


def _complaint(past: Past, now: Candidate | None) -> str:
    """Return what may be wrong with a field as it reads now; nothing for one that is well."""
    if not past.fill:
        return ""
    if now is None or not now.fill:
        return "finds nothing"
    if now.fill < LESS * past.fill:
        return "finds less"
    if now.same < 0.35 and now.shape < 0.72:
        return "finds another thing"
    return ""


def _is_better(past: Past, now: Candidate, found: Sequence[Candidate], why: str) -> bool:
    """Return whether another selection is so much better than one that does find something."""
    if not found:
        return False
    best = found[0]
    if why == "finds less":
        covers = best.fill > 1.6 * now.fill and best.fill > 0.8 * past.fill
        return covers and _agrees(now, best) and best.shape > 0.75 and (best.same >= BY_VALUES or best.named > 0.6)
    by_values = best.same >= BY_VALUES and best.same > now.same + 0.35
    return best.score > now.score + 0.3 and (by_values or (best.shape > now.shape + 0.3 and best.named > 0.75 and best.shape > 0.85))


def _agrees(one: Candidate, other: Candidate) -> bool:
    """Return whether a candidate reads the same where the other reads anything."""
    pairs = [(a, b) for a, b in zip(one.texts, other.texts, strict=True) if a]
    return sum(_plain(a) == _plain(b) for a, b in pairs) >= 0.7 * len(pairs)


def _verdict(past: Past, found: Sequence[Candidate], steadiness: float) -> tuple[Verdict, Candidate | None]:
    if not found:
        return "gone", None
    best = found[0]
    margin = best.score - max((one.score for one in found[1:] if _differ(best, one)), default=0.0)
    covers = best.fill >= 0.75 * past.fill
    if best.same >= BY_VALUES:
        if not covers or best.shape < 0.5:
            return ("likely", best) if margin >= 0.08 and best.shape > 0.4 else ("cannot mend", None)
        is_sure = margin >= 0.2 and best.same >= 0.6 and best.shape >= 0.6
        return ("sure" if is_sure else "likely", best) if margin >= 0.05 else ("cannot mend", None)
    return _by_likeness(past, best, margin, steadiness, covers=covers)


def _by_likeness(past: Past, best: Candidate, margin: float, steadiness: float, *, covers: bool) -> tuple[Verdict, Candidate | None]:
    """Return the verdict where the values are others: by what they look like and where they stand."""
    support = 0.5 * best.shape + 0.5 * best.named
    is_still = steadiness > 0.8 and past.shape.signs[0] < 0.3  # what stands beside it has not changed, and texts seldom do
    if is_still:
        support -= 0.25
    if not covers or best.shape < 0.6 or best.named < 0.3 or support < 0.55:
        return ("gone" if best.shape < 0.7 or best.named < 0.4 or is_still else "cannot mend"), None
    if margin < 0.06:
        return "cannot mend", None
    return ("sure" if support >= 0.78 and margin >= 0.2 and best.named >= 0.6 else "likely"), best


def _differ(one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates read different things: not the same in another frame."""
    pairs = [(_plain(a), _plain(b)) for a, b in zip(one.texts, other.texts, strict=True) if a or b]
    return sum(a != b for a, b in pairs) > 0.25 * len(pairs)


def _plain(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(plain, texts))


def _is_taken(one: Candidate, past: Past, others: Sequence[Candidate]) -> bool:
    """Return whether a healthy field reads the very same place already."""
    own = [(taken.nodes[:1], one.field.selection.attr) for taken in one.taken]
    for other in others:
        theirs = [(taken.nodes[:1], other.field.selection.attr) for taken in other.taken]
        shared = sum(a == b and bool(a[0]) for a, b in zip(own, theirs, strict=True))
        if shared > 0.6 * len(own) and one.texts == other.texts:
            return True
    return False
