"""The loop: pages come out of the journal, go through the Pool, and what they gave goes back into the journal.

turn:  fill the schedule, submit what may start, wait for answers, read their pages, commit
"""

from __future__ import annotations

import contextlib
import functools
import time
from pathlib import Path

from scraper import worker
from scraper.crawl import plan
from scraper.crawl.credentials import Credentials
from scraper.crawl.files import Files
from scraper.crawl.httpcache import HttpCache
from scraper.crawl.intake import Intake
from scraper.crawl.journal_writer import JournalWriter
from scraper.crawl.neighbours import Neighbours
from scraper.crawl.progress import Progress, Stop
from scraper.crawl.scheduler import Scheduler
from scraper.fetch.fetchers import page_limit_s
from scraper.fetch.recorders import Recorder
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.models import Request
from scraper.pool.pool import Pool

LONGEST_WAIT_S = 1.0
LOOK_EVERY_S = 0.005
"""How often it is looked for requests that have become due, while pages are read."""


class Engine:
    """One crawl over one journal. `turn` until it returns False; the Pool lives as long as the `with` block."""

    def __init__(
        self,
        job: Job,
        journal: Journal,
        pool: Pool,
        *,
        is_replay: bool,
        recorder: Recorder | None,
        limit: int | None,
        stop: Stop,
        cache_folder: Path | None = None,
        past: Path | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        """`cache_folder`: where answers are stored, None for no HTTP cache; `past`: the last good run's journal.

        `neighbours`: who shares the hosts.
        """
        settings = job.settings
        self._journal, self._stop, self._pool = journal, stop, pool
        self._is_draining = False
        self.finish_recording = recorder.finish if recorder is not None else lambda: None
        self.notes, self.opened = list[str](), contextlib.ExitStack()
        self.opened.callback(pool.terminate)
        self._files = Files(job, past, is_recording=recorder is not None)
        self._page_limit_s = page_limit_s(settings)
        kept = journal.cookies.read()
        self._credentials = Credentials(job, kept)
        self._writer = JournalWriter(job, journal, stop, self._credentials.changed_cookies)
        self.cache = HttpCache(cache_folder, settings, job.secrets, plan.named_hosts(job), self._credentials.headers)
        self._scheduler = Scheduler(
            job, journal, limit=limit, is_replay=is_replay, finish=self._writer.add, cache=self.cache, others=neighbours
        )
        self._frontier = self._scheduler.frontier
        self._intake = Intake(
            job,
            journal,
            self._scheduler,
            self._writer,
            self._credentials,
            self.cache,
            self._files,
            is_replay=is_replay,
            recorder=recorder,
            is_trial=limit is not None,
            is_resumed=bool(kept),
        )
        stop.wake = self._pool.wake

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.wake = lambda: None
        self.opened.close()
        self._files.close()
        self.cache.close()

    @property
    def progress(self) -> Progress:
        """Return how far the crawl has come."""
        return Progress(self._journal.edges, self._writer.fetched, self._writer.failed, self._frontier.active)

    def turn(self) -> bool:
        """Feed, top up, submit, wait, store: once. Return False when there is nothing left to do."""
        for request in self._journal.take_again():
            self._intake.read_again(request)
        if not self._is_closing():
            self._scheduler.fill(has_room=self._pool.free() > 0)
        self._submit()
        if self._is_idle():
            self._commit()
            leads_on = bool(self._journal.backlog) or self.has_more  # what was just stored may
            return leads_on and not self._is_closing()
        self._wait(self._patience())
        if self._writer.is_due(is_idle=self._pool.free() > 0):
            self._commit()
        return True

    @property
    def has_more(self) -> bool:
        """Whether pages were asked for again since the last turn."""
        return self._journal.asks_again

    def drain(self, timeout_s: float) -> None:
        """Start nothing new, take in what is in flight for so long, and store it."""
        self._is_draining = True
        deadline = time.monotonic() + timeout_s
        while self._frontier.active and (left_s := deadline - time.monotonic()) > 0:
            self._wait(min(left_s, LONGEST_WAIT_S))
        self._commit()

    def log_in(self) -> None:
        """Log in as the config says; raises LoginFailed. A request to stop ends it half-way."""
        if (session := self._intake.session) is None:
            return
        session.begin()
        while session.is_under_way and self._stop.signal is None:
            self._submit()
            self._wait(self._patience())
        if session.failure:
            raise session.failure
        self._commit()  # so that a run that is killed now has the session

    # ------------------------------------------------------------------ schedule → Pool

    def _submit(self) -> None:
        """Start what may start now, one task an idle thread."""
        if self._is_draining or self._is_closing():
            return
        now = time.monotonic()
        if self._frontier.has_startable_suspect(now):
            if self._pool.reserve() and (suspect := self._scheduler.pop_alone(now)):
                self._send(*suspect, alone=True)
        else:
            self._pool.release()
        while self._pool.free() and (entry := self._scheduler.pop(now)):
            self._send(*entry)
        self._pool.flush()

    def _send(self, domain: str, request: Request, *, alone: bool = False) -> None:
        request, sent = self.cache.prepare(request, self._files.dress(self._credentials.dress(request)))
        self._pool.apply_async(
            worker.fetch,
            (sent,),
            callback=functools.partial(self._intake.take, domain, request, time.monotonic()),
            error_callback=functools.partial(self._intake.take_error, domain, request),
            deadline_s=self._page_limit_s,
            alone=alone,
        )

    def _is_idle(self) -> bool:
        """Return whether nothing is in flight, ready or still to be planned."""
        if self._is_closing():
            return not self._frontier.active
        return self._scheduler.is_empty

    def _patience(self) -> float:
        """Return the seconds to wait for answers before there is something else to do."""
        has_room = self._pool.free() > 0
        if not self._is_closing() and self._scheduler.has_more(has_room=has_room):
            return 0.0
        now = time.monotonic()
        times = [now + LONGEST_WAIT_S]
        if (due_at := self._writer.due_at) is not None:
            times.append(due_at)
        if not self._is_closing():
            times += self._frontier.next_times(now) if has_room else self._frontier.suspect_times(now)
        return max(min(times) - now, 0.0)

    def _is_closing(self) -> bool:
        """Return whether one of the limits on pages, records, errors or seconds is reached."""
        return self._writer.limits.reached is not None

    def skip_rest(self) -> str | None:
        """Skip what a limit left over; return the limit's name, None if none was reached."""
        if reached := self._writer.limits.reached:
            self._journal.skip_pending(reached)
        return reached

    # ------------------------------------------------------------------ Pool → journal

    def _wait(self, timeout_s: float) -> None:
        """Take in what comes within so many seconds, and read its pages.

        Before the first of them the workers get what they can do meanwhile, in one message each; before the others what
        has become due. Where a limit counts pages they are read before anything starts.
        """
        self._pool.wait(timeout_s)
        look_at = 0.0
        while self._intake.is_unread:
            if (now := time.monotonic()) >= look_at and not self._writer.limits.are_counted:
                self._submit()
                look_at = now + LOOK_EVERY_S
            self._intake.read()

    def _commit(self) -> None:
        self._scheduler.feed_on(self._writer.commit())
