"""Cut away a label that stands before a value now and did not, or that is another one than a step cuts away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import regex
from msgspec.structs import replace

from scraper.authoring.mend.field_search import Candidate, FieldSearch
from scraper.authoring.mend.past import Past
from scraper.job import Field, Step

ENOUGH = 0.6
"""Of the values of which it is known what they were, so many must have the label before them."""
_label = regex.compile(r"\s*[^\d:：]{1,24}[:：]\s*")
CUT = "remove_prefix"


def reframed(search: FieldSearch, past: Past, now: Candidate, old: Mapping[int, int | None]) -> Candidate | None:
    """Return a candidate whose steps cut the label away, None for none; `old`: rows of before by those now."""
    label = _label_of(past, now, old)
    if not label:
        return None
    found = search.weigh(past, _without(now.field, label), now.cost)
    return found if found is not None and _has_less(found, label) else None


def _label_of(past: Past, now: Candidate, old: Mapping[int, int | None]) -> str:
    """Return what stands before the values now and did not, the same in most of them."""
    known = Counter[str]()
    count = 0
    for number, taken in enumerate(now.taken):
        before = old.get(number)
        was = past.taken[before].value if before is not None else None
        if isinstance(taken.value, str) and isinstance(was, str):
            count += 1
            known[taken.value.removesuffix(was) if taken.value.endswith(was) else ""] += 1
    label, often = known.most_common(1)[0] if known else ("", 0)
    if label.strip() and often >= ENOUGH * count and len(label) <= 30:
        return label.strip()
    return _common_label(past, now)


def _common_label(past: Past, now: Candidate) -> str:
    """Return the label of all values where a step has cut away another one."""
    values = [taken.value for taken in now.taken if isinstance(taken.value, str)]
    labels = {match[0].strip() for value in values if (match := _label.match(value))}
    is_cut = any(step.name == CUT for step in past.field.steps)
    is_everywhere = len(labels) == 1 and all(map(_label.match, values)) and len(values) > 1
    old = any(isinstance(one.value, str) and _label.match(one.value) for one in past.taken)
    return labels.pop() if is_cut and is_everywhere and not old else ""


def _without(one: Field, label: str) -> Field:
    cut = Step(CUT, label)
    numbers = [n for n, step in enumerate(one.steps) if step.name == CUT]
    steps = list(one.steps)
    steps[numbers[0] if numbers else 0 : numbers[0] + 1 if numbers else 0] = [cut]
    return replace(one, steps=tuple(steps))


def _has_less(found: Candidate, label: str) -> bool:
    values = [taken.value for taken in found.taken if isinstance(taken.value, str)]
    return bool(values) and not any(value.startswith(label) for value in values)
