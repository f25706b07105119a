"""The session of a run: logged in before the crawl, and anew where the site has ended it in the middle.

A page that comes as the login is asked for again, at most twice: it may have been sent before the last login was over,
so the first time costs no login if there was one in the crawl. Logins that do not help end: then such pages are what
they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace

from scraper.crawl import login, plan
from scraper.errors import LoginFailed
from scraper.job import Job, urls
from scraper.models import Failure, Page, Request

MAX_USELESS = 3
"""Pages that come as the login right behind one, before no more are tried."""
Ask = Callable[[Request, Callable[[Page | Failure], None]], None]


class Session:
    """Who is logged in. `ask` sends a request of the program's own, `push` a page again."""

    def __init__(
        self,
        job: Job,
        ask: Ask,
        push: Callable[[Request], None],
        cookie_of: login.CookieOf,
        *,
        is_resumed: bool = False,
    ) -> None:
        """`is_resumed`: a run is gone on with, and its cookies are there."""
        self._job, self._ask, self._push, self._origins = job, ask, push, plan.origins(job)
        self._cookie_of, self._is_resumed, self._may_be_in = cookie_of, is_resumed, is_resumed
        self.is_under_way = False
        self.failure: LoginFailed | None = None
        """Why the last login came to nothing."""
        self.logins = 0
        """How many were made in the middle of the crawl."""
        self._held: list[Request] = []
        self._times: Counter[int] = Counter()
        self._last_chance: set[int] = set()
        self._useless = 0
        self._pages = frozenset(map(_page_of, job.login.urls)) if job.login else frozenset()

    def begin(self) -> None:
        """Send what logs in; `is_under_way` tells when that is over."""
        if self._job.login is None:
            return
        self.is_under_way, self.failure = True, None
        url, is_acted = self._job.login.first_url, bool(self._job.login.actions)
        if self._is_resumed and (is_acted or not url):  # a page of the crawl will tell
            self._end(None)
        elif url:
            self._ask(Request(plan.safe_url(url, "utf-8")), self._take_page if is_acted else self._take_first)
        else:
            self._send(None)

    def takes_back(self, request: Request, answer: Page | Failure, target: str = "") -> bool:
        """Return whether a page came as the login, and will be asked for again. `target`: where it redirects to."""
        if self._job.login is None or request.id <= 0 or not isinstance(answer, Page):
            return False
        if _page_of(request.url) in self._pages or not self._is_login(answer, target):
            return False
        if request.id in self._last_chance:
            self._useless += request.attempt == 1
            return False
        if self._useless >= MAX_USELESS or (request.hops and self._job.kinds[request.kind].request.has_body):
            return False
        self._take_back(replace(request, url=(*request.hops, request.url)[0], hops=(), attempt=1))
        return True

    def _take_back(self, request: Request) -> None:
        self._times[request.id] += 1
        if not self.is_under_way and self.logins and self._times[request.id] == 1:
            self._push(request)
            return
        self._last_chance.add(request.id)
        self._held.append(request)
        if not self.is_under_way:
            self.logins += 1
            self.begin()

    def _is_login(self, answer: Page, target: str) -> bool:
        if target:
            return _page_of(target) in self._pages
        assert self._job.login is not None
        return answer.status == 401 or (answer.status == 200 and login.is_asked_for(self._job.login, answer))

    def _take_first(self, answer: Page | Failure) -> None:
        assert self._job.login is not None
        try:
            page = _there(answer, self._job.login.url)
            if self._may_be_in and login.is_over(self._job.login, page, self._job.settings.regex_timeout):
                self._end(None)
                return
        except LoginFailed as error:
            self._end(error)
        else:
            self._send(page)

    def _send(self, page: Page | None) -> None:
        assert self._job.login is not None
        try:
            self._ask(login.request_for(self._job.login, page, self._origins, self._cookie_of), self._take_page)
        except LoginFailed as error:
            self._end(error)

    def _take_page(self, answer: Page | Failure) -> None:
        assert self._job.login is not None
        try:
            login.check(self._job.login, _there(answer, self._job.login.url), self._job.settings.regex_timeout)
        except LoginFailed as error:
            self._end(error)
        else:
            self._end(None)

    def _end(self, failure: LoginFailed | None) -> None:
        self.is_under_way, self.failure = False, failure
        self._is_resumed, self._may_be_in = False, failure is None
        held, self._held = self._held, []
        for request in held:
            self._push(replace(request, asks_in_full=True))


def _there(answer: Page | Failure, login_url: str) -> Page:
    if isinstance(answer, Failure):
        raise LoginFailed(f"{login_url}: the login failed: {answer.reason}: {answer.detail}")
    return answer


def _page_of(url: str) -> str:
    return urls.without_query(urls.parse(url))
