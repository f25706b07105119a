"""Keep cookies in the parent, by host: a worker gets the Cookie header that belongs to its URL, and no more."""

from __future__ import annotations

import email.message
import urllib.request
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy

from publicsuffixlist import PublicSuffixList

from scraper.models import Headers

MAX_LENGTH = 4096
"""Characters of a cookie with its attributes, as in browsers; one number of 4,300 digits makes the library stumble."""


class Cookies:
    """The cookies of one run."""

    def __init__(self) -> None:
        self._jar = CookieJar(policy=_Policy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain))

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return len(self._jar) > 0

    def header(self, url: str) -> str | None:
        """Return the Cookie header for a URL, or None."""
        if not self:
            return None
        request = urllib.request.Request(url)  # noqa: S310 - nothing is opened
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def take(self, url: str, headers: Headers) -> None:
        """Take in the Set-Cookie lines of an answer."""
        lines = [value for name, value in headers if name.lower() == "set-cookie" and len(value) <= MAX_LENGTH]
        if lines:
            request = urllib.request.Request(url)  # noqa: S310 - nothing is opened
            self._jar.extract_cookies(_Response(lines), request)  # type: ignore[arg-type]


class _Policy(DefaultCookiePolicy):
    """The stdlib's policy, and no cookie for a public suffix such as com.cn or github.io."""

    _suffixes: PublicSuffixList | None = None

    def set_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        if cookie.domain_specified and self._is_public(cookie.domain.lstrip(".")):
            return False
        return bool(super().set_ok(cookie, request))

    @classmethod
    def _is_public(cls, domain: str) -> bool:
        if cls._suffixes is None:
            cls._suffixes = PublicSuffixList()
        return bool(cls._suffixes.is_public(domain))


class _Response:
    """As much of an HTTP response as CookieJar reads."""

    def __init__(self, lines: list[str]) -> None:
        self._message = email.message.Message()
        for line in lines:
            self._message["Set-Cookie"] = line

    def info(self) -> email.message.Message:
        return self._message
