"""Keep what a run must not forget in SQLite: pages to fetch, finished pages with their records, who led to whom.

    page     one row a URL: pending (0), fetched (1) or failed (2); duplicates by fingerprint never enter
    content  the record lines of a fetched page and what was wrong with them
    edge     parent → child in plan order; the parent of a start URL is 0
    meta     the run itself: id, digest, start time, state

A transaction holds a batch of finished pages. In WAL mode a SIGKILL loses at most the batch not yet
committed, whose pages are still pending and are fetched again.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import regex
from w3lib.url import canonicalize_url

from scraper.errors import OutputError
from scraper.models import Dropped, Fault, Finished, Parsed, Request, State, Stored

SCHEMA_VERSION = "1"
SCHEMA = """
CREATE TABLE page (
    id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, domain TEXT NOT NULL, url TEXT NOT NULL,
    kind TEXT NOT NULL, depth INTEGER NOT NULL, params BLOB, extra BLOB, state INTEGER NOT NULL DEFAULT 0,
    reason TEXT, detail TEXT, final_url TEXT, fetched_at REAL, attempts INTEGER, marks TEXT
);
CREATE INDEX page_by_domain ON page(domain);
CREATE TABLE content (id INTEGER PRIMARY KEY, lines BLOB NOT NULL, counts BLOB NOT NULL, faults BLOB);
CREATE TABLE edge (
    parent INTEGER NOT NULL, position INTEGER NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, position)
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
ADD_PAGE = (
    "INSERT OR IGNORE INTO page (fingerprint, domain, url, kind, depth, params, extra) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
END_PAGE = (
    "UPDATE page SET state = ?, reason = ?, detail = ?, final_url = ?, fetched_at = ?, attempts = ?, marks = ?"
    " WHERE id = ?"
)
READ_PAGE = "SELECT id, coalesce(final_url, url), kind, state, reason, detail, fetched_at, marks FROM page WHERE id = ?"
EXAMPLES_PER_FIELD = 3

_is_canonical = regex.compile(
    r"https?://[a-z0-9.\-]+(?::\d+)?/[A-Za-z0-9\-._~/]*(?:\?[A-Za-z0-9_]+=[A-Za-z0-9\-._]+)?"
).fullmatch


class Journal:
    """The journal of one run. All methods belong to one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                self._db.executescript(f"BEGIN;{SCHEMA}COMMIT;")
                self.set("schema", SCHEMA_VERSION)
        except sqlite3.Error as error:
            raise OutputError(f"{path}: cannot open the journal: {error}") from error
        self._taken: dict[str, int] = {}
        self.backlog: set[str] = {d for (d,) in self._db.execute("SELECT DISTINCT domain FROM page WHERE state = 0")}
        """Domains that may have pending pages not yet taken."""

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what is committed stays."""
        self._db.close()

    # ------------------------------------------------------------------ the run itself

    def get(self, key: str) -> str | None:
        """Return a fact about the run, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set(self, key: str, value: str) -> None:
        """Write a fact about the run, durable at once."""
        with self._write():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # ------------------------------------------------------------------ pages to fetch

    def add_starts(self, requests: Iterable[tuple[str, Request]]) -> int:
        """Add start pages (domain, request) behind those already there; return how many edges that made."""
        batch = [(fingerprint(request), domain, request) for domain, request in requests]
        last = self._db.execute("SELECT max(position) FROM edge WHERE parent = 0").fetchone()[0]
        position = itertools.count(0 if last is None else last + 1)
        with self._write():
            self._db.executemany(
                ADD_PAGE,
                (
                    (mark, domain, r.url, r.kind, r.depth, _dump(r.params), _dump(_extra(r)))
                    for mark, domain, r in batch
                ),
            )
            self._db.executemany(
                "INSERT INTO edge SELECT 0, ?, id FROM page WHERE fingerprint = ?",
                ((next(position), mark) for mark, _, _ in batch),
            )
        self.backlog.update(domain for _, domain, _ in batch)
        return len(batch)

    def planned(self) -> int:
        """Return how many start URLs have been added."""
        last: int | None = self._db.execute("SELECT max(position) FROM edge WHERE parent = 0").fetchone()[0]
        return 0 if last is None else last + 1

    def take(self, domain: str, count: int) -> list[Request]:
        """Return the next pending pages of a domain, each once in the life of this object."""
        rows = self._db.execute(
            "SELECT id, url, kind, depth, params, extra FROM page"
            " WHERE domain = ? AND id > ? AND state = 0 ORDER BY id LIMIT ?",
            (domain, self._taken.get(domain, 0), count),
        ).fetchall()
        if rows:
            self._taken[domain] = rows[-1][0]
        if len(rows) < count:
            self.backlog.discard(domain)
        return [_request(*row) for row in rows]

    # ------------------------------------------------------------------ finished pages

    def store(self, batch: Iterable[Finished]) -> None:
        """Write a batch of finished pages in one transaction."""
        pages, contents = [], []
        for done in batch:
            state = State.FAILED if done.failure else State.FETCHED
            reason, detail = (done.failure.reason, done.failure.detail) if done.failure else (None, None)
            request, marks = done.request, ",".join(done.marks) or None
            pages.append((state, reason, detail, request.url, done.fetched_at, request.attempt, marks, request.id))
            if done.parsed:
                contents.append((request.id, *_content(done.parsed)))
        with self._write():
            self._db.executemany(END_PAGE, pages)
            self._db.executemany("INSERT OR REPLACE INTO content VALUES (?,?,?,?)", contents)

    # ------------------------------------------------------------------ publication

    def children(self, parent: int, after: int, count: int) -> list[tuple[int, int]]:
        """Return up to `count` (position, child) of a parent behind a position, in order."""
        sql = "SELECT position, child FROM edge WHERE parent = ? AND position > ? ORDER BY position LIMIT ?"
        return self._db.execute(sql, (parent, after, count)).fetchall()

    def page(self, page_id: int) -> Stored:
        """Return one page with its records."""
        row = self._db.execute(READ_PAGE, (page_id,)).fetchone()
        content = self._db.execute("SELECT lines, counts, faults FROM content WHERE id = ?", (page_id,)).fetchone()
        lines: tuple[tuple[bytes, ...], ...] = ()
        faults: dict[str, Any] = {}
        if content:
            every = iter(content[0].split(b"\n"))
            lines = tuple(tuple(itertools.islice(every, n)) for n in orjson.loads(content[1]))
            faults = orjson.loads(content[2]) if content[2] else {}
        _, url, kind, state, reason, detail, fetched_at, marks = row
        return Stored(
            page_id,
            url,
            kind,
            State(state),
            reason,
            detail,
            fetched_at,
            marks,
            lines,
            tuple((Fault(*fault), count) for *fault, count in faults.get("faults", ())),
            tuple(Dropped(*entry) for entry in faults.get("dropped", ())),
            faults.get("replaced", 0),
        )

    def accounts(self) -> tuple[int, int, dict[tuple[int, str | None], int]]:
        """Return the numbers of edges and of pages, and pages by (state, reason)."""
        edges: int = self._db.execute("SELECT count(*) FROM edge").fetchone()[0]
        states = self._db.execute("SELECT state, reason, count(*) FROM page GROUP BY state, reason")
        by_state = {(state, reason): count for state, reason, count in states}
        return edges, sum(by_state.values()), by_state

    def failures(self, count: int) -> Iterator[tuple[str, str, str]]:
        """Yield the first failed pages in the order of their discovery: (url, reason, detail)."""
        yield from self._db.execute(
            "SELECT coalesce(final_url, url), reason, detail FROM page WHERE state = 2 ORDER BY id LIMIT ?",
            (count,),
        )

    def claim_key(self, key: bytes) -> bool:
        """Return True the first time a record key is seen in this publication. On disk: keys may be millions."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS seen (key BLOB PRIMARY KEY) WITHOUT ROWID")
        return self._db.execute("INSERT OR IGNORE INTO temp.seen VALUES (?)", (key,)).rowcount == 1

    def _write(self) -> _Transaction:
        return _Transaction(self._db, self.path)


