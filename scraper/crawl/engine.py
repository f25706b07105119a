"""The loop: pages come out of the journal, go through the Pool, and what they gave goes back into the journal.

turn:    fill the schedule, submit what may start, wait for answers, commit
answer:  policy → page, another try, a redirect or a failure;  page → parse → records and links → journal
"""

from __future__ import annotations

import contextlib
import functools
import random
import time
from pathlib import Path

from msgspec.structs import replace

from scraper import worker
from scraper.crawl import endings, plan
from scraper.crawl.credentials import Credentials
from scraper.crawl.files import Files, readers
from scraper.crawl.httpcache import HttpCache
from scraper.crawl.journal_writer import JournalWriter
from scraper.crawl.links import Links
from scraper.crawl.policy import Policy
from scraper.crawl.progress import Progress, Stop
from scraper.crawl.retry import Again, RetryPolicy, judge_error
from scraper.crawl.scheduler import Scheduler
from scraper.crawl.session import Session
from scraper.errors import PoolError, Reason
from scraper.fetch.fetchers import page_limit_s
from scraper.fetch.recorders import Recorder
from scraper.job import Job, urls
from scraper.journal.journal import Journal
from scraper.models import Failure, Finished, Page, Parsed, Read, Request
from scraper.pool.pool import Pool

