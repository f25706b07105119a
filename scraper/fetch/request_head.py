"""What to ask a server: the URL and the header lines of a request, checked and as they are sent."""

from __future__ import annotations

import regex
from msgspec import Struct

from scraper.errors import Reason
from scraper.job import Settings
from scraper.job.late import late_regex
from scraper.job.secrets import without_users
from scraper.job.user_agent import user_agent
from scraper.models import Failure, Headers, Request

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
WANTED = "expected http:// or https://, a host and no backslash"

_url = regex.compile(
    r"(?P<origin>https?://(?P<user>[^/?#@\\]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^][/?#@:\\%]+)(?::(?P<port>[0-9]{0,5}))?)"
    r"(?P<target>(?:[/?][^#\\]*)?)(?:#.*)?"
).fullmatch
"""A host holds no `%`: some programs decode it, and find another host than those who do not."""
_is_visible_ascii = regex.compile(r"[\x21-\x7e]+").fullmatch
_header_name = late_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_header_value = late_regex(r"[\t\x20-\x7e\x80-\xff]*")


class RequestHead(Struct, frozen=True):
    """A request that can be sent."""

    request: Request
    origin: str
    """Scheme, host and port of the URL, as they stand there."""
    host: str
    may_be_private: bool
    """Whether any address may be connected to: the config names the host, or a proxy of the config connects."""
    target: str
    """What stands in the request line: the URL's own bytes, which libraries would write anew."""
    headers: dict[str, str]
    """Header lines by name, `Host` and `Content-Length` not among them."""

    @property
    def may_be_repeated(self) -> bool:
        """True where a kept connection that turns out to be closed may cost a second try (RFC 9112 section 9.3.1)."""
        return self.request.method in IDEMPOTENT


def default_headers(settings: Settings) -> Headers:
    """Return the header lines that every request has unless it says otherwise."""
    return (("User-Agent", user_agent(settings)), ("Accept", ACCEPT), ("Accept-Encoding", "gzip, deflate"))


def make_question(request: Request, defaults: Headers, named_hosts: frozenset[str] | None) -> RequestHead | Failure:
    """Return a request ready to be sent, or why it cannot be; `named_hosts` as in `Fetcher`."""
    url = _url(request.url)
    if url is None or (complaint := _complaint(request, url)):
        return Failure(Reason.BAD_URL, f"{without_users(request.url)!r}: {complaint if url else WANTED}")
    lines = {name.lower(): (name, value) for name, value in defaults + request.headers}
    host = url["host"].strip("[]").lower()
    may_be_private = named_hosts is None or host in named_hosts or request.proxy is not None
    return RequestHead(request, url["origin"], host, may_be_private, _target(request, url), dict(lines.values()))


def _complaint(request: Request, url: regex.Match[str]) -> str | None:
    """Return what is wrong with a request, never with a secret in it."""
    if not _is_visible_ascii(request.url):
        return "expected a URL in ASCII without spaces and control characters"
    if url["user"]:
        return "expected a URL without user and password, which are the setting `auth`"
    if url["port"] and not 0 < int(url["port"]) < 65536:
        return f"expected a port from 1 to 65535, got {url['port']}"
    if request.proxy and not request.proxy.startswith(("http://", "https://")):
        return f"expected an http(s) proxy, got one of {request.proxy.partition(':')[0]!r}"
    for name, value in request.headers:
        if not _header_name.fullmatch(name) or not _header_value.fullmatch(value):
            return f"header {name!r} holds a character that cannot be sent"
    return None


def _target(request: Request, url: regex.Match[str]) -> str:
    """Return what the request line asks for; an http page is asked of a proxy by its whole URL."""
    target: str = url["target"] if url["target"].startswith("/") else "/" + url["target"]
    return url["origin"] + target if request.proxy and url["origin"].startswith("http:") else target
