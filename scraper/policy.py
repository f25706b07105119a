"""Decide what an answer means: a page to parse, another try, a redirect to follow, or a failure.

Pure: an answer goes in, a Verdict comes out; the caller waits and sends. A redirect or a retry is a new
Request made of the old one, so that limits, delays and scope hold for every hop.
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urljoin, urlsplit

import regex
from msgspec.structs import replace

from scraper import urls
from scraper.errors import PatternTimeout, PoolError, Reason, TaskStuck, WorkerLost
from scraper.job import Settings
from scraper.models import Failure, Page, Request

_plain_host = regex.compile(r"https?://([a-z0-9.-]+)(?::[0-9]+)?/").match
"""Matches where urlsplit, which takes its time, would find the same."""
REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})
SLOW_DOWN_CODES = frozenset({429, 503})
"""A host that answers with one of these is asking all of its visitors to slow down."""
BACKOFF_BASE_S = 1.0
BACKOFF_MAX_S = 60.0
DOMAINS_TOLD = 5
DEATHS_ALONE = 3
"""How often a worker may die with a page as its only one."""


@dataclass(frozen=True, slots=True)
class Again:
    """Send this request, not earlier than `delay_s` from now."""

    request: Request
    delay_s: float = 0.0
    pause_s: float = 0.0
    """Seconds for which nothing at all may start at the host of the answer."""
    is_alone: bool = False
    """Whether it needs a process of its own: it is suspected of having killed one."""


Verdict = Page | Failure | Again


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that decide, and the sources of time and chance."""

    settings: Settings
    allowed_domains: Set[str]
    blocked_if: Callable[[str, str], str | None]
    """(kind, url) → the pattern of `blocked_if` that the URL matches, or None."""
    now: Callable[[], float]
    """Seconds since the epoch, for a Retry-After that is a date."""
    random: Callable[[], float]
    """A number in [0, 1), for the jitter."""

    def judge(self, request: Request, answer: Page | Failure) -> Verdict:
        """Return what to do with the answer to a request."""
        if isinstance(answer, Failure):
            return self.retry(request, answer)
        if answer.status in REDIRECT_CODES and answer.header("location") is not None:
            return self._redirect(request, answer)
        if 200 <= answer.status < 300:
            return answer
        failure = Failure(f"http {answer.status}", f"{answer.url} answered {answer.status}")
        if answer.status in self.settings.retry_http_codes:
            return self.retry(request, replace(failure, is_transient=True), answer)
        return failure

    def retry(self, request: Request, failure: Failure, page: Page | None = None) -> Again | Failure:
        """Return the next try of a request that failed, or the failure if there is none."""
        if not failure.is_transient:
            return failure
        asked_s = retry_after(page.header("retry-after"), self.now()) if page else 0.0
        if asked_s > self.settings.retry_after_max:
            limit = f"more than retry_after_max ({self.settings.retry_after_max:g} s)"
            return Failure(Reason.ASKED_TO_WAIT, f"{failure.detail} with Retry-After {asked_s:.0f} s, {limit}")
        is_slow_down = failure.reason == Reason.BLOCKED or (page is not None and page.status in SLOW_DOWN_CODES)
        if request.attempt > self.settings.retry_times:
            return replace(failure, is_transient=False, pause_s=asked_s if is_slow_down else 0.0)
        delay_s = max(asked_s, backoff(request.attempt, self.random()))
        return Again(replace(request, attempt=request.attempt + 1), delay_s, delay_s if is_slow_down else 0.0)

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
                return self.retry(request, Failure(Reason.BLOCKED, blocked, is_transient=True))
            if not is_allowed(target, self.allowed_domains):
                allowed = ", ".join(sorted(self.allowed_domains)[:DOMAINS_TOLD])
                return Failure(Reason.OFFSITE_REDIRECT, f"{page.url} redirects to {target}, outside {allowed}")
        if len(request.hops) >= self.settings.redirect_max_times:
            limit = self.settings.redirect_max_times
            return Failure(Reason.TOO_MANY_REDIRECTS, f"more than {limit} redirects, the last to {target}")
        return Again(redirected(request, page.status, target))


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
    try:
        moment = email.utils.parsedate_to_datetime(text)
        if moment.tzinfo is None:  # -0000; the machine's zone never counts
            moment = moment.replace(tzinfo=UTC)
        return max(moment.timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return 0.0


def redirect_target(base: str, location: str) -> str | None:
    """Return the absolute URL a Location names (its fragment dropped), or None unless it is plain http(s)."""
    if not location or "\\" in location or regex.search(r"[\x00-\x20\x7f]", location) or urls.has_no_host(location):
        return None
    try:
        target = urls.without_dots(urls.safe(urljoin(base, location)).partition("#")[0])
        parts = urlsplit(target)
        is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return target if is_plain else None


def redirected(request: Request, status: int, target: str) -> Request:
    """Return the request that follows a redirect (RFC 9110 §15.4): nothing secret crosses to another origin."""
    keeps_body = status in (307, 308) or request.method in ("GET", "HEAD")
    same_origin = origin(target) == origin(request.url)
    return replace(
        request,
        url=target,
        method=request.method if keeps_body else "GET",
        body=request.body if keeps_body and same_origin else None,
        headers=request.headers if same_origin else (),
        hops=(*request.hops, request.url),
        attempt=1,
    )


def origin(url: str) -> tuple[str, str, int]:
    """Return (scheme, host, port) of an http(s) URL, the port filled in.

    >>> origin("http://Example.com/a") == origin("http://example.com:80/b")
    True
    """
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:  # no port that there is: no secret is sent there, nor anything else
        port = -1
    return parts.scheme, parts.hostname or "", port


def host(url: str) -> str:
    """Return the host of a URL in lower case: the domain whose slots and delays the request uses.

    >>> host("http://Example.com:80/a"), host("http://[::1]/"), host("http://example.com?x=/")
    ('example.com', '::1', 'example.com')
    """
    plain = _plain_host(url)
    return plain[1] if plain else urlsplit(url).hostname or ""


def is_allowed(url: str, domains: Set[str]) -> bool:
    """Return whether the host of a URL is one of these domains or below one.

    >>> is_allowed("https://m.maoyan.com/x", {"maoyan.com"}), is_allowed("https://notmaoyan.com/", {"maoyan.com"})
    (True, False)
    """
    name = host(url)
    while name and name not in domains:
        name = name.partition(".")[2]
    return bool(name)
