"""Decide what an answer means: a page to parse, another try, a redirect to follow, or a failure.

Pure: an answer goes in, a Verdict comes out; the caller waits and sends. A redirect or a retry is a new
Request made of the old one, so that limits, delays and scope hold for every hop.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from msgspec import Struct
from msgspec.structs import replace

from scraper.crawl.retry import Again, RetryPolicy
from scraper.errors import PatternTimeout, Reason
from scraper.fetch.redirects import REDIRECT_CODES, redirect_target, redirected
from scraper.job import urls
from scraper.models import FILES, Failure, Page, Request

DOMAINS_TOLD = 5
HOLD_FORMS = frozenset({401, 403})
"""Errors whose page may be the login."""

Verdict = Page | Failure | Again


class Policy(Struct, frozen=True):
    """What decides: where redirects may lead, what says that we are blocked, what is tried again."""

    retries: RetryPolicy
    allowed_domains: Set[str]
    blocked_if: Callable[[str, str], str | None]
    """(kind, url) → the pattern of `blocked_if` that the URL matches, or None."""

    def judge(self, request: Request, answer: Page | Failure) -> Verdict:
        """Return what to do with the answer to a request."""
        if isinstance(answer, Failure):
            return self.retries.retry(request, answer)
        if answer.status in REDIRECT_CODES and answer.header("location") is not None:
            return self._redirect(request, answer)
        if 200 <= answer.status < 300 or (answer.status in HOLD_FORMS and request.is_login):
            return answer
        return self.retries.judge_status(request, answer)

    def _redirect(self, request: Request, page: Page) -> Again | Failure:
        location = (page.header("location") or "").strip()
        target = redirect_target(page.url, location)
        if target is None:
            wanted = f"{page.url}: expected a redirect to an http(s) URL"
            return Failure(Reason.BAD_REDIRECT, f"{wanted}, got {location!r}")
        if not request.is_anonymous:
            try:
                pattern = self.blocked_if(request.kind, target)
            except PatternTimeout as error:
                return Failure(Reason.PARSE_TIMEOUT, f"{page.url} redirects to {target[:200]}: {error}")
            if pattern:
                blocked = f"{page.url} redirects to {target}, which matches blocked_if {pattern!r}"
                return self.retries.retry(request, Failure(Reason.BLOCKED, blocked, is_transient=True))
            if request.kind != FILES and not urls.is_allowed(target, self.allowed_domains):
                allowed = ", ".join(sorted(self.allowed_domains)[:DOMAINS_TOLD])
                return Failure(Reason.OFFSITE_REDIRECT, f"{page.url} redirects to {target}, outside {allowed}")
        if len(request.hops) >= self.retries.settings.redirect_max_times:
            limit = self.retries.settings.redirect_max_times
            return Failure(Reason.TOO_MANY_REDIRECTS, f"more than {limit} redirects, the last to {target}")
        is_apart = request.is_apart or request.body is not None or page.header("set-cookie") is not None
        return Again(replace(redirected(request, page.status, target), is_apart=is_apart))
