"""What lies where in archives, in a SQLite file: the parent fills it once, all workers look things up.

A million captures cost no memory, and no worker reads an archive from its beginning.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from scraper.errors import OutputError
from scraper.fetch.recordings import Key
from scraper.fetch.warc import Place
from scraper.models import Headers

SCHEMA = """
    CREATE TABLE places(id INTEGER PRIMARY KEY, path TEXT, start INTEGER, size INTEGER);
    CREATE TABLE captures(
        id INTEGER PRIMARY KEY, place INTEGER, position INTEGER, size INTEGER, type TEXT, record TEXT, method TEXT,
        url TEXT, body TEXT, at REAL, status INTEGER, refers TEXT, refers_url TEXT, refers_at REAL, digest TEXT,
        trouble TEXT, headers TEXT);
    CREATE TABLE requests(record TEXT, method TEXT, url TEXT, body TEXT);
    CREATE TABLE together(one TEXT, other TEXT);
"""
INDEXES = """
    CREATE INDEX requests_by_record ON requests(record);
    CREATE INDEX requests_by_url ON requests(url);
    CREATE INDEX together_by_one ON together(one);
    CREATE INDEX captures_by_record ON captures(record);
    CREATE INDEX captures_by_digest ON captures(digest);
    UPDATE captures SET (method, body) = (
        SELECT r.method, r.body FROM together t JOIN requests r ON r.record = t.other WHERE t.one = captures.record)
    WHERE record IN (SELECT t.one FROM together t JOIN requests r ON r.record = t.other);
    CREATE INDEX captures_by_url ON captures(url, method, body, at);
"""
COLUMNS = """place, position, size, type, record, method, url, body, at, status, refers, refers_url, refers_at, digest,
    trouble, headers"""
NEWEST = "ORDER BY trouble IS NULL DESC, at DESC, id DESC LIMIT 1"
"""Which of several captures counts: the newest that is whole; of two of one second the later in the archive."""
BODIES = "bodies"
"""The file beside the index with the bodies of ENTRY."""
UNKNOWN_BODY = "unknown"
"""In the place of a digest: no request has it."""
RESPONSE, REVISIT, NOT_MODIFIED, RESOURCE, ENTRY = "response", "revisit", "not modified", "resource", "entry"


class Capture(Struct, frozen=True, kw_only=True):
    """One answer in an archive."""

    place: int
    position: int
    size: int = 0
    """Bytes of the body of an ENTRY."""
    type: str
    record: str = ""
    method: str = "GET"
    url: str
    """As keys have it: nothing secret in it."""
    body: str = ""
    """The digest of the request's body, as keys have it."""
    at: float
    status: int | None = None
    refers: str = ""
    refers_url: str = ""
    refers_at: float = 0.0
    digest: str = ""
    trouble: str | None = None
    """Why it holds no page."""
    headers: Headers | None = None
    """Of an ENTRY; other captures have theirs in the archive."""