class _Transaction:
    """One transaction; a database that cannot be written becomes an OutputError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if error is None:
                self._db.execute("COMMIT")
            elif self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error as failed:
            raise OutputError(f"{self._path}: cannot write the journal: {failed}") from failed
        if isinstance(error, sqlite3.Error):
            raise OutputError(f"{self._path}: cannot write the journal: {error}") from error


def fingerprint(request: Request) -> bytes:
    """Return 16 bytes that are equal for two spellings of one request (canonical URL, method, body)."""
    url = request.url if _is_canonical(request.url) else canonicalize_url(request.url)
    text = f"{request.method} {url}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text + b"\n" + (request.body or b""), digest_size=16).digest()


def _dump(value: Any) -> bytes | None:
    return orjson.dumps(value) if value else None


def _extra(request: Request) -> dict[str, Any] | None:
    """Return what a plain GET has not. Headers may hold secrets: they are made anew from the config, never stored."""
    if request.method == "GET" and request.body is None:
        return None
    return {
        "method": request.method,
        "body": request.body.decode("latin-1") if request.body is not None else None,
    }


def _request(page_id: int, url: str, kind: str, depth: int, params: bytes | None, extra: bytes | None) -> Request:
    more = orjson.loads(extra) if extra else {}
    body = more.get("body")
    return Request(
        url=url,
        kind=kind,
        method=more.get("method", "GET"),
        body=None if body is None else body.encode("latin-1"),
        params=orjson.loads(params) if params else {},
        id=page_id,
        depth=depth,
    )


def _content(parsed: Parsed) -> tuple[bytes, bytes, bytes | None]:
    lines = b"\n".join(itertools.chain.from_iterable(parsed.lines))
    counts = orjson.dumps([len(records) for records in parsed.lines])
    if not (parsed.faults or parsed.dropped or parsed.replaced):
        return lines, counts, None
    faults = {
        "faults": list(_examples(parsed.faults)),
        "dropped": [[d.rule, d.field, d.count] for d in parsed.dropped],
        "replaced": parsed.replaced,
    }
    return lines, counts, orjson.dumps(faults)


def _examples(faults: Iterable[Fault]) -> Iterator[list[Any]]:
    """Yield the first faults of each field as [rule, field, value, cause, n]: n is the count of all, on the first."""
    by_field: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        by_field.setdefault((fault.rule, fault.field), []).append(fault)
    for group in by_field.values():
        for index, fault in enumerate(group[:EXAMPLES_PER_FIELD]):
            yield [fault.rule, fault.field, fault.value, fault.cause, 0 if index else len(group)]
