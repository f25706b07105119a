"""Write records to an SQLite database: a STRICT table a rule, typed by the config, its primary key the rule's `key`.

The part file is a copy of the database that was there, other people's tables included; it gets the records of a run in
one transaction and takes the place of the old one by a rename. So a reader is never kept waiting, and has the old run
or the new one: where the database itself would be written to, a reader without a timeout would find it locked while
many records are committed (in WAL mode the analyst would need to be allowed to write).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from msgspec.structs import replace

from scraper.errors import Malformed, OutputError
from scraper.export.appending import Appending, Key, settled
from scraper.export.cells import cell
from scraper.export.columns import Column, Layout, Table
from scraper.job.templates import as_text
from scraper.journal.database import ERRORS

TYPES = {"integer": "INT", "number": "REAL", "truth": "INT"}
"""Of what a column holds; all else is text."""
STRICT_SINCE = (3, 37)
WIDEST = 2**63
COPIED_PAGES = 4096
"""How much of a database is copied at once."""
SIDE_FILES = ("-wal", "-journal")


class Sqlite:
    """A database that takes the records of some rules in one transaction."""

    def __init__(self, path: Path, layout: Layout, *, is_new: bool) -> None:
        """`is_new`: what stands in the tables of these rules is of no more use."""
        self._path, self._db = path, sqlite3.connect(path, isolation_level=None)
        self._columns = {table.rule: table.columns for table in layout.tables}
        try:
            with translated(path):
                # Nobody else sees this file, and what a crash leaves of it is worth nothing.
                self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
                for table in layout.tables:
                    make_table(self._db, table, is_new=is_new)
        except BaseException:
            self._db.close()
            raise

    def write(self, rule: str, lines: Sequence[bytes]) -> None:
        """Take some records of a rule; a field that one has not is null."""
        columns = self._columns[rule]
        names, marks = ", ".join(quoted(column.name) for column in columns), ", ".join("?" * len(columns))
        query = f"INSERT INTO {quoted(rule)} ({names}) VALUES ({marks})"  # noqa: S608
        rows = ([_stored(column, record.get(column.name)) for column in columns] for record in map(orjson.loads, lines))
        with translated(self._path):
            self._db.executemany(query, rows)

    def finish(self) -> None:
        """End the transaction and close the database."""
        with contextlib.closing(self._db), translated(self._path):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._db.execute("PRAGMA journal_mode = DELETE").fetchall()


def lack() -> str:
    """Return what hinders this Python from writing such files, nothing if it can."""
    is_old = sqlite3.sqlite_version_info < STRICT_SINCE
    return f"needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}" if is_old else ""


def make_table(db: sqlite3.Connection, table: Table, *, is_new: bool) -> None:
    """See to it that a table is there, with its columns; `is_new`: without records."""
    wanted, found = statement(table), _definition(db, table.rule)
    if found is not None and is_new:
        if found == wanted:
            db.execute(f"DELETE FROM {quoted(table.rule)}")  # noqa: S608 - so that indexes of others stay
            return
        db.execute(f"DROP TABLE {quoted(table.rule)}")
        found = None
    if found is None:
        db.execute(wanted)
    there = _columns(db, table.rule)
    for column in table.columns:
        if column.name not in there:
            db.execute(f"ALTER TABLE {quoted(table.rule)} ADD COLUMN {_declared(column)}")


def statement(table: Table) -> str:
    r"""Return what makes a table.

    >>> statement(Table("shop", (Column("id", "int"), Column("tags", "str", is_list=True)), ("id",)))
    'CREATE TABLE "shop" (\n    "id" INT,\n    "tags" TEXT,\n    PRIMARY KEY ("id")\n) STRICT'
    """
    parts = [*map(_declared, table.columns)]
    parts += [f"PRIMARY KEY ({', '.join(map(quoted, table.key))})"] * bool(table.key)
    inside = ",\n    ".join(parts)
    return f"CREATE TABLE {quoted(table.rule)} (\n    {inside}\n) STRICT"


def quoted(name: str) -> str:
    """Return a name as SQL has it.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


@contextlib.contextmanager
def translated(what: Path | str) -> Iterator[None]:
    """Turn an error of SQLite into an OutputError that says what it was about."""
    try:
        yield
    except ERRORS as error:
        raise OutputError(f"{what}: SQLite cannot take this: {error}") from error


def _declared(column: Column) -> str:
    return f"{quoted(column.name)} {_type(column)}"


def _type(column: Column) -> str:
    # INT: a single key called INTEGER would be the number of its row
    return "TEXT" if column.is_list else TYPES.get(column.stored, "TEXT")


