"""Keep cookies as browsers do: RFC 6265bis section 5, with Chromium's limits. Nothing here knows of requests.

A run's store lives in the parent, and a worker gets the Cookie header that belongs to its URL; a page in the browser
has one of its own. Section numbers are those of draft-ietf-httpbis-rfc6265bis-22.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex
from msgspec import Struct
from msgspec.structs import replace
from publicsuffixlist import PublicSuffixList

from scraper.fetch.cookie_date import cookie_date
from scraper.job import urls
from scraper.models import Headers

MAX_PAIR_BYTES = 4096
"""Of a name and its value; a longer pair is no cookie (section 5.6)."""
MAX_ATTRIBUTE_BYTES = 1024
"""Of an attribute's value; a longer one is ignored."""
MAX_OF_A_SITE, MAX_IN_ALL = 180, 3300
MAX_LINE_BYTES = 8190 - len("Cookie: ")
"""Of what is sent: common servers refuse a request with a longer line of its head (400), for good."""
MAX_AGE_S = 400 * 86_400
"""No cookie lives longer (section 5.5)."""
NEVER = float("inf")
"""When a cookie of the session expires."""
_has_control = regex.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_seconds = regex.compile(r"-?[0-9]+").fullmatch
_is_address = regex.compile(r"\[.*\]|[0-9.]+").fullmatch
_is_loopback = regex.compile(r"(.+\.)?localhost|127\.[0-9.]+|\[::1\]").fullmatch


Key = tuple[str, str, str, bool]


class Cookie(Struct, frozen=True):
    """A cookie as it is kept."""

    name: str
    value: str
    domain: str
    path: str
    expires: float = NEVER
    created: int = 0
    """Its number: of two with equal paths the older is sent first."""
    is_host_only: bool = True
    is_secure: bool = False
    is_http_only: bool = False

    @property
    def key(self) -> Key:
        """Return what another cookie must have in common to take its place."""
        return self.domain, self.name, self.path, self.is_host_only

    @property
    def pair(self) -> str:
        """Return how it is sent."""
        return f"{self.name}={self.value}" if self.name else self.value


class Cookies:
    """The cookies of one run, or of one page."""

    def __init__(self, kept: Iterable[Cookie] = ()) -> None:
        self._by_domain: dict[str, dict[Key, Cookie]] = {}
        self._total = self._last = 0
        for cookie in kept:
            self._put(cookie)

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
        host, path, is_secure = _place(url)
        now = time.time()
        found = [
            cookie
            for domain in _upwards(host)
            for cookie in self._by_domain.get(domain, {}).values()
            if (not cookie.is_host_only or domain == host)
            and (is_secure or not cookie.is_secure)
            and cookie.expires > now
            and _matches_path(path, cookie.path)
        ]
        found = sorted(_newest(found), key=lambda cookie: (-len(cookie.path), cookie.created))
        return "; ".join([cookie.pair for cookie in found]) or None

    def take(self, url: str, headers: Headers) -> bool:
        """Take in the Set-Cookie lines of an answer; return whether there were any that are cookies."""
        is_changed = False
        for name, line in headers:
            if name.lower() == "set-cookie" and (cookie := read(url, line)) and not self._is_shadowed(cookie, url):
                self._put(cookie)
                is_changed = True
        return is_changed

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
            self._by_domain.setdefault(cookie.domain, {})[cookie.key] = replace(cookie, created=number)
            self._total += 1
            if self._total > MAX_OF_A_SITE:
                self._make_room(cookie.domain)

    def _is_shadowed(self, cookie: Cookie, url: str) -> bool:
        """Return whether a Secure cookie is there that plain http may not lay another over (section 5.7)."""
        if cookie.is_secure or _place(url)[2]:
            return False
        return any(
            other.is_secure
            and other.name == cookie.name
            and (_is_below(cookie.domain, other.domain) or _is_below(other.domain, cookie.domain))
            and _matches_path(cookie.path, other.path)
            for other in self._all()
        )

    def _make_room(self, domain: str) -> None:
        """Drop the oldest of a site, and of all, beyond so many."""
        site = _site(domain)
        of_site = [cookie for cookie in self._all() if _site(cookie.domain) == site]
        if len(of_site) > MAX_OF_A_SITE:
            self._drop(min(of_site, key=_age))
        if self._total > MAX_IN_ALL:
            self._drop(min(self._all(), key=_age))

    def _drop(self, cookie: Cookie) -> None:
        some = self._by_domain[cookie.domain]
        del some[cookie.key]
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


# --------------------------------------------------------------------------- one Set-Cookie line


