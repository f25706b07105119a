"""Say which links of a page are followed, and as what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from scraper.crawl.bodies import Bodies
from scraper.fetch.fetchers import page_of
from scraper.job import Job, urls
from scraper.journal.journal import SLICE
from scraper.models import FILES, Child, Link, Parsed, Request

OFFSITE = "offsite"
TOO_FAR = "depth_limit"
TOO_MANY = "more links than links_per_page"
"""The mark of a page whose last links are not followed."""


class Links:
    """The bounds that links must keep."""

    def __init__(
        self, job: Job, allowed_domains: Set[str], reading: Set[str], bodies: Bodies, *, is_trial: bool = False
    ) -> None:
        """`reading`: the kinds that make something of params; pages of others get none, and do not differ by them.

        `is_trial`: of an open param the first page is enough.
        """
        self._least_steps = 1 if is_trial else 0
        self._page_of = page_of(job.settings)
        self._kinds, self._depth_limit = job.kinds, job.settings.depth_limit
        self._limit = job.settings.links_per_page
        self._allowed_domains, self._reading, self._bodies = allowed_domains, reading, bodies

    def follow(
        self, request: Request, parsed: Parsed, is_over: Callable[[], bool]
    ) -> tuple[tuple[Child, ...], tuple[str, ...]] | None:
        """Return the links of a page in their order, each as a page to fetch or with the reason why not; and marks.

        None where the crawl `is_over` before all are looked at.
        """
        links = [link for link in parsed.links if link.steps >= self._least_steps]
        children: list[Child] = []
        for first in range(0, min(len(links), self._limit), SLICE):
            if first and is_over():
                return None
            children += [self._child(request, link) for link in links[first : min(first + SLICE, self._limit)]]
        return tuple(children), (TOO_MANY,) if len(links) > self._limit else ()

    def _child(self, parent: Request, link: Link) -> Child:
        params: Mapping[str, Any] = {**parent.params, **link.params} if link.kind == parent.kind else link.params
        if link.kind not in self._reading:
            params = {}
        method = self._kinds[link.kind].request.method
        request = self._bodies.put(
            Request(self._page_of(link.url), link.kind, method=method, params=params, depth=parent.depth + link.steps)
        )
        return Child(link, request, urls.host(link.url), self._reason_not_to(request))

    def _reason_not_to(self, request: Request) -> str | None:
        if request.kind == FILES:
            return None  # pictures often lie elsewhere
        if not urls.is_allowed(request.url, self._allowed_domains):
            return OFFSITE
        if self._depth_limit is not None and request.depth > self._depth_limit:
            return TOO_FAR
        return None
