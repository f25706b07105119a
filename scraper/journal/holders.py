"""Settle whose a page is that a redirect led to: of two that came to one URL, one holds it and the other gives way.

holder     the page planned at that URL; else the first of its kind that was redirected there, which is remembered as a
           row of state ALIAS at that URL
give way   end as skipped (a start page: failed), redirected to a page already fetched; where both are of one kind what
           leads to the one leads to the other

A page that may differ by a cookie or a body (`is_apart`) gives way to none: it is read, and marked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from scraper.errors import Reason
from scraper.job.secrets import Secrets
from scraper.journal import schema
from scraper.journal.database import Database
from scraper.journal.rows import PageRow, fingerprint
from scraper.models import FILES, REDIRECTED, Finished, Request, State


class Holder(NamedTuple):
    """The page that holds a URL."""

    id: int
    is_same_kind: bool


class Holders:
    """Who holds what in one journal; its owner has the transactions."""

    def __init__(self, db: Database, secrets: Secrets) -> None:
        self._db, self._secrets = db, secrets
        self._has_any: bool | None = None

    def holder(self, request: Request) -> Holder | None:
        """Return the other page that holds what a redirected request has come to, None if there is none."""
        mark = fingerprint(request, self._secrets)
        found = self._find(mark)
        if found is not None and found[1] != State.ALIAS:
            return self._planned(request, *found)
        if found is None and not request.is_apart:
            return None
        if found is None or request.is_apart or found[3] != request.kind:
            found = self._find(_salted(mark, request))
        return Holder(found[2], True) if found is not None and found[2] != request.id else None

    def judge(self, done: Finished) -> int | None:
        """Settle whose a page is that has ended; return as `settle` does whether it was read for nothing."""
        if not done.request.hops or done.request.id <= 0 or done.request.kind == FILES:
            return None  # two links may well lead to one picture
        if done.parsed is not None:
            return self.settle(done)
        if Reason.REDIRECTED in (done.skipped, done.failure and done.failure.reason):
            self.link(done)
        return None

    def settle(self, done: Finished) -> int | None:
        """Let a page that was read behind a redirect give way, or hold what it came to.

        Return how many edges it has lost by giving way, None if it has not.
        """
        request, holder = done.request, self.holder(done.request)
        if holder is None:
            self._hold(request)
        elif not request.is_apart:
            return self._give_way(request, holder)
        elif request.depth:
            query = "UPDATE page SET marks = coalesce(marks || ',', '') || ? WHERE id = ?"
            self._db.execute(query, (REDIRECTED, request.id))
        return None

    def link(self, done: Finished) -> None:
        """Let what leads to a page that has given way lead to the one that it has given way to."""
        holder = self.holder(done.request)
        if holder is not None and holder.is_same_kind:
            self._lead_to(done.request.id, holder.id)

    def plan(self, batch: Iterable[PageRow]) -> list[int]:
        """Make pages of their own of URLs that pages of other kinds were redirected to; return them: they are pending.

        The others give way to them.
        """
        freed = []
        if self._has_any is None:
            self._has_any = bool(self._db.execute("SELECT 1 FROM page WHERE state = 4 LIMIT 1").fetchone())
        for row in batch if self._has_any else ():
            found = self._find(row.fingerprint)
            if found is not None and found[1] == State.ALIAS and found[3] != row.page()[3]:
                page, _, other, _ = found
                self._db.execute(schema.PLAN_ALIAS, (*row.page()[3:], page))
                self._end(other, "what it redirects to is a page of its own")
                freed.append(page)
        return freed

    def _planned(self, request: Request, page: int, state: State, target: int, kind: str) -> Holder | None:
        """Return the holder of a URL that is planned: the page itself, or whom it has given way to."""
        is_there = state in (State.PENDING, State.FETCHED) or target != page
        return Holder(target, kind == request.kind) if is_there and request.id not in (page, target) else None

    def _find(self, mark: bytes) -> tuple[int, State, int, str] | None:
        """Return the page of a fingerprint, its state, and the page that it stands for with its kind."""
        row: tuple[int, State, int, str] | None = self._db.execute(schema.FIND_PAGE, (mark,)).fetchone()
        return row

    def _hold(self, request: Request) -> None:
        """Remember that a page has come to this URL, of its kind the first."""
        mark = fingerprint(request, self._secrets)
        found = self._find(mark)
        if found is not None and found[0] == request.id:
            return  # it is back where it began: that is its own
        if request.is_apart or found is not None:
            mark = _salted(mark, request)
        self._db.execute(schema.ADD_ALIAS, (mark, self._secrets.hidden(request.url), request.id))
        self._has_any = True

    def _give_way(self, request: Request, holder: Holder) -> int:
        detail = f"{request.hops[0]} redirects to {request.url}, which is a page of its own"
        self._end(request.id, self._secrets.told(detail))
        if holder.is_same_kind:
            self._lead_to(request.id, holder.id)
        lost: int = self._db.execute("DELETE FROM edge WHERE parent = ?", (request.id,)).rowcount
        return lost

    def _end(self, page: int, detail: str) -> None:
        self._db.execute(schema.GIVE_WAY, (Reason.REDIRECTED, detail, page))
        self._db.execute("DELETE FROM content WHERE id = ?", (page,))

    def _lead_to(self, page: int, other: int) -> None:
        self._db.execute("UPDATE page SET alias = ? WHERE id = ? OR alias = ?", (other, page, page))


def _salted(mark: bytes, request: Request) -> bytes:
    """Return a fingerprint of what a URL is to pages of one kind."""
    salt = f"{request.kind} {request.is_apart}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(mark + salt, digest_size=16).digest()
