"""The worker's only entry: what the Pool calls in another process or thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from scraper.job import Kind, Settings
from scraper.models import Failure, Page, Read, Request
from scraper.rest import Rest
from scraper.secrets import NO_SECRETS, Secrets
from scraper.specimens import Specimens

if TYPE_CHECKING:
    from scraper.fetch import LoopFetcher
    from scraper.parse import Parser

Answer = Page | Failure | Read


class Source(Protocol):
    """What makes one exchange a thread: a fetcher, or the replay of recorded ones."""

    def ask(self, request: Request) -> Callable[[], Page | Failure]:
        """Make the exchange and return what gives the page, of whatever status, or why there is none."""

    def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the pages of a worker are read."""

    parsers: Mapping[str, Parser]
    """Readers of the kinds of pages that are parsed here; none where the parent parses."""
    kept_kinds: frozenset[str]
    """Kinds whose pages the parent may have to read again."""
    kinds: Mapping[str, Kind]
    specimens: Specimens
    """Which pages the parent may have to show."""

    def read(self, request: Request, answer: Page | Failure) -> Answer:
        """Return what came of a request, its page parsed if that is done here."""
        parser = self.parsers.get(request.kind)
        if parser is None or isinstance(answer, Failure) or not 200 <= answer.status < 300:
            return answer
        parsed = parser.parse(request, answer)
        is_shown = bool(self.specimens.topics(self.kinds[request.kind], parsed))
        is_wanted = is_shown or isinstance(parsed, Failure) or request.kind in self.kept_kinds
        return Read(answer if is_wanted else replace(answer, body=b""), parsed)


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process works with whose threads wait for a page each."""

    source: Source
    reading: Reading

    def fetch(self, request: Request) -> Rest:
        """Make an exchange and return the rest, which is to read its page."""
        return Unread(self.reading, request, self.source.ask(request))

    def close(self) -> None:
        """Close the connections."""
        self.source.close()


@dataclass(frozen=True, slots=True)
class LoopWorker:
    """What a worker process works with whose only thread waits for all its pages."""

    driver: LoopFetcher
    reading: Reading

    def fetch(self, request: Request) -> Rest | Answer:
        """Begin an exchange whose rest is to read its page; return that, or why there is nothing to wait for."""
        return self.driver.start(request, self.reading.read)

    def close(self) -> None:
        """Close the connections."""
        self.driver.close()


class Unread(Rest):
    """A page that is still to be read; a large one is not even in memory yet."""

    __slots__ = ("_get", "_reading", "_request")

    def __init__(self, reading: Reading, request: Request, get: Callable[[], Page | Failure]) -> None:
        self._reading, self._request, self._get = reading, request, get

    def finish(self) -> Answer:
        return self._reading.read(self._request, self._get())


def open_worker(
    settings: Settings,
    replay: Path | None,
    named_hosts: frozenset[str],
    kinds: Mapping[str, Kind],
    kept_kinds: frozenset[str],
    secrets: Secrets = NO_SECRETS,
) -> Worker | LoopWorker:
    """Return the worker of a process; `kinds`: those whose pages it parses itself (`parse_in: worker`).

    `secrets`: those that stand as references in recorded pages.

    Imports stand here: the parent imports this module too, and needs none of them.
    """
    reading = Reading(_open_parsers(settings, kinds), kept_kinds, kinds, Specimens())
    if replay:
        from scraper.replay import ReplayFetcher

        return Worker(ReplayFetcher(replay, secrets), reading)
    from scraper.fetch import Fetcher, LoopFetcher

    if settings.fetcher == "curl" and settings.pool.engine != "threads":
        return LoopWorker(LoopFetcher(settings, named_hosts), reading)
    return Worker(Fetcher(settings, named_hosts), reading)


def _open_parsers(settings: Settings, kinds: Mapping[str, Kind]) -> dict[str, Parser]:
    if not kinds:
        return {}
    from scraper.parse import Parser as Reader  # lxml and all: not for workers that only fetch

    return {name: Reader(kind, regex_timeout=settings.regex_timeout) for name, kind in kinds.items()}


def fetch(worker: Worker | LoopWorker, request: Request) -> Any:
    """Make one HTTP exchange, and parse its page if that is done here: Page, Failure or Read, or the rest of it."""
    return worker.fetch(request)
