"""`scraper CONFIG`: the main job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from scraper import runner
from scraper.cli.console import Console
from scraper.cli.options import (
    load_job,
    log_format_option,
    metrics_option,
    output_option,
    quiet_option,
    record_option,
    replay_option,
    settings_option,
    verbose_option,
)
from scraper.cli.program import ConfigOrVerb, Program
from scraper.cli.signals import run_with_signals
from scraper.cli.terminal import is_terminal, progress_shown, show
from scraper.crawl.launch import Options
from scraper.crawl.neighbours import Neighbours
from scraper.crawl.progress import Stop
from scraper.job.version import __version__
from scraper.report.accounts import Report

CONFIGS = ConfigOrVerb(exists=True, dir_okay=False, path_type=Path)
NAME = "{name}"
EPILOG = (
    "Exit codes: 0 all well; 1 could not run to its end; 2 usage; 3 published, some pages failed; 4 an expectation is"
    " broken, not published; 75 another run holds the output; 78 configuration; 130/143 interrupted, resumable."
)


@click.command(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
@click.argument(
    "config_paths",
    metavar="CONFIG",
    nargs=-1,
    required=True,
    type=CONFIGS,
    callback=CONFIGS.check_one,
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Run N of several CONFIGs at a time.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished run; without one, run as usual.")
@replay_option
@record_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fetch only the first N start URLs; the records go to the rejected place unless --output is given.",
)
@output_option
@metrics_option
@settings_option
@verbose_option
@quiet_option
@log_format_option
@click.version_option(__version__, prog_name="scraper")
@click.pass_obj
def program(
    console: Console,
    /,
    config_paths: tuple[Path, ...],
    jobs: int,
    settings: Mapping[str, str],
    verbose: bool,
    quiet: bool,
    log_format: str,
    **asked: Any,
) -> int:
    """Fetch the pages that each CONFIG names and publish their records."""
    console.set_up(verbose=verbose, quiet=quiet, log_format=log_format)
    options, paths = Options(**asked), each_once(config_paths)
    if len(paths) == 1:
        return run(console, paths[0], settings, options).exit_code
    from scraper.cli.jobs import run_jobs

    for name in ("output", "record", "metrics"):
        if asked[name] is not None and NAME not in str(asked[name]):
            what = f"--{name} {asked[name]}: {len(paths)} configs would write to one place"
            raise click.UsageError(f"{what}; put {NAME} into it, which stands for each job's name")

    def work(path: Path, neighbours: Neighbours) -> Report:
        return run(console, path, settings, replace(options, neighbours=neighbours))

    return run_jobs(console, paths, settings, work, at_once=jobs)


def run(console: Console, path: Path, settings: Mapping[str, str], options: Options) -> Report:
    """Run a config, tell how it went and return the report."""
    job = load_job(console, path, settings)
    console.warn(job.warnings)
    options = replace(
        options,
        record=place(options.record, job.name),
        replay=place(options.replay, job.name),
        metrics=place(options.metrics, job.name),
    )

    def crawl(stop: Stop) -> Report:
        with progress_shown(job.name, is_bar=is_terminal() and not console.is_quiet) as show_progress:
            return runner.run(job, options, stop=stop, on_progress=show_progress)

    report = run_with_signals(crawl)
    show(report, console)
    return report


def each_once(paths: Iterable[Path]) -> list[Path]:
    """Return the files in their order, one that is named twice (`a.yaml *.yaml`) once."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(path.resolve(), path)
    return list(found.values())


def place(path: Path | None, name: str) -> Path | None:
    """Return a path of the command line for the job of this name. `--output` is read by what reads the config's."""
    return None if path is None else Path(str(path).replace(NAME, name))
