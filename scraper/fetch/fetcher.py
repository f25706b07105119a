"""Make ONE HTTP exchange: Request → Page or Failure. It never sleeps, never follows; only a bug makes it raise.

`download_timeout` is for all of it: connecting, TLS, head, body. Looking up the name counts, but requests cannot cut
it short.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import certifi
from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch.body import Unusable
from scraper.fetch.causes import classify, expected
from scraper.fetch.fetchers import FETCHERS
from scraper.fetch.head import has_length, partial_range, values
from scraper.fetch.kept_files import is_file, keep
from scraper.fetch.request_head import default_headers, make_question
from scraper.fetch.spool import Spool
from scraper.fetch.transport import Heard, Transfer
from scraper.job import Settings
from scraper.models import Failure, Headers, Page, Request
from scraper.pool.continuation import Continuation

NO_LENGTH = "no length"
PARTIAL, PROXY_WANTS_USER = 206, 407

Outcome = Callable[[], Page | Failure]
"""Gives the page, or why there is none. It is called once, when a large body may take its place in memory."""
Reader = Callable[[Request, Page | Failure], Any]


class Fetcher:
    """Fetches for one process, in any of its threads, each of which waits for its page."""

    def __init__(self, settings: Settings, named_hosts: frozenset[str] | None = None) -> None:
        """`named_hosts`: those that may have private addresses, as `plan.named_hosts` gives them; None: all may."""
        self._named_hosts = named_hosts
        self._timeout_s = settings.download_timeout
        self._defaults = default_headers(settings)
        self._transport = FETCHERS[settings.fetcher].open(settings, certifi.where())

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def fetch(self, request: Request) -> Page | Failure:
        """Return the page, of whatever status, or why there is none."""
        return self.ask(request)()

    def ask(self, request: Request) -> Outcome:
        """Make the exchange and return what gives the page, of whatever status, or why there is none."""
        question = make_question(request, self._defaults, self._named_hosts)
        if isinstance(question, Failure):
            return lambda: question
        deadline = Deadline(self._timeout_s)
        return _judge(request, deadline, functools.partial(self._transport.exchange, question))


class LoopFetcher:
    """Fetches for one process, many pages at a time in one thread. See `continuation.Driver`."""

    def __init__(self, settings: Settings, named_hosts: frozenset[str] | None = None) -> None:
        """`named_hosts`: as for `Fetcher`. The fetcher of the settings is one that has a loop."""
        open_loop = FETCHERS[settings.fetcher].open_loop
        assert open_loop is not None
        self._timeout_s, self._named_hosts = settings.download_timeout, named_hosts
        self._defaults = default_headers(settings)
        self._loop = open_loop(settings, certifi.where())
        self._exchanges: dict[Transfer, Exchange] = {}
        self._handed_back: list[Continuation] = []
        self.fileno, self.patience = self._loop.fileno, self._loop.patience

    def close(self) -> None:
        """Close the connections."""
        self._loop.close()

    def start(self, request: Request, read: Reader) -> Exchange | Failure:
        """Begin an exchange whose rest is to read what comes of it; a Failure if it cannot even begin."""
        question = make_question(request, self._defaults, self._named_hosts)
        if isinstance(question, Failure):
            return question
        deadline = Deadline(self._timeout_s)
        transfer = self._loop.start(question)
        exchange = self._exchanges[transfer] = Exchange(request, deadline, transfer, read)
        return exchange

    def hand_back(self, rest: Continuation) -> Continuation:
        """Return a rest that needs no exchange: the next `turn`, which follows at once, tells that it has ended."""
        self._handed_back.append(rest)
        return rest

    def turn(self) -> list[Continuation]:
        """Go on with all exchanges and return those that have ended."""
        handed_back, self._handed_back = self._handed_back, []
        return handed_back + [self._exchanges.pop(transfer) for transfer in self._loop.turn()]


class Exchange(Continuation):
    """One exchange under way."""

    __slots__ = ("_deadline", "_read", "_request", "_transfer")

    def __init__(self, request: Request, deadline: Deadline, transfer: Transfer, read: Reader) -> None:
        self._request, self._deadline, self._transfer, self._read = request, deadline, transfer, read

    def finish(self) -> Any:
        """Return what there is to read of what came of it."""
        return self._read(self._request, _judge(self._request, self._deadline, self._transfer.answer)())


class Deadline:
    """The end of an exchange's time, which begins now."""

    __slots__ = ("at", "timeout_s")

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s, self.at = timeout_s, time.monotonic() + timeout_s


def _judge(request: Request, deadline: Deadline, hear: Callable[[], Heard]) -> Outcome:
    """Return what gives the page that the server answered, or why there is none."""
    try:
        status, headers, body = hear()
    except Unusable as error:
        refused = Failure(error.reason, f"{request.url}: {error}", error.is_transient)
        return lambda: refused
    except expected() as error:
        failure = _failure(request, deadline, error)
        return lambda: failure
    if unwanted := _unwanted(request, status, headers):
        return lambda: unwanted
    marks = () if has_length(headers, request.method, status) else (NO_LENGTH,)
    fetched_at = time.time()
    if is_file(request, status):
        return lambda: _kept(request, Page(request.url, status, headers, b"", fetched_at, marks), body)
    return lambda: Page(request.url, status, headers, body.read(), fetched_at, marks)


def _kept(request: Request, page: Page, body: Spool) -> Page | Failure:
    """Return a page whose body lies in a file, which no memory has held, unless it is to be recorded too."""
    kept = keep(request, page, body)
    is_wanted = request.keep is not None and request.keep.is_body_wanted
    return replace(kept, body=body.read()) if is_wanted and isinstance(kept, Page) else kept


def _unwanted(request: Request, status: int, headers: Headers) -> Failure | None:
    """Return why a complete answer is none to what was asked, None if it is one."""
    if status == PROXY_WANTS_USER and request.proxy:
        return Failure(Reason.CONNECTION, f"{request.url}: the proxy answered 407, not the site", is_transient=True)
    if status == PARTIAL and (part := partial_range(headers)) and not values(request.headers, "range"):
        detail = f"{request.url}: expected the whole page, got Content-Range {part[:80]!r}"
        return Failure(Reason.TRUNCATED, detail, is_transient=True)
    return None


def _failure(request: Request, deadline: Deadline, error: Exception) -> Failure:
    """Return what an exception means, one of an exchange that came to nothing."""
    if time.monotonic() >= deadline.at:
        detail = f"{request.url}: not complete within download_timeout ({deadline.timeout_s:g} s)"
        return Failure(Reason.TIMEOUT, detail, is_transient=True)
    reason, is_transient, cause = classify(error)
    return Failure(reason, f"{request.url}: {cause}", is_transient)
