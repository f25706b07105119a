"""The SQLite file of a journal: safe against crashes, written in transactions, its errors told with its path."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from scraper.errors import OutputError


class Database(sqlite3.Connection):
    """A connection whose statements raise OutputError, with the path and the cause, where SQLite cannot do them.

    A disk may be full at any of them: even reading needs a file beside this one, and sorting may need another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            super().__init__(path, isolation_level=None)
        except sqlite3.Error as error:
            self._complain(error)
        try:
            self.execute("PRAGMA journal_mode=WAL")
            self.execute("PRAGMA synchronous=NORMAL")
        except OutputError:
            self.close()
            raise

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement, up to its first row."""
        try:
            return super().execute(statement, parameters)
        except sqlite3.Error as error:
            self._complain(error)

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement once for each of these parameters."""
        try:
            return super().executemany(statement, parameters)
        except sqlite3.Error as error:
            self._complain(error)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that is executed within, or nothing."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:
                with contextlib.suppress(OutputError):  # what went wrong first is told
                    self.execute("ROLLBACK")
            raise

    def _complain(self, error: sqlite3.Error) -> NoReturn:
        raise OutputError(f"{self._path}: cannot read or write the journal: {error}") from error
