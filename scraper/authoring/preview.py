"""`preview`: get one page, read it with the kind of the config that fits, and tell what every selector found."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from scraper.authoring.one_page import UNKNOWN_URL, fetch, is_url, open_file, planned
from scraper.authoring.preview_tables import Screen, page_lines
from scraper.authoring.trace import PageView, read
from scraper.errors import ReplayError
from scraper.job import Job
from scraper.models import Failure, Page, Request


def preview(job: Job, target: str, replay: Path | None, screen: Screen) -> tuple[bool, Iterator[str]]:
    """Return whether a page gives records, and the lines that tell what it gives.

    `target` is a URL, a saved page or "", the first start URL. Raises ReplayError for what is none of them.
    """
    if target and not is_url(target):
        page, owner, notes = _opened(job, target)
    else:
        owner = planned(job, target or None) or (Request(target, next(iter(job.kinds))) if target else None)
        if owner is None:
            raise ReplayError("no start URL; name a page: python -m scraper preview CONFIG PAGE")
        answer = fetch(job, owner, replay)
        if isinstance(answer, Failure):
            return False, iter([f"{owner.url}: {answer.reason}: {answer.detail}"])
        page, notes = answer, []
    view, others = _best(job, page, owner)
    return view.failure is None, itertools.chain(_lines(view, others, screen), notes)


def _opened(job: Job, target: str) -> tuple[Page, Request | None, list[str]]:
    """Return a saved page, the request that is planned for it, and what is to be said of its address."""
    page = open_file(target)
    if page.url != UNKNOWN_URL:
        return page, planned(job, page.url), []
    url = first.url if (first := planned(job, None)) else UNKNOWN_URL
    note = f"the saved page does not say its address; its links are read as those of {url}"
    return replace(page, url=url), None, ["", note]


def _best(job: Job, page: Page, owner: Request | None) -> tuple[PageView, list[PageView]]:
    """Return the view of the kind that a page is planned for, or else that reads the most of it; and the others."""
    is_planned = owner is not None and planned(job, owner.url) is not None
    kinds = [job.kinds[owner.kind]] if owner and is_planned else list(job.kinds.values())
    params = dict(owner.params) if owner and is_planned else {}
    views = [read(kind, page, params, job.settings.regex_timeout) for kind in kinds]
    best = max(views, key=lambda view: view.filled)
    return best, [view for view in views if view is not best]


def _lines(view: PageView, others: list[PageView], screen: Screen) -> Iterator[str]:
    yield from page_lines(view, screen)
    if others:
        told = ", ".join(f"{other.kind.name!r} ({other.filled} values)" for other in others)
        yield ""
        yield f"of the kinds of pages {view.kind.name!r} reads the most here; less: {told}"
