"""Share hosts among the jobs of one command: at each host the lowest of their limits and the longest of their delays.

Pure: time comes in as an argument (seconds of the system's steady clock, which all processes read alike).
"""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from msgspec import Struct, field

ASK_AGAIN_S = 0.05
"""When to ask again for a host whose limit is used up: nobody is told when a request of another job has ended."""
WANTED_S = 1.0
"""For how long a job that was refused keeps its place in the queue for a host; it asks more often if it still wants."""
REMEMBERED = 10_000
"""Hosts beyond which those that nobody waits for are forgotten."""


class Neighbours(Protocol):
    """What one job may ask about those that work beside it."""

    def claim(self, host: str, limit: int, delay_s: float) -> float | None:
        """Count a start at a host and return None, or return the time before which not to ask again.

        `limit`: of requests in progress there, `delay_s`: between two starts there, as this job would keep them alone.
        """

    def done(self, host: str) -> None:
        """Give back the place of a request."""

    def pause(self, host: str, until: float) -> None:
        """Let nothing start at a host before this time."""


class Site(Struct):
    """One host: who has how many requests in progress, when the next may start, and who waits for that."""

    active: Counter[int] = field(default_factory=Counter)
    free_at: float = float("-inf")
    limits: dict[int, int] = field(default_factory=dict)
    delays: dict[int, float] = field(default_factory=dict)
    """What each job has asked for last."""
    waiting: dict[int, float] = field(default_factory=dict)
    """Jobs that were refused, the first to be refused first, and when each may ask again."""

    def next_at(self, job: int, now: float) -> float:
        """Return when a job may start a request here: now, or a time to ask again."""
        if self.free_at > now:
            return self.free_at
        self.waiting = {one: at for one, at in self.waiting.items() if one == job or at + WANTED_S >= now}
        is_first = next(iter(self.waiting), job) == job
        return now if is_first and self.active.total() < min(self.limits.values()) else now + ASK_AGAIN_S

    def start(self, job: int, now: float) -> None:
        """Count a start."""
        self.waiting.pop(job, None)
        self.active[job] += 1
        self.free_at = now + max(self.delays.values())


class Sites:
    """The hosts of all jobs of one command. A job is a number."""

    def __init__(self) -> None:
        self._sites: dict[str, Site] = {}
        self._forget_at = REMEMBERED

    def claim(self, job: int, host: str, limit: int, delay_s: float, now: float) -> float | None:
        """Count a start of a job and return None, or return when it may ask again; see `Neighbours.claim`."""
        site = self._site(host, now)
        site.limits[job], site.delays[job] = limit, delay_s
        at = site.next_at(job, now)
        if at > now:
            site.waiting[job] = at
            return at
        site.start(job, now)
        return None

    def done(self, job: int, host: str) -> None:
        """Give back the place of a request."""
        site = self._sites.get(host)
        if site is not None and site.active[job]:
            site.active[job] -= 1

    def pause(self, host: str, until: float, now: float) -> None:
        """Let nothing start at a host before this time."""
        site = self._site(host, now)
        site.free_at = max(site.free_at, until)

    def leave(self, job: int) -> None:
        """Forget what a job that has ended had in progress and was waiting for."""
        for site in self._sites.values():
            for known in (site.active, site.limits, site.delays, site.waiting):
                known.pop(job, None)

    def _site(self, host: str, now: float) -> Site:
        site = self._sites.get(host)
        if site is None:
            if len(self._sites) >= self._forget_at:
                kept = {name: one for name, one in self._sites.items() if one.active.total() or one.free_at > now}
                self._sites, self._forget_at = kept, max(REMEMBERED, 2 * len(kept))
            site = self._sites[host] = Site()
        return site
