"""Count by kind of page what came, where it led, and what was asked for and did not come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import orjson

from scraper.errors import Reason
from scraper.job.secrets import Secrets
from scraper.journal.database import Database
from scraper.journal.schema import READ_COUNTS
from scraper.models import REDIRECTED

_LOST = """
SELECT kind, CASE WHEN state = 1 THEN :redirected ELSE reason END AS why,
       state = 2 AND reason <> :redirected AS is_failed, count(*), min(id) FROM page
WHERE state = 2 OR state = 3 AND depth > 0 AND (reason LIKE 'http %' OR reason = :redirected)
   OR state = 1 AND ',' || marks || ',' LIKE :mark
GROUP BY kind, why, is_failed ORDER BY kind, 4 DESC, why
"""
_CAME = "SELECT kind, count(*) FROM page WHERE state = 1 GROUP BY kind"
_LED = "SELECT p.kind, count(*) FROM edge e JOIN page p ON p.id = e.parent WHERE p.state = 1 GROUP BY p.kind"


class LostPages(NamedTuple):
    """Pages of one kind that did not come, for one reason."""

    kind: str
    reason: str
    pages: int
    is_failed: bool
    """Whether they failed; the others were skipped, or came as another page."""
    example: str
    """The URL of one of them, its secrets masked."""


class PageFigures(NamedTuple):
    """What became of the pages, by kind."""

    pages: dict[str, int]
    """Those that were fetched."""
    links: dict[str, int]
    """What they led to, whether it was followed or not."""
    lost: tuple[LostPages, ...]

    def asked(self, kind: str) -> int:
        """Return how many pages of a kind came or are lost; one that came as another's page is both."""
        lost = sum(each.pages for each in self.lost if each.kind == kind)
        return max(self.pages.get(kind, 0) + lost, 1)


def read_figures(db: Database, secrets: Secrets) -> PageFigures:
    """Return the figures of a journal."""
    pages, links = dict(db.execute(_CAME).fetchall()), dict(db.execute(_LED).fetchall())
    return PageFigures(pages, links, tuple(_lost(db, secrets)))


def read_rows(db: Database, secrets: Secrets, kind: str, param: str) -> dict[str, int]:
    """Return how many pages with records each row of an open param has, by its other params as a text."""
    found: dict[str, int] = {}
    for row in db.execute(READ_COUNTS, (kind,)):
        ((params, counts),) = db.whole([row])
        values = orjson.loads(params) if params else {}
        if param in values:
            row = ", ".join(f"{name}={value}" for name, value in values.items() if name != param)
            row = secrets.masked(secrets.revealed(row))
            found[row] = found.get(row, 0) + any(orjson.loads(counts)[0])
    return found


def _lost(db: Database, secrets: Secrets) -> Iterator[LostPages]:
    values = {"redirected": str(Reason.REDIRECTED), "mark": f"%,{REDIRECTED},%"}
    for kind, reason, is_failed, pages, page in db.execute(_LOST, values).fetchall():
        (url,) = db.execute("SELECT url FROM page WHERE id = ?", (page,)).fetchone()
        yield LostPages(kind, reason, pages, bool(is_failed), secrets.masked(secrets.revealed(url)))
