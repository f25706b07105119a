"""The frozen values that say what a page must be like, and what a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field


class Bounds(Struct, frozen=True):
    """The least and the most of something; None: no bound."""

    min: int | None = None
    max: int | None = None

    def hold(self, count: int) -> bool:
        """Return whether a count is within them."""
        return (self.min is None or count >= self.min) and (self.max is None or count <= self.max)

    def __str__(self) -> str:
        if self.min == self.max:
            return str(self.min)
        words = ("at least", self.min), ("at most", self.max)
        return " and ".join(f"{word} {bound}" for word, bound in words if bound is not None)


class PageChecks(Struct, frozen=True):
    """What a page must or must not hold; `blocked_if` is looked for in the final URL too."""

    page_must_match: tuple[str, ...] = ()
    blocked_if: tuple[str, ...] = ()
    allow_empty: bool = False
    records_per_page: Bounds | None = None


class Expect(Struct, frozen=True):
    """What the run as a whole must show before its output replaces the last one."""

    min_records: int = 1
    max_records: int | None = None
    max_error_rate: float = 0.5
    field_coverage: Mapping[str, float] = field(default_factory=dict)
    compare_to_last: float | None = None
    """Share of the median of the last good runs that each kind and rule must give; None: what is usual, with slack."""
    same_shape: bool | Sequence[str] = True
    """Whether the values of the fields, or which of them, must be like those of the good runs before."""
    max_redirected_rate: float = 0.3
    max_gone_rate: float = 0.5
    max_duplicate_rate: float = 0.9
    max_unmerged_rate: float = 0.5
    consecutive: int = 1
    """How many runs in a row must miss an expectation until that is an alarm."""
