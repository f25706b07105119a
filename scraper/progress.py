"""What a crawl tells and is told while it runs: how far it has come, and a request to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


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
