"""The worker's only entry: what the Pool calls in another process or thread."""

from __future__ import annotations

from pathlib import Path

from scraper.fetch import Fetcher
from scraper.job import Settings
from scraper.models import Failure, Page, Request
from scraper.replay import ReplayFetcher

Source = Fetcher | ReplayFetcher


def open_source(settings: Settings, replay: Path | None) -> Source:
    """Return what a worker fetches from: the network, or a folder of recorded pages. Once a process."""
    return ReplayFetcher(replay) if replay else Fetcher(settings)


def fetch(source: Source, request: Request) -> Page | Failure:
    """Make one HTTP exchange."""
    return source.fetch(request)
