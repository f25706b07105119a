"""Take in pages that have ended, and write them to the journal a batch at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from scraper.crawl.limits import Limits
from scraper.crawl.progress import Stop, describe
from scraper.job import Job
from scraper.journal.journal import SLICE, Abandoned, Journal
from scraper.models import Failure, Finished, Page, Parsed, Request, Snapshot
from scraper.report.snapshots import Snapshots

COMMIT_EVERY_S = 0.25
COMMIT_AT = 128
log = logging.getLogger("scraper")


class JournalWriter:
    """The pages that have ended and are not in the journal yet."""

    def __init__(
        self,
        job: Job,
        journal: Journal,
        stop: Stop,
        changed_cookies: Callable[[], Sequence[tuple[int, str | None]]] = lambda: (),
    ) -> None:
        """`changed_cookies`: gives what `Journal.store` wants of them."""
        self._changed_cookies = changed_cookies
        self.limits, self._stop = Limits(job.settings), stop
        self.fetched = self.failed = 0
        self._kinds, self._journal, self._secrets = job.kinds, journal, job.secrets
        self._snapshots = Snapshots()
        self._batch: list[Finished] = []
        self._has_links = False
        self._committed_at = time.monotonic()

    def add(self, finished: Finished) -> None:
        """Take in a page."""
        self.failed += finished.failure is not None
        self.fetched += finished.parsed is not None
        self.limits.count(finished)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s", self._secrets.told(describe(finished)))
        self._has_links |= bool(finished.children)
        self._batch.append(finished)

    def show(self, request: Request, page: Page | None, outcome: Parsed | Failure) -> Snapshot | None:
        """Return what is to be kept of a page that came, to be shown to a person."""
        return self._snapshots.take(self._kinds[request.kind], page, outcome)

    def is_due(self, *, is_idle: bool) -> bool:
        """Return whether enough has come together, or links were found for threads that have nothing to do."""
        is_time = len(self._batch) >= COMMIT_AT or time.monotonic() - self._committed_at >= COMMIT_EVERY_S
        return is_time or (self._has_links and is_idle)

    def is_over(self) -> bool:
        """Return whether the crawl is to end at once: a signal came, or its time is over."""
        return self._stop.signal is not None or self.limits.is_late

    @property
    def due_at(self) -> float | None:
        """The time by the monotonic clock at which the batch is to be written, None where there is none."""
        return self._committed_at + COMMIT_EVERY_S if self._batch else None

    def commit(self) -> set[str]:
        """Write what has come together; return the domains of the pages that it leads to."""
        cookies, domains = self._changed_cookies(), set[str]()
        try:
            if self._batch or cookies:
                domains = self._journal.store(self._batch, self.is_over, cookies)
        except Abandoned:  # pages of many links stay pending
            few = [done for done in self._batch if len(done.children) <= SLICE]
            domains = self._journal.store(few, cookies=cookies)
        self._batch.clear()
        self._has_links = False
        self._committed_at = time.monotonic()
        return domains
