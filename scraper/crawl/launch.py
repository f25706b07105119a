"""The crawl of a job, with what the command line asks of it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import worker
from scraper.crawl import plan
from scraper.crawl.engine import Engine
from scraper.crawl.neighbours import Neighbours
from scraper.crawl.progress import Stop
from scraper.fetch.fetchers import FETCHERS
from scraper.job import Job, PoolSettings, Settings
from scraper.journal.journal import Journal
from scraper.journal.retention import recording_folder
from scraper.pool.pool import Pool, open_pool


@dataclass(frozen=True, slots=True)
class Options:
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


def open_crawl(
    job: Job, journal: Journal, options: Options, stop: Stop, httpcache: Path | None = None, *, keeps_parts: bool = True
) -> Engine:
    """Return the crawl of a job with what the command line asks of it; `httpcache`: where answers may be stored.

    `keeps_parts`: what is recorded of a page that a browser built are the exchanges that it was built of, not the page.
    """
    in_worker = job.settings.parse_in == "worker" and options.record is None
    keeps_parts = keeps_parts and options.record is not None
    pool = open_crawl_pool(job, options.replay, in_worker=in_worker, keeps_parts=keeps_parts)
    is_replay, record = options.replay is not None, recording_folder(options.record, journal.recall("run"))
    try:
        return Engine(
            job,
            journal,
            pool,
            is_replay=is_replay,
            record=record,
            limit=options.limit,
            stop=stop,
            cache_folder=httpcache if job.settings.httpcache_enabled else None,
            neighbours=options.neighbours,
        )
    except BaseException:
        pool.terminate()
        raise


def open_crawl_pool(job: Job, replay: Path | None, *, in_worker: bool, keeps_parts: bool = False) -> Pool:
    """Return the Pool that a job's settings ask for; `in_worker`: it reads the pages too."""
    settings, kinds = job.settings, dict(job.kinds) if in_worker else {}
    browsed = dict(job.kinds) if FETCHERS[settings.fetcher].open_browser else None
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
            keeps_parts,
        ),
        address=settings.pool.address or "",
        rest_limit_s=settings.regex_timeout + settings.parse_timeout if in_worker else math.inf,
    )


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
