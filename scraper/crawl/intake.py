"""What comes back from the Pool: an answer is judged, its page is read, what that gave goes to the journal's writer.

answer:  policy → page, another try, a redirect or a failure;  page → parse → records and links → journal
"""

from __future__ import annotations

import random
import time
from collections import deque
from typing import TYPE_CHECKING

from msgspec.structs import replace

from scraper.crawl import endings, plan
from scraper.crawl.credentials import Credentials
from scraper.crawl.files import Files, readers
from scraper.crawl.httpcache import HttpCache
from scraper.crawl.journal_writer import JournalWriter
from scraper.crawl.links import Links
from scraper.crawl.policy import Policy
from scraper.crawl.retry import Again, RetryPolicy, judge_error
from scraper.crawl.scheduler import Scheduler
from scraper.errors import PoolError, Reason
from scraper.fetch.recorders import Recorder
from scraper.job import Job, urls
from scraper.journal.journal import Journal
from scraper.models import Failure, Finished, Page, Parsed, Read, Request

if TYPE_CHECKING:
    from scraper.crawl.session import Session


class Intake:
    """What is made of answers. The pages among them wait for `read`: the workers get what is next before."""

    def __init__(
        self,
        job: Job,
        journal: Journal,
        scheduler: Scheduler,
        writer: JournalWriter,
        credentials: Credentials,
        cache: HttpCache,
        files: Files,
        *,
        is_replay: bool,
        recorder: Recorder | None,
        is_trial: bool,
        is_resumed: bool,
    ) -> None:
        """`is_trial`: see `Links`; `is_resumed`: see `Session`."""
        self._job, self._journal, self._scheduler, self._writer = job, journal, scheduler, writer
        self._credentials, self._cache, self._is_replay, self._recorder = credentials, cache, is_replay, recorder
        self._files = files
        self._frontier = scheduler.frontier
        allowed = frozenset(plan.allowed_domains(job))
        self.session = _open_session(job, scheduler, credentials, is_resumed=is_resumed)
        retries = RetryPolicy(job.settings, now=time.time, random=random.random)
        self._policy = Policy(retries, allowed, lambda kind, url: self._parsers[kind].blocks(url) if kind else None)
        self._links = Links(job, allowed, plan.reading_params(job), scheduler.bodies, is_trial=is_trial)
        self._parsers = readers(job)
        self._kept_kinds = plan.reads_params(job)
        self._unread: deque[tuple[str, Request, Page]] = deque()

    @property
    def is_unread(self) -> bool:
        """Whether pages wait for `read`."""
        return bool(self._unread)

    def read(self) -> None:
        """Read the page that has waited for longest."""
        domain, request, page = self._unread.popleft()
        self._take(domain, request, page, self._parsers[request.kind].parse(request, page))

    def take(self, domain: str, request: Request, sent_at: float, answer: Page | Failure | Read) -> None:
        """Take in one answer: the Pool calls this in the main thread."""
        now = time.monotonic()
        self._frontier.done(domain, now)
        parsed: Parsed | Failure | None = None
        if isinstance(answer, Read):
            parsed, answer = answer.parsed, answer.page
        answer = self._files.settle(request, answer)
        is_good = isinstance(answer, Page) and answer.status == 200
        self._frontier.throttle.hear(domain, now - sent_at, is_good=is_good)
        if isinstance(answer, Page) and not self._keep(request, answer):
            self._scheduler.push(replace(request, asks_in_full=True))
            return
        verdict = self._policy.judge(request, answer)
        target = verdict.request.url if isinstance(verdict, Again) and verdict.request.url != request.url else ""
        if self.session is not None and self.session.takes_back(request, answer, target):
            return
        if isinstance(verdict, Again):
            self._cache.keep_redirect(request, answer, verdict.request.url)
            self._send_again(domain, request, verdict)
        elif private := self._scheduler.private(request):
            self._cache.keep_robots(request, answer)
            private(verdict)
        elif isinstance(verdict, Failure):
            self._fail(domain, request, verdict, answer)
        elif parsed is None:
            self._unread.append((domain, request, verdict))
        else:
            self._take(domain, request, verdict, parsed)

    def _keep(self, request: Request, page: Page) -> bool:
        """Keep the cookies of an answer, and a recording of it; return whether it is of use."""
        if not request.is_anonymous:
            self._credentials.take(page)
        if self._cache.is_useless(request, page):
            return False
        if self._recorder is not None:
            for asked, came in page.made_of or ((request, page),):
                self._recorder.save(asked, came)
        return True

    def _take(self, domain: str, request: Request, page: Page, parsed: Parsed | Failure) -> None:
        """Take in what a page gave."""
        if self._cache.settle(request, page, parsed):
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

    def read_again(self, request: Request) -> None:
        """Read a page as the first in plan order that leads to it asks for; fetch it only if it was not kept."""
        page = self._journal.kept(request.id)
        if page is None:
            self._scheduler.push_taken(request)
        else:
            request = replace(request, url=page.url)
            self._take(urls.host(page.url), request, page, self._parsers[request.kind].parse(request, page))

    def take_error(self, domain: str, request: Request, error: PoolError) -> None:
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
            self._cache.forget(request)
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


def _open_session(job: Job, scheduler: Scheduler, credentials: Credentials, *, is_resumed: bool) -> Session | None:
    """Return who logs in, None where the config has no login."""
    if job.login is None:
        return None
    from scraper.crawl.session import Session  # what reads forms: few configs log in

    return Session(job, scheduler.ask, scheduler.push, credentials.cookie, is_resumed=is_resumed)
