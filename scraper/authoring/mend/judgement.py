"""Decide: is a selection broken, is there one that reads what it used to, and how sure is that."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from scraper.authoring.mend.field_search import Candidate, FieldSearch
from scraper.authoring.mend.ground import Element
from scraper.authoring.mend.likeness import plain
from scraper.authoring.mend.past import Past
from scraper.authoring.mend.proposal import Verdict

LESS = 0.5
"""Share of the fill of before below which a field finds less."""
NUMERIC = 0.3
"""Share of digits from which values are numbers."""
BESIDE = 0.6
"""What comes nearest is another thing if so much of it stood beside the field before."""
VARIED = 0.8
"""Share of different values from which one that is the same everywhere is another thing."""
MORE = 0.1
"""What of the rows may be filled more than before: where nothing stood, another thing may be read now."""
STILL = 0.8
BY_VALUES = 0.45
"""How much of the values must be old ones for these to decide."""


class Steadiness(Struct, frozen=True):
    """How much of what healthy fields read is what they read before."""

    texts: float = 0.0
    numbers: float = 0.0

    def of(self, past: Past) -> float:
        """Return that of the fields that are like one."""
        return self.numbers if _is_number(past) else self.texts


def _is_number(past: Past) -> bool:
    return past.shape.signs[0] > NUMERIC


def steadiness_of(search: FieldSearch, pasts: Sequence[Past]) -> Steadiness:
    """Return how little the healthy fields have changed."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for past in pasts:
        now = search.weigh(past, past.field, 0.0)
        if now is not None and not _complaint(past, now):
            found[_is_number(past)].append(now.same)
    texts, numbers = (sum(found[one]) / len(found[one]) if found[one] else 0.0 for one in (False, True))
    return Steadiness(texts, numbers)


class Choice(Struct, frozen=True):
    """What becomes of one field."""

    why: str
    """What is wrong; empty for a healthy one."""
    verdict: Verdict | None = None
    best: Candidate | None = None
    nearest: Candidate | None = None


def choose(search: FieldSearch, pasts: Sequence[Past], steadiness: Steadiness) -> dict[str, Choice]:
    """Return what becomes of each field of a rule, by its name."""
    now = {past.field.name: search.weigh(past, past.field, 0.0) for past in pasts}
    whys = {past.field.name: _complaint(past, now[past.field.name]) for past in pasts}
    healthy = [(past, now[past.field.name]) for past in pasts if not whys[past.field.name]]
    found = {}
    for past in pasts:
        name = past.field.name
        if whys[name]:
            others = [one for other, one in healthy if one is not None and not _shared_before(past, other)]
            found[name] = [one for one in search.candidates(past) if not _is_taken(one, others)]
            current = now[name]
            if current is not None and current.fill and not _is_better(past, current, found[name], whys[name]):
                whys[name] = ""
    broken = {name: some for name, some in found.items() if whys[name] and some}
    owners = {name: some[0] for name, some in broken.items()}
    chosen = {}
    for past in pasts:
        name = past.field.name
        if not whys[name]:
            chosen[name] = Choice("")
            continue
        left = [one for one in found[name] if not any(_owns(owners[other], one) for other in owners if other != name)]
        rivals = [some for other, some in broken.items() if other != name]
        verdict, best = _verdict(past, left, _margin(left, rivals), steadiness)
        chosen[name] = Choice(whys[name], verdict, best, left[0] if left and best is None else None)
    return chosen


def _margin(found: Sequence[Candidate], others: Sequence[Sequence[Candidate]]) -> float:
    """Return how far the best candidate is ahead of those that read another thing.

    What is the best of another field would have to be exchanged with that: so much the farther it is.
    """
    if not found:
        return 0.0
    best, margin = found[0], found[0].score
    for one in found[1:]:
        if _differ(best, one):
            loss = max((_loss(some, one, best) for some in others), default=0.0)
            margin = min(margin, best.score - one.score + loss)
    return margin


def _loss(found: Sequence[Candidate], taken: Candidate, given: Candidate) -> float:
    """Return what another field would lose if it had to give up its best and to take something else for it."""
    if _differ(found[0], taken):
        return 0.0
    return max(0.0, found[0].score - max((one.score for one in found if not _differ(one, given)), default=0.0))


