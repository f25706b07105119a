"""Say who may be asked for what: robots.txt of each origin, and hosts that want to be left alone for too long.

Pure: it makes the requests for robots.txt, the crawl sends them.
"""

from __future__ import annotations

from collections import Counter, OrderedDict

from msgspec import Struct

from scraper.crawl.robots import ENOUGH_BYTES, EVERYTHING, Robots, read_robots, robots_url
from scraper.errors import Reason
from scraper.job import Settings, urls
from scraper.models import Failure, Page, Request

DENIED = "robots"
"""Why a page is skipped that robots.txt denies."""
KEPT_BYTES = 64 << 20
"""Of memory for what robots.txts allow; those not asked for longest go, and are fetched again if need be."""


class Denied(Struct, frozen=True):
    """The page is not wanted by its site: skipped for this reason."""

    reason: str = DENIED


class Unknown(Struct, frozen=True):
    """The request is kept until robots.txt is known, which this request asks for; None if that is under way."""

    request: Request | None


class Admission:
    """What is known of the origins of one crawl."""

    def __init__(self, settings: Settings, agent: str, *, is_replay: bool) -> None:
        self._settings, self._agent, self._is_replay = settings, agent, is_replay
        self._robots: OrderedDict[str, Robots | Failure] = OrderedDict()
        self._size = 0
        self._held: dict[str, list[Request]] = {}
        self._waiting: Counter[str] = Counter()
        self._left_alone: dict[str, Failure] = {}

    def judge(self, request: Request) -> Failure | Denied | Unknown | None:
        """Return why a request may not be sent now, None if it may. One that is Unknown is kept here."""
        if refusal := self.refusal(urls.host(request.url)):
            return refusal
        if not self._settings.robotstxt_obey or request.id < 0:
            return None
        where = robots_url(request.url)
        if where in self._robots:
            self._robots.move_to_end(where)
            known = self._robots[where]
            if isinstance(known, Failure):
                return known
            return None if known.allows(request.url) else Denied()
        is_first = where not in self._held
        self._held.setdefault(where, []).append(request)
        self._waiting[urls.host(where)] += 1
        return Unknown(Request(where, is_anonymous=True, enough_bytes=ENOUGH_BYTES) if is_first else None)

    def learn(self, url: str, answer: Page | Failure) -> list[Request]:
        """Take in the answer for a robots.txt; return the requests that were kept for it."""
        if self._is_replay and isinstance(answer, Failure) and answer.reason == Reason.NOT_RECORDED:
            answer = Failure("http 404")
        robots = read_robots(answer, self._agent)
        if isinstance(robots, Robots) and robots.crawl_delay_s > self._settings.crawl_delay_max:
            asked = f"{url} asks for a Crawl-delay of {robots.crawl_delay_s:g} s"
            limit = f"more than crawl_delay_max ({self._settings.crawl_delay_max:g} s)"
            robots = Failure(Reason.ASKED_TO_WAIT, f"{asked}, {limit}")
        self._keep(url, robots)
        kept = self._held.pop(url, [])
        self._waiting[urls.host(url)] -= len(kept)
        return kept

    def _keep(self, url: str, robots: Robots | Failure) -> None:
        self._size += _size(robots) - _size(self._robots.pop(url, None))
        self._robots[url] = robots
        while self._size > KEPT_BYTES and len(self._robots) > 1:
            self._size -= _size(self._robots.popitem(last=False)[1])

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


def _size(robots: Robots | Failure | None) -> int:
    """Return the bytes of memory that an answer takes, about."""
    if robots is None:
        return 0
    return robots.size if isinstance(robots, Robots) else EVERYTHING.size
