"""Spell URLs: as they go over the wire, and as one stands for all its spellings.

w3lib is imported where a URL needs it: few do, and it brings half of `urllib` and `http` along.
"""

from __future__ import annotations

import regex

_is_canonical = regex.compile(
    r"https?://[a-z0-9.\-]+(?::\d+)?/[A-Za-z0-9\-._~/]*(?:\?[A-Za-z0-9_]+=[A-Za-z0-9\-._]+)?"
).fullmatch


def safe(url: str, encoding: str = "utf-8") -> str:
    """Return a URL as it goes over the wire: what is not ASCII is percent-encoded, a host by IDNA.

    >>> safe("http://例子.cn/茶"), safe("http://a/?q=茶", "gbk")
    ('http://xn--fsqu00a.cn/%E8%8C%B6', 'http://a/?q=%B2%E8')
    """
    from w3lib.url import safe_url_string

    return safe_url_string(url, encoding)


def canonical(url: str) -> str:
    """Return the one spelling that stands for all of a URL; a path is never lower-cased.

    >>> canonical("HTTP://A.example/P?b=2&a=1#top")
    'http://a.example/P?a=1&b=2'
    """
    if _is_canonical(url):
        return url
    from w3lib.url import canonicalize_url

    return canonicalize_url(url)
