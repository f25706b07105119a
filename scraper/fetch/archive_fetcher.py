"""Answer requests from indexed archives: find the capture, and make its page.

A capture answers the request of its method, URL and body. Of several captures the newest that is whole is taken.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import regex
from msgspec.structs import replace

from scraper.errors import Reason, ReplayError
from scraper.fetch import http_block, warc
from scraper.fetch.archive_index import BODIES, ENTRY, NOT_MODIFIED, RESOURCE, REVISIT, ArchiveIndex, Capture
from scraper.fetch.body import Bound, Unusable, bound_of
from scraper.fetch.cached_answers import updated
from scraper.fetch.recordings import Key, key_of, plain, without_length
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.models import Failure, Headers, Page, Request

MAX_REFERENCES = 5
_is_page = regex.compile(r"(?!image/).*(?:html|xml|json)", regex.IGNORECASE).match


class ArchiveFetcher:
    """Answers requests from indexed archives."""

    def __init__(self, index: Path, secrets: Secrets = NO_SECRETS, maxsize_bytes: int = 10 << 20) -> None:
        self._index, self._secrets, self._maxsize_bytes = ArchiveIndex(index), secrets, maxsize_bytes
        self._bodies = index.with_name(BODIES)

    def fetch(self, request: Request) -> Page | Failure:
        """Return the captured answer, or a Failure that names the nearest URL there is."""
        key = key_of(request, self._secrets)
        capture = self._index.find(key)
        if capture is None:
            return Failure(Reason.NOT_RECORDED, self._missing(request, key))
        try:
            return replace(self._answer(capture, bound_of(request, self._maxsize_bytes)), url=plain(request.url))
        except Unusable as error:
            return Failure(error.reason, f"{request.url}: {error}")
        except ReplayError as error:
            return Failure(Reason.BAD_RESPONSE, str(error))

    def ask(self, request: Request) -> Callable[[], Page | Failure]:
        """Return what gives the captured answer. See `worker.Source`."""
        return lambda: self.fetch(request)

    def first_page(self) -> Page | None:
        """Return the first page of markup or of JSON that was answered with 200; None if there is none."""
        for capture in self._index.pages():
            try:
                page = self._answer(capture, Bound(self._maxsize_bytes))
            except (Unusable, ReplayError):
                continue
            if page.body and _is_page(page.header("content-type") or ""):
                return page
        return None

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _missing(self, request: Request, key: Key) -> str:
        what = f"{request.method} {request.url}"
        if self._index.bodies(key):
            told = f"{what} is recorded with another body; this one's body_sha256 is "
            return told + (key[2] or "none, as it has no body")
        if self._index.is_asked(key):
            return f"{what} is in the archive without its answer, as wget leaves a 204"
        near = difflib.get_close_matches(key[1], self._index.neighbours(key[1]), n=1, cutoff=0.0)
        return f"{what} is not recorded; the nearest is {near[0]}" if near else f"{what} is not recorded"

    def _answer(self, capture: Capture, bound: Bound, references: int = 0) -> Page:
        """Return what a capture holds; raises Unusable and ReplayError."""
        if capture.trouble is not None:
            reason, _, detail = capture.trouble.partition(": ")
            raise Unusable(Reason(reason), detail)
        url = self._secrets.revealed(capture.url)
        if capture.type == ENTRY:
            bound.check(capture.size)
            return Page(url, capture.status or 200, capture.headers or (), self._body(capture), capture.at)
        message, block = self._message(capture, bound)
        if capture.type == RESOURCE:
            bound.check(len(block))
            return Page(url, 200, capture.headers or (), block, capture.at)
        if capture.type in (REVISIT, NOT_MODIFIED):
            return self._revisited(capture, message, bound, references)
        if message.status is None:
            raise Unusable(Reason.BAD_RESPONSE, f"expected a status line, got {message.start[:40]!r}")
        body = http_block.plain_body(message, bound)
        return Page(url, message.status, self._headers(capture, message), body, capture.at)

    def _message(self, capture: Capture, bound: Bound) -> tuple[http_block.Message, bytes]:
        if not capture.place:  # a HAR has its heads in the index
            return http_block.Message("", capture.headers or (), b""), b""
        most = 2 * max(self._maxsize_bytes, bound.maxsize_bytes) + warc.MAX_HEAD_BYTES
        block = warc.read_block(self._index.place(capture.place), capture.position, most)
        if len(block) > most:
            (Bound(self._maxsize_bytes) if bound.is_enough else bound).check(len(block))
        return http_block.parse(block), block

    def _headers(self, capture: Capture, message: http_block.Message) -> Headers:
        headers = without_length(message.headers)
        if capture.headers is None or not capture.place:
            return headers
        return tuple((self._secrets.revealed(name), self._secrets.revealed(value)) for name, value in headers)

    def _body(self, capture: Capture) -> bytes:
        try:
            with self._bodies.open("rb") as file:
                file.seek(capture.position)
                return file.read(capture.size)
        except OSError as error:
            raise ReplayError(f"{self._bodies}: cannot be read: {error.strerror or error}") from error

    def _revisited(self, capture: Capture, message: http_block.Message, bound: Bound, references: int) -> Page:
        """Return the page that a record without a body stands for."""
        original = self._index.original(capture) if references < MAX_REFERENCES else None
        if original is None:
            told = capture.refers or capture.refers_url or capture.digest or "the last 200 of this URL"
            raise Unusable(Reason.NOT_RECORDED, f"this capture only refers to another, which is not here: {told}")
        page = self._answer(original, bound, references + 1)
        own = self._headers(capture, message)
        if capture.type == NOT_MODIFIED:
            return replace(page, headers=updated(page.headers, own), fetched_at=capture.at)
        if message.status is None:
            return replace(page, fetched_at=capture.at)
        return replace(page, status=message.status, headers=own, fetched_at=capture.at)
