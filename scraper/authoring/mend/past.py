"""What a field used to read on the last good pages, taken together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import regex
from msgspec import Struct

from scraper.authoring.mend.alignment import leaves
from scraper.authoring.mend.ground import ELEMENTS, Row, Taken
from scraper.authoring.mend.likeness import Shape, plain, sameness, shape_of, telling, vocabulary_of
from scraper.authoring.structure.class_words import words_in
from scraper.authoring.structure.features import Features, features_of
from scraper.job import Field

_classes = regex.compile(r"\\.|\[[^\]]*\]|\([^()]*\)")
_words = regex.compile(r"\p{Lo}|\p{L}{3}")
LOOKED_AT = 50
"""Rows in which it is looked for what stood beside."""


class Past(Struct, frozen=True, dict=True):
    """What a field used to read, taken together."""

    field: Field
    rows: Sequence[Row]
    taken: Sequence[Taken]

    @cached_property
    def texts(self) -> list[str]:
        """All texts of all rows."""
        return [one for taken in self.taken for one in taken.texts]

    @cached_property
    def plain_texts(self) -> frozenset[str]:
        """The same for comparing."""
        return frozenset(map(plain, self.texts)) - {""}

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """The plain texts by their words."""
        return vocabulary_of(self.plain_texts)

    @cached_property
    def shape(self) -> Shape:
        """What they look like."""
        return shape_of(self.texts)

    @cached_property
    def fill(self) -> float:
        """The share of rows with a value."""
        return sum(taken.is_filled for taken in self.taken) / max(1, len(self.taken))

    @cached_property
    def count(self) -> float:
        """How many texts a filled row has."""
        return len(self.texts) / max(1, sum(bool(taken.texts) for taken in self.taken))

    @cached_property
    def features(self) -> Features:
        """What its elements have in common."""
        return features_taken(self.rows, self.taken)

    @cached_property
    def beside(self) -> frozenset[str]:
        """What stood in its rows and was not read: whoever reads that now reads another thing."""
        rows = (row for row in self.rows[:LOOKED_AT] if row.element is not None)
        return frozenset(value for row in rows for value in leaves(row.element)) - self.plain_texts

    @cached_property
    def hints(self) -> frozenset[str]:
        """The words that the config calls it by."""
        named = [self.field.name]
        named += [str(source.pattern) for source in self.field.selection.sources if source.language in ELEMENTS]
        return frozenset(word for name in named for word in words_in(name) if len(word) > 2) - {"div", "span", "class"}

    @cached_property
    def asks_for_words(self) -> bool:
        """Whether a regex takes the value out of the words around it: `(\\d+) available`."""
        patterns = (str(source.pattern) for source in self.field.selection.sources if source.language == "regex")
        return any(_words.search(_classes.sub("", pattern)) for pattern in patterns)

    def likeness(self, value: str) -> float:
        """Return how much a text is one of those of before."""
        one = plain(value)
        if one in self.plain_texts:
            return max(0.2, telling(one))
        near = {other for word in one.split() for other in self.vocabulary.get(word, ())} if " " in one else ()
        return 0.8 * max((sameness(one, other) for other in near), default=0.0)


def features_taken(rows: Sequence[Row], taken: Sequence[Taken]) -> Features:
    """Return what the elements of some rows have in common of which something was taken."""
    return features_of(row.marks(node) for row, one in zip(rows, taken, strict=True) for node in one.nodes[:2])
