"""`scraper CONFIG`: the main job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

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
from scraper.crawl.progress import Stop
from scraper.job.version import __version__
from scraper.report.accounts import Report

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
@click.argument("config_path", metavar="CONFIG", type=ConfigOrVerb(exists=True, dir_okay=False, path_type=Path))
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
    config_path: Path,
    settings: Mapping[str, str],
    verbose: bool,
    quiet: bool,
    log_format: str,
    **options: Any,
) -> int:
    """Fetch the pages that CONFIG names and publish their records."""
    console.set_up(verbose=verbose, quiet=quiet, log_format=log_format)
    job = load_job(console, config_path, settings)
    console.warn(job.warnings)

    def crawl(stop: Stop) -> Report:
        with progress_shown(job.name, is_bar=is_terminal() and not quiet) as show_progress:
            return runner.run(job, Options(**options), stop=stop, on_progress=show_progress)

    report = run_with_signals(crawl)
    show(report, console)
    return report.exit_code
