"""What a worker makes of stored answers: the page itself where nobody is asked, or where the server says 304."""

from __future__ import annotations

import time

from scraper.fetch.cache_entries import Damaged, Head, read
from scraper.models import UNASKED, UNCHANGED, Failure, Headers, Page, Request

NOT_MODIFIED = 304
ABOUT_BODY = frozenset({"content-encoding", "content-length", "content-range", "content-type", "transfer-encoding"})
"""Header lines of a 304 that say nothing of the stored body (RFC 9111 section 3.2)."""


def recall(request: Request) -> Page:
    """Return the answer that is stored for a request; a bare 304 if it cannot be read: then the parent asks in full."""
    assert request.cached is not None
    try:
        head, body = read(request.cached.path)
    except Damaged:
        return Page(request.url, NOT_MODIFIED, (), b"", time.time())
    return Page(request.url, head.status, head.headers, body, head.fetched_at, (UNASKED,))


def resolve(request: Request, answer: Page | Failure) -> Page | Failure:
    """Return the stored answer in the place of a 304 that says that it still holds; any other answer as it is."""
    if isinstance(answer, Failure) or answer.status != NOT_MODIFIED:
        return answer
    if request.cached is None or not request.cached.conditions:
        return answer
    try:
        head, body = read(request.cached.path)
    except Damaged:
        return answer
    if not _is_of(head, answer):
        return answer
    headers = updated(head.headers, answer.headers)
    return Page(request.url, head.status, headers, body, answer.fetched_at, (UNCHANGED,))


def _is_of(head: Head, answer: Page) -> bool:
    """Return whether a 304 is about this stored answer: a strong tag must be its own (RFC 9111 section 4.3.4)."""
    tag = answer.header("etag")
    own = next((value for name, value in head.headers if name.lower() == "etag"), None)
    return tag is None or tag.startswith("W/") or own is None or own.removeprefix("W/") == tag


def updated(stored: Headers, news: Headers) -> Headers:
    """Return stored header lines with those of a 304 in their place (RFC 9111 section 3.2)."""
    news = tuple(pair for pair in news if pair[0].lower() not in ABOUT_BODY)
    names = {name.lower() for name, _ in news}
    return (*(pair for pair in stored if pair[0].lower() not in names), *news)
