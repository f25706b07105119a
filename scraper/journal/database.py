"""The SQLite file of a journal: safe against crashes, written in transactions, its errors told with its path."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

from scraper.errors import DamagedJournal, OutputError, open_files_shortage
from scraper.journal.schema import seal

_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH)
DAMAGES = frozenset((*_DAMAGES, sqlite3.SQLITE_ERROR))
"""What SQLite says of a file that is not as it was written; "error" is a table that is not there."""
ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What a statement may raise; the second where SQLite repeats a name that is damaged."""
OWNER_ONLY = 0o600
"""Who may read a file of cookies; SQLite gives the files beside it the same mode."""
MAGIC, FORMATS = b"SQLite format 3\0", (b"\1\1", b"\2\2")


class Database(sqlite3.Connection):
    """A connection whose statements raise OutputError, with the path and the cause, where SQLite cannot do them.

    A disk may be full at any of them: even reading needs a file beside this one, and sorting may need another.
    A file that is damaged, or is no database, is a DamagedJournal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._check_head()
        with contextlib.suppress(OSError):  # it is there, and must not be opened: closing it would free SQLite's locks
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))
        try:
            super().__init__(path, isolation_level=None)
        except ERRORS as error:
            self.complain(error)
        self.text_factory = _text
        self.create_function("seal", -1, seal, deterministic=True)
        try:
            self.execute("PRAGMA journal_mode=WAL")
            self.execute("PRAGMA synchronous=NORMAL")
        except OutputError:
            self.close()
            raise

    def cursor(self, factory: Any = None) -> Any:
        """Return a cursor whose rows, too, come with errors that name the path."""
        return super().cursor(factory or Rows)

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement, up to its first row."""
        try:
            return self.cursor().execute(statement, parameters)  # type: ignore[no-any-return]
        except ERRORS as error:
            self.complain(error)

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement once for each of these parameters."""
        try:
            return self.cursor().executemany(statement, parameters)  # type: ignore[no-any-return]
        except ERRORS as error:
            self.complain(error)

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

    def check(self) -> None:
        """Raise DamagedJournal unless tables and indexes hold together."""
        if (found := self.execute("PRAGMA integrity_check(1)").fetchone()) != ("ok",):
            raise self.damaged(" ".join(map(str, found)))

    def damaged(self, cause: str) -> DamagedJournal:
        """Return the error for a file that is not as it was written."""
        return DamagedJournal(f"{self._path}: the journal is damaged: {cause}")

    def whole(self, rows: Sequence[tuple[Any, ...] | None]) -> list[tuple[Any, ...]]:
        """Return rows without what stands in front of them: whether they are as they were written. All must be."""
        if any(row is None or not row[0] for row in rows):
            raise self.damaged("a row is not as it was written")
        return [row[1:] for row in rows if row]

    def complain(self, error: sqlite3.Error | UnicodeDecodeError) -> NoReturn:
        """Raise what tells an error of SQLite with the path."""
        if isinstance(error, UnicodeDecodeError) or error.sqlite_errorcode & 0xFF in DAMAGES:
            raise self.damaged(str(error)) from error
        raise OutputError(
            f"{self._path}: cannot read or write the journal: {open_files_shortage() or error}"
        ) from error

    def _check_head(self) -> None:
        """Raise DamagedJournal for a file that SQLite would refuse, or take for one that it may only read."""
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            head = file.read(20)
            if head and (head[:16] != MAGIC or head[18:] not in FORMATS):
                raise self.damaged("file is not a database")


class Rows(sqlite3.Cursor):
    """The rows of a statement; SQLite may come upon what it cannot read at any of them."""

    connection: Database

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except ERRORS as error:
            self.connection.complain(error)

    def __iter__(self) -> Self:
        return self

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""
        try:
            return super().fetchone()
        except ERRORS as error:
            self.connection.complain(error)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        try:
            return super().fetchall()
        except ERRORS as error:
            self.connection.complain(error)


def _text(data: bytes) -> str:
    """Return a text; one that is damaged is told by its seal."""
    return data.decode("utf-8", "replace")
