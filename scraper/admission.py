"""Say who may be asked for what: robots.txt of each origin, and hosts that want to be left alone for too long.

Pure: it makes the requests for robots.txt, the crawl sends them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scraper import policy
from scraper.errors import Reason
from scraper.job import Settings
from scraper.models import Failure, Page, Request
from scraper.robots import Robots, read_robots, robots_url

DENIED = "robots"
"""Why a page is skipped that robots.txt denies."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The page is not wanted by its site: skipped for this reason."""

    reason: str = DENIED


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request is kept until robots.txt is known, which this request asks for; None if that is under way."""

    request: Request | None


class Admission:
    """What is known of the origins of one crawl."""

    def __init__(self, settings: Settings, agent: str, *, is_replay: bool) -> None:
        self._settings, self._agent, self._is_replay = settings, agent, is_replay
        self._robots: dict[str, Robots | Failure] = {}
        self._held: dict[str, list[Request]] = {}
        self._waiting: Counter[str] = Counter()
        self._left_alone: dict[str, Failure] = {}

    def judge(self, request: Request) -> Failure | Denied | Unknown | None:
        """Return why a request may not be sent now, None if it may. One that is Unknown is kept here."""
        if refusal := self.refusal(policy.host(request.url)):
            return refusal
        if not self._settings.robotstxt_obey or request.id < 0:
            return None
        where = robots_url(request.url)
        match self._robots.get(where):
            case Failure() as failure:
                return failure
            case Robots() as robots:
                return None if robots.allows(request.url) else Denied()
        is_first = where not in self._held
        self._held.setdefault(where, []).append(request)
        self._waiting[policy.host(where)] += 1
        return Unknown(Request(where, is_anonymous=True) if is_first else None)

    def learn(self, url: str, answer: Page | Failure) -> list[Request]:
        """Take in the answer for a robots.txt; return the requests that were kept for it."""
        if self._is_replay and isinstance(answer, Failure) and answer.reason == Reason.NOT_RECORDED:
            answer = Failure("http 404")
        robots = read_robots(answer, self._agent)
        if isinstance(robots, Robots) and robots.crawl_delay_s > self._settings.crawl_delay_max:
            asked = f"{url} asks for a Crawl-delay of {robots.crawl_delay_s:g} s"
            limit = f"more than crawl_delay_max ({self._settings.crawl_delay_max:g} s)"
            robots = Failure(Reason.ASKED_TO_WAIT, f"{asked}, {limit}")
        self._robots[url] = robots
        kept = self._held.pop(url, [])
        self._waiting[policy.host(url)] -= len(kept)
        return kept

    def crawl_delay_s(self, url: str) -> float:
        """Return the delay that the robots.txt at this URL asks for, 0 for none."""
        robots = self._robots.get(url)
        return robots.crawl_delay_s if isinstance(robots, Robots) else 0.0

    def leave_alone(self, domain: str, failure: Failure) -> None:
        """Ask nothing more of a host that wants to wait longer than this run can."""
        if not self._is_replay:
            self._left_alone.setdefault(domain, failure)

    def refusal(self, domain: str) -> Failure | None:
        """Return why nothing more is asked of a host, None if it may be."""
        return self._left_alone.get(domain)

    def held(self, domain: str) -> int:
        """Return how many requests of a domain are kept here."""
        return self._waiting[domain]
