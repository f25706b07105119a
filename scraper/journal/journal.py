"""Keep what a run must not forget in SQLite: pages to fetch, finished pages with their records, who led to whom.

    page     one row a URL, see `models.State`; duplicates by fingerprint never enter
    content  the record lines of a fetched page, what was wrong with them, and the page where it may be read again
    edge     parent → child in plan order, every one of them; the parent of a start URL is 0, a link that is not
             followed has a reason for a child
    cookie   what sites have set, see `cookie_rows`
    meta     the run itself: id, digest, start time, state

No secret of the config stands here: `rows` hides them.

A transaction holds a batch of finished pages. In WAL mode a SIGKILL loses at most the batch not yet committed, whose
pages are still pending and are fetched again. Rows are sealed: one that is not as it was written raises DamagedJournal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from scraper.errors import OutputError
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.journal import rows, schema
from scraper.journal.cookie_rows import Changes, CookieRows
from scraper.journal.database import Database
from scraper.journal.fates import Fates
from scraper.journal.figures import PageFigures, read_figures, read_rows
from scraper.journal.holders import Holders
from scraper.journal.mending import mend
from scraper.journal.rows import PageRow
from scraper.models import Edge, Finished, Page, Request, Snapshot, State, Stored

SLICE = 256
"""How many links of a page are written before somebody may say "enough"."""


class Abandoned(Exception):
    """Storing was given up half-way, and nothing is stored."""


class Journal:
    """The journal of one run, for one thread."""

    def __init__(self, path: Path, secrets: Secrets = NO_SECRETS) -> None:
        self.path, self._secrets = path, secrets
        self._db = Database(path)
        self._taken: dict[str, int] = {}
        self._to_read_again: list[int] = []
        self._holders, self.cookies = Holders(self._db, secrets), CookieRows(self._db, secrets)
        try:
            self._open()
        except OutputError:
            self.close()
            raise

    def _open(self) -> None:
        if not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            with self._db.transaction():
                for statement in schema.SCHEMA:
                    self._db.execute(statement)
                self._db.execute("INSERT INTO meta VALUES ('schema', ?)", (schema.VERSION,))
        self.is_current = self.recall("schema") == schema.VERSION
        """Whether this version of the program wrote it; another one's cannot be resumed."""
        if self.is_current:
            self._count()

    def mend(self) -> int:
        """Make the pages pending whose rows are damaged, and return how many they are.

        Raises DamagedJournal where what is damaged cannot be fetched again.
        """
        count = mend(self._db)
        self._count()
        return count

    def check(self) -> None:
        """Raise DamagedJournal unless the file holds together: a damaged index leaves out pages, and no row tells."""
        self._db.check()

    def _count(self) -> None:
        pending = self._db.execute("SELECT DISTINCT domain FROM page WHERE state = 0")
        self.backlog: set[str] = {domain for (domain,) in pending}
        """Domains that may have pending pages not yet taken."""
        self.edges: int = self._db.execute("SELECT count(*) FROM edge").fetchone()[0]
        """How many URLs were planned or followed so far."""
        self._has_links: bool = self._db.execute(schema.HAS_LINKS).fetchone()[0] > 0

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # ------------------------------------------------------------------ the run itself

    def recall(self, key: str) -> str | None:
        """Return a fact about the run, or None."""
        found = self._db.whole(self._db.execute(schema.RECALL, (key,)).fetchall())
        return found[0][0] if found else None

    def remember(self, **facts: str) -> None:
        """Write facts about the run, all or none. They survive a kill."""
        with self._db.transaction():
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def vow(self, **facts: str) -> None:
        """Write facts that survive a power cut too, with all that was written before."""
        self._db.execute("PRAGMA synchronous=FULL")
        try:
            self.remember(**facts)
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # a damaged log is one that ends before
        finally:
            self._db.execute("PRAGMA synchronous=NORMAL")

    # ------------------------------------------------------------------ pages to fetch

    def add_starts(self, requests: Iterable[tuple[str, Request]]) -> None:
        """Add start pages (domain, request) behind those already there."""
        batch = [PageRow(domain, request, self._secrets) for domain, request in requests]
        with self._db.transaction():
            first = self.planned()
            self._add_pages(batch)
            self._db.executemany(schema.ADD_EDGE, (row.edge(0, n) for n, row in enumerate(batch, first)))
            marks = [(row.fingerprint,) for row in batch]
            if self._db.executemany(schema.FIND_START, marks).rowcount:
                self._db.executemany(schema.UNSKIP_START + "fingerprint = ?", marks)
        self.edges += len(batch)

    def planned(self) -> int:
        """Return how many start URLs have been added."""
        last: int | None = self._db.execute("SELECT max(position) FROM edge WHERE parent = 0").fetchone()[0]
        return 0 if last is None else last + 1

    def take(self, domain: str, count: int) -> list[Request]:
        """Return the next pending pages of a domain, each once in the life of this object."""
        query = schema.TAKE_PAGES + "domain = ? AND id > ? AND state = 0 ORDER BY id LIMIT ?"
        found = self._db.whole(self._db.execute(query, (domain, self._taken.get(domain, 0), count)).fetchall())
        if found:
            self._taken[domain] = found[-1][0]
        if len(found) < count:
            self.backlog.discard(domain)
        return [rows.to_request(self._secrets, *row) for row in found]

    @property
    def asks_again(self) -> bool:
        """Whether `take_again` has something to give."""
        return bool(self._to_read_again)

    def take_again(self) -> list[Request]:
        """Return the pages that `ask_again` made pending, each once."""
        pages, self._to_read_again = self._to_read_again, []
        found = [self._db.execute(schema.TAKE_PAGES + "id = ?", (page,)).fetchone() for page in pages]
        return [rows.to_request(self._secrets, *row) for row in self._db.whole(found)]

    def kept(self, page_id: int) -> Page | None:
        """Return a page that was fetched before and kept to be read again."""
        row = self._db.execute(schema.READ_KEPT, (page_id,)).fetchone()
        return rows.to_page(row[0], self._secrets) if row and row[0] else None

    def gives_way(self, request: Request) -> bool:
        """Return whether a page that was redirected has come to one that is there without it."""
        return not request.is_apart and self._holders.holder(request) is not None

    # ------------------------------------------------------------------ finished pages

    def store(
        self, batch: Sequence[Finished], is_over: Callable[[], bool] = lambda: False, cookies: Changes = ()
    ) -> set[str]:
        """Write a batch of finished pages in one transaction; return the domains of the pages that they lead to.

        Raises Abandoned if it `is_over` before all links of a page are written that has more than a slice of them.
        """
        before = self.edges, list(self._to_read_again)
        try:
            with self._db.transaction():
                self._store(batch, is_over)
                self.cookies.store(cookies)
        except BaseException:
            self.edges, self._to_read_again = before
            raise
        return {child.domain for done in batch for child in done.children if child.skipped is None}

    def _store(self, batch: Sequence[Finished], is_over: Callable[[], bool]) -> None:
        contents = [rows.content(done, done.parsed, self._secrets) for done in batch if done.parsed]
        self._db.executemany(schema.END_PAGE, (rows.from_finished(done, self._secrets) for done in batch))
        self._db.executemany("INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?)", contents)
        shown = (row for done in batch if done.shown for row in rows.from_snapshot(done.shown, self._secrets))
        self._db.executemany("INSERT OR REPLACE INTO snapshot VALUES (?, ?)", shown)
        for done in batch:
            lost = self._holders.judge(done)
            self.edges -= lost or 0
            for first in range(0, len(done.children) if lost is None else 0, SLICE):
                if first and is_over():
                    raise Abandoned
                self._add_children(done, first)
        skipped = ((done.request.id,) for done in batch if done.request.depth and done.skipped)
        self._db.executemany(schema.UNSKIP_START + "id = ?", skipped)

    def skip_pending(self, reason: str) -> None:
        """End all pages that are still pending as skipped."""
        with self._db.transaction():
            self._db.execute("UPDATE page SET state = 3, reason = ? WHERE state = 0", (reason,))
        self.backlog.clear()

    def retry_failed(self) -> int:
        """Make all failed pages pending again, and then what a limit left over; return how many had failed."""
        with self._db.transaction():
            count = self._db.execute("UPDATE page SET state = 0, alias = NULL WHERE state = 2").rowcount
            if count:
                self._db.execute(schema.UNSKIP_LIMITED)
        self._count()
        return count

    def _add_pages(self, batch: Iterable[PageRow]) -> None:
        batch = list(batch)
        self._db.executemany(schema.ADD_PAGE, (row.page() for row in batch))
        self._to_read_again += self._holders.plan(batch)
        self.backlog.update(row.domain for row in batch)

    def _add_children(self, done: Finished, first: int) -> None:
        children = done.children[first : first + SLICE]
        self._has_links |= bool(children)
        self.edges += len(children)
        followed = [child for child in children if child.skipped is None]
        found = {id(child): PageRow(child.domain, child.request, self._secrets) for child in followed}
        self._add_pages(list(found.values()))
        for position, child in enumerate(children, first):
            if child.skipped is not None:
                self._db.execute(schema.SKIP_EDGE, (done.request.id, position, child.skipped))
            else:
                self._db.execute(schema.ADD_EDGE, found[id(child)].edge(done.request.id, position, child))

    # ------------------------------------------------------------------ publication

    def children(self, parent: int, after: int, count: int) -> list[Edge]:
        """Return up to `count` edges of a parent behind a position, in order."""
        if parent and not self._has_links:
            return []  # no page leads anywhere: none is asked whether it does
        found = self._db.whole(self._db.execute(schema.EDGES, (parent, after, count)).fetchall())
        return [Edge(at, child, rule, record, bool(m), bool(other)) for at, child, rule, record, m, other in found]

    def ask_again(self, parent: int, edge: Edge) -> None:
        """Make a page pending again, to be read as this edge asks for it."""
        with self._db.transaction():
            self._db.execute(schema.ASK_AGAIN, (parent, edge.position, edge.child))
            self.edges -= self._db.execute("DELETE FROM edge WHERE parent = ?", (edge.child,)).rowcount
        self._to_read_again.append(edge.child)

    def page(self, page_id: int) -> Stored:
        """Return one page with its records."""
        found = self._db.whole([self._db.execute(schema.READ_PAGE, (page_id,)).fetchone()])
        url, kind, state, reason, detail, fetched_at, marks, *content = found[0]
        row = self._db.whole([tuple(content)])[0] if state == State.FETCHED else None
        lines, filled = rows.to_lines(row[0], row[1]) if row else ((), ())
        faults, dropped, replaced = rows.to_faults(row[2] if row else None)
        head = page_id, self._secrets.revealed(url), kind, State(state), reason, detail, fetched_at, marks
        return Stored(*head, lines, filled, faults, dropped, replaced)

    @property
    def fates(self) -> Fates:
        """What became of pages that earlier runs have read."""
        return Fates(self._db)

    def accounts(self) -> tuple[dict[tuple[int, str | None], int], dict[str, int]]:
        """Return the pages by (state, reason), and the links that led to none of them by reason."""
        by_state = {(state, reason): count for state, reason, count in self._db.execute(schema.COUNT_PAGES)}
        skipped = dict(self._db.execute(schema.COUNT_SKIPPED).fetchall())
        duplicates = self.edges - sum(by_state.values()) - sum(skipped.values())
        return by_state, skipped | ({"duplicate": duplicates} if duplicates > 0 else {})

    def figures(self) -> PageFigures:
        """Return by kind what came, where it led, and what was asked for and did not come."""
        return read_figures(self._db, self._secrets)

    def rows(self, kind: str, param: str) -> dict[str, int]:
        """Return how many pages with records each row of an open param has, by its other params."""
        return read_rows(self._db, self._secrets, kind, param)

    def failures(self, count: int) -> Iterator[tuple[str, str, str]]:
        """Yield the first failed pages in the order of their discovery: (url, reason, detail), their secrets masked."""
        query = "SELECT coalesce(final_url, url), reason, detail FROM page WHERE state = 2 ORDER BY id LIMIT ?"
        for url, reason, detail in self._db.execute(query, (count,)):
            yield self._secrets.masked(self._secrets.revealed(url)), reason, detail

    def snapshot(self, topic: str) -> Snapshot | None:
        """Return the page that was kept to show something, None if there is none."""
        row = self._db.execute(schema.READ_SNAPSHOT, (topic,)).fetchone()
        return rows.to_snapshot(*row) if row else None
