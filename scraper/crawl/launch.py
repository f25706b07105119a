"""The crawl of a job, with what the command line asks of it."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from scraper import worker
from scraper.crawl import plan
from scraper.crawl.engine import Engine
from scraper.crawl.neighbours import Neighbours
from scraper.crawl.progress import Stop
from scraper.fetch.fetchers import FETCHERS
from scraper.fetch.recorders import check_place, open_recorder
from scraper.fetch.transport import Browsed
from scraper.job import Job, Kind, PoolSettings, Settings
from scraper.journal.journal import Journal
from scraper.journal.retention import recording_target
from scraper.journal.workspace import Workspace
from scraper.models import FILES
from scraper.pool.pool import Pool, open_pool

if TYPE_CHECKING:
    from scraper.fetch.archives import Replay
    from scraper.fetch.recordings import Folders


class Options(Struct, frozen=True):
    """What the command line may ask of one run."""

    resume: bool = False
    replay: Path | None = None
    record: Path | None = None
    limit: int | None = None
    """Fetch only so many of the start URLs; the records go to the rejected place unless `output` is given."""
    output: Path | None = None
    """Publish here instead of the config's output.path; `-` is stdout."""
    metrics: Path | None = None
    """Write the run's figures here, for Prometheus."""
    neighbours: Neighbours | None = None
    """Jobs that work beside this one, with which hosts are shared."""


AS_CONFIGURED = Options()


@contextlib.contextmanager
def open_replay(job: Job, options: Options) -> Iterator[Replay | None]:
    """Give what a run is answered from, None for one that asks the site: before a journal is touched for it.

    Raises ReplayError for what is neither recordings nor an archive, or is cut or damaged, and what `check_place` does.
    """
    if options.record is not None:
        check_place(options.record)
    if options.replay is None:
        yield None
        return
    from scraper.fetch.archives import Replay  # what reads archives: few runs replay any

    most = max(job.settings.download_maxsize, job.settings.files_maxsize)
    with contextlib.closing(Replay(options.replay, job.secrets, most)) as replay:
        yield replay


def open_crawl(
    job: Job,
    journal: Journal,
    options: Options,
    stop: Stop,
    workspace: Workspace | None = None,
    *,
    replay: Replay | None = None,
    keeps_parts: bool = True,
) -> Engine:
    """Return the crawl of a job with what the command line asks of it.

    `workspace`: where answers may be stored, and the last good run's journal lies. `replay`: see `open_replay`.
    `keeps_parts`: what is recorded of a page that a browser built are the exchanges that it was built of, not the page.
    """
    in_worker = job.settings.parse_in == "worker" and options.record is None
    keeps_parts = keeps_parts and options.record is not None
    is_replay, run = options.replay is not None, journal.recall("run") or ""
    with contextlib.ExitStack() as opened:
        recorder = None
        if options.record is not None:
            recorder = open_recorder(recording_target(options.record, run), job, run)
            opened.callback(recorder.close)
        pool = open_crawl_pool(job, replay.source if replay else None, in_worker=in_worker, keeps_parts=keeps_parts)
        opened.callback(pool.terminate)
        engine = Engine(
            job,
            journal,
            pool,
            is_replay=is_replay,
            recorder=recorder,
            limit=options.limit,
            stop=stop,
            cache_folder=workspace.httpcache if workspace and job.settings.httpcache_enabled else None,
            past=None if is_replay or not workspace else workspace.good_journal,
            neighbours=options.neighbours,
        )
        engine.notes += replay.notes if replay else []
        engine.opened = opened.pop_all()
        return engine


def open_crawl_pool(job: Job, replay: Path | Folders | None, *, in_worker: bool, keeps_parts: bool = False) -> Pool:
    """Return the Pool that a job's settings ask for; `in_worker`: it reads the pages too."""
    settings, kinds = job.settings, dict(job.kinds) if in_worker else {}
    browsed = _browsed(job, keeps_parts=keeps_parts) if FETCHERS[settings.fetcher].open_browser else None
    return open_pool(
        settings.pool.engine,
        concurrency=_browsers(settings) if browsed is not None else settings.concurrent_requests,
        processes=settings.pool.processes,
        start_method=settings.pool.start_method,
        initializer=worker.open_worker,
        initargs=(
            settings,
            replay,
            plan.named_hosts(job),
            kinds,
            plan.reads_params(job),
            job.secrets,
            browsed,
        ),
        address=settings.pool.address or "",
        rest_limit_s=settings.regex_timeout + settings.parse_timeout if in_worker else math.inf,
    )


def _browsed(job: Job, *, keeps_parts: bool) -> Browsed:
    """Return what a worker with a browser knows of a job."""
    kinds = {name: kind for name, kind in job.kinds.items() if name != FILES}
    if job.login is not None and job.login.actions:
        kinds[""] = Kind("", (), actions=job.login.actions)  # by the name of the program's own requests
    return Browsed(kinds, keeps_parts, job.login, plan.origins(job))


def _browsers(settings: Settings) -> int:
    """Return how many pages can be built at once: one a process."""
    if settings.pool.engine == "threads":
        return 1
    return min(settings.pool.processes or len(os.sched_getaffinity(0)), settings.concurrent_requests)


def for_replay(job: Job) -> Job:
    """Return the job as it runs on recorded pages: nobody needs to be spared, nothing else is an answer, and no cluster
    need see the folder.
    """
    pool = job.settings.pool
    settings: Settings = replace(
        job.settings,
        download_delay=0.0,
        autothrottle_enabled=False,
        concurrent_requests_per_domain=job.settings.concurrent_requests,
        httpcache_enabled=False,
        pool=PoolSettings() if pool.engine == "dask" else pool,
    )
    return replace(job, settings=settings)
