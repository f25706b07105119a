"""What a search for mends found: for each broken selection what it was, what it may be, and the proof."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from scraper.job import Field, Selection, Step
from scraper.job.rules import Place

Verdict = Literal["sure", "likely", "gone", "cannot mend"]


class Reading(Struct, frozen=True):
    """What a selection reads: of how many items, in how many of them, and the first values."""

    items: int
    filled: int
    examples: tuple[Any, ...] = ()
    is_rows: bool = False
    """Whether it counts rows by pages, for an `each`."""


class Finding(Struct, frozen=True):
    """One selection that does not read what it used to, and what may be done."""

    place: Place
    """Where it stands in the config, every short form written out."""
    name: str
    """What it is called: `hot.title`, `hot: each`."""
    why: str
    """What is wrong with it, in words."""
    verdict: Verdict
    old: Selection
    new: Field | Selection | None
    """An `each` is a Selection; None where there is no mend."""
    before: Reading
    """The old one on the last good pages."""
    broken: Reading
    """The old one on the new pages."""
    after: Reading | None = None
    """The new one on the new pages."""
    same: int = 0
    """How many of its values are those of the last good pages."""
    nearest: str = ""
    old_steps: tuple[Step, ...] = ()
    """What comes nearest where there is no mend."""

    @property
    def steps(self) -> tuple[Step, ...] | None:
        """The steps of the new field where they are others; None where they stay."""
        is_other = isinstance(self.new, Field) and self.new.steps != self.old_steps
        return self.new.steps if is_other and isinstance(self.new, Field) else None

    @property
    def is_mended(self) -> bool:
        """Whether there is something to put in its place."""
        return self.new is not None

    @property
    def selection(self) -> Selection | None:
        """The new selection."""
        return self.new.selection if isinstance(self.new, Field) else self.new


class Proposal(Struct, frozen=True):
    """All that was found."""

    findings: tuple[Finding, ...] = ()
    healthy: int = 0
    """Selections that read what they used to."""
    notes: tuple[str, ...] = ()

    @property
    def mended(self) -> tuple[Finding, ...]:
        """Those with a mend."""
        return tuple(one for one in self.findings if one.is_mended)
