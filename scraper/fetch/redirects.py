"""Say where a redirect leads, and what is asked there: a new request, to which nothing secret goes along unasked."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import regex
from msgspec.structs import replace

from scraper.job import urls
from scraper.models import Request

REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})


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
    same_origin = urls.origin(target) == urls.origin(request.url)
    return replace(
        request,
        url=target,
        method=request.method if keeps_body else "GET",
        body=request.body if keeps_body and same_origin else None,
        headers=request.headers if same_origin else (),
        hops=(*request.hops, request.url),
        attempt=1,
    )
