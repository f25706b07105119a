"""Find for each row of a new page the old row that told of the same thing, by the values that stand in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scraper.authoring.mend.ground import Element, Row
from scraper.authoring.mend.json_paths import leaves_of
from scraper.authoring.mend.likeness import plain, telling
from scraper.parse.trees.text import own_text

RARE = 2
"""Rows in which a value may stand and still tell them apart."""
ENOUGH = 0.4
LINKS = ("href", "src", "title", "alt", "datetime")


def leaves(element: Element) -> Iterator[str]:
    """Yield the plain values that stand in an element: texts of its parts, what its attributes hold."""
    for node in element.iter():
        if isinstance(node.tag, str):
            if own := plain(own_text(node)):
                yield own
            for name in LINKS:
                if value := node.get(name):
                    yield (
                        f"{value.rpartition('//')[2].rpartition('?')[0] or value}"
                        if name in ("href", "src")
                        else plain(value)
                    )


def pairs_of(was: Sequence[Row], now: Sequence[Row]) -> dict[int, int]:
    """Return the number of the old row by that of the new one, for those that surely tell of the same thing."""
    if not was or not now:
        return {}
    held: dict[str, set[int]] = {}
    for number, row in enumerate(was):
        for value in set(_held(row)):
            held.setdefault(value, set()).add(number)
    rare = {value: numbers for value, numbers in held.items() if len(numbers) <= (RARE if len(was) > 1 else 1)}
    chosen = {number: best for number, row in enumerate(now) if (best := _best(row, rare, held)) is not None}
    counts = Counter(chosen.values())
    return {number: old for number, old in chosen.items() if counts[old] <= RARE}


def _held(row: Row) -> Iterator[str]:
    return leaves_of(row.item.node) if row.element is None else leaves(row.element)


def _best(row: Row, rare: Mapping[str, set[int]], held: Mapping[str, set[int]]) -> int | None:
    votes: Counter[int] = Counter()
    for value in set(_held(row)):
        for number in rare.get(value, ()):
            votes[number] += telling(value) / len(held[value])  # type: ignore[assignment]
    best = votes.most_common(2)
    if not best or best[0][1] < ENOUGH or (len(best) > 1 and best[1][1] > 0.8 * best[0][1]):
        return None
    return best[0][0]
