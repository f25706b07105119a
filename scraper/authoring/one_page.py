"""Get the one page to work on: fetched as an ordinary run would, or read from a file."""

from __future__ import annotations

import itertools
import tempfile
from datetime import datetime
from pathlib import Path

import regex
from msgspec.structs import replace

from scraper.crawl import plan
from scraper.crawl.launch import Options, for_replay, open_crawl, open_replay
from scraper.crawl.progress import Stop
from scraper.errors import ReplayError
from scraper.fetch.archives import is_archive, open_first_page
from scraper.fetch.mhtml import read_mhtml
from scraper.fetch.recordings import ReplayFetcher, folders_in, read_page
from scraper.job import Job, Kind, Param, PoolSettings, urls
from scraper.job.expect import PageChecks
from scraper.job.templates import Template
from scraper.journal.journal import Journal
from scraper.models import Failure, Page, Request
from scraper.parse.encodings.encoding import decode

UNKNOWN_URL = "https://site.example/"
"""Where a saved page lies that does not say it."""
PLANNED = 10_000
"""Start URLs among which a URL is looked for."""
_addresses = (
    regex.compile(r"<!-- saved from url=\(\d+\)(https?://[^\s>]+)"),
    regex.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s>]+)"),
    regex.compile(r"""<link\s[^>]*?rel=["']?canonical["']?[^>]*?\shref=["']?(https?://[^"'\s>]+)"""),
    regex.compile(r"""<link\s[^>]*?href=["']?(https?://[^"'\s>]+)["']?[^>]*?\srel=["']?canonical"""),
    regex.compile(r"""<meta\s[^>]*?property=["']?og:url["']?[^>]*?\scontent=["']?(https?://[^"'\s>]+)"""),
)
_saved = regex.compile(
    r"<!--\s*Page saved with SingleFile\b[^>]*?\ssaved date:\s*[A-Z][a-z]{2} "
    r"([A-Z][a-z]{2} \d\d \d{4} [\d:]{8} GMT[+-]\d{4})"
).search


def is_url(target: str) -> bool:
    """Return whether a target is a URL and not a file."""
    return bool(regex.match(r"(?i)https?://", target))


def open_file(target: str) -> Page:
    """Return a saved page: a file, a folder that --record made, an MHTML, or the first page of a WARC,
    a WACZ or a HAR.

    Raises ReplayError if there is no such file.
    """
    path = Path(target)
    folder = path.parent if path.name.startswith("page.") else path
    if (folder / "meta.yaml").is_file():
        return read_page(folder)
    if is_archive(path):
        return open_first_page(path)
    try:
        body, saved_at = path.read_bytes(), path.stat().st_mtime
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        message = f"expected a URL that begins with http:// or https://, or a saved page; got {target!r}: {cause}"
        raise ReplayError(message) from error
    if (page := read_mhtml(path, body, saved_at)) is not None:
        return page
    text = decode(body).text
    return Page(_address(text) or UNKNOWN_URL, 200, (), body, _saved_at(text) or saved_at)


def as_template(url: str) -> str:
    """Return the template that gives just this URL.

    >>> as_template("http://a.example/{id}?q={}")
    'http://a.example/{{id}}?q={}'
    """
    return regex.sub(r"\{(\+?[^\W\d]\w*(?:\.\w+)?)\}", r"{{\1}}", url)


def planned(job: Job, url: str | None) -> Request | None:
    """Return the start request of a URL, or the first of all; None if there is none."""
    requests = itertools.islice(plan.requests(job), PLANNED)
    return next((request for request in requests if url in (None, request.url)), None)


def fetch(job: Job, request: Request, replay: Path | None) -> Page | Failure:
    """Return what a run of this one URL gets, by the rules of any run: robots.txt, limits, retries, redirects, login.

    What the config sends to its own origins only is not sent to another one.
    """
    one = _job_of_one(for_replay(job) if replay else job, request)
    with (
        tempfile.TemporaryDirectory(prefix="scraper-") as name,
        Journal(Path(name, "journal.db"), job.secrets) as journal,
    ):
        pages = Path(name, "pages")
        options = Options(replay=replay, record=pages)
        with (
            open_replay(one, options) as opened,
            open_crawl(one, journal, options, Stop(), replay=opened, keeps_parts=False) as crawl,
        ):
            crawl.log_in()
            while crawl.turn():
                pass
        stored = journal.page(1)
        if stored.fetched_at is None:
            return Failure(stored.reason or "not fetched", stored.detail or f"{stored.url}: {stored.reason}")
        methods = dict.fromkeys((request.method, "GET"))  # a redirect may have made a GET of a POST
        answers = [
            ReplayFetcher(folders_in(pages, job.secrets), job.secrets).fetch(Request(stored.url, method=method))
            for method in methods
        ]
        return next((answer for answer in answers if isinstance(answer, Page)), answers[0])


def _job_of_one(job: Job, request: Request) -> Job:
    """Return the job that fetches one request and reads nothing."""
    is_own = urls.origin(request.url) in plan.origins(job)
    kind = job.kinds.get(request.kind, Kind(request.kind, ()))
    url = Template(as_template(request.url))
    params = tuple(Param(name, (value,)) for name, value in request.params.items())
    kind = replace(kind, rules=(), follow=(), checks=PageChecks(), start_urls=(url,), params=params)
    settings = replace(job.settings, parse_in="parent", pool=PoolSettings("threads"))  # no process for one page
    if not is_own:
        settings = replace(settings, headers=(), cookies=(), auth=None, allowed_domains=None)
        kind = replace(kind, request=replace(kind.request, headers=()))
    return replace(job, kinds={kind.name: kind}, settings=settings, login=job.login if is_own else None)


def _saved_at(text: str) -> float | None:
    """Return when SingleFile has saved a page: relative dates on it count from then."""
    found = _saved(text)
    try:
        return datetime.strptime(found[1], "%b %d %Y %H:%M:%S GMT%z").timestamp() if found else None
    except ValueError:
        return None


def _address(text: str) -> str | None:
    """Return the URL that a saved page says it has."""
    return next((match[1] for pattern in _addresses if (match := pattern.search(text))), None)
