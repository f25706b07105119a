"""SIGINT and SIGTERM while a run goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from scraper.crawl.progress import Stop
from scraper.errors import Interrupted
from scraper.report.accounts import Exit, Report


def run_with_signals(work: Callable[[Stop], Report]) -> Report:
    """Do a run's work so that SIGINT and SIGTERM stop it in order, a second SIGINT at once."""
    stop = Stop()

    def ask(number: int, _: FrameType | None) -> None:
        if stop.signal == number == signal.SIGINT:
            raise Interrupted
        stop.request(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return work(stop)
    except KeyboardInterrupt:
        raise SystemExit(int(Exit.INTERRUPTED)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
