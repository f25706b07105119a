"""One page in the browser: it is shown the document, its requests are answered, and what its scripts make is read."""

from __future__ import annotations

import base64
import contextlib
import time
from codecs import BOM_UTF8
from collections import Counter
from typing import Any

import msgspec
from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch.browser_actions import Performer
from scraper.fetch.browser_jar import Jar
from scraper.fetch.browser_parts import Parts, as_html, shown
from scraper.fetch.redirects import REDIRECT_CODES
from scraper.fetch.set_cookie import Cookie
from scraper.fetch.transport import Browsed, Source
from scraper.job import Kind, Settings
from scraper.job.urls import is_web, origin, parse, without_fragment, without_query
from scraper.job.user_agent import user_agent
from scraper.models import Failure, Page, Request
from scraper.parse.encodings.writers import writer_of

QUIET_S = 10.0
"""How long a page without `wait_for` may go on asking for things."""
SETTLED_S = 0.5
"""For so long a page that has been acted on asks for nothing until it counts as settled."""
BLOCKED = "blockedbyclient"


class Visit:
    """One page in the browser."""

    def __init__(
        self,
        source: Source,
        settings: Settings,
        request: Request,
        document: Page,
        kind: Kind,
        browsed: Browsed,
    ) -> None:
        self._settings, self._request, self._document, self._kind = settings, request, document, kind
        self._login = browsed.login
        self._origins = browsed.origins if request.is_login else frozenset()
        self.deadline = time.monotonic() + settings.download_timeout
        self._kept = [msgspec.json.decode(text, type=Cookie) for text in request.jar]
        self.parts = Parts(source, settings, request, document, kind, self._kept, self.deadline)
        self._is_shown = False
        self._last_asked = 0.0
        self._hops = Counter[str]()
        self.moved: str | None = None
        """Where the page would have led; it is closed then."""
        self.doing = ""
        """The action that is under way, as it is told."""
        self._performer: Performer | None = None

    @property
    def lateness(self) -> str:
        """Return what was waited for in vain."""
        wanted = f"wait_for {self._kind.wait_for!r} did not appear" if self._is_shown else "not shown"
        wanted = wanted if self._kind.wait_for else "its scripts did not come to an end"
        if self.doing and self._performer:
            wanted = f"{self.doing}: {self._performer.trouble}"
        return f"{wanted} within download_timeout ({self._settings.download_timeout:g} s)"

    def show(self, browser: Any) -> Page | Failure:
        """Return the page as its scripts leave it; raises what Playwright raises."""
        context = browser.new_context(
            user_agent=user_agent(self._settings), service_workers="block", accept_downloads=False
        )
        try:
            jar = Jar(context, self._kept)
            page = context.new_page()
            context.route("**/*", lambda route: self._answer(page, route))
            context.route_web_socket("**/*", lambda socket: socket.close())
            context.on("page", lambda other: other.close())
            page.on("dialog", lambda dialog: dialog.dismiss())
            self._watch_redirects(context, page)
            page.goto(self._request.url, wait_until="load", timeout=self._left_ms())
            if self._kind.actions:
                self._act(page)
            self._wait(page)
            html, url, cookies = page.content(), page.url, jar.changes()
        finally:
            with contextlib.suppress(Exception):
                context.close()
        if self._kind.actions and self.parts.refused:
            limit = f"its actions need more than {self.parts.refused}"
            return Failure(Reason.TOO_LARGE, f"{self._request.url}: {limit}; split it into smaller pages")
        made = self._made(html)
        if isinstance(made, Failure):
            return made
        return replace(made, url=without_fragment(url) if self._origins else made.url, cookies=cookies)

    def _act(self, page: Any) -> None:
        """Do what the config wants done, once the page has what it asks for of itself."""
        self.settle(page)
        self._performer = Performer(page, self._left_ms, self.settle)
        for n, action in enumerate(self._kind.actions):
            self.doing = f"actions[{n}] ({action})"
            self._performer.do(action, self._request.params)
        self.doing = ""

    def settle(self, page: Any) -> None:
        """Wait until the page has asked for nothing for half a second; TimeoutError at the deadline."""
        from playwright.sync_api import TimeoutError as LateError

        end = min(time.monotonic() + QUIET_S, self.deadline)
        self._last_asked = time.monotonic()
        while (now := time.monotonic()) < end and now - self._last_asked < SETTLED_S:
            page.wait_for_timeout(SETTLED_S * 100)
        if now >= self.deadline:
            raise LateError("the time is over")

    def is_at_login(self, url: str) -> bool:
        """Return whether a URL is that of the login, which asks for it where a session has ended."""
        named = self._login.urls if self._login and not self._request.is_login else ()
        return any(without_query(parse(url)) == without_query(parse(one)) for one in named)

    def _wait(self, page: Any) -> None:
        from playwright.sync_api import TimeoutError as LateError

        if (wanted := self._kind.wait_for) is not None:
            marks = self._login.marks if self._login else ()
            for pattern in (f"{wanted}, {marks[0]}", wanted) if marks else (wanted,):
                page.wait_for_selector(f"css={pattern}", state="attached", timeout=self._left_ms())
                if page.locator(f"css={wanted}").count():
                    return
                self.settle(page)
                if not page.locator(f"css={wanted}").count() and self._asks_for_login(page, marks):
                    return  # as it is: the crawl logs in again
            return
        with contextlib.suppress(LateError):
            page.wait_for_load_state("networkidle", timeout=min(QUIET_S * 1000, self._left_ms()))

    def _asks_for_login(self, page: Any, marks: tuple[str, ...]) -> bool:
        return all(page.locator(f"css={mark}").count() for mark in marks)

    def _left_ms(self) -> float:
        return max((self.deadline - time.monotonic()) * 1000, 1.0)  # 0 would be for ever

    def _made(self, html: str) -> Page | Failure:
        encoding = writer_of(self._kind.encoding)
        mark = BOM_UTF8 if encoding == "utf-8" else b""  # for `encoding: utf-16`, which the page was in
        body = mark + html.encode(encoding, "xmlcharrefreplace")
        if len(body) > self._settings.download_maxsize:
            limit = f"more than download_maxsize ({self._settings.download_maxsize} bytes)"
            return Failure(Reason.TOO_LARGE, f"{self._request.url}: {limit} once its scripts have run")
        charset = "utf-8" if mark else str(self._kind.encoding)
        return replace(self._document, body=body, headers=as_html(self._document.headers, charset))

    # ------------------------------------------------------------------ what the page asks for

    def _answer(self, page: Any, route: Any) -> None:
        """Answer one request of the browser's."""
        from playwright.sync_api import Error

        with contextlib.suppress(Error):  # the page is gone meanwhile
            self._last_asked = time.monotonic()
            asked, answer = route.request, None
            if asked.is_navigation_request():
                answer = self._navigate(page, asked)
            elif asked.resource_type not in self._settings.browser_block and is_web(asked.url):
                answer = self.parts.fetch(asked.method, asked.url, asked.headers, asked.post_data_buffer)
            if answer is None:
                route.abort(BLOCKED)
            else:
                route.fulfill(status=answer.status, headers=shown(answer.headers), body=answer.body)
            self._last_asked = time.monotonic()
            if self.moved is not None:
                page.close()  # or what is waited for would be waited for in vain

    def _navigate(self, page: Any, asked: Any) -> Page | None:
        """Return the document, once: a page stays where it is, unless it logs in. Frames have none."""
        if not _is_main(page, asked):
            return None
        if not self._is_shown:
            self._is_shown = True
            encoding, document = self._kind.encoding, self._document
            return replace(document, headers=as_html(document.headers, encoding)) if encoding else document
        if not self._may_go_on(asked.url):
            return None
        answer = self.parts.fetch(asked.method, asked.url, asked.headers, asked.post_data_buffer)
        return self._went_on(answer)

    def _may_go_on(self, url: str) -> bool:
        """Return whether the page may lead to a URL; else take down where it would have led."""
        is_downgrade = self._request.url.startswith("https:") and not url.startswith("https:")
        if not is_web(url) or is_downgrade or origin(url) not in self._origins:
            self.moved = url
        return self.moved is None

    def _went_on(self, answer: Page | None) -> Page | None:
        """Take in the document that a page has led on to."""
        if answer is not None and answer.status not in REDIRECT_CODES:
            kept = tuple(line for line in answer.headers if line[0].lower() != "set-cookie")  # the jar has these
            self._document = replace(answer, headers=kept)
        return answer

    # ------------------------------------------------------------------ where redirects lead

    def _watch_redirects(self, context: Any, page: Any) -> None:
        """Answer also what a redirect leads to, so that the browser knows it by its own URL.

        Playwright lets such requests through. A session of our own has them first.
        """
        session = context.new_cdp_session(page)
        session.on("Fetch.requestPaused", lambda event: self._answer_hop(page, session, event))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def _answer_hop(self, page: Any, session: Any, event: dict[str, Any]) -> None:
        from playwright.sync_api import Error

        number = {"requestId": event["requestId"]}
        with contextlib.suppress(Error):
            if "redirectedRequestId" not in event:
                session.send("Fetch.continueRequest", number)  # to `_answer`
                return
            self._last_asked = time.monotonic()
            if (answer := self._hop(event)) is None:
                session.send("Fetch.failRequest", {**number, "errorReason": "BlockedByClient"})
            else:
                lines = [
                    {"name": name, "value": value}
                    for name, values in shown(answer.headers).items()
                    for value in values.split("\n")
                ]
                body = base64.b64encode(answer.body).decode("ascii")
                told = {**number, "responseCode": answer.status, "responseHeaders": lines, "body": body}
                session.send("Fetch.fulfillRequest", told)
            self._last_asked = time.monotonic()
            if self.moved is not None:
                page.close()

    def _hop(self, event: dict[str, Any]) -> Page | None:
        """Return what came of a redirect's target."""
        asked, chain = event["request"], event.get("networkId", "")
        self._hops[chain] += 1
        if self._hops[chain] > self._settings.redirect_max_times or not is_web(asked["url"]):
            return None
        is_document = event["resourceType"] == "Document"
        if is_document and not self._may_go_on(asked["url"]):
            return None
        sent = [base64.b64decode(entry.get("bytes", "")) for entry in asked.get("postDataEntries", ())]
        answer = self.parts.fetch(asked["method"], asked["url"], asked["headers"], b"".join(sent) or None)
        return self._went_on(answer) if is_document else answer


def _is_main(page: Any, asked: Any) -> bool:
    from playwright.sync_api import Error

    try:
        return bool(asked.frame == page.main_frame)
    except Error:  # a window that the page opens has no frame yet
        return False
