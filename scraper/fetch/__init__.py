"""Make ONE HTTP exchange: Request → Page or Failure. It never sleeps, never follows; only a bug makes it raise.

`download_timeout` is for all of it: connecting, TLS, head, body. Looking up the name counts, but requests cannot cut
it short.
"""

from __future__ import annotations

import time
from typing import Protocol

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from scraper.errors import Reason
from scraper.fetch.adapter import Requests
from scraper.fetch.body import Unusable
from scraper.fetch.causes import EXPECTED, classify
from scraper.fetch.head import has_length
from scraper.fetch.question import Question, default_headers, make_question
from scraper.job import Settings
from scraper.models import Failure, Headers, Page, Request

NO_LENGTH = "no length"


class Transport(Protocol):
    """What makes the exchanges: a library, its connections and nothing else."""

    def exchange(self, question: Question) -> tuple[int, Headers, bytes]:
        """Return the status, header lines and decoded body of the answer; raises Unusable or what EXPECTED names."""

    def close(self) -> None:
        """Close the connections."""


class Fetcher:
    """Fetches for one process, in any of its threads."""

    def __init__(self, settings: Settings, named_hosts: frozenset[str] | None = None) -> None:
        """`named_hosts`: those that may have private addresses, as `plan.named_hosts` gives them; None: all may."""
        self._named_hosts = named_hosts
        self._timeout_s = settings.download_timeout
        self._defaults = default_headers(settings)
        self._transport = _open_transport(settings)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def fetch(self, request: Request) -> Page | Failure:
        """Return the page, of whatever status, or why there is none."""
        question = make_question(request, self._defaults, self._named_hosts)
        if isinstance(question, Failure):
            return question
        deadline = time.monotonic() + self._timeout_s
        try:
            status, headers, body = self._transport.exchange(question)
        except Unusable as error:
            return Failure(error.reason, f"{request.url}: {error}", error.is_transient)
        except EXPECTED as error:
            if time.monotonic() >= deadline:
                detail = f"{request.url}: not complete within download_timeout ({self._timeout_s:g} s)"
                return Failure(Reason.TIMEOUT, detail, is_transient=True)
            reason, is_transient, cause = classify(error)
            return Failure(reason, f"{request.url}: {cause}", is_transient)
        marks = () if has_length(headers, request.method, status) else (NO_LENGTH,)
        return Page(request.url, status, headers, body, time.time(), marks)


def _open_transport(settings: Settings) -> Transport:
    if settings.fetcher == "curl":
        from scraper.fetch.curl import Curl  # only the extra `fast` has it

        return Curl(settings, DEFAULT_CA_BUNDLE_PATH)
    return Requests(settings, DEFAULT_CA_BUNDLE_PATH)
