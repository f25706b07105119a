"""Say which request may go now: a slot per domain with a limit and a delay, and times to wait for.

Pure: time comes in as an argument (seconds of any steady clock). It holds only requests that are ready,
waiting or in flight; the rest lie in the journal and are topped up by domain.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable

from msgspec import Struct, field

from scraper.crawl.neighbours import Neighbours
from scraper.crawl.throttle import Throttle
from scraper.job import Settings
from scraper.models import Request

NOBODY = "(nobody)"
"""The domain of requests that no server is asked for: their answers are stored. It has no delay of its own."""


class Slot(Struct):
    """One domain: what is ready for it, how much is in progress and when the next may start."""

    domain: str
    limit: int
    """Of requests in progress."""
    ready: deque[Request] = field(default_factory=deque)
    waiting: int = 0
    active: int = 0
    free_at: float = 0.0
    is_queued: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do for it."""
        return not (self.active or self.ready or self.waiting or self.is_queued)


class Frontier:
    """The scheduler of one run. `push` a request, `pop` what may start, say `done` when it has ended."""

    def __init__(
        self, settings: Settings, *, random: Callable[[], float], neighbours: Neighbours | None = None
    ) -> None:
        """`neighbours`: the jobs that work beside this one, with which hosts are shared."""
        self._limit, self._limit_of_all = settings.concurrent_requests_per_domain, settings.concurrent_requests
        self.throttle = Throttle(settings)
        self._delays: dict[str, float] = {}
        self._is_randomized = settings.randomize_download_delay
        self._random, self._neighbours = random, neighbours
        self._slots: dict[str, Slot] = {}
        self._idle: list[tuple[float, str]] = []
        """Domains with nothing to do, by the time from which on their slots need not be remembered."""
        self._queue: list[tuple[float, int, Slot]] = []
        self._waiting: list[tuple[float, int, str, Request]] = []
        self._suspects: deque[tuple[str, Request]] = deque()
        self._order = itertools.count()
        self._ready = 0
        self.active = 0

    def push(self, domain: str, request: Request, *, first: bool = False) -> None:
        """Take a request that may go as soon as its domain allows; `first`: before the others of its domain."""
        slot = self._slot(domain)
        (slot.ready.appendleft if first else slot.ready.append)(request)
        self._ready += 1
        self._enqueue(slot)

    def push_later(self, domain: str, request: Request, not_before: float) -> None:
        """Take a request that must not start before this time."""
        self._slot(domain).waiting += 1
        heapq.heappush(self._waiting, (not_before, next(self._order), domain, request))

    def push_alone(self, domain: str, request: Request) -> None:
        """Take a request whose worker died: it goes only to a process that does nothing else."""
        self._suspects.append((domain, request))

    def pop(self, now: float) -> tuple[str, Request] | None:
        """Start the next request that may go now, with its domain; None if none may."""
        self._wake(now)
        while self._queue and self._queue[0][0] <= now:
            slot = heapq.heappop(self._queue)[2]
            slot.is_queued = False
            if slot.free_at > now:
                self._enqueue(slot)
            elif slot.ready and slot.active < slot.limit:
                request = slot.ready.popleft() if self._start(slot, now) else None
                self._enqueue(slot)
                if request is not None:
                    self._ready -= 1
                    return slot.domain, request
        return None

    def pop_alone(self, now: float) -> tuple[str, Request] | None:
        """Start the first suspect whose domain allows it now; None if none may."""
        for index, (domain, request) in enumerate(self._suspects):
            slot = self._slot(domain)
            if slot.active < slot.limit and slot.free_at <= now and self._start(slot, now):
                self._enqueue(slot)
                del self._suspects[index]
                return domain, request
        return None

    def has_startable_suspect(self, now: float) -> bool:
        """Return whether `pop_alone` would give something."""
        slots = (self._slot(domain) for domain, _ in self._suspects)
        return any(slot.active < slot.limit and slot.free_at <= now for slot in slots)

    def done(self, domain: str, now: float) -> None:
        """Give back the place of a request that was popped."""
        slot = self._slots[domain]
        slot.active -= 1
        self.active -= 1
        if self._neighbours and domain != NOBODY:
            self._neighbours.done(domain)
        self._enqueue(slot)
        if slot.is_idle:
            heapq.heappush(self._idle, (slot.free_at, domain))
            self._forget_idle(now)

    def pause(self, domain: str, until: float) -> None:
        """Let nothing start at this domain before this time; many equal answers count once."""
        if domain == NOBODY:
            return
        slot = self._slot(domain)
        slot.free_at = max(slot.free_at, until)
        if self._neighbours:
            self._neighbours.pause(domain, until)

    def slow_down(self, domain: str, delay_s: float) -> None:
        """Keep this domain's starts at least so many seconds apart: it asked for that."""
        self._delays[domain] = max(delay_s, self._delays.get(domain, 0.0))

    def __len__(self) -> int:
        """Return how many requests are held that are not in flight."""
        return self._ready + len(self._waiting) + len(self._suspects)

    def room(self, domain: str, target: int) -> int:
        """Return how many more ready requests this domain should hold to have `target`."""
        slot = self._slots.get(domain)
        return target - len(slot.ready) if slot else target

    @property
    def has_suspects(self) -> bool:
        """Whether a request waits for a process of its own."""
        return bool(self._suspects)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is ready, waiting or in flight."""
        return not (self.active or len(self))

    def next_times(self, now: float) -> list[float]:
        """Return the times at which something may become startable without an answer coming in; the earliest counts."""
        times = [time for time, *_ in self._queue[:1]] + [time for time, *_ in self._waiting[:1]]
        return times + self.suspect_times(now)

    def suspect_times(self, now: float) -> list[float]:
        free_at = (self._slot(domain).free_at for domain, _ in self._suspects)
        return [time for time in free_at if time > now]

    def _slot(self, domain: str) -> Slot:
        slot = self._slots.get(domain)
        if slot is None:
            slot = self._slots[domain] = Slot(domain, self._limit_of_all if domain == NOBODY else self._limit)
        return slot

    def _enqueue(self, slot: Slot) -> None:
        if slot.ready and slot.active < slot.limit and not slot.is_queued:
            slot.is_queued = True
            heapq.heappush(self._queue, (slot.free_at, next(self._order), slot))

    def _start(self, slot: Slot, now: float) -> bool:
        """Count a start, or return False if a job beside this one is in the way: then the slot is free later."""
        delay_s = 0.0 if slot.domain == NOBODY else self._delay_s(slot.domain)
        if self._neighbours and slot.domain != NOBODY:
            until = self._neighbours.claim(slot.domain, slot.limit, delay_s)
            if until is not None:
                slot.free_at = until
                return False
        slot.active += 1
        self.active += 1
        if slot.domain != NOBODY:
            slot.free_at = now + delay_s
        return True

    def _delay_s(self, domain: str) -> float:
        """Return the seconds from one start at a domain to the next."""
        factor = 0.5 + self._random() if self._is_randomized else 1.0
        # what a site asks for is kept in full, what the operator chose may vary
        return max(self.throttle.delay_s(domain) * factor, self._delays.get(domain, 0.0))

    def _forget_idle(self, now: float) -> None:
        """Let go of the slots that nobody needs: there may be as many as hosts in the world."""
        while self._idle and self._idle[0][0] <= now:
            _, domain = heapq.heappop(self._idle)
            slot = self._slots.get(domain)
            if slot is not None and slot.is_idle:
                if slot.free_at <= now:
                    del self._slots[domain]
                else:  # it was paused, or asked again, meanwhile
                    heapq.heappush(self._idle, (slot.free_at, domain))

    def _wake(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, _, domain, request = heapq.heappop(self._waiting)
            self._slot(domain).waiting -= 1
            self.push(domain, request, first=True)
