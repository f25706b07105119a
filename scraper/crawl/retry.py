"""Decide whether a request that gave no page is tried again, and how long to wait before that.

Pure: what came goes in, the next request or the failure comes out; the caller waits and sends.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import regex
from msgspec import Struct
from msgspec.structs import replace

from scraper.errors import PoolError, Reason, TaskStuck, WorkerLost
from scraper.job import Settings
from scraper.models import Failure, Page, Request
from scraper.parse.challenges import header_sign, page_sign

SLOW_DOWN_CODES = frozenset({429, 503})
"""A host that answers with one of these is asking all of its visitors to slow down."""
CHALLENGE_CODES = frozenset({403, 405, 429, 503})
"""With one of these a challenge may come instead of a page."""
BACKOFF_BASE_S = 1.0
BACKOFF_MAX_S = 60.0
DEATHS_ALONE = 3
"""How often a worker may die with a page as its only one."""


class Again(Struct, frozen=True):
    """Send this request, not earlier than `delay_s` from now."""

    request: Request
    delay_s: float = 0.0
    pause_s: float = 0.0
    """Seconds for which nothing at all may start at the host of the answer."""
    is_alone: bool = False
    """Whether it needs a process of its own: it is suspected of having killed one."""


class RetryPolicy(Struct, frozen=True):
    """The settings that decide, and the sources of time and chance."""

    settings: Settings
    now: Callable[[], float]
    """Seconds since the epoch, for a Retry-After that is a date, in an answer that has none of its own."""
    random: Callable[[], float]
    """A number in [0, 1), for the jitter."""

    def judge_status(self, request: Request, answer: Page) -> Again | Failure:
        """Return what to do with an answer whose status says that it is no page."""
        failure = Failure(f"http {answer.status}", f"{answer.url} answered {answer.status}")
        if not request.is_anonymous and (sign := challenge_of(answer)):
            blocked = Failure(Reason.BLOCKED, f"{failure.detail} with {sign}", is_transient=True)
            return self.retry(request, blocked, answer)
        if answer.status in self.settings.retry_http_codes:
            return self.retry(request, replace(failure, is_transient=True), answer)
        return failure

    def retry(self, request: Request, failure: Failure, page: Page | None = None) -> Again | Failure:
        """Return the next try of a request that failed, or the failure if there is none."""
        if not failure.is_transient:
            return failure
        asked_s = self._asked_s(page) if page else 0.0
        if asked_s > self.settings.retry_after_max:
            limit = f"more than retry_after_max ({self.settings.retry_after_max:g} s)"
            return Failure(Reason.ASKED_TO_WAIT, f"{failure.detail} with Retry-After {asked_s:.0f} s, {limit}")
        is_slow_down = failure.reason == Reason.BLOCKED or (page is not None and page.status in SLOW_DOWN_CODES)
        if request.attempt > self.settings.retry_times:
            return replace(failure, is_transient=False, pause_s=asked_s if is_slow_down else 0.0)
        delay_s = max(asked_s, backoff(request.attempt, self.random()))
        return Again(replace(request, attempt=request.attempt + 1), delay_s, delay_s if is_slow_down else 0.0)

    def _asked_s(self, page: Page) -> float:
        """Return the seconds that an answer asks to wait: a date counts from the answer's own, if it has one."""
        date = moment(page.header("date") or "")
        return retry_after(page.header("retry-after"), self.now() if date is None else date)


def challenge_of(answer: Page) -> str | None:
    """Return whose challenge the page of an error is, by header, title or markup; None if it is none."""
    if sign := header_sign(answer.headers):
        return sign
    may_be = answer.status in CHALLENGE_CODES
    return page_sign(answer.body.decode("utf-8", "replace"), gives_records=False) if may_be else None


def judge_error(request: Request, error: PoolError) -> Again | Failure:
    """Return what to do with a request whose task gave no answer: its worker died, or it raised."""
    if not isinstance(error, WorkerLost):
        reason = Reason.PARSE_TIMEOUT if isinstance(error, TaskStuck) else Reason.INTERNAL
        return Failure(reason, f"{request.url}: {error}")
    if not error.is_suspect:
        return Again(request)
    deaths = request.deaths + error.alone
    if deaths < DEATHS_ALONE:
        return Again(replace(request, deaths=deaths), is_alone=True)
    return Failure(Reason.WORKER_LOST, f"{request.url}: {error}, {deaths} times alone")


def backoff(attempt: int, chance: float) -> float:
    """Return the seconds before the next try: 1, 2, 4 … up to 60, of which a random half is taken off.

    >>> [backoff(n, 1.0) for n in (1, 2, 3, 10)], backoff(1, 0.0)
    ([1.0, 2.0, 4.0, 60.0], 0.5)
    """
    return min(BACKOFF_MAX_S, BACKOFF_BASE_S * 2.0 ** min(attempt - 1, 30)) * (0.5 + 0.5 * chance)


def retry_after(value: str | None, now: float) -> float:
    """Return the seconds that a Retry-After header asks for (RFC 9110 §10.2.3), maybe infinite; 0 for none or nonsense.

    >>> retry_after("120", 0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 50.0), retry_after("soon", 0)
    (120.0, 10.0, 0.0)
    """
    text = (value or "").strip()
    if regex.fullmatch(r"[0-9]+", text):
        return float(text)
    asked = moment(text)
    return 0.0 if asked is None else max(asked - now, 0.0)


def moment(text: str) -> float | None:
    """Return a date of HTTP in seconds since the epoch, None for what is none; the machine's zone never counts."""
    from email.utils import parsedate_to_datetime  # few servers ask to wait

    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
