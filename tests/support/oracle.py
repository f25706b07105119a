"""A headless Chromium to ask what it makes of a page: the judge of what the program reads otherwise than it should."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator

from scraper.fetch.chromium import find_program


class Oracle:
    """A page in Chromium."""

    def __init__(self, page) -> None:
        self._page, self._answer = page, ("", b"")
        page.route("**/*", self._fulfil)

    def show(self, body: bytes, content_type: str = "text/html") -> None:
        """Load a page."""
        self._answer = content_type, body
        self._page.goto("http://a.example/", wait_until="domcontentloaded")

    def encoding(self, body: bytes, content_type: str = "text/html") -> str:
        """Return the encoding that a page is read in, in lower case."""
        self.show(body, content_type)
        return self._page.evaluate("document.characterSet").lower()

    def ask(self, script: str, *arguments) -> object:
        """Return what a function of JavaScript gives."""
        return self._page.evaluate(script, list(arguments))

    def decoded(self, label: str, pieces: list[bytes]) -> list[str]:
        """Return the text of each of some pieces, all of one length, by the Encoding Standard's TextDecoder."""
        script = """([label, length, data]) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0)), texts = [];
            for (let at = 0; at < bytes.length; at += length)
                texts.push(new TextDecoder(label, {ignoreBOM: true}).decode(bytes.subarray(at, at + length)));
            return texts;
        }"""
        return self.ask(script, label, len(pieces[0]), base64.b64encode(b"".join(pieces)).decode())

    def _fulfil(self, route) -> None:
        if route.request.is_navigation_request():
            content_type, body = self._answer
            route.fulfill(status=200, headers={"Content-Type": content_type}, body=body)
        else:
            route.abort()


@contextlib.contextmanager
def oracle() -> Iterator[Oracle]:
    """Give an Oracle."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program(None), args=["--no-sandbox"])
        try:
            yield Oracle(browser.new_page())
        finally:
            browser.close()
