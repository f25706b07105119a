"""Keep the figures of a job's runs in SQLite, `history.db`, for what compares them and for whoever asks.

    run      one row a run, by its name, which sorts by time
    field    how well each field was filled in it
    failure  how many pages failed, by reason
    loss     what was asked for and did not come
    change   how many records were new, changed and gone
    kind     how many pages of each kind came, and where they led
    config   the digests of its config and of its records
    shape    what the values of its fields are like, as JSON
    alarm    the expectations that it broke; those that were let through too
    sample   the first records of the run that was published last

No run depends on it: a file that cannot be read is set aside and begun anew, and that is told.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import Struct, field
from msgspec.structs import asdict, replace

from scraper.errors import OutputError, open_files_shortage
from scraper.journal.database import ERRORS
from scraper.report import history_schema as schema
from scraper.report.accounts import Alarm, Exit, FieldReport, KindReport, Report
from scraper.report.comparison import KNOWN_RUNS, REMEMBERED_RUNS, Figures
from scraper.report.expectations import Past, figures
from scraper.report.losses import Loss
from scraper.report.shapes import Shape

log = logging.getLogger("scraper")
KEPT_RUNS = 1000
STREAK_AT_MOST = 100
"""How many runs back a row of misses is looked for."""


class PastRun(Struct, frozen=True):
    """One run as the history knows it."""

    run: str
    started: str
    seconds: float
    exit_code: int
    records: int
    planned: int
    fetched: int
    failed: int
    skipped: int
    unfinished: int
    output: str
    is_published: bool
    is_good: bool
    """Published to the config's own output, every expectation met or accepted: the next runs are compared with it."""
    is_accepted: bool
    """Rejected first, published by `accept`."""
    notes: tuple[str, ...]
    fields: tuple[FieldReport, ...]
    failures: Mapping[str, int]
    """By reason."""
    alarms: tuple[Alarm, ...]
    misses: tuple[Alarm, ...]
    losses: tuple[Loss, ...] = ()
    kinds: tuple[KindReport, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    """By new, changed and gone; empty where nobody asked."""


Samples = dict[str, list[bytes]]
"""Record lines by rule."""


class History:
    """The history of one job. Its methods raise OutputError; `with` closes it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path, self._db = path, db

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # ------------------------------------------------------------------ what a run writes

    def add(self, report: Report, *, is_good: bool, samples: Mapping[str, Sequence[bytes]]) -> None:
        """Add a run, or what became of it since; `samples`: its first records, kept if it was published.

        One that is accepted keeps its exit code and its alarms.
        """
        with self._write() as db:
            if report.is_accepted:
                query = "UPDATE run SET is_published = 1, is_good = ?, is_accepted = 1, output = ? WHERE run = ?"
                is_known = db.execute(query, (is_good, report.output, report.run)).rowcount
            if not report.is_accepted or not is_known:
                self._insert(db, report, is_good=is_good)
            if report.is_published and any(samples.values()):
                self._keep(db, samples)
            self._prune(db)

    def _insert(self, db: sqlite3.Connection, report: Report, *, is_good: bool) -> None:
        self._forget(db, report.run)
        a = report.accounts
        pages = a.planned, a.fetched, a.failures, sum(a.skipped.values()), a.unfinished
        head = report.run, report.started, report.seconds, report.exit_code, report.records
        flags = report.is_published, is_good, report.is_accepted
        db.execute(schema.ADD_RUN, (*head, *pages, report.output, *flags, orjson.dumps(report.notes).decode()))
        fields = [(report.run, f.rule, f.name, f.records, f.filled, f.malformed) for f in report.fields]
        db.executemany("INSERT OR REPLACE INTO field VALUES (?, ?, ?, ?, ?, ?)", fields)
        losses = [(report.run, o.name, o.subject, o.count, o.of, o.example, o.sort) for o in report.losses]
        db.executemany("INSERT OR REPLACE INTO loss VALUES (?, ?, ?, ?, ?, ?, ?)", losses)
        db.executemany(
            "INSERT INTO kind VALUES (?, ?, ?, ?)", [(report.run, k.name, k.pages, k.links) for k in report.kinds]
        )
        db.execute("INSERT INTO config VALUES (?, ?, ?)", (report.run, report.digest, report.content))
        db.execute(
            "INSERT INTO shape VALUES (?, ?)", (report.run, orjson.dumps(report.shapes, default=asdict).decode())
        )
        db.executemany("INSERT INTO failure VALUES (?, ?, ?)", [(report.run, *each) for each in a.failed.items()])
        db.executemany("INSERT INTO change VALUES (?, ?, ?)", [(report.run, *each) for each in report.changes.items()])
        for alarms, is_miss in ((report.alarms, False), (report.misses, True)):
            rows = [(report.run, each.name, each.subject, each.message, each.excerpt, is_miss) for each in alarms]
            db.executemany("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _keep(self, db: sqlite3.Connection, samples: Mapping[str, Sequence[bytes]]) -> None:
        db.execute("DELETE FROM sample")
        rows = [(rule, n, line.decode()) for rule, lines in samples.items() for n, line in enumerate(lines)]
        db.executemany("INSERT INTO sample VALUES (?, ?, ?)", rows)

    def _prune(self, db: sqlite3.Connection) -> None:
        for (run,) in db.execute("SELECT run FROM run ORDER BY run DESC LIMIT -1 OFFSET ?", (KEPT_RUNS,)).fetchall():
            self._forget(db, run)

    @staticmethod
    def _forget(db: sqlite3.Connection, run: str) -> None:
        for table in schema.OF_A_RUN:
            db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 - the names are ours

    # ------------------------------------------------------------------ what is asked of it

    def past(self, run: str, last_good: Mapping[str, object] | None, digest: str = "") -> Past:
        """Return what a run is compared with; `last_good`: the last good report, for what the history does not know."""
        entries = list(last_good.get("fields", ())) if last_good else []  # type: ignore[call-overload]
        before = {entry["rule"]: entry["records"] for entry in entries}
        good = self._good(run)
        came = [each for _, each in good]
        return Past(
            filled={(entry["rule"], entry["name"]): entry["filled"] for entry in entries},
            records=tuple(each.records for each in came[:KNOWN_RUNS]) or ((before,) if before else ()),
            good=tuple(came[:KNOWN_RUNS]),
            usual=tuple(each for config, each in good if config == digest),
            misses=self._broken(run),
        )

    def _good(self, run: str) -> list[tuple[str, Figures]]:
        """Return what the last good runs gave, each with the digest of its config: none from before an accepted one."""
        found = []
        for name, is_accepted, digest, content, shapes in self._read(schema.GOOD, run, REMEMBERED_RUNS):
            fields = [FieldReport(*field) for field in self._read(schema.FIELDS, name)]
            kinds = [KindReport(*kind) for kind in self._read(schema.KINDS, name)]
            counts = *((f.records, f.filled, f.malformed) for f in fields), *((k.pages, k.links) for k in kinds)
            if not all(isinstance(count, int) for each in counts for count in each):
                raise OutputError(f"{self._path}: cannot read the history: it is damaged")
            came = figures(tuple(fields), tuple(kinds))
            found.append((digest, replace(came, run=name, content=content, shapes=self._shapes(shapes))))
            if is_accepted:
                break
        return found

    def _shapes(self, text: object) -> dict[str, Shape]:
        try:
            return msgspec.json.decode(str(text), type=dict[str, Shape])
        except msgspec.MsgspecError as error:
            raise OutputError(f"{self._path}: cannot read the history: it is damaged: {error}") from error

    def _broken(self, run: str) -> tuple[frozenset[tuple[str, str]], ...]:
        """Return the keys of what each of the last whole runs broke; one that was accepted broke nothing."""
        runs = self._read(schema.BROKEN, run, Exit.OK, Exit.INCOMPLETE, Exit.REJECTED, STREAK_AT_MOST)
        return tuple(
            frozenset(() if is_accepted else self._read("SELECT name, subject FROM alarm WHERE run = ?", name))
            for name, is_accepted in runs
        )

    def runs(self, count: int) -> list[PastRun]:
        """Return the last runs, the oldest first."""
        return self._runs(schema.LAST_RUNS, count)

    def run(self, name: str | None) -> PastRun | None:
        """Return one run, by default the last; None if it is not known."""
        runs = self._runs("SELECT * FROM run WHERE ? IN (run, '') ORDER BY run DESC LIMIT 1", name or "")
        return runs[0] if runs else None

    def samples(self) -> Samples:
        """Return the first records of the run that was published last."""
        found: Samples = {}
        for rule, line in self._read("SELECT rule, line FROM sample ORDER BY rowid"):
            found.setdefault(rule, []).append(line.encode())
        return found

    def _runs(self, query: str, value: object) -> list[PastRun]:
        try:
            return [self._run(*row) for row in self._read(query, value)]
        except (TypeError, ValueError) as error:
            raise OutputError(f"{self._path}: cannot read the history: it is damaged: {error}") from error

    def _run(self, run: str, *row: Any) -> PastRun:
        *figures, is_published, is_good, is_accepted, notes = row
        fields = self._read(schema.FIELDS, run)
        alarms = self._read(schema.ALARMS, run)
        flags = bool(is_published), bool(is_good), bool(is_accepted)
        Exit(figures[2])
        found: tuple[Any, ...] = (
            tuple(orjson.loads(notes)),
            tuple(FieldReport(*field) for field in fields),
            dict(self._read(schema.FAILURES, run)),
            tuple(Alarm(*alarm) for *alarm, is_miss in alarms if not is_miss),
            tuple(Alarm(*alarm) for *alarm, is_miss in alarms if is_miss),
            tuple(Loss(*loss) for loss in self._read(schema.LOSSES, run)),
            tuple(KindReport(*kind) for kind in self._read(schema.KINDS, run)),
            dict(self._read(schema.CHANGES, run)),
        )
        return PastRun(*(run, *figures, *flags, *found))

    def _read(self, query: str, *values: object) -> list[Any]:
        try:
            return self._db.execute(query, values).fetchall()
        except ERRORS as error:
            raise OutputError(f"{self._path}: cannot read the history: {error}") from error

    @contextlib.contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
        except ERRORS as error:
            raise OutputError(f"{self._path}: cannot write the history: {open_files_shortage() or error}") from error


def open_history(path: Path) -> History:
    """Return the history of a job whose workspace is held: a new one, told, where the file cannot be read."""
    try:
        return History(path, _open(path))
    except sqlite3.OperationalError as error:
        return _unkept(path, error)
    except ERRORS as error:
        try:
            aside = set_aside(path)
        except OSError as hindrance:
            return _unkept(path, hindrance)
        told = "%s: cannot read the history (%s): it is set aside as %s, a new one begins"
        log.error(told, path, error, aside)  # noqa: TRY400 - no trace
        return History(path, _open(path))


def set_aside(path: Path) -> Path:
    """Move a history out of the way and return its new place; raises OSError."""
    return path.replace(path.with_name(f"{path.name}.broken"))


def _unkept(path: Path, error: Exception) -> History:
    """Return a history for this run alone, and tell why."""
    log.error("%s: cannot open the history (%s): this run is not in it", path, open_files_shortage() or error)
    return History(path, _open(":memory:"))


def read_history(path: Path) -> History:
    """Return a history to read, also while a run is on, or raise OutputError; an empty one where there is no file."""
    place = f"{path.resolve().as_uri()}?mode=ro" if path.exists() else ":memory:"
    try:
        return History(path, _open(place, is_uri=path.exists()))
    except ERRORS as error:
        raise OutputError(f"{path}: cannot read the history: {error}") from error


def _open(place: Path | str, *, is_uri: bool = False) -> sqlite3.Connection:
    """Return the database, its tables made if it is new; raises sqlite3.DatabaseError for what is none of ours."""
    db = sqlite3.connect(place, isolation_level=None, uri=is_uri)
    try:
        if is_uri and schema.version_of(db) in schema.UPGRADES:
            file, db = db, sqlite3.connect(":memory:", isolation_level=None)
            file.backup(db)  # it is not ours to change
            file.close()
        schema.make_ready(db)
    except BaseException:
        db.close()
        raise
    return db