LONGEST_WAIT_S = 1.0


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
    ) -> None:
        """`cache_folder`: where answers are stored, None for no HTTP cache; `past`: the last good run's journal."""
        settings = job.settings
        self._job, self._journal, self.recorder, self._stop = job, journal, recorder, stop
        self.notes, self.opened = list[str](), contextlib.ExitStack()
        self.opened.callback(pool.terminate)
        self._is_replay, self._is_draining = is_replay, False
        self._page_limit_s = page_limit_s(settings)
        self._writer = JournalWriter(job, journal, stop)
        self._credentials = Credentials(job)
        named_hosts = plan.named_hosts(job)
        self.cache = HttpCache(cache_folder, settings, job.secrets, named_hosts, self._credentials.headers)
        self._scheduler = Scheduler(
            job, journal, limit=limit, is_replay=self._is_replay, finish=self._writer.add, cache=self.cache
        )
        self._frontier = self._scheduler.frontier
        allowed = frozenset(plan.allowed_domains(job))
        self._session = Session(job, self._scheduler.ask, self._scheduler.push)
        self._policy = Policy(
            RetryPolicy(settings, now=time.time, random=random.random),
            allowed,
            lambda kind, url: self._parsers[kind].blocks(url) if kind else None,
        )
        self._links = Links(job, allowed, plan.reading_params(job), self._scheduler.bodies, is_trial=limit is not None)
        self._parsers = readers(job)
        self._files = Files(job, past, is_recording=recorder is not None)
        self._kept_kinds = plan.reads_params(job)
        self._pool = pool
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
            self._read_again(request)
        if not self._is_closing():
            self._scheduler.fill(has_room=self._pool.free() > 0)
        self._submit()
        if self._is_idle():
            self._commit()
            leads_on = bool(self._journal.backlog) or self.has_more  # what was just stored may
            return leads_on and not self._is_closing()
        self._pool.wait(self._patience())
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
            self._pool.wait(min(left_s, LONGEST_WAIT_S))
        self._commit()

    def log_in(self) -> None:
        """Log in as the config says; raises LoginFailed. A request to stop ends it half-way."""
        self._session.begin()
        while self._session.is_under_way and self._stop.signal is None:
            self._submit()
            self._pool.wait(self._patience())
        if self._session.failure:
            raise self._session.failure

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
            callback=functools.partial(self._on_answer, domain, request, time.monotonic()),
            error_callback=functools.partial(self._on_error, domain, request),
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
        if self._writer.limits.reached:
            self._journal.skip_pending(self._writer.limits.reached)
        return self._writer.limits.reached

    # ------------------------------------------------------------------ Pool → parse → journal

    def _on_answer(self, domain: str, request: Request, sent_at: float, answer: Page | Failure | Read) -> None:
        """Take in one answer: the Pool calls this in the main thread."""
        self._frontier.done(domain, time.monotonic())
        parsed: Parsed | Failure | None = None
        if isinstance(answer, Read):
            parsed, answer = answer.parsed, answer.page
        answer = self._files.settle(request, answer)
        is_good = isinstance(answer, Page) and answer.status == 200
        self._frontier.throttle.hear(domain, time.monotonic() - sent_at, is_good=is_good)
        if isinstance(answer, Page):
            if not request.is_anonymous:
                self._credentials.take(answer)
            if self.cache.is_useless(request, answer):
                self._scheduler.push(replace(request, asks_in_full=True))
                return
            if self.recorder is not None:
                for asked, came in answer.made_of or ((request, answer),):
                    self.recorder.save(asked, came)
        verdict = self._policy.judge(request, answer)
        target = verdict.request.url if isinstance(verdict, Again) and verdict.request.url != request.url else ""
        if self._session.takes_back(request, answer, target):
            return
        if isinstance(verdict, Again):
            self.cache.keep_redirect(request, answer, verdict.request.url)
            self._send_again(domain, request, verdict)
        elif private := self._scheduler.private(request):
            self.cache.keep_robots(request, answer)
            private(verdict)
        elif isinstance(verdict, Failure):
            self._fail(domain, request, verdict, answer)
        else:
            if parsed is None:
                self._submit()  # the workers go on while this page is parsed
            parsed = parsed or self._parsers[request.kind].parse(request, verdict)
            self._take(domain, request, verdict, parsed)

    def _take(self, domain: str, request: Request, page: Page, parsed: Parsed | Failure) -> None:
        """Take in what a page gave."""
        if self.cache.settle(request, page, parsed):
            self._scheduler.push(replace(request, asks_in_full=True))
            return
        if isinstance(parsed, Parsed):
            followed = self._links.follow(request, parsed, self._writer.is_over)
            if followed is None:
                return  # it stays pending
            kept = page if request.kind in self._kept_kinds else None
            shown = self._writer.show(request, page, parsed)
            head = request, page.fetched_at, (*page.marks, *parsed.marks, *followed[1]), parsed
            self._writer.add(Finished(*head, children=followed[0], kept=kept, shown=shown))
            return
        verdict = self._policy.retries.retry(request, parsed)
        if isinstance(verdict, Again):
            self._send_again(domain, request, verdict)
        else:
            self._fail(domain, request, verdict, page)

    def _read_again(self, request: Request) -> None:
        """Read a page as the first in plan order that leads to it asks for; fetch it only if it was not kept."""
        page = self._journal.kept(request.id)
        if page is None:
            self._scheduler.push_taken(request)
        else:
            request = replace(request, url=page.url)
            self._take(urls.host(page.url), request, page, self._parsers[request.kind].parse(request, page))

    def _on_error(self, domain: str, request: Request, error: PoolError) -> None:
        """Take in a task that gave no answer: its worker died, or it raised."""
        self._frontier.done(domain, time.monotonic())
        verdict = judge_error(request, error)
        if isinstance(verdict, Again):
            if verdict.is_alone:
                self._frontier.push_alone(domain, verdict.request)
            else:
                self._frontier.push(domain, verdict.request, first=True)
        elif private := self._scheduler.private(request):
            private(verdict)
        else:
            self.cache.forget(request)
            self._fail(domain, request, verdict)

    def _send_again(self, domain: str, request: Request, verdict: Again) -> None:
        if verdict.pause_s and not self._is_replay:
            self._frontier.pause(domain, time.monotonic() + verdict.pause_s)
        again = verdict.request
        is_hop = again.url != request.url
        if is_hop and again.id > 0 and again.url not in again.hops and self._journal.gives_way(again):
            self._writer.add(endings.redirected(self._job, again))
            return
        self._scheduler.push(again, 0.0 if self._is_replay else verdict.delay_s)

    def _fail(self, domain: str, request: Request, failure: Failure, came: Page | Failure | None = None) -> None:
        """Count a page as failed; one that is not wanted after all, as skipped."""
        if failure.pause_s and not self._is_replay:
            self._frontier.pause(domain, time.monotonic() + failure.pause_s)
        if failure.reason == Reason.ASKED_TO_WAIT:
            self._scheduler.leave_alone(domain, failure)
        if endings.is_skipped(self._job, request, failure):
            self._writer.add(Finished(request, skipped=failure.reason))
        else:
            shown = self._writer.show(request, came if isinstance(came, Page) else None, failure)
            self._writer.add(Finished(request, failure=failure, shown=shown))

    def _commit(self) -> None:
        self._scheduler.feed_on(self._writer.commit())
