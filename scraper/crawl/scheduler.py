"""Bring requests from the plan to where they may start: plan → journal → admission → frontier.

Start URLs and links wait on disk, by domain; here are only those that may go soon, and those that wait for robots.txt.
"""

from __future__ import annotations

import functools
import itertools
import random
import sys
import time
from collections.abc import Callable

from msgspec.structs import replace

from scraper.crawl import plan
from scraper.crawl.admission import Admission, Denied, Unknown
from scraper.crawl.bodies import Bodies
from scraper.crawl.frontier import NOBODY, Frontier
from scraper.crawl.httpcache import HttpCache
from scraper.crawl.neighbours import Neighbours
from scraper.job import Job, urls
from scraper.job.user_agent import product_token, user_agent
from scraper.journal.journal import Journal
from scraper.models import Failure, Finished, Page, Request

FEED_AT_ONCE = 256
READY_AT_MOST = 20_000
"""Requests in the frontier, about 15 MB."""

Answer = Callable[[Page | Failure], None]


class Scheduler:
    """What is to be fetched, and when. `finish` takes the pages that may not be."""

    def __init__(
        self,
        job: Job,
        journal: Journal,
        *,
        limit: int | None,
        is_replay: bool,
        finish: Callable[[Finished], None],
        cache: HttpCache,
        others: Neighbours | None = None,
    ) -> None:
        settings = job.settings
        self._journal, self._is_replay, self._finish, self._cache = journal, is_replay, finish, cache
        self._starts = itertools.islice(plan.requests(job), journal.planned(), limit and min(limit, sys.maxsize))
        self._is_planned = False
        origins = plan.origins(job)
        self._has_many_hosts = len({host for _, host, _ in origins}) > 1
        self._target = 2 * settings.concurrent_requests_per_domain
        self._hungry, self._starved = set(journal.backlog), set[str]()
        self._admission = Admission(settings, product_token(user_agent(settings)), is_replay=is_replay)
        self._private: dict[int, Answer] = {}
        self._private_ids = itertools.count(-1, -1)
        self.bodies = Bodies(job.kinds, origins)
        self.frontier = Frontier(settings, random=random.random, neighbours=None if is_replay else others)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in flight, ready or still to be planned."""
        return self.frontier.is_empty and self._is_planned and not self._journal.backlog

    def has_more(self, *, has_room: bool) -> bool:
        """Return whether `fill` would find more to do at once; `has_room`: a thread of the Pool is idle."""
        return bool(self._hungry & self._journal.backlog) or self._needs_feed(has_room)

    def fill(self, *, has_room: bool) -> None:
        """Plan the next start URLs, and give every domain that has started something enough to go on with."""
        if self._needs_feed(has_room):
            self._feed()
        hungry, self._hungry = self._hungry | self._starved, set()
        self._starved = set()
        for domain in hungry & self._journal.backlog:
            if len(self.frontier) >= READY_AT_MOST:
                self._starved.add(domain)
            else:
                self._top_up(domain)

    def feed_on(self, domains: set[str]) -> None:
        """Look at these domains in the next `fill`: pages were added to them."""
        self._hungry |= domains

    def pop(self, now: float) -> tuple[str, Request] | None:
        """Start the next request that may go now, with its domain."""
        while entry := self.frontier.pop(now):
            domain, request = entry
            host = urls.host(request.url) if domain == NOBODY else domain
            self._hungry.add(host)
            refusal = self._admission.refusal(host)
            if refusal is None:
                return entry
            self.frontier.done(domain, now)
            self._refuse(request, refusal)
        return None

    def pop_alone(self, now: float) -> tuple[str, Request] | None:
        """Start the first request that needs a process of its own and may go now."""
        while entry := self.frontier.pop_alone(now):
            refusal = self._admission.refusal(entry[0])
            if refusal is None:
                return entry
            self.frontier.done(entry[0], now)
            self._refuse(entry[1], refusal)
        return None

    def push_taken(self, request: Request) -> None:
        """Let a request out of the journal go, with the body that is not stored there."""
        self.push(self.bodies.put(request))

    def push(self, request: Request, delay_s: float = 0.0) -> None:
        """Let a request go when its domain allows it and not before the delay is over, if it may go at all."""
        match self._admission.judge(request):
            case None:
                domain, request = self._look_up(request)
                if request.attempt > 1 or (request.hops and domain != NOBODY):
                    self.frontier.push_later(domain, request, time.monotonic() + delay_s)
                else:
                    self.frontier.push(domain, request)
            case Unknown(robots):
                if robots is not None:
                    self.ask(robots, functools.partial(self._learn_robots, robots.url))
            case Denied(reason):
                self._finish(Finished(request, skipped=reason))
            case failure:
                self._refuse(request, failure)

    def _refuse(self, request: Request, failure: Failure) -> None:
        """End a request that may not be sent; the program's own are waited for by somebody."""
        if answer := self.private(request):
            answer(failure)
        else:
            self._finish(Finished(request, failure=failure))

    def leave_alone(self, domain: str, failure: Failure) -> None:
        """Ask nothing more of a host that wants to wait longer than this run can."""
        self._admission.leave_alone(domain, failure)

    def ask(self, request: Request, answer: Answer) -> None:
        """Send a request of the program's own, before the others of its domain."""
        request = replace(request, id=next(self._private_ids))
        self._private[request.id] = answer
        self.frontier.push(*self._look_up(request), first=True)

    def _look_up(self, request: Request) -> tuple[str, Request]:
        """Return a request with what the HTTP cache has for it, and the domain that it bothers."""
        request = self._cache.find(request)
        is_unasked = request.cached is not None and request.cached.is_unasked
        return NOBODY if is_unasked else urls.host(request.url), request

    def private(self, request: Request) -> Answer | None:
        """Return who waits for the answer to a request of the program's own, once."""
        return self._private.pop(request.id, None)

    def _needs_feed(self, has_room: bool) -> bool:
        """Return whether start URLs may give an idle thread something to do; other hosts may be among them."""
        return has_room and not self._is_planned and (self._has_many_hosts or not self._journal.backlog)

    def _feed(self) -> None:
        batch = [(urls.host(request.url), request) for request in itertools.islice(self._starts, FEED_AT_ONCE)]
        self._journal.add_starts(batch)
        self._hungry.update(domain for domain, _ in batch)
        self._is_planned = len(batch) < FEED_AT_ONCE

    def _top_up(self, domain: str) -> None:
        room = self._room(domain)
        if room > self._target // 2:
            for request in self._journal.take(domain, room):
                self.push_taken(request)
            if self._room(domain) == room:  # none of them may go: look for others
                self._hungry.add(domain)

    def _room(self, domain: str) -> int:
        return self.frontier.room(domain, self._target) - self._admission.held(domain)

    def _learn_robots(self, url: str, answer: Page | Failure) -> None:
        kept = self._admission.learn(url, answer)
        if (delay_s := self._admission.crawl_delay_s(url)) and not self._is_replay:
            self.frontier.slow_down(urls.host(url), delay_s)
        for request in kept:
            self.push(request)
        self._hungry.add(urls.host(url))
