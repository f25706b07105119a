"""The crawl of a job, with what the command line asks of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import plan, work
from scraper.crawl import Crawl
from scraper.job import Job, PoolSettings, Settings
from scraper.journal import Journal
from scraper.pool import Pool, open_pool
from scraper.progress import Stop
from scraper.retention import recording_folder


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


AS_CONFIGURED = Options()


def open_crawl(job: Job, journal: Journal, options: Options, stop: Stop) -> Crawl:
    """Return the crawl of a job with what the command line asks of it."""
    in_worker = job.settings.parse_in == "worker" and options.record is None
    pool = open_crawl_pool(job, options.replay, in_worker=in_worker)
    is_replay, record = options.replay is not None, recording_folder(options.record, journal.recall("run"))
    try:
        return Crawl(job, journal, pool, is_replay=is_replay, record=record, limit=options.limit, stop=stop)
    except BaseException:
        pool.terminate()
        raise


def open_crawl_pool(job: Job, replay: Path | None, *, in_worker: bool) -> Pool:
    """Return the Pool that a job's settings ask for; `in_worker`: it reads the pages too."""
    settings, kinds = job.settings, dict(job.kinds) if in_worker else {}
    return open_pool(
        settings.pool.engine,
        concurrency=settings.concurrent_requests,
        processes=settings.pool.processes,
        start_method=settings.pool.start_method,
        initializer=work.open_worker,
        initargs=(settings, replay, plan.named_hosts(job), kinds, plan.reads_params(job), job.secrets),
        address=settings.pool.address or "",
        rest_limit_s=settings.regex_timeout + settings.parse_timeout if in_worker else math.inf,
    )


def for_replay(job: Job) -> Job:
    """Return the job as it runs on recorded pages: nobody needs to be spared, and no cluster need see the folder."""
    pool = job.settings.pool
    settings: Settings = replace(
        job.settings,
        download_delay=0.0,
        concurrent_requests_per_domain=job.settings.concurrent_requests,
        pool=PoolSettings() if pool.engine == "dask" else pool,
    )
    return replace(job, settings=settings)
