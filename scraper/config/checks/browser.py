"""Check that there is a browser for a job that wants one, and that nothing waits for one that is not asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec

from scraper.errors import PatternError
from scraper.fetch.chromium import find_program, has_own_program
from scraper.job import Job
from scraper.job.yamldoc import Complaint, Sections
from scraper.parse.patterns import check_pattern

NEEDED = "browser needs the extra `browser`: pip install 'pool-scraper[browser]'"
NOT_FOUND = (
    "browser needs a Chromium: install Debian's `chromium` or `chromium-headless-shell`, run `playwright install"
    " chromium`, or say where one is by browser_path"
)
MORE_THAN_A_DOCUMENT = "the page of a browser is more than its document, of which a server could say 304; say dummy"


def check_browser(job: Job, places: Sections) -> Iterator[Complaint]:
    """Yield what is wrong with `fetcher: browser` and what belongs to it."""
    settings = job.settings
    for name, kind in job.kinds.items():
        if kind.wait_for is None:
            continue
        if settings.fetcher != "browser":
            yield Complaint((*places[name], "wait_for"), "only a browser can wait; say settings: {fetcher: browser}")
        try:
            check_pattern("css", kind.wait_for)
        except PatternError as error:
            yield Complaint((*places[name], "wait_for"), str(error))
    if settings.fetcher != "browser":
        if settings.browser_path is not None:
            yield Complaint(("settings", "browser_path"), "no browser is asked for; say fetcher: browser")
        return
    if settings.pool.engine != "processes":
        yield Complaint(("settings", "pool", "engine"), "fetcher: browser needs processes, a browser in each")
    if settings.httpcache_enabled and settings.httpcache_policy == "rfc2616":
        yield Complaint(("settings", "httpcache_enabled"), MORE_THAN_A_DOCUMENT)
    if find_spec("playwright") is None:
        yield Complaint(("settings", "fetcher"), NEEDED)
    elif settings.browser_path is not None:
        if not os.access(settings.browser_path, os.X_OK):
            yield Complaint(("settings", "browser_path"), "expected a program that can be started")
    elif find_program(None) is None and not has_own_program():
        yield Complaint(("settings", "fetcher"), NOT_FOUND)
