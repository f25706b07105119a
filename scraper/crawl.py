"""The loop: pages come out of the journal, go through the Pool, and what they gave goes back into the journal."""

from __future__ import annotations

import functools
import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import plan, policy, work
from scraper.errors import PoolError, Reason, WorkerLost
from scraper.frontier import Frontier
from scraper.journal import Journal
from scraper.models import Failure, Finished, Job, Page, Request
from scraper.parse import Parser
from scraper.pool import Pool, open_pool
from scraper.replay import save

FEED_AT_ONCE = 256
COMMIT_EVERY_S = 0.25
COMMIT_AT = 128
LONGEST_WAIT_S = 1.0
DEATHS_ALONE = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl has come."""

    planned: int
    fetched: int
    failed: int
    in_flight: int


class Stop:
    """A request to end early, made by a signal handler or another thread."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.wake: Callable[[], None] = lambda: None

    def request(self, signal: int) -> None:
        """Ask the crawl to start nothing new and to end."""
        self.signal = signal
        self.wake()


class Crawl:
    """One crawl over one journal. `turn` until it returns False; the Pool lives as long as the `with` block."""

    def __init__(
        self, job: Job, journal: Journal, *, replay: Path | None, record: Path | None, limit: int | None, stop: Stop
    ) -> None:
        self._job, self._journal, self._record, self._stop = job, journal, record, stop
        self._is_replay = replay is not None
        self._is_draining = False
        self._starts = itertools.islice(plan.requests(job), journal.planned(), limit)
        self._is_planned = False
        self._frontier = Frontier(job.settings, random=random.random)
        self._hungry = set(journal.backlog)
        self._policy = policy.Policy(
            job.settings, plan.allowed_domains(job), self._blocked_if, now=time.time, random=random.random
        )
        self._parsers = {
            name: Parser(kind, regex_timeout=job.settings.regex_timeout) for name, kind in job.kinds.items()
        }
        self._finished: list[Finished] = []
        self._committed_at = time.monotonic()
        self.fetched = self.failed = 0
        self._pool = open_crawl_pool(job, replay)
        stop.wake = self._pool.wake

    def __enter__(self) -> Crawl:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.wake = lambda: None
        self._pool.terminate()

    @property
    def progress(self) -> Progress:
        """Return how far the crawl has come."""
        return Progress(self._journal.planned(), self.fetched, self.failed, self._frontier.active)

    def turn(self) -> bool:
        """Feed, top up, submit, wait, store: once. Return False when there is nothing left to do."""
        self._feed()
        self._top_up()
        self._submit()
        if self._frontier.is_empty and self._is_planned and not self._journal.backlog:
            self._commit()
            return False
        self._pool.wait(self._patience())
        if len(self._finished) >= COMMIT_AT or time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            self._commit()
        return True

    def drain(self, timeout_s: float) -> None:
        """Start nothing new, take in what is in flight for so long, and store it."""
        self._is_draining = True
        deadline = time.monotonic() + timeout_s
        while self._frontier.active and (left_s := deadline - time.monotonic()) > 0:
            self._pool.wait(min(left_s, LONGEST_WAIT_S))
        self._commit()

    # ------------------------------------------------------------------ journal → frontier → Pool

    def _feed(self) -> None:
        """Put the next handful of start URLs into the journal."""
        if self._is_planned:
            return
        batch = [(policy.host(request.url), request) for request in itertools.islice(self._starts, FEED_AT_ONCE)]
        self._journal.add_starts(batch)
        self._hungry.update(domain for domain, _ in batch)
        self._is_planned = len(batch) < FEED_AT_ONCE

    def _top_up(self) -> None:
        """Give every domain that has started something enough pending pages to go on with."""
        target = 2 * self._job.settings.concurrent_requests_per_domain
        for domain in self._hungry:
            room = self._frontier.room(domain, target)
            if room > target // 2 and domain in self._journal.backlog:
                for request in self._journal.take(domain, room):
                    self._frontier.push(domain, self._dress(request))
        self._hungry.clear()

    def _dress(self, request: Request) -> Request:
        """Return the request with its kind's headers, which are not stored: they may hold secrets."""
        spec = self._job.kinds[request.kind].request
        headers = tuple((name, str(template.fill(request.params))) for name, template in spec.headers)
        return replace(request, headers=headers) if headers else request

    def _submit(self) -> None:
        """Start what may start now, one task an idle thread."""
        if self._is_draining:
            return
        now = time.monotonic()
        if self._frontier.has_suspects:
            if self._pool.reserve() and (suspect := self._frontier.pop_alone(now)):
                self._send(*suspect, alone=True)
        else:
            self._pool.release()
        while self._pool.free() and (entry := self._frontier.pop(now)):
            self._hungry.add(entry[0])
            self._send(*entry)

    def _send(self, domain: str, request: Request, *, alone: bool = False) -> None:
        self._pool.apply_async(
            work.fetch,
            (request,),
            callback=functools.partial(self._on_answer, domain, request),
            error_callback=functools.partial(self._on_error, domain, request),
            deadline_s=self._job.settings.download_timeout,
            alone=alone,
        )

    def _patience(self) -> float:
        """Return the seconds to wait for answers before there is something else to do."""
        if self._hungry or (not self._is_planned and self._pool.free()):
            return 0.0
        next_at = self._frontier.next_time() if self._pool.free() else None
        return LONGEST_WAIT_S if next_at is None else min(max(next_at - time.monotonic(), 0.0), LONGEST_WAIT_S)

    # ------------------------------------------------------------------ Pool → parse → journal

    def _on_answer(self, domain: str, request: Request, answer: Page | Failure) -> None:
        """Take in one answer: the Pool calls this in the main thread."""
        self._frontier.done(domain, time.monotonic())
        self._submit()  # the workers go on while this page is parsed
        if self._record is not None and isinstance(answer, Page):
            save(self._record, request, answer)
        verdict = self._policy.judge(request, answer)
        if isinstance(verdict, Page):
            parsed = self._parsers[request.kind].parse(request, verdict)
            if not isinstance(parsed, Failure):
                self._finish(Finished(request, verdict.fetched_at, verdict.marks, parsed=parsed))
                return
            verdict = self._policy.retry(request, parsed)
        self._act(domain, request, verdict)

    def _on_error(self, domain: str, request: Request, error: PoolError) -> None:
        """Take in a task that gave no answer: its worker died, or it raised."""
        self._frontier.done(domain, time.monotonic())
        if not isinstance(error, WorkerLost):
            self._act(domain, request, Failure(Reason.INTERNAL, str(error)))
            return
        deaths = request.deaths + error.alone
        if deaths < DEATHS_ALONE:
            self._frontier.push_alone(domain, replace(request, deaths=deaths))
        else:
            self._act(domain, request, Failure(Reason.WORKER_LOST, f"{request.url}: {error}, {deaths} times alone"))

    def _act(self, domain: str, request: Request, verdict: policy.Again | Failure) -> None:
        """Send again, or count as failed."""
        if isinstance(verdict, Failure):
            self._finish(Finished(request, failure=verdict))
            return
        now = time.monotonic()
        if verdict.pause_s and not self._is_replay:
            self._frontier.pause(domain, now + verdict.pause_s)
        delay_s = 0.0 if self._is_replay else verdict.delay_s
        self._frontier.push_later(policy.host(verdict.request.url), verdict.request, now + delay_s)

    def _finish(self, finished: Finished) -> None:
        self.failed += finished.failure is not None
        self.fetched += finished.failure is None
        self._finished.append(finished)

    def _commit(self) -> None:
        if self._finished:
            self._journal.store(self._finished)
            self._finished.clear()
        self._committed_at = time.monotonic()

    def _blocked_if(self, kind: str, url: str) -> str | None:
        return self._parsers[kind].blocks(url)


def open_crawl_pool(job: Job, replay: Path | None) -> Pool:
    """Return the Pool that a job's settings ask for."""
    settings = job.settings
    return open_pool(
        settings.pool.engine,
        concurrency=settings.concurrent_requests,
        processes=settings.pool.processes,
        start_method=settings.pool.start_method,
        initializer=work.open_source,
        initargs=(settings, replay),
    )
