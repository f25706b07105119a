"""What became of pages that earlier runs have read: whether what is missing is gone, or only was not looked at."""

from __future__ import annotations

import functools

from scraper.errors import Reason
from scraper.journal import schema
from scraper.journal.database import Database
from scraper.models import State


class Fates:
    """The pages of a run that is over, as those know them who come from another run."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def fingerprint(self, page_id: int) -> str:
        """Return what a page is known by in every run."""
        found: bytes = self._db.execute("SELECT fingerprint FROM page WHERE id = ?", (page_id,)).fetchone()[0]
        return found.hex()

    def is_settled(self, page: str, start: str) -> bool:
        """Return whether what a page gave in an earlier run and no page gives now is gone.

        So it is if the page was read, or is not there any more (404, 410); and if nothing led to it, though its start
        page was read and no page was left out that might have.
        """
        fate = self._fate(page)
        if fate is None:
            began = self._fate(start)
            return began is not None and began[0] == State.FETCHED and self.is_whole
        return fate[0] == State.FETCHED or (fate[0] == State.SKIPPED and (fate[1] or "").startswith("http "))

    @functools.cached_property
    def is_whole(self) -> bool:
        """Whether every page was read that could be: none failed, none was left over by a limit."""
        query = schema.LEFT_OUT, (State.SKIPPED, str(Reason.REDIRECTED))
        return self._db.execute(*query).fetchone() is None

    def _fate(self, fingerprint: str) -> tuple[int, str | None] | None:
        """Return what became of a page and why, or of the one that stands for it; None if nothing led there."""
        row: tuple[int, str | None] | None = self._db.execute(schema.FATE, (bytes.fromhex(fingerprint),)).fetchone()
        return row