def _owns(owner: Candidate, one: Candidate) -> bool:
    """Return whether another field has more right to what a candidate reads."""
    return owner.score > one.score + 0.05 and _is_taken(one, [owner])


def _shared_before(past: Past, other: Past) -> bool:
    """Return whether two fields read the same element before, too."""
    both = [(a.nodes[:1], b.nodes[:1]) for a, b in zip(past.taken, other.taken, strict=True) if a.nodes and b.nodes]
    return bool(both) and sum(a == b for a, b in both) > 0.5 * len(both)


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
    return best.score > now.score + 0.3 and (
        by_values or (best.shape > now.shape + 0.3 and best.named > 0.75 and best.shape > 0.85)
    )


def _agrees(one: Candidate, other: Candidate) -> bool:
    """Return whether a candidate reads the same where the other reads anything."""
    pairs = [(a, b) for a, b in zip(one.texts, other.texts, strict=True) if a]
    return sum(_plain(a) == _plain(b) for a, b in pairs) >= 0.7 * len(pairs)


def _verdict(
    past: Past, found: Sequence[Candidate], margin: float, steadiness: Steadiness
) -> tuple[Verdict, Candidate | None]:
    if not found:
        return "gone", None
    best = found[0]
    if past.field.selection.get == "exists" and best.same < BY_VALUES:
        return "gone", None  # that some element is there says nothing
    covers = best.fill >= 0.75 * past.fill
    if best.same >= BY_VALUES:
        if not covers or best.shape < 0.5:
            return ("likely", best) if margin >= 0.08 and best.shape > 0.4 else ("cannot mend", None)
        is_sure = margin >= 0.2 and best.same >= 0.6 and best.shape >= 0.6 and best.fill <= past.fill + MORE
        return ("sure" if is_sure else "likely", best) if margin >= 0.05 else ("cannot mend", None)
    return _by_likeness(past, best, margin, steadiness, covers=covers)


def _by_likeness(
    past: Past, best: Candidate, margin: float, steadiness: Steadiness, *, covers: bool
) -> tuple[Verdict, Candidate | None]:
    """Return the verdict where the values are others: by what they look like and where they stand."""
    support = 0.5 * best.shape + 0.5 * best.named + min(0.1, 0.25 * max(0.0, margin - 0.1))
    is_still = steadiness.of(past) > STILL and best.same < 0.2  # what stands beside it has not changed
    if is_still:
        support -= 0.25
    if best.beside > BESIDE or _says_one_thing(past, best):
        return "gone", None
    if not covers or best.shape < 0.6 or best.named < 0.25 or support < 0.58:
        return ("gone" if best.shape < 0.7 or best.named < 0.4 or is_still else "cannot mend"), None
    if margin < 0.045:
        return "cannot mend", None
    return ("sure" if support >= 0.8 and margin >= 0.2 and best.named >= 0.6 and not is_still else "likely"), best


def _says_one_thing(past: Past, now: Candidate) -> bool:
    """Return whether a candidate reads the same of every row where the values were as good as all different ones."""
    said = [one for one in now.texts if one]
    return len(said) > 2 and len(set(said)) == 1 and past.shape.count > 2 and past.shape.distinct > VARIED


def _differ(one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates read different things: not the same in another frame."""
    pairs = [(_plain(a), _plain(b)) for a, b in zip(one.texts, other.texts, strict=True) if a or b]
    return sum(a != b for a, b in pairs) > 0.25 * len(pairs)


def _plain(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(plain, texts))


def _is_taken(one: Candidate, others: Sequence[Candidate]) -> bool:
    """Return whether another field reads the very same place already."""
    return any(
        _reads_the_same(one, other) for other in others if one.field.selection.attr == other.field.selection.attr
    )


def _reads_the_same(one: Candidate, other: Candidate) -> bool:
    both = [(a, b) for a, b in zip(one.taken, other.taken, strict=True) if a.texts and b.texts]
    same = sum(_plain(a.texts) == _plain(b.texts) and _touch(a.nodes[:1], b.nodes[:1]) for a, b in both)
    return same > 0.6 * len(one.taken)


def _touch(some: Sequence[Element], others: Sequence[Element]) -> bool:
    """Return whether elements are the same or lie in each other."""
    return any(a is b or a in b.iterancestors() or b in a.iterancestors() for a in some for b in others)
