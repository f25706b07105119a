"""Spell URLs: as they go over the wire, and as one stands for all its spellings; say whose they are.

w3lib is imported where a URL needs it: few do, and it brings half of `urllib` and `http` along.
"""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urljoin, urlsplit

import regex

_is_canonical = regex.compile(
    r"https?://[a-z0-9.\-]+(?::\d+)?/[A-Za-z0-9\-._~/]*(?:\?[A-Za-z0-9_]+=[A-Za-z0-9\-._]+)?"
).fullmatch
_plain_host = regex.compile(r"https?://([a-z0-9.-]+)(?::[0-9]+)?/").match
"""Matches where urlsplit, which takes its time, would find the same."""
has_no_host = regex.compile(r"(?i)https?:(?!//[^/?#])").match
"""Matches what browsers, which skip slashes, and urljoin, which takes the page's host, read as different URLs."""


def safe(url: str, encoding: str = "utf-8") -> str:
    """Return a URL as it goes over the wire: what is not ASCII is percent-encoded, a host by IDNA.

    >>> safe("http://例子.cn/茶"), safe("http://a/?q=茶", "gbk")
    ('http://xn--fsqu00a.cn/%E8%8C%B6', 'http://a/?q=%B2%E8')
    """
    from w3lib.url import safe_url_string

    return safe_url_string(url, encoding)


def without_dots(url: str) -> str:
    """Return a URL as browsers ask for it, `.` and `..` in its path resolved: urljoin does that to relative ones only.

    >>> without_dots("http://example.com/a/../b/./c?x=/../"), without_dots("http://example.com")
    ('http://example.com/b/c?x=/../', 'http://example.com')
    """
    if "/." not in url:
        return url
    parts = urlsplit(url)
    if "/." not in parts.path or parts.path.startswith("//"):
        return url
    return parts._replace(path=urlsplit(urljoin(url, parts.path)).path).geturl()


def canonical(url: str) -> str:
    """Return the one spelling that stands for all of a URL; a path is never lower-cased.

    >>> canonical("HTTP://A.example/P?b=2&a=1#top")
    'http://a.example/P?a=1&b=2'
    """
    if _is_canonical(url):
        return url
    from w3lib.url import canonicalize_url

    return canonicalize_url(url)


def origin(url: str) -> tuple[str, str, int]:
    """Return (scheme, host, port) of an http(s) URL, the port filled in.

    >>> origin("http://Example.com/a") == origin("http://example.com:80/b")
    True
    """
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:  # no port that there is: no secret is sent there, nor anything else
        port = -1
    return parts.scheme, parts.hostname or "", port


def host(url: str) -> str:
    """Return the host of a URL in lower case: the domain whose slots and delays the request uses.

    >>> host("http://Example.com:80/a"), host("http://[::1]/"), host("http://example.com?x=/")
    ('example.com', '::1', 'example.com')
    """
    plain = _plain_host(url)
    return plain[1] if plain else urlsplit(url).hostname or ""


def is_allowed(url: str, domains: Set[str]) -> bool:
    """Return whether the host of a URL is one of these domains or below one.

    >>> is_allowed("https://m.maoyan.com/x", {"maoyan.com"}), is_allowed("https://notmaoyan.com/", {"maoyan.com"})
    (True, False)
    """
    name = host(url)
    while name and name not in domains:
        name = name.partition(".")[2]
    return bool(name)


def url_mistake(text: str) -> str:
    """Return what is wrong with a URL, or nothing."""
    if "\\" in text:
        return "a URL holds no backslash: programs disagree on what it means; write / or %5C"
    if regex.search(r"[\x00-\x20\x7f]", text):
        return "a URL holds no blanks, tabs, newlines or control characters; write %20 for a blank"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # whose text repeats parts of the URL
        return "this is no URL; are its host and port right?"
    if parts.scheme not in ("http", "https"):
        return "expected a URL that begins with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "a URL holds no user and password; say settings.auth"
    return "" if parts.hostname and port != 0 else "expected a host behind http(s)://"
