"""Keep cookies as browsers do: RFC 6265bis section 5, with Chromium's limits. Nothing here knows of requests.

A run's store lives in the parent, and a worker gets the Cookie header that belongs to its URL; a page in the browser
has one of its own. Section numbers are those of draft-ietf-httpbis-rfc6265bis-22.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from scraper.fetch.set_cookie import Cookie, Key, is_below, matches_path, place, read, site_of, upwards
from scraper.models import Headers

MAX_OF_A_SITE, MAX_IN_ALL = 180, 3300
MAX_LINE_BYTES = 8190 - len("Cookie: ")
"""Of what is sent: common servers refuse a request with a longer line of its head (400), for good."""


class Cookies:
    """The cookies of one run, or of one page."""

    def __init__(self, kept: Iterable[Cookie] = ()) -> None:
        self._by_domain: dict[str, dict[Key, Cookie]] = {}
        self._total = self._last = 0
        self._changed: dict[int, Cookie | None] = {}
        for cookie in kept:
            self._put(cookie)
        self._changed.clear()

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._by_domain)

    def __iter__(self) -> Iterator[Cookie]:
        """Yield all, the oldest first."""
        return iter(sorted(self._all(), key=_age))

    def header(self, url: str) -> str | None:
        """Return the Cookie header for a URL, or None (section 5.8.3); the oldest stay behind if they are too many."""
        if not self._by_domain:
            return None
        host, path, is_secure = place(url)
        now = time.time()
        found = [
            cookie
            for domain in upwards(host)
            for cookie in self._by_domain.get(domain, {}).values()
            if (not cookie.is_host_only or domain == host)
            and (is_secure or not cookie.is_secure)
            and cookie.expires > now
            and matches_path(path, cookie.path)
        ]
        found = sorted(_newest(found), key=lambda cookie: (-len(cookie.path), cookie.created))
        return "; ".join([cookie.pair for cookie in found]) or None

    def of_site(self, url: str) -> Iterator[Cookie]:
        """Yield the cookies of a URL's site, the oldest first: those that its pages may see or send."""
        wanted = site_of(place(url)[0])
        return (cookie for cookie in self if site_of(cookie.domain) == wanted)

    def take(self, url: str, headers: Headers) -> bool:
        """Take in the Set-Cookie lines of an answer; return whether there were any that are cookies."""
        is_changed = False
        for name, line in headers:
            if name.lower() == "set-cookie" and (cookie := read(url, line)) and not self._is_shadowed(cookie, url):
                self._put(cookie)
                is_changed = True
        return is_changed

    def take_changes(self) -> dict[int, Cookie | None]:
        """Return by their numbers the cookies that are new or other since the last call, None for those that went."""
        changed, self._changed = self._changed, {}
        return changed

    def _all(self) -> Iterator[Cookie]:
        return (cookie for some in self._by_domain.values() for cookie in some.values())

    def _put(self, cookie: Cookie) -> None:
        """Keep a cookie in the place of an older one, whose number it gets; one that is over only takes that away."""
        old = self._by_domain.get(cookie.domain, {}).get(cookie.key)
        if old:
            self._drop(old)
        if cookie.expires > time.time():
            self._last = max(self._last + 1, cookie.created)
            number = old.created if old else cookie.created or self._last
            cookie = replace(cookie, created=number)
            self._by_domain.setdefault(cookie.domain, {})[cookie.key] = self._changed[number] = cookie
            self._total += 1
            if self._total > MAX_OF_A_SITE:
                self._make_room(cookie.domain)

    def _is_shadowed(self, cookie: Cookie, url: str) -> bool:
        """Return whether a Secure cookie is there that plain http may not lay another over (section 5.7)."""
        if cookie.is_secure or place(url)[2]:
            return False
        return any(
            other.is_secure
            and other.name == cookie.name
            and (is_below(cookie.domain, other.domain) or is_below(other.domain, cookie.domain))
            and matches_path(cookie.path, other.path)
            for other in self._all()
        )

    def _make_room(self, domain: str) -> None:
        """Drop the oldest of a site, and of all, beyond so many."""
        site = site_of(domain)
        of_site = [cookie for cookie in self._all() if site_of(cookie.domain) == site]
        if len(of_site) > MAX_OF_A_SITE:
            self._drop(min(of_site, key=_age))
        if self._total > MAX_IN_ALL:
            self._drop(min(self._all(), key=_age))

    def _drop(self, cookie: Cookie) -> None:
        some = self._by_domain[cookie.domain]
        del some[cookie.key]
        self._changed[cookie.created] = None
        self._total -= 1
        if not some:
            del self._by_domain[cookie.domain]


def _newest(cookies: list[Cookie]) -> list[Cookie]:
    """Return those that fit into a line, the oldest left out first."""
    size = sum(_size(cookie) for cookie in cookies) - len("; ")
    if size <= MAX_LINE_BYTES:
        return cookies
    oldest = sorted(cookies, key=_age)
    while size > MAX_LINE_BYTES:
        size -= _size(oldest.pop(0))
    return oldest


def _size(cookie: Cookie) -> int:
    return len(cookie.pair.encode()) + len("; ")


def _age(cookie: Cookie) -> int:
    return cookie.created
