"""Remember on disk, for there may be millions, the keys of records: those of this publication, and of earlier runs.

Where a run is compared with what is known of earlier ones, this publication's records are kept beside their keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scraper.errors import OutputError


class Fresh(NamedTuple):
    """A record of this publication."""

    rule: str
    key: bytes
    record: bytes
    """A JSON object."""
    tail: bytes
    """What stands behind its fields, from the comma on."""
    page: int
    """The id of the page that gave it."""
    start: int
    """That of the start page that led there."""
    unknown: bytes
    """A JSON list of fields that are null because a page could not be had."""


def tells_apart(values: Iterable[Any]) -> bool:
    """Return whether the values of a key tell one record from another: null, and a list of nothing, do not."""
    return not any(value is None or value == [] for value in values)


class Keys:
    """The keys of one publication, in a temporary database that goes with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # no name: a file of its own, which is deleted at the end
        self._db.executescript(
            "PRAGMA journal_mode = OFF;"
            "CREATE TABLE claimed (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID;"
            "CREATE TABLE earlier (key BLOB PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE fresh (number INTEGER PRIMARY KEY, rule TEXT, key BLOB, record BLOB, tail BLOB,"
            " page INTEGER, start INTEGER, unknown BLOB);"
            "BEGIN"
        )
        self._claimed = 0
        self._taken = bytearray()

    def __enter__(self) -> Keys:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def claim(self, key: bytes) -> bool:
        """Return True the first time a key is seen in this publication."""
        is_new = self._add("INSERT OR IGNORE INTO claimed VALUES (?, ?)", [(key, self._claimed + 1)]) == 1
        self._claimed += is_new
        return is_new

    def learn(self, keys: Iterable[bytes]) -> None:
        """Take in the keys of records that earlier runs have written."""
        self._add("INSERT OR IGNORE INTO earlier VALUES (?)", ((key,) for key in keys))

    def knows(self, key: bytes) -> bool:
        """Return whether an earlier run has written a record with this key."""
        return self._db.execute("SELECT 1 FROM earlier WHERE key = ?", (key,)).fetchone() is not None

    def keep(self, record: Fresh) -> None:
        """Keep the record whose key was claimed last."""
        self._add("INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [(self._claimed, *record)])

    def take(self, key: bytes) -> Fresh | None:
        """Return the record with this key, None if this publication has none."""
        query = "SELECT f.* FROM claimed c JOIN fresh f ON f.number = c.number WHERE c.key = ?"
        row = self._db.execute(query, (key,)).fetchone()
        if row is None:
            return None
        self._taken.extend(bytes(max(0, row[0] + 1 - len(self._taken))))
        self._taken[row[0]] = 1
        return Fresh(*row[1:])

    def rest(self) -> Iterator[Fresh]:
        """Yield the records that were not taken, in order."""
        for number, *row in self._db.execute("SELECT * FROM fresh ORDER BY number"):
            if number >= len(self._taken) or not self._taken[number]:
                yield Fresh(*row)

    def _add(self, query: str, rows: Iterable[tuple[object, ...]]) -> int:
        try:
            return self._db.executemany(query, rows).rowcount
        except sqlite3.Error as error:
            raise OutputError(
                f"cannot remember the keys of records in the folder for temporary files: {error}"
            ) from error
