"""Say where a redirect leads, and what is asked there: a new request, to which nothing secret goes along unasked."""

from __future__ import annotations

import regex
from msgspec.structs import replace

from scraper.job import urls
from scraper.models import Request

REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})


def redirect_target(base: str, location: str) -> str | None:
    """Return the absolute URL a Location names (its fragment dropped), or None unless it is http(s)."""
    if not location or regex.search(r"[\x00-\x1f\x7f]", location):
        return None
    try:
        target = urls.join(base, location)
    except ValueError:
        return None
    return urls.without_fragment(target) if urls.is_web(target) else None


def redirected(request: Request, status: int, target: str) -> Request:
    """Return the request that follows a redirect (RFC 9110 §15.4): nothing secret crosses to another origin.

    A route of scripts (`#/…`) goes along, as in browsers.
    """
    keeps_body = status in (307, 308) or request.method in ("GET", "HEAD")
    same_origin = urls.origin(target) == urls.origin(request.url)
    return replace(
        request,
        url=target + "".join(request.url.partition("#")[1:]),
        method=request.method if keeps_body else "GET",
        body=request.body if keeps_body and same_origin else None,
        headers=tuple(line for line in request.headers if keeps_body or line[0].lower() != "content-type")
        if same_origin
        else (),
        hops=(*request.hops, request.url),
        attempt=1,
    )