def _stored(column: Column, value: Any) -> Any:
    """Return a JSON value as its column holds it, or raise Malformed."""
    if value is None:
        return None
    if column.is_list:
        return _json(value if isinstance(value, list) else [value])
    stored = column.stored
    if stored == "json" or (column.type is None and not isinstance(value, str)):
        return _json(value)
    expected: tuple[type, ...] = {"integer": (int,), "number": (int, float), "truth": (bool,)}.get(stored, (str,))
    if type(value) not in expected:
        raise _unfit(column, value, f"it is no {column.type}")
    if stored == "integer" and not -WIDEST <= value < WIDEST:
        raise _unfit(column, value, f"SQLite's integers end at {WIDEST - 1}; say type: str")
    return value


def _unfit(column: Column, value: Any, cause: str) -> Malformed:
    fits_not = f"{column.name!r} is {as_text(value)[:80]!r}, which no {column.type} column holds: {cause}"
    return Malformed(f"{fits_not}; mend the field, or write to .jsonl")


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


# --------------------------------------------------------------------------- what earlier runs wrote


@contextlib.contextmanager
def _read(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database to read, as it was committed last."""
    with translated(path), contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db:
        yield db


def _definition(db: sqlite3.Connection, name: str) -> str | None:
    """Return what made a table; None if there is none. Raises sqlite3.OperationalError for a view and the like."""
    row = db.execute("SELECT sql, type FROM sqlite_master WHERE lower(name) = lower(?)", (name,)).fetchone()
    if row is not None and row[1] != "table":
        raise sqlite3.OperationalError(f"{name!r} is a {row[1]} there, and no table of this program")
    return row and str(row[0])


def _columns(db: sqlite3.Connection, name: str) -> dict[str, str]:
    """Return the columns of a table with their types; none where there is no table."""
    return dict(db.execute("SELECT name, type FROM pragma_table_info(?)", (name,)))


def _settle(path: Path, _: Any, layout: Layout, widens: bool) -> Layout:
    with _read(path) as db:
        for table in layout.tables:
            found = _columns(db, table.rule)
            wanted = {column.name: _type(column) for column in table.columns}
            other = [name for name in wanted.keys() & found if wanted[name] != found[name]]
            if other:
                told = f"{other[0]!r} is {found[other[0]]} there and {wanted[other[0]]} by the config"
                raise OutputError(f"{path}: table {table.rule!r}: {told}; move the file away")
            if found:
                settled(path, list(found), replace(layout, columns=table.columns), widens)
    return layout


def _copy(path: Path, mark: dict[str, int] | None, part: BinaryIO, layout: Layout) -> int:
    """Copy a database, without the rows of these rules that were added behind a mark."""
    with _read(path) as db, contextlib.closing(sqlite3.connect(part.name, isolation_level=None)) as copy:
        db.backup(copy, pages=COPIED_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # it may have been written in WAL mode
        for table in [table for table in layout.tables if mark is not None and _columns(copy, table.rule)]:
            last = (mark or {}).get(table.rule, 0)
            copy.execute(f"DELETE FROM {quoted(table.rule)} WHERE rowid > ?", (last,))  # noqa: S608
    return 0


def _mark(path: Path, layout: Layout) -> dict[str, int]:
    """Return the last row of each rule's table."""
    with _read(path) as db:
        there = [table.rule for table in layout.tables if _columns(db, table.rule)]
        query = "SELECT coalesce(max(rowid), 0) FROM "
        return {rule: db.execute(query + quoted(rule)).fetchone()[0] for rule in there}


def _read_keys(path: Path, mark: dict[str, int] | None, table: Table) -> Iterator[Key]:
    columns = {column.name: column for column in table.columns}
    with _read(path) as db:
        if not set(table.key) <= _columns(db, table.rule).keys():
            return
        last = WIDEST - 1 if mark is None else mark.get(table.rule, 0)
        query = f"SELECT {', '.join(map(quoted, table.key))} FROM {quoted(table.rule)} WHERE rowid <= ?"  # noqa: S608
        for row in db.execute(query, (last,)):
            yield tuple(_as_cell(columns[name], value) for name, value in zip(table.key, row, strict=True))


def _as_cell(column: Column, value: Any) -> str:
    """Return a stored value as the cell of the JSON value that it was."""
    if isinstance(value, str) and (column.is_list or column.stored == "json"):
        return cell(orjson.loads(value))
    return cell(bool(value) if column.stored == "truth" and value is not None else value)


def _check_free(path: Path) -> None:
    """Raise OutputError if somebody is at work in a database: what a new one does not know would be written into it."""
    for suffix in SIDE_FILES:
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size:
            raise OutputError(
                f"{path}: another program is writing to it ({beside.name} is there); close it there first"
            )


TABLES = Appending(_settle, _copy, _read_keys, _mark, check_free=_check_free)
