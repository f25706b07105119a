"""What a report proposes to do about an alarm."""

from __future__ import annotations

import shlex

from msgspec import Struct


class Mend(Struct, frozen=True):
    """A mended config that was found for a run that an alarm stopped."""

    fields: int
    """Broken fields that it mends."""
    of: int
    """Broken fields in all; an `each` counts as one."""
    path: str
    """The file that it is in."""
    config: str
    """The file that it mends."""

    def __str__(self) -> str:
        command = shlex.join(["python", "-m", "scraper", "mend", self.config, "--write"])
        return f"a mend is proposed for {self.fields} of {self.of} fields: {command}"
