"""What the last good run has of a file's URL, so that the server need not send it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from scraper.errors import OutputError
from scraper.job.secrets import Secrets
from scraper.journal import rows, schema
from scraper.journal.database import Database
from scraper.models import FILES, Request

_FIND = "SELECT id FROM page WHERE fingerprint = ? AND state = 1"


class PastFiles:
    """The files of a journal that is over; nothing where there is none, or a damaged one."""

    def __init__(self, path: Path | None, secrets: Secrets) -> None:
        self._secrets = secrets
        self._db: Database | None = None
        if path is not None and path.exists():
            try:
                self._db = Database(path)
            except OutputError:
                self._db = None

    def find(self, url: str) -> dict[str, Any] | None:
        """Return what was written of the file at a URL."""
        if self._db is None:
            return None
        try:
            mark = rows.fingerprint(Request(url, FILES), self._secrets)
            page = self._db.execute(_FIND, (mark,)).fetchone()
            row = self._db.execute(schema.READ_CONTENT, page).fetchone() if page else None
            found: dict[str, Any] | None = orjson.loads(row[1]) if row and row[0] else None
        except (OutputError, orjson.JSONDecodeError):
            return None
        return found

    def close(self) -> None:
        """Close the journal."""
        if self._db is not None:
            self._db.close()