class ArchiveIndex:
    """The index of one or more archives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        self.lossy_texts = 0
        """How many texts hold U+FFFD: some recorders decode by UTF-8 whatever a page is written in."""

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextlib.contextmanager
    def filled(self) -> Iterator[None]:
        """Fill a new index; at the end of the block requests and answers are joined. Raises OutputError."""
        try:
            self._database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}")
            self._database.execute("BEGIN")
            yield
            self._database.execute("COMMIT")
            self._database.executescript(INDEXES)
        except sqlite3.Error as error:
            raise OutputError(f"{self._path}: cannot index the archive: {error}") from error

    def add_place(self, place: Place) -> int:
        """Note where captures lie; return what they name it by."""
        return self._database.execute("INSERT INTO places VALUES(NULL, ?, ?, ?)", place).lastrowid or 0

    def add(self, capture: Capture, together: list[str]) -> None:
        """Add an answer; `together`: the records that it was captured with."""
        values = [getattr(capture, name) for name in Capture.__struct_fields__]
        values[-1] = None if capture.headers is None else json.dumps(capture.headers)
        names = ", ".join(Capture.__struct_fields__)
        marks = ", ".join("?" * len(values))
        self._database.execute(f"INSERT INTO captures({names}) VALUES({marks})", values)
        self._join((capture.record, other) for other in together)

    def add_request(self, record: str, key: Key, together: list[str]) -> None:
        """Add a request; `together`: the records that it was captured with."""
        self._database.execute("INSERT INTO requests VALUES(?, ?, ?, ?)", (record, *key))
        self._join((other, record) for other in together)

    def place(self, number: int) -> Place:
        """Return where captures lie."""
        return Place(*self._rows("SELECT path, start, size FROM places WHERE id = ?", number)[0])

    def find(self, key: Key) -> Capture | None:
        """Return the capture that answers a request: the newest that is whole."""
        return self._one(f"method = ? AND url = ? AND body = ? {NEWEST}", *key)

    def original(self, capture: Capture) -> Capture | None:
        """Return the capture that holds the body of one that has none: by its id, by URL and date, by its digest.

        For a "not modified" that names none it is the last 200 of the URL, before it if there is one.
        """
        has_body = "type NOT IN ('revisit', 'not modified')"
        if capture.refers and (
            found := self._one(f"record = ? AND record != ? {NEWEST}", capture.refers, capture.record)
        ):
            return found
        url = capture.refers_url or capture.url
        if capture.refers_at and (
            found := self._one(f"url = ? AND at = ? AND {has_body} {NEWEST}", url, capture.refers_at)
        ):
            return found
        if capture.type == NOT_MODIFIED:
            order = f"ORDER BY at <= {capture.at!r} DESC, at DESC, id DESC LIMIT 1"
            return self._one(f"url = ? AND status = 200 AND {has_body} AND trouble IS NULL {order}", url)
        return self._one(f"digest = ? AND digest != '' AND {has_body} {NEWEST}", capture.digest)

    def pages(self) -> Iterator[Capture]:
        """Yield the captures of 200 in the order of the archive."""
        last, where = 0, "status = 200 AND method = 'GET'"
        while rows := self._rows(
            f"SELECT id, {COLUMNS} FROM captures WHERE id > ? AND {where} ORDER BY id LIMIT 50",  # noqa: S608
            last,
        ):
            yield from (_capture(row[1:]) for row in rows)
            last = rows[-1][0]

    def is_asked(self, key: Key) -> bool:
        """Return whether an archive holds the question, but maybe no answer."""
        return bool(self._rows("SELECT 1 FROM requests WHERE url = ? AND method = ? LIMIT 1", key[1], key[0]))

    def bodies(self, key: Key) -> bool:
        """Return whether there is an answer to the question with another body."""
        return bool(self._rows("SELECT 1 FROM captures WHERE url = ? AND method = ? LIMIT 1", key[1], key[0]))

    def neighbours(self, url: str) -> list[str]:
        """Return URLs that begin as one does."""
        before = "SELECT DISTINCT url FROM captures WHERE url < ? ORDER BY url DESC LIMIT 5"
        behind = "SELECT DISTINCT url FROM captures WHERE url > ? ORDER BY url LIMIT 5"
        return [row[0] for select in (before, behind) for row in self._rows(select, url)]

    def counts(self) -> tuple[int, int]:
        """Return how many exchanges there are answers to, and of how many of them several."""
        groups = "SELECT count(*) AS n FROM captures GROUP BY method, url, body"
        return self._rows(f"SELECT count(*), count(*) FILTER (WHERE n > 1) FROM ({groups})")[0]  # noqa: S608

    def _one(self, where: str, *values: object) -> Capture | None:
        rows = self._rows(f"SELECT {COLUMNS} FROM captures WHERE {where}", *values)  # noqa: S608
        return _capture(rows[0]) if rows else None

    def _rows(self, select: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(select, values).fetchall()

    def _join(self, pairs: Iterator[tuple[str, str]]) -> None:
        self._database.executemany("INSERT INTO together VALUES(?, ?)", pairs)


def _capture(row: tuple[Any, ...]) -> Capture:
    fields = dict(zip(Capture.__struct_fields__, row, strict=True))
    if fields["headers"] is not None:
        fields["headers"] = tuple((name, value) for name, value in json.loads(fields["headers"]))
    return Capture(**fields)
