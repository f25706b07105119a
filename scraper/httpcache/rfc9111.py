"""Ask hishel what RFC 9111 lets a cache of one user store, and use without asking.

Two things are said to it otherwise than servers put them. Without an explicit lifetime an answer is stale at once: a
guess by its Last-Modified would leave out a day's records now and then. And its Date counts by this machine's clock, as
section 4.2.3 has it, so that no server's clock makes it young.
"""

from __future__ import annotations

from email.utils import formatdate, parsedate_to_datetime
from uuid import UUID

from hishel import CacheMiss, CacheOptions, Entry, FromCache, Headers, IdleClient, Request, Response, StoreAndUse

from scraper.httpcache.entries import Head, age_s

PRIVATE = CacheOptions(shared=False, supported_methods=["GET"], allow_stale=False)
NO_ID = UUID(int=0)


def may_be_stored(head: Head) -> bool:
    """Return whether an answer to a GET may be stored at all."""
    request = Request("GET", head.url)
    return isinstance(CacheMiss(request=request, options=PRIVATE).next(_response(head)), StoreAndUse)


def is_fresh(head: Head) -> bool:
    """Return whether a stored answer may be used without asking; it was stored for a request with the same headers."""
    if age_s(head) < 0:
        return False
    request = Request("GET", head.url)
    return isinstance(IdleClient(options=PRIVATE).next(request, [Entry(NO_ID, request, _response(head))]), FromCache)


def _response(head: Head) -> Response:
    headers: dict[str, list[str]] = {}
    for name, value in head.headers:
        headers.setdefault(name.lower(), []).append(value)
    headers.pop("last-modified", None)
    age = max(0.0, head.fetched_at - _date(headers, head.fetched_at), _seconds(headers.get("age", [])))
    headers["date"] = [formatdate(head.fetched_at - age, usegmt=True)]
    return Response(head.status, Headers(dict(headers)))


def _date(headers: dict[str, list[str]], otherwise: float) -> float:
    try:
        return parsedate_to_datetime(headers["date"][0]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return otherwise


def _seconds(lines: list[str]) -> float:
    return float(lines[0]) if lines and lines[0].isascii() and lines[0].isdigit() else 0.0
