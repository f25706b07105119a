"""The fetchers by the names that a config calls them by, and what each can. None is imported before it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from scraper.fetch import chromium
from scraper.fetch.transport import Browsed, Source, TransferLoop, Transport
from scraper.job import Settings, urls
from scraper.job.extras import Extra


class FetcherInfo(Struct, frozen=True):
    """What is known of a fetcher before one is opened: all that the config, its checks and the crawl ask."""

    open: Callable[[Settings, str], Transport]
    """From the settings and a file of certificates to what makes an exchange in any thread, which waits for it."""
    summary: str
    extra: Extra | None = None
    open_loop: Callable[[Settings, str], TransferLoop] | None = None
    """The same to what goes on with many exchanges in one thread; None: a thread each."""
    open_browser: Callable[[Source, Settings, Browsed], Source] | None = None
    """To what lets a browser build the pages of some kinds out of exchanges, one page a process at a time.

    None: a page is what its exchange gives.
    """
    page_limits: int = 1
    """How many times `download_timeout` a page may take in all."""
    mistakes: Callable[[Settings], Iterable[tuple[str, str]]] = lambda _: ()
    """What keeps it from working on this machine: the key of the settings to be told of, and the words."""


def page_limit_s(settings: Settings) -> float:
    """Return how long a worker may take for a page: an exchange; in a browser also scripts, and their last one."""
    return settings.download_timeout * FETCHERS[settings.fetcher].page_limits


def page_of(settings: Settings) -> Callable[[str], str]:
    """Return what makes of a URL that of its page: where scripts make the pages, `/#/a` and `/#/b` are two."""
    return urls.without_fragment if FETCHERS[settings.fetcher].open_browser is None else urls.without_anchor


def _open_requests(settings: Settings, ca_file: str) -> Transport:
    from scraper.fetch.adapter import Requests

    return Requests(settings, ca_file)


def _open_curl(settings: Settings, ca_file: str) -> Transport:
    from scraper.fetch.curl import Curl

    return Curl(settings, ca_file)


def _open_curl_loop(settings: Settings, ca_file: str) -> TransferLoop:
    from scraper.fetch.curl_loop import CurlLoop

    return CurlLoop(settings, ca_file)


def _open_browser(source: Source, settings: Settings, browsed: Browsed) -> Source:
    from scraper.fetch.browser import BrowserSource

    return BrowserSource(source, settings, browsed)


FETCHERS: dict[str, FetcherInfo] = {
    "requests": FetcherInfo(_open_requests, "the default"),
    "curl": FetcherInfo(_open_curl, "takes a fraction of the time", Extra("fast", "pycurl"), open_loop=_open_curl_loop),
    "browser": FetcherInfo(
        _open_requests,
        "lets a headless Chromium run the pages' scripts",
        Extra("browser", "playwright"),
        open_browser=_open_browser,
        page_limits=3,
        mistakes=chromium.mistakes,
    ),
}
