"""Check that a job's fetcher is there, and that nothing is asked of it that only another can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scraper.config.checks.extras import check_extra
from scraper.errors import PatternError
from scraper.fetch.fetchers import FETCHERS, FetcherInfo
from scraper.job import Action, Job, Login, Settings
from scraper.job.phrases import alternatives
from scraper.job.yamldoc import Complaint, KeyPath, Sections
from scraper.parse.selectors.patterns import check_html_css

MORE_THAN_A_DOCUMENT = "the page of a browser is more than its document, of which a server could say 304; say dummy"


def check_fetcher(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong with `fetcher` and what belongs to it."""
    settings = job.settings
    fetcher = FETCHERS[settings.fetcher]
    for name, kind in job.kinds.items():
        if kind.wait_for is not None:
            at = (*places[name], "wait_for")
            if fetcher.open_browser is None:
                yield Complaint(at, f"only a browser can wait; say settings: {{fetcher: {_browsers()}}}")
            yield from _check_css(kind.wait_for, at)
        yield from _check_actions(kind.actions, places.of(name, "actions"), fetcher)
    if job.login is not None:
        yield from _check_login(job.login, ("login", "actions"), fetcher)
    if fetcher.open_browser is not None:
        yield from _check_browser(settings)
    elif settings.browser_path is not None:
        yield Complaint(("settings", "browser_path"), f"no browser is asked for; say fetcher: {_browsers()}")
    yield from (missing := tuple(check_extra(fetcher.extra, settings.fetcher, ("settings", "fetcher"))))
    for key, mistake in () if missing else fetcher.mistakes(settings):
        yield Complaint(("settings", key), mistake)


def _check_login(login: Login, at: KeyPath, fetcher: FetcherInfo) -> Iterator[Complaint]:
    yield from _check_actions(login.actions, at, fetcher)
    for n, action in enumerate(login.actions):
        for placeholder in action.value.placeholders if action.value else ():
            yield Complaint((*at, n, "fill", "value"), f"unknown name {{{placeholder}}}: a login has no params")


def _check_actions(actions: Sequence[Action], at: KeyPath, fetcher: FetcherInfo) -> Iterator[Complaint]:
    if actions and fetcher.open_browser is None:
        yield Complaint(at, f"only a browser can act; say settings: {{fetcher: {_browsers()}}}")
    for n, action in enumerate(actions):
        if action.css is not None:
            inner = ("fill", "css") if action.verb == "fill" else (action.verb,)
            yield from _check_css(action.css, (*at, n, *inner))


def _check_css(pattern: str, at: KeyPath) -> Iterator[Complaint]:
    try:
        check_html_css(pattern)
    except PatternError as error:
        yield Complaint(at, str(error))


def _browsers() -> str:
    return alternatives(name for name, each in FETCHERS.items() if each.open_browser)


def _check_browser(settings: Settings) -> Iterator[Complaint]:
    """Yield which settings do not go with pages that a browser builds."""
    if settings.pool.engine != "processes":
        told = f"fetcher: {settings.fetcher} needs processes, a browser in each"
        yield Complaint(("settings", "pool", "engine"), told)
    if settings.httpcache_enabled and settings.httpcache_policy == "rfc2616":
        yield Complaint(("settings", "httpcache_enabled"), MORE_THAN_A_DOCUMENT)
