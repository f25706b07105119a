"""Say how a page ends that gives nothing: as failed, or as skipped where it was not asked for first. Pure."""

from __future__ import annotations

from scraper.crawl import plan
from scraper.errors import Reason
from scraper.job import Job
from scraper.models import FILES, Failure, Finished, Request


def redirected(job: Job, request: Request) -> Finished:
    """Return the end of a page that was redirected to one that is there without it."""
    detail = f"{request.hops[0]} redirects to {request.url}, which is a page of its own"
    if plan.may_be_gone(job, request):
        return Finished(request, skipped=Reason.REDIRECTED, detail=detail)
    return Finished(request, failure=Failure(Reason.REDIRECTED, detail))


def is_skipped(job: Job, request: Request, failure: Failure) -> bool:
    """Return whether a failure says no more than that a page is gone which was not asked for first."""
    if request.kind == FILES:
        return False
    codes = job.settings.skip_http_codes if plan.may_be_gone(job, request) else ()
    return failure.reason in {f"http {code}" for code in codes}
