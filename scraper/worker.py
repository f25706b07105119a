"""The worker's only entry: what the Pool calls in another process or thread."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from scraper.fetch.cached_answers import recall, resolve
from scraper.fetch.fetchers import FETCHERS
from scraper.fetch.kept_files import keep_body
from scraper.job import Kind, Settings
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.models import UNASKED, UNCHANGED, Failure, Page, Read, Request
from scraper.pool.continuation import Continuation
from scraper.report.snapshots import Snapshots

if TYPE_CHECKING:
    from scraper.fetch.fetcher import LoopFetcher
    from scraper.fetch.recordings import Folders
    from scraper.fetch.transport import Browsed, Source
    from scraper.parse.parser import Parser

Answer = Page | Failure | Read


class Reading(Struct, frozen=True):
    """How the pages of a worker are read."""

    parsers: Mapping[str, Parser]
    """Readers of the kinds of pages that are parsed here; none where the parent parses."""
    kept_kinds: frozenset[str]
    """Kinds whose pages the parent may have to read again."""
    kinds: Mapping[str, Kind]
    snapshots: Snapshots
    """Which pages the parent may have to show."""

    def read(self, request: Request, answer: Page | Failure) -> Answer:
        """Return what came of a request, its page parsed if that is done here."""
        if request.keep is not None:
            return keep_body(request, answer)
        answer = resolve(request, answer)
        parser = self.parsers.get(request.kind)
        if parser is None or isinstance(answer, Failure) or not 200 <= answer.status < 300:
            return answer
        parsed = parser.parse(request, answer)
        is_shown = self.snapshots.wants(self.kinds[request.kind], answer, parsed)
        is_stored = request.cached is not None and not {UNASKED, UNCHANGED} & set(answer.marks)
        is_wanted = is_shown or is_stored or isinstance(parsed, Failure) or request.kind in self.kept_kinds
        return Read(answer if is_wanted else replace(answer, body=b""), parsed)


class Worker(Struct, frozen=True):
    """What a worker process works with whose threads wait for a page each."""

    source: Source
    reading: Reading

    def fetch(self, request: Request) -> Continuation:
        """Make an exchange and return the rest, which is to read its page."""
        return Unread(self.reading, request, _recalled(request) or self.source.ask(request))

    def close(self) -> None:
        """Close the connections."""
        self.source.close()


class LoopWorker(Struct, frozen=True):
    """What a worker process works with whose only thread waits for all its pages."""

    driver: LoopFetcher
    reading: Reading

    def fetch(self, request: Request) -> Continuation | Answer:
        """Begin an exchange whose rest is to read its page; return that, or why there is nothing to wait for."""
        if get := _recalled(request):
            return self.driver.hand_back(Unread(self.reading, request, get))
        return self.driver.start(request, self.reading.read)

    def close(self) -> None:
        """Close the connections."""
        self.driver.close()


class Unread(Continuation):
    """A page that is still to be read; a large one is not even in memory yet."""

    __slots__ = ("_get", "_reading", "_request")

    def __init__(self, reading: Reading, request: Request, get: Callable[[], Page | Failure]) -> None:
        self._reading, self._request, self._get = reading, request, get

    def finish(self) -> Answer:
        return self._reading.read(self._request, self._get())


def _recalled(request: Request) -> Callable[[], Page] | None:
    """Return what gives the stored answer to a request, None if the server is to be asked."""
    if request.cached is None or not request.cached.is_unasked:
        return None
    return functools.partial(recall, request)


def open_worker(
    settings: Settings,
    replay: Path | Folders | None,
    named_hosts: frozenset[str],
    kinds: Mapping[str, Kind],
    kept_kinds: frozenset[str],
    secrets: Secrets = NO_SECRETS,
    browsed: Browsed | None = None,
) -> Worker | LoopWorker:
    """Return the worker of a process; `kinds`: those whose pages it parses itself (`parse_in: worker`).

    `replay`: what answers in the place of the site (see `archives.Replay`). `secrets`: those that stand as references
    in recorded pages. `browsed`: what a browser builds.

    Imports stand here: the parent imports this module too, and needs none of them.
    """
    reading = Reading(_open_parsers(settings, kinds), kept_kinds, kinds, Snapshots())
    fetcher = FETCHERS[settings.fetcher]
    if replay is None and fetcher.open_loop is not None and settings.pool.engine != "threads":
        from scraper.fetch.fetcher import LoopFetcher

        return LoopWorker(LoopFetcher(settings, named_hosts), reading)
    source = _open_source(settings, replay, named_hosts, secrets)
    if browsed is not None and fetcher.open_browser is not None:
        source = fetcher.open_browser(source, settings, browsed)
    return Worker(source, reading)


def _open_source(
    settings: Settings, replay: Path | Folders | None, named_hosts: frozenset[str], secrets: Secrets
) -> Source:
    if replay is not None:
        if isinstance(replay, Path):
            from scraper.fetch.archive_fetcher import ArchiveFetcher

            return ArchiveFetcher(replay, secrets, settings.download_maxsize)
        from scraper.fetch.recordings import ReplayFetcher

        return ReplayFetcher(replay, secrets)
    from scraper.fetch.fetcher import Fetcher

    return Fetcher(settings, named_hosts)


def _open_parsers(settings: Settings, kinds: Mapping[str, Kind]) -> dict[str, Parser]:
    if not kinds:
        return {}
    from scraper.parse.parser import Parser as Reader  # lxml and all: not for workers that only fetch

    return {name: Reader(kind, regex_timeout=settings.regex_timeout) for name, kind in kinds.items()}


def fetch(worker: Worker | LoopWorker, request: Request) -> Any:
    """Make one HTTP exchange, and parse its page if that is done here: Page, Failure or Read, or the rest of it."""
    return worker.fetch(request)
