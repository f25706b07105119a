"""Read robots.txt as RFC 9309 says: who may fetch what, and how often."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct, field

from scraper.crawl.exclusion import MAX_LINE_BYTES, Rules, read_rules
from scraper.errors import Reason
from scraper.job.late import late_regex
from scraper.models import Failure, Page

MAXSIZE_BYTES = 500 * 1024
"""RFC 9309 §2.5: what lies beyond need not be read."""
ENOUGH_BYTES = MAXSIZE_BYTES + MAX_LINE_BYTES
"""The line that begins within the size is read to its end: cut, it might deny or allow more than it says."""
BYTES_PER_OCTET = 28
"""Of memory, of a robots.txt of many rules, measured."""
PATH = "/robots.txt"
_behind_origin = late_regex(r"[^/]*//[^/?#]*([^#]*)")


class Robots(Struct, frozen=True):
    """What one origin allows one user agent."""

    rules: Rules = field(default_factory=Rules)
    size: int = 200
    """The bytes of memory that it takes, about."""

    def allows(self, url: str) -> bool:
        """Return whether the URL may be fetched; the robots.txt itself always may."""
        path = _path(url)
        return path == PATH or self.rules.allows(path)

    @property
    def crawl_delay_s(self) -> float:
        """Return the Crawl-delay asked for, 0 for none or nonsense."""
        return self.rules.crawl_delay_s


EVERYTHING = Robots()
"""What an origin without a robots.txt allows."""


def robots_url(url: str) -> str:
    """Return where the robots.txt of a URL's origin lies.

    >>> robots_url("https://www.maoyan.com:8443/board/7?x=1")
    'https://www.maoyan.com:8443/robots.txt'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{PATH}"


def read_robots(answer: Page | Failure, agent: str) -> Robots | Failure:
    """Return what the answer for robots.txt allows; a Failure where it must be taken as a denial of everything.

    RFC 9309 §2.3.1: 2xx is read, 4xx allows all, 5xx and an unreachable server deny all.
    """
    if isinstance(answer, Failure):
        if answer.reason.startswith("http 4") and answer.reason != "http 429":
            return EVERYTHING
        if answer.reason == Reason.PRIVATE_ADDRESS:
            return answer
        return Failure(Reason.ROBOTS_UNREACHABLE, f"robots.txt: {answer.reason}: {answer.detail}")
    text = answer.body
    if len(text) > ENOUGH_BYTES:
        text = text[: max(text.rfind(b"\n", 0, ENOUGH_BYTES), text.rfind(b"\r", 0, ENOUGH_BYTES), 0)]
    return Robots(read_rules(text, agent), EVERYTHING.size + BYTES_PER_OCTET * len(text))


def _path(url: str) -> str:
    """Return a URL's path and query."""
    behind = _behind_origin.match(url)
    path: str = behind[1] if behind else ""
    return path if path.startswith("/") else f"/{path}"
