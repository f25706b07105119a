"""Remember the keys of records on disk, for there may be millions: those of this publication, and of earlier runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from scraper.errors import OutputError


class Keys:
    """The keys of one publication, in a temporary database that goes with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # no name: a file of its own, which is deleted at the end
        self._db.executescript(
            "PRAGMA journal_mode = OFF;"
            "CREATE TABLE claimed (key BLOB PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE earlier (key BLOB PRIMARY KEY) WITHOUT ROWID;"
            "BEGIN"
        )

    def __enter__(self) -> Keys:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def claim(self, key: bytes) -> bool:
        """Return True the first time a key is seen in this publication."""
        return self._add("claimed", [key]) == 1

    def learn(self, keys: Iterable[bytes]) -> None:
        """Take in the keys of records that earlier runs have written."""
        self._add("earlier", keys)

    def knows(self, key: bytes) -> bool:
        """Return whether an earlier run has written a record with this key."""
        return self._db.execute("SELECT 1 FROM earlier WHERE key = ?", (key,)).fetchone() is not None

    def _add(self, table: str, keys: Iterable[bytes]) -> int:
        try:
            rows = ((key,) for key in keys)
            return self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", rows).rowcount  # noqa: S608
        except sqlite3.Error as error:
            raise OutputError(
                f"cannot remember the keys of records in the folder for temporary files: {error}"
            ) from error
