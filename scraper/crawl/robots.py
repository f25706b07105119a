"""Read robots.txt as RFC 9309 says: who may fetch what, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import regex
from protego import Protego

from scraper.errors import Reason
from scraper.models import Failure, Page

MAXSIZE_BYTES = 500 * 1024
"""RFC 9309 §2.5: what lies beyond need not be read."""
BYTES_PER_LETTER = 14
"""Of memory, of a robots.txt of many rules, measured."""
MAX_RULES = 200_000
"""Each counts once for each agent of its group: half a megabyte could say 400 million, which nobody's memory holds."""

_agent = regex.compile(r"\s*user[-\s]*agent", regex.IGNORECASE).match
_of_no_group = regex.compile(r"\s*(?:#|$|site|host)", regex.IGNORECASE).match


@dataclass(frozen=True, slots=True)
class Robots:
    """What one origin allows one user agent."""

    rules: Protego | None = None
    """None: everything is allowed."""
    agent: str = "*"
    size: int = 200
    """The bytes of memory that it takes, about."""

    def allows(self, url: str) -> bool:
        """Return whether the URL may be fetched."""
        return self.rules is None or bool(self.rules.can_fetch(url, self.agent))

    @property
    def crawl_delay_s(self) -> float:
        """Return the Crawl-delay asked for, 0 for none or nonsense."""
        delay_s = self.rules.crawl_delay(self.agent) if self.rules else None
        return float(delay_s) if delay_s and delay_s > 0 else 0.0


EVERYTHING = Robots()
"""What an origin without a robots.txt allows."""


def robots_url(url: str) -> str:
    """Return where the robots.txt of a URL's origin lies.

    >>> robots_url("https://www.maoyan.com:8443/board/7?x=1")
    'https://www.maoyan.com:8443/robots.txt'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


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
    text = answer.body[:MAXSIZE_BYTES].decode("utf-8-sig", "replace")
    if _count_rules(text) > MAX_RULES:
        return Failure(Reason.ROBOTS_UNREACHABLE, f"robots.txt: expected at most {MAX_RULES} rules, there are more")
    return Robots(Protego.parse(text), agent, EVERYTHING.size + BYTES_PER_LETTER * len(text))


def _count_rules(text: str) -> int:
    """Return how many rules a robots.txt makes, at most: each is one for every agent that its group names."""
    count = agents = 0
    was_agent = False
    for line in text.splitlines():
        if _agent(line):
            agents = agents + 1 if was_agent else 1
            was_agent = True
            count += agents  # each is looked up among those before it
        elif not _of_no_group(line):
            count += agents
            was_agent = False
    return count
