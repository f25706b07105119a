"""Ask a site that answers slowly less often: Scrapy's AutoThrottle, a delay for each host by how long its answers take.

Pure: the seconds come in as arguments. An answer's are those from sending the request to having its page.
"""

from __future__ import annotations

from collections import OrderedDict

from scraper.job import Settings

KEPT_HOSTS = 10_000
"""Of which the delays are known; those not heard of for longest begin anew."""


class Throttle:
    """The delays between the starts at each host."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first_s = max(settings.autothrottle_start_delay, settings.download_delay)
        self._delays: OrderedDict[str, float] = OrderedDict()

    def delay_s(self, host: str) -> float:
        """Return the seconds between two starts at a host."""
        if not self._settings.autothrottle_enabled:
            return self._settings.download_delay
        return self._delays.get(host, self._first_s)

    def hear(self, host: str, latency_s: float, *, is_good: bool) -> None:
        """Take in how long an answer took; one that is not good (an error, or none at all) makes nothing faster.

        The delay goes half-way to what keeps `autothrottle_target_concurrency` requests in progress, and at once
        where that is slower.
        """
        settings = self._settings
        if not settings.autothrottle_enabled:
            return
        before_s, wanted_s = self.delay_s(host), latency_s / settings.autothrottle_target_concurrency
        delay_s = max(wanted_s, (before_s + wanted_s) / 2)
        delay_s = max(min(delay_s, settings.autothrottle_max_delay), settings.download_delay)
        self._delays[host] = delay_s if is_good else max(delay_s, before_s)
        self._delays.move_to_end(host)
        if len(self._delays) > KEPT_HOSTS:
            self._delays.popitem(last=False)
