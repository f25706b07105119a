"""Ask hishel what RFC 9111 lets a cache of one user store, and use without asking.

Some things are said to it otherwise than servers put them. Without an explicit lifetime an answer is stale at once: a
guess by its Last-Modified would leave out a day's records now and then. And its Date counts by this machine's clock, as
section 4.2.3 has it, so that no server's clock makes it young; its Expires is as far from that as from its own Date
(section 4.2.1). Of a directive that is there twice the first counts.
"""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from uuid import UUID

import regex
from hishel import CacheMiss, CacheOptions, Entry, FromCache, Headers, IdleClient, Request, Response, StoreAndUse

from scraper.fetch.cache_entries import Head, age_s
from scraper.models import Headers as Lines

PRIVATE = CacheOptions(shared=False, supported_methods=["GET"], allow_stale=False)
NO_ID = UUID(int=0)
OLDEST_S = 1e9
"""No answer is taken to be older; what can be written as a date has an end."""
SAME_MOMENT_S = 1.0
"""Last-Modified tells no two versions of one second apart (RFC 9110 section 8.8.2.2)."""
_directives = regex.compile(r'(?:[^,"]|"[^"]*+"?)++').findall
_is_sendable = regex.compile(r"[\x20-\x7e]{1,1000}").fullmatch


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


def conditions(head: Head) -> Lines:
    """Return the header lines that ask whether a stored answer still holds, none if nothing can tell (section 4.3.1).

    A page that was changed in the very second in which it was sent may have been changed again in that second.
    """
    found = {name.lower(): value for name, value in head.headers if _is_sendable(value)}
    modified = _moment(found.get("last-modified"), math.inf)
    lines = [("If-None-Match", found["etag"])] if "etag" in found else []
    if modified + SAME_MOMENT_S <= _moment(found.get("date"), head.fetched_at):
        lines.append(("If-Modified-Since", found["last-modified"]))
    return tuple(lines)


def _response(head: Head) -> Response:
    headers: dict[str, list[str]] = {}
    for name, value in head.headers:
        headers.setdefault(name.lower(), []).append(value)
    headers.pop("last-modified", None)
    if said := headers.pop("cache-control", None):
        headers["cache-control"] = [_first_directives(", ".join(said))]
    date, age = headers.get("date", [""])[0], headers.get("age", [""])[0]
    age_s = max(0.0, head.fetched_at - _moment(date, head.fetched_at), float(age) if _is_count(age) else 0.0)
    sent_at = head.fetched_at - min(age_s, OLDEST_S)
    headers["date"] = [formatdate(sent_at, usegmt=True)]
    if (lifetime_s := _moment(headers.get("expires", [""])[0], -math.inf) - _moment(date, sent_at)) > -math.inf:
        headers["expires"] = [formatdate(sent_at + min(max(lifetime_s, -OLDEST_S), OLDEST_S), usegmt=True)]
    return Response(head.status, Headers(dict(headers)))


def _first_directives(said: str) -> str:
    """Return a Cache-Control without the directives whose names came before.

    >>> _first_directives('max-age=0, private="a, b", Max-Age=600')
    'max-age=0, private="a, b"'
    """
    found: dict[str, str] = {}
    for directive in _directives(said):
        found.setdefault(directive.partition("=")[0].strip().lower(), directive.strip())
    return ", ".join(found.values())


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _moment(text: str | None, otherwise: float) -> float:
    """Return a date in seconds since the epoch; one without a zone is UTC."""
    try:
        moment = parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return otherwise
