"""Notice a field whose values are of another kind than in all the good runs before: `same_shape`. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from scraper.report.accounts import Alarm
from scraper.report.shapes import Shape

Shapes = Mapping[str, Shape]
FEWEST = 5
"""Values from which a share of them says something."""
LENGTH = 2.0
"""Times as long, or as short, three in four values are as three in four were: that is another sort of text."""
FEWEST_CHARACTERS = 4
"""A difference in length of less is none."""
MANY = 0.5
"""Of the values were different ones, where all the same is a surprise."""
ASPECTS = {
    "kinds": "{}s",
    "scripts": "{} letters",
    "mixes": "{}",
    "signs": "{}",
}
NONE = {"scripts": "no letters", "signs": "no sign"}


def compare_shapes(now: Shapes, past: Sequence[Shapes], wanted: bool | Sequence[str]) -> Iterator[Alarm]:
    """Yield an alarm for each field, `rule.field`, that is unlike what it was in each of the good runs.

    `wanted`: whether any are held, or the names of those that are.
    """
    for subject, shape in now.items():
        before = [shapes[subject] for shapes in past if subject in shapes]
        is_held = wanted if isinstance(wanted, bool) else subject.split(".")[1] in wanted
        if is_held and before and (told := list(_changes(shape, before))):
            example = f"such as {shape.example!r}, before {before[0].example!r}"
            yield Alarm("same_shape", f"{subject} holds another kind of value: {'; '.join(told)}; {example}", subject)


def _changes(now: Shape, past: Sequence[Shape]) -> Iterator[str]:
    """Yield in what the values differ from those of all the runs before."""
    told = list(filter(None, (_share(aspect, now, past) for aspect in ASPECTS)))
    yield from told
    if min(now.count, *(shape.count for shape in past)) < FEWEST:
        return
    if not told and (length := _length(now, past)):
        yield length
    languages = {shape.language for shape in past}
    if now.language and "" not in languages and now.language not in languages:
        yield f"{now.language}, was {past[0].language}"
    if _is_all_the_same(now, past):
        yield f"{now.commonest} of {now.count} are the same, {past[0].distinct} of {past[0].count} were different"


def _share(aspect: str, now: Shape, past: Sequence[Shape]) -> str | None:
    """Return how the values fall into other classes than they did."""
    counts = getattr(now, aspect)
    if not all(_is_another(aspect, counts, getattr(shape, aspect)) for shape in past):
        return None
    return f"{_told(aspect, counts)}, was {_told(aspect, getattr(past[0], aspect))}"


def _is_another(aspect: str, now: Mapping[str, int], before: Mapping[str, int]) -> bool:
    """Return whether more of the values have changed class than chance moves; of a few, all from one sign to another.

    `aspect`: of too few values only signs are certain enough.
    """
    few = min(sum(now.values()), sum(before.values()))
    if few < FEWEST:
        is_certain = aspect == "signs" and len(now) == len(before) == 1
        return is_certain and now.keys() != before.keys() and "" not in (*now, *before)
    return _distance(now, before) >= _enough(few)


def _distance(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Return the share of values that would have to change their class (total variation distance)."""
    totals = sum(one.values()), sum(other.values())
    return sum(abs(one.get(n, 0) / totals[0] - other.get(n, 0) / totals[1]) for n in {*one, *other}) / 2


def _enough(few: int) -> float:
    """Return which share of so few values is more than half of them and chance."""
    return min(0.95, 0.5 + 1 / math.sqrt(few))


def _told(aspect: str, counts: Mapping[str, int]) -> str:
    name = next(iter(counts))
    share = counts[name] / sum(counts.values())
    return f"{ASPECTS[aspect].format(name) if name else NONE[aspect]} ({share:.0%})"


def _length(now: Shape, past: Sequence[Shape]) -> str | None:
    """Return how much longer or shorter the texts are, if hardly any is as long as any was."""
    low, middle, high = now.lengths
    longest, shortest = max(shape.lengths[2] for shape in past), min(shape.lengths[0] for shape in past)
    is_longer = low > LENGTH * longest and low - longest >= FEWEST_CHARACTERS
    is_shorter = LENGTH * high < shortest and shortest - high >= FEWEST_CHARACTERS
    if not (is_longer or is_shorter) or not longest or not high:
        return None
    return f"{middle:.0f} characters long, was {past[0].lengths[1]:.0f}"


def _is_all_the_same(now: Shape, past: Sequence[Shape]) -> bool:
    """Return whether one value is all over the place, though most were different ones."""
    before = [shape.commonest / shape.count for shape in past]
    were_many = all(shape.distinct >= MANY * shape.count and shape.commonest for shape in past)
    few = min(now.count, *(shape.count for shape in past))
    return were_many and now.commonest / now.count - max(before) >= _enough(few)
