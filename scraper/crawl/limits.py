"""Count what the operator limits on a whole crawl: pages, records, errors, seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from scraper.job import Settings
from scraper.models import FILES, Finished


class Limits:
    """The limits of one crawl, under Scrapy's names."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = {
            "closespider_pagecount": settings.closespider_pagecount,
            "closespider_itemcount": settings.closespider_itemcount,
            "closespider_errorcount": settings.closespider_errorcount,
        }
        self.are_counted = any(limit is not None for limit in self._limits.values())
        """Whether it depends on each page that ends whether another one may start."""
        self._counts = dict.fromkeys(self._limits, 0)
        timeout_s = settings.closespider_timeout
        self._clock = clock
        self._end = clock() + timeout_s if timeout_s is not None else None

    def count(self, finished: Finished) -> None:
        """Count a page that has ended."""
        self._counts["closespider_pagecount"] += finished.parsed is not None
        self._counts["closespider_errorcount"] += finished.failure is not None
        if finished.parsed and finished.request.kind != FILES:
            self._counts["closespider_itemcount"] += sum(map(len, finished.parsed.lines))

    @property
    def reached(self) -> str | None:
        """Return the name of the first limit that is reached."""
        for name, limit in self._limits.items():
            if limit is not None and self._counts[name] >= limit:
                return name
        return "closespider_timeout" if self.is_late else None

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return self._end is not None and self._clock() >= self._end
