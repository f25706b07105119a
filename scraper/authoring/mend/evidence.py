"""What speaks for a field with another selector: that it reads what was read before, and not what stood beside."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from scraper.authoring.mend.ground import Row, Taken
from scraper.authoring.mend.likeness import overlap, plain, sameness, telling
from scraper.authoring.mend.past import Past
from scraper.parse.trees.text import text


def sameness_of(past: Past, taken: Sequence[Taken], old: Sequence[int | None]) -> float:
    """Return how much of what is read is what was read before: of the same thing where that is known.

    `old`: the number of the old row for each new one.
    """
    texts = [text for one in taken for text in one.texts]
    whole = overlap(texts, past.texts) * ratio(past.count, len(texts) / max(1, sum(bool(t.texts) for t in taken)))
    pairs = [
        (one, past.taken[number])
        for one, number in zip(taken, old, strict=True)
        if number is not None and number < len(past.taken)
    ]
    pairs = [(now, was) for now, was in pairs if now.texts or was.texts]
    if len(pairs) < min(3, len(taken)):
        return whole
    variety = min(1.0, 0.25 + past.shape.distinct) if len(past.taken) > 2 else 1.0
    aligned = sum(_same_texts(now, was) for now, was in pairs) / len(pairs) * variety
    return max(aligned, whole * (0.5 + 0.5 * aligned))


def told_beside(past: Past, texts: Sequence[str]) -> float:
    """Return how much of what is read stood beside what was read before."""
    return sum(telling(one) for one in map(plain, texts) if one in past.beside) / len(texts)


def words_of(taken: Sequence[Taken]) -> list[str]:
    """Return the texts of the elements whose being there counts."""
    return [words for one in taken if one.texts for node in one.nodes[:1] if (words := text(node))]


def counts_up(numbers: Sequence[int], rows: Sequence[Row], taken: Sequence[Taken]) -> bool:
    """Return whether values count up with the numbers of their rows, in all rows of a page."""
    values = [(n, row.sheet, one.value) for n, row, one in zip(numbers, rows, taken, strict=True)]
    steps = [(b[0] - a[0], a[2], b[2]) for a, b in itertools.pairwise(values) if a[1] is b[1]]
    return len(steps) > 1 and all(type(a) is int and type(b) is int and b - a == step for step, a, b in steps)


def _same_texts(now: Taken, was: Taken) -> float:
    if not now.texts or not was.texts:
        return 0.0
    if len(now.texts) == len(was.texts) == 1:
        return (
            1.0
            if now.value == was.value and was.value is not None
            else sameness(plain(now.texts[0]), plain(was.texts[0]))
        )
    return overlap(now.texts, was.texts) * ratio(len(now.texts), len(was.texts))


def ratio(one: float, other: float) -> float:
    """Return how alike two counts are, from 0 to 1."""
    return min(one, other) / max(one, other) if one and other else 0.0
