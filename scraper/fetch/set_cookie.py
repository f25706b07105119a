"""One Set-Cookie line → a cookie, or none. Section numbers are those of RFC 6265bis, draft 22."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache

import regex
from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from scraper.fetch.cookie_date import cookie_date
from scraper.job import urls

MAX_PAIR_BYTES = 4096
"""Of a name and its value; a longer pair is no cookie (section 5.6)."""
MAX_ATTRIBUTE_BYTES = 1024
"""Of an attribute's value; a longer one is ignored."""
MAX_AGE_S = 400 * 86_400
"""No cookie lives longer (section 5.5)."""
NEVER = float("inf")
"""When a cookie of the session expires."""
_has_control = regex.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_seconds = regex.compile(r"-?[0-9]+").fullmatch
_is_address = regex.compile(r"\[.*\]|[0-9.]+").fullmatch
_is_loopback = regex.compile(r"(.+\.)?localhost|127\.[0-9.]+|\[::1\]").fullmatch


Key = tuple[str, str, str, bool]


class Cookie(Struct, frozen=True, omit_defaults=True):
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
    host, path, is_secure_place = place(url)
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
    return domain if is_below(host, domain) and not _is_public(domain) and not _is_address(host) else None


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


def place(url: str) -> tuple[str, str, bool]:
    """Return host and path of a URL, and whether what is secure may go there; browsers trust their own machine."""
    scheme, host, _ = urls.origin(url)
    host = f"[{host}]" if ":" in host else host
    path = "/" + url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")[2]
    return host, path, scheme == "https" or _is_loopback(host) is not None


def upwards(host: str) -> Iterator[str]:
    """Yield a host and the domains above it."""
    yield host
    if not _is_address(host):
        while host := host.partition(".")[2]:
            yield host


def is_below(host: str, domain: str) -> bool:
    """Return whether a host is a domain or below it (section 5.1.3)."""
    return host == domain or host.endswith(f".{domain}")


def matches_path(path: str, wanted: str) -> bool:
    """Return whether a path is another or below it (section 5.1.4)."""
    return path.startswith(wanted) and (len(path) == len(wanted) or wanted.endswith("/") or path[len(wanted)] == "/")


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1024)
def _is_public(domain: str) -> bool:
    return bool(_suffixes().is_public(domain))


@lru_cache(maxsize=1024)
def site_of(domain: str) -> str:
    return domain if _is_address(domain) else _suffixes().privatesuffix(domain) or domain
