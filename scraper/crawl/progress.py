"""What a crawl tells and is told while it runs: how far it has come, and a request to stop."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from scraper.models import UNASKED, UNCHANGED, Finished


class Progress(Struct, frozen=True):
    """How far a crawl has come."""

    planned: int
    fetched: int
    failed: int
    in_flight: int

    def __str__(self) -> str:
        return f"{self.fetched + self.failed} of {self.planned} pages, {self.failed} failed, {self.in_flight} in flight"


class Stop:
    """A request to end early, made by a signal handler or another thread."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.wake: Callable[[], None] = lambda: None

    def request(self, signal: int) -> None:
        """Ask the crawl to start nothing new and to end."""
        self.signal = signal
        self.wake()


def describe(finished: Finished) -> str:
    """Return how a page ended, in one line."""
    url, attempt = finished.request.url, finished.request.attempt
    tries = f" at try {attempt}" if attempt > 1 else ""
    if finished.parsed:
        count = sum(map(len, finished.parsed.lines))
        how = "".join(f", {mark}" for mark in finished.marks if mark in (UNASKED, UNCHANGED))
        return f"fetched {url}{tries}: {count} records, {len(finished.children)} links{how}"
    if finished.failure:
        return f"failed {url}{tries}: {finished.failure.reason}: {finished.failure.detail}"
    return f"skipped {url}: {finished.skipped}"
