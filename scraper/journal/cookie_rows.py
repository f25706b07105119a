"""The cookies of a run, as long as it may be gone on with: they stand in a file that only its owner reads.

They are written with the pages that set them, so that a run that goes on asks as if it had never ended.
"""

from __future__ import annotations

from collections.abc import Iterable

from scraper.job.secrets import Secrets
from scraper.journal import schema
from scraper.journal.database import Database

Changes = Iterable[tuple[int, str | None]]
"""Texts that are new or other by their numbers, None for those that went."""


class CookieRows:
    """Texts by number. What each says is the business of those who store them; no secret of the config is in it."""

    def __init__(self, db: Database, secrets: Secrets) -> None:
        self._db, self._secrets = db, secrets

    def store(self, changes: Changes) -> None:
        """Write those that are new or other, and delete those that went, within a transaction of somebody else's."""
        for number, text in changes:
            if text is None:
                self._db.execute("DELETE FROM cookie WHERE number = ?", (number,))
            else:
                self._db.execute("INSERT OR REPLACE INTO cookie VALUES (?, ?)", (number, self._secrets.hidden(text)))

    def read(self) -> list[str]:
        """Return all, in the order of their numbers. Raises DamagedJournal."""
        found = self._db.whole(self._db.execute(schema.READ_COOKIES).fetchall())
        return [self._secrets.revealed(text) for (text,) in found]

    def forget(self) -> None:
        """Delete all, so that nothing of them stays in the file."""
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute("DELETE FROM cookie")