def read(url: str, line: str) -> Cookie | None:
    """Return the cookie that a Set-Cookie line of an answer from `url` sets, or None (sections 5.6 and 5.7)."""
    if _has_control(line):
        return None
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if equals else ("", pair.strip(" \t"))
    if not (name or value) or len(name) + len(value) > MAX_PAIR_BYTES:
        return None
    said = dict(_attributes(rest))
    host, path, is_secure_place = _place(url)
    domain = _domain(said.get("domain", ""), host)
    is_secure = "secure" in said
    is_refused = is_secure and not is_secure_place
    is_refused |= not is_secure and (said.get("samesite", "").lower() == "none" or "partitioned" in said)
    if domain is None or is_refused:
        return None
    said_path = said.get("path", "")
    cookie = Cookie(
        name,
        value,
        domain or host,
        said_path if said_path.startswith("/") else path.rpartition("/")[0] or "/",
        _expires(said),
        is_host_only=not domain,
        is_secure=is_secure,
        is_http_only="httponly" in said,
    )
    return cookie if _keeps_promise(cookie, is_bound=said_path == "/" and not said.get("domain")) else None


def _attributes(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the attributes that count; of several with one name the last is what holds."""
    for part in parts:
        name, _, value = (text.strip(" \t") for text in part.partition("="))
        if len(value) <= MAX_ATTRIBUTE_BYTES and (name := name.lower()):
            is_odd = (name == "max-age" and not _seconds(value)) or (name == "expires" and cookie_date(value) is None)
            if not is_odd:
                yield name, value


def _expires(said: dict[str, str]) -> float:
    """Return the moment from which a cookie is no more; Max-Age counts before Expires."""
    now = time.time()
    if "max-age" in said:
        digits = said["max-age"]
        seconds = 0 if digits.startswith("-") else MAX_AGE_S if len(digits) > len(str(MAX_AGE_S)) else int(digits)
        return now + min(seconds, MAX_AGE_S) if seconds > 0 else 0.0
    moment = cookie_date(said["expires"]) if "expires" in said else None
    return NEVER if moment is None else min(moment, now + MAX_AGE_S)


def _domain(said: str, host: str) -> str | None:
    """Return the domain that a cookie is for, "" for its host alone, None where it must not be."""
    if not said.isascii() or said == ".":
        return None
    domain = said.removeprefix(".").lower()
    if not domain or (domain == host and (_is_public(domain) or _is_address(host))):
        return ""
    return domain if _is_below(host, domain) and not _is_public(domain) and not _is_address(host) else None


def _keeps_promise(cookie: Cookie, *, is_bound: bool) -> bool:
    """Return whether a cookie is what its name's prefix says (section 4.1.3); `is_bound`: to one host, all of it."""
    name = (cookie.name or cookie.value).lower()
    is_bound &= cookie.is_secure
    if not cookie.name:
        return not name.startswith(("__secure-", "__host-", "__http-", "__host-http-"))
    if name.startswith("__host-http-"):
        return is_bound and cookie.is_http_only
    if name.startswith("__http-"):
        return cookie.is_secure and cookie.is_http_only
    return is_bound if name.startswith("__host-") else cookie.is_secure or not name.startswith("__secure-")


# --------------------------------------------------------------------------- hosts and paths


def _place(url: str) -> tuple[str, str, bool]:
    """Return host and path of a URL, and whether what is secure may go there; browsers trust their own machine."""
    scheme, host, _ = urls.origin(url)
    host = f"[{host}]" if ":" in host else host
    path = "/" + url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")[2]
    return host, path, scheme == "https" or _is_loopback(host) is not None


def _upwards(host: str) -> Iterator[str]:
    """Yield a host and the domains above it."""
    yield host
    if not _is_address(host):
        while host := host.partition(".")[2]:
            yield host


def _is_below(host: str, domain: str) -> bool:
    """Return whether a host is a domain or below it (section 5.1.3)."""
    return host == domain or host.endswith(f".{domain}")


def _matches_path(path: str, wanted: str) -> bool:
    """Return whether a path is another or below it (section 5.1.4)."""
    return path.startswith(wanted) and (len(path) == len(wanted) or wanted.endswith("/") or path[len(wanted)] == "/")


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1024)
def _is_public(domain: str) -> bool:
    return bool(_suffixes().is_public(domain))


@lru_cache(maxsize=1024)
def _site(domain: str) -> str:
    return domain if _is_address(domain) else _suffixes().privatesuffix(domain) or domain


def _age(cookie: Cookie) -> int:
    return cookie.created
