"""`--preview`: get one page, read it with the kind of the config that fits, and tell what every selector found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scraper.authoring.reading import PageView, read
from scraper.authoring.show import Screen, page_lines
from scraper.authoring.sources import fetch, is_url, open_file, planned
from scraper.errors import ReplayError
from scraper.job import Job
from scraper.models import Failure, Page, Request


def preview(job: Job, target: str, replay: Path | None, screen: Screen) -> tuple[bool, Iterator[str]]:
    """Return whether a page gives records, and the lines that tell what it gives.

    `target` is a URL, a saved page or "", the first start URL. Raises ReplayError for what is none of them.
    """
    request = planned(job, None if not is_url(target) else target)
    if target and not is_url(target):
        page: Page | Failure = open_file(target, request.url if request else None)
    else:
        request = request or (Request(target, next(iter(job.kinds))) if target else None)
        if request is None:
            raise ReplayError("the config has no start URL to preview; say --preview URL")
        page = fetch(job, request, replay)
        target = target or request.url
    if isinstance(page, Failure):
        return False, iter([f"{target}: {page.reason}: {page.detail}"])
    view, others = _best(job, page, request)
    return view.failure is None, _lines(view, others, screen)


def _best(job: Job, page: Page, request: Request | None) -> tuple[PageView, list[PageView]]:
    """Return the view of the kind that a page is planned for, or else that reads the most of it; and the others."""
    owner = next((r for r in [planned(job, page.url), request] if r is not None and r.url == page.url), None)
    kinds = [job.kinds[owner.kind]] if owner else list(job.kinds.values())
    params = dict(owner.params) if owner else {}
    views = [read(kind, page, params, job.settings.regex_timeout) for kind in kinds]
    best = max(views, key=lambda view: view.filled)
    return best, [view for view in views if view is not best]


def _lines(view: PageView, others: list[PageView], screen: Screen) -> Iterator[str]:
    yield from page_lines(view, screen)
    if others:
        told = ", ".join(f"{other.kind.name!r} ({other.filled} values)" for other in others)
        yield ""
        yield f"of the kinds of pages {view.kind.name!r} reads the most here; less: {told}"
