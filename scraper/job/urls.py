"""URLs by the URL standard (ada): parsed, joined and written the one way in which a browser does; and whose they are.

Whatever becomes a request is written by `parse` or `join`: start URLs, links, redirects, forms. So two spellings of one
page are one text, and what is judged (origin, host, robots.txt, private addresses) is what is sent.
"""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urlsplit

import ada_url
import regex

from scraper.job.late import late_regex

_octet = "(?:1?[1-9]?[0-9]|10[0-9]|2[0-4][0-9]|25[0-5])"
_is_written = regex.compile(
    rf"https?://(?:(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)*+[a-z][a-z0-9]*+|(?:{_octet}\.){{3}}{_octet})"
    r"(?::(?!80/|443/)[1-9][0-9]{0,3})?/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+/?+)*+(?:\?[A-Za-z0-9_.~=&%+-]*+)?"
).fullmatch
"""Matches what `parse` leaves as it is; most URLs are so. It takes nothing back, else long ones would take for ever."""
_plain_host = regex.compile(r"https?://([a-z0-9]++(?:[.-]++[a-z0-9]++)*+)\.?(?::[0-9]++)?/").match
"""Matches where urlsplit, which takes its time, would find the same."""
_dot_of_host = late_regex(r"(https?://[^/?#:\[]*)\.(?=[:/])")
_halves = late_regex("[\ud800-\udfff]")
_xn_label = late_regex(r"(?<![^.@])xn--([^.:]*)")
_in_query = late_regex(r"""["#<>'\x00-\x20\x7f-\xff]""")
"""The special-query percent-encode set, on bytes read as Latin-1."""


def parse(text: str, encoding: str = "utf-8") -> str:
    """Return an absolute URL as the standard writes it; ValueError if it is none.

    `encoding` is the codec that writes queries for the page; see `parse.writers`.

    >>> parse("HTTP://Example.com:80/a/./b/../c?x=[1]#top"), parse("http://faß.example"), parse("http://a/?q=茶", "gbk")
    ('http://example.com/a/c?x=[1]#top', 'http://xn--fa-hia.example/', 'http://a/?q=%B2%E8')
    """
    return text if _is_written(text) else _checked(ada_url.normalize_url(_with_query_in(encoding, _whole(text))))


def join(base: str, text: str, encoding: str = "utf-8") -> str:
    """Return the absolute URL that a link means on the page at `base`; ValueError if it is none.

    >>> join("http://a/list?page=2", "?"), join("http://a/x/", r"..\\b//c"), join("http://a/", "//b:80")
    ('http://a/list?', 'http://a/b//c', 'http://b/')
    """
    return _checked(ada_url.join_url(base, _with_query_in(encoding, _whole(text))))


def is_web(url: str) -> bool:
    """Return whether a URL that `parse` or `join` wrote is one of http or https; it has a host then."""
    return url.startswith(("http://", "https://"))


def without_fragment(url: str) -> str:
    """Return the part of a URL that is sent."""
    return url.partition("#")[0]


def without_query(url: str) -> str:
    """Return a URL without query and fragment: a login page is told where to go back to."""
    return url.partition("#")[0].partition("?")[0]


def without_anchor(url: str) -> str:
    """Return a URL without a fragment that names a place of its page; `#/…` and `#!…` are routes of scripts, and stay.

    >>> without_anchor("http://a/#/films"), without_anchor("http://a/#!films"), without_anchor("http://a/#films")
    ('http://a/#/films', 'http://a/#!films', 'http://a/')
    """
    page, _, fragment = url.partition("#")
    return url if fragment.startswith(("/", "!")) else page


def canonical(url: str) -> str:
    """Return what stands for all URLs of one page; a host with a dot at its end is sent as one without.

    >>> canonical("HTTP://A.example.:80/P?b=2&a=1"), canonical("no url")
    ('http://a.example/P?b=2&a=1', 'no url')
    """
    if _is_written(url):
        return url
    try:
        return _without_dot(parse(url))
    except ValueError:
        return url


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

    >>> host("http://Example.com:80/a"), host("http://[::1]/"), host("http://example.com.?x=/")
    ('example.com', '::1', 'example.com')
    """
    plain = _plain_host(url)
    return plain[1] if plain else (urlsplit(url).hostname or "").removesuffix(".")


def domain(name: str) -> str:
    """Return a domain as URLs name it; a name that is none as it is.

    >>> domain("Faß.example"), domain("例子.CN."), domain("::1")
    ('xn--fa-hia.example', 'xn--fsqu00a.cn', '::1')
    """
    try:
        return ada_url.idna_to_ascii(name.removesuffix(".")).decode() or name
    except ValueError:
        return name


def is_allowed(url: str, domains: Set[str]) -> bool:
    """Return whether the host of a URL is one of these domains or below one.

    >>> is_allowed("https://m.maoyan.com/x", {"maoyan.com"}), is_allowed("https://notmaoyan.com/", {"maoyan.com"})
    (True, False)
    """
    name = host(url)
    while name and name not in domains:
        name = name.partition(".")[2]
    return bool(name)


def _whole(text: str) -> str:
    """Return a text with U+FFFD for each half of a character, which JSON may hold."""
    is_whole = text.isascii() or not _halves.search(text)
    return text if is_whole else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _checked(url: str) -> str:
    """Return a URL whose host is one; ada takes labels that are no Punycode, or hold what needs none (UTS 46)."""
    for label in _xn_label.findall(url.partition("/")[2].partition("/")[2].partition("/")[0]) if "xn--" in url else ():
        if ada_url.idna_to_ascii(label.encode().decode("punycode")).decode() != f"xn--{label}":
            raise ValueError(f"xn--{label} is no label of a host")
    return url


def _without_dot(url: str) -> str:
    found = _dot_of_host.match(url)
    return found[1] + url[found.end() :] if found else url


def _with_query_in(encoding: str, text: str) -> str:
    """Return a link whose query is percent-encoded as on a page of this encoding (URL standard, "query state").

    What the encoding cannot say is sent as a reference: `%26%2333590%3B`.
    """
    if text.isascii() or encoding == "utf-8":
        return text
    before, mark, rest = text.partition("#")
    path, question, query = before.partition("?")
    if not question or query.isascii():
        return text
    encoded = "".join(_encoded(part, encoding) for part in regex.splititer(r"([^\x00-\x7f]+)", query))
    return f"{path}?{encoded}{mark}{rest}"


def _encoded(part: str, encoding: str) -> str:
    """Return a run of letters of a query as it is sent; ASCII stays."""
    if part.isascii():
        return part
    try:
        return _percent(part.encode(encoding))
    except UnicodeEncodeError:
        return "".join(_encoded_alone(sign, encoding) for sign in part)


def _encoded_alone(sign: str, encoding: str) -> str:
    try:
        return _percent(sign.encode(encoding))
    except UnicodeEncodeError:
        return f"%26%23{ord(sign)}%3B"


def _percent(data: bytes) -> str:
    return _in_query.sub(lambda found: f"%{ord(found[0]):02X}", data.decode("latin-1"))


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
    if not parts.hostname or port == 0:
        return "expected a host behind http(s)://"
    try:
        parse(text)
    except ValueError:
        return "no host is called so, as browsers have it"
    return ""
