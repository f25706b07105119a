"""A pool-based concurrent web scraper driven by configuration: YAML in, JSON Lines out.

    configs/maoyan.yaml ──> python -m scraper ──> output/maoyan.jsonl

For notebooks and schedulers:

    job = scraper.load_config("configs/maoyan.yaml")
    report = scraper.run(job)                   # publishes the output; report.exit_code says how it went
    for record in scraper.records(job): ...     # in plan order; writes no output

Neither sets signal handlers or logging. A newcomer's path: README → this → runner.py → models.py →
configs/maoyan.yaml beside parse/parser.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scraper.job.version import __version__

if TYPE_CHECKING:
    from scraper.job import Job
    from scraper.report.accounts import Report

__all__ = ["__version__", "load_config", "records", "run"]

# Imports stand in the functions: a worker process imports this package too, and needs none of them.


def load_config(path: str | Path, settings: Mapping[str, str] | None = None) -> Job:
    """Return the job that a YAML file describes, some of its settings changed; ConfigError with every mistake."""
    from scraper.config import load as config

    return config.load_config(path, settings or {})


def run(config: Job, **options: Any) -> Report:
    """Run a job and publish its output. Options: resume, replay, record, limit, output (see `launch.Options`)."""
    from scraper import runner
    from scraper.crawl import launch

    return runner.run(config, launch.Options(**_with_paths(options)))


def records(config: Job, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield the records of a job in plan order; abandoning the iterator ends its Pool.

    Options: replay, record, limit (see `launch.Options`).
    """
    from scraper import runner
    from scraper.crawl import launch

    return runner.records(config, launch.Options(**_with_paths(options)))


def _with_paths(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with paths for what was given as text."""
    return {name: Path(value) if isinstance(value, str) else value for name, value in options.items()}
