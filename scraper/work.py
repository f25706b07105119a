"""The worker's only entry: what the Pool calls in another process or thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from scraper.job import Kind, Settings
from scraper.models import Failure, Page, Read, Request

if TYPE_CHECKING:
    from scraper.parse import Parser


class Source(Protocol):
    """What makes exchanges: one of the fetchers, or the replay of recorded ones."""

    def fetch(self, request: Request) -> Page | Failure:
        """Return the page, of whatever status, or why there is none."""

    def close(self) -> None:
        """Close the connections."""


def open_source(settings: Settings, replay: Path | None, named_hosts: frozenset[str]) -> Source:
    """Return what a worker fetches from: the network, or a folder of recorded pages. Once a process.

    Imports stand here: the parent imports this module too, and needs neither of them.
    """
    if replay:
        from scraper.replay import ReplayFetcher

        return ReplayFetcher(replay)
    from scraper.fetch import Fetcher

    return Fetcher(settings, named_hosts)


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process works with, made once."""

    source: Source
    parsers: Mapping[str, Parser]
    """Readers of the kinds of pages that are parsed here; none where the parent parses."""
    kept_kinds: frozenset[str]
    """Kinds whose pages the parent may have to read again."""


def open_worker(
    settings: Settings,
    replay: Path | None,
    named_hosts: frozenset[str],
    kinds: Mapping[str, Kind],
    kept_kinds: frozenset[str],
) -> Worker:
    """Return the worker of a process; `kinds`: those whose pages it parses itself (`parse_in: worker`)."""
    parsers: dict[str, Parser] = {}
    if kinds:
        from scraper.parse import Parser as Reader  # lxml and all: not for workers that only fetch

        parsers = {name: Reader(kind, regex_timeout=settings.regex_timeout) for name, kind in kinds.items()}
    return Worker(open_source(settings, replay, named_hosts), parsers, kept_kinds)


def fetch(worker: Worker, request: Request) -> Page | Failure | Read:
    """Make one HTTP exchange, and parse its page if that is done here."""
    answer = worker.source.fetch(request)
    parser = worker.parsers.get(request.kind)
    if parser is None or isinstance(answer, Failure) or not 200 <= answer.status < 300:
        return answer
    parsed = parser.parse(request, answer)
    is_wanted = isinstance(parsed, Failure) or request.kind in worker.kept_kinds
    return Read(answer if is_wanted else replace(answer, body=b""), parsed)
