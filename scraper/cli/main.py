"""The command line: argv, progress, signals, exit codes. What it prints goes through the console and the terminal."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

import click
import orjson

from scraper import runner
from scraper.cli.console import Console
from scraper.cli.terminal import is_terminal, progress_shown, show, show_history
from scraper.config import load as config
from scraper.crawl.launch import Options
from scraper.crawl.progress import Stop
from scraper.errors import Busy, ConfigError, NothingToAccept, OutputError, ReplayError, ScraperError
from scraper.job import Job
from scraper.job.version import __version__
from scraper.report.accounts import Exit, Report

RUNS_TOLD = 20
FOLDER = click.Path(file_okay=False, path_type=Path)
EPILOG = (
    "Exit codes: 0 all well; 1 could not run to its end; 2 usage; 3 published, some pages failed; 4 an expectation is"
    " broken, not published; 75 another run holds the output; 78 configuration; 130/143 interrupted, resumable."
)
log = logging.getLogger("scraper")
console = Console()
tell = console.tell


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
@click.argument(
    "config_path", metavar="CONFIG", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", is_flag=True, help="Validate CONFIG and explain its plan; fetch nothing.")
@click.option(
    "--preview",
    is_flag=False,
    flag_value="",
    metavar="[URL|FILE]",
    help="Show what CONFIG reads of one page, by default its first start URL: records, and what each selector found.",
)
@click.option(
    "--init",
    metavar="URL|FILE",
    help="Print a config to start with, guessed from a page; --output PATH writes it to a new file.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the configuration language.")
@click.option("--accept", is_flag=True, help="Publish what the last run was not allowed to, and count it as good.")
@click.option("--history", is_flag=True, help="Print the last runs of CONFIG.")
@click.option(
    "--report", is_flag=True, help="Write report.html beside the output: all configs that write there, or to output/."
)
@click.option("--resume", is_flag=True, help="Go on with an unfinished run; without one, run as usual.")
@click.option("--replay", type=FOLDER, metavar="DIR", help="Answer every request from a folder of recorded pages.")
@click.option("--record", type=FOLDER, metavar="DIR", help="Save every exchange in a folder that --replay reads.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fetch only the first N start URLs; the records go to the rejected place unless --output is given.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PATH",
    help="Publish here instead of the config's output.path; - is stdout.",
)
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the run's figures for Prometheus (node_exporter's textfile collector).",
)
@click.option(
    "-s",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change one setting, such as -s download_delay=2; may be repeated.",
)
@click.option("-v", "--verbose", count=True, help="Tell of every page.")
@click.option("-q", "--quiet", is_flag=True, help="Tell only of what went wrong.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the log lines and of the summary on stderr.",
)
@click.version_option(__version__, prog_name="scraper")
def command(
    config_path: Path | None,
    check: bool,
    preview: str | None,
    init: str | None,
    schema: bool,
    accept: bool,
    history: bool,
    report: bool,
    settings: tuple[str, ...],
    verbose: int,
    quiet: bool,
    log_format: str,
    **options: object,
) -> int:
    """Fetch the pages that CONFIG names and publish their records."""
    if schema:
        from scraper.config.json_schema import json_schema

        click.echo(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode())
        return Exit.OK
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO
    console.take_log(log, level=level, as_json=log_format == "json")
    if init is not None:
        if config_path is not None:
            raise click.UsageError(f"--init makes a config, so it takes none; got {config_path}.")
        return write_draft(init, overrides(settings), **options)  # type: ignore[arg-type]
    if report:
        from scraper.report.page import write as reportpage

        target = reportpage.write(config.load_config(config_path, overrides(settings)) if config_path else None)
        if not quiet:
            click.echo(target)
        return Exit.OK
    if config_path is None:
        hint = f" It stands before --preview, as in: scraper {preview} --preview" if preview else ""
        raise click.UsageError(f"Missing argument 'CONFIG'.{hint}")
    job = config.load_config(config_path, overrides(settings))
    console.secrets = job.secrets
    if check:
        from scraper.authoring import explain

        say(explain.lines(job))
        return Exit.OK
    if history:
        show_history(job.name, runner.history(job, RUNS_TOLD))
        return Exit.OK
    for warning in job.warnings:
        log.warning("%s", warning)
    if preview is not None:
        return show_preview(job, preview, **options)  # type: ignore[arg-type]
    asked = Options(**options)  # type: ignore[arg-type]
    if accept and asked != Options(output=asked.output, metrics=asked.metrics):
        raise click.UsageError("--accept publishes the last run as it is; only --output and --metrics go with it")
    result = run_with_signals(job, asked, is_quiet=quiet, is_accepting=accept)
    show(result, console, quiet=quiet, as_json=log_format == "json")
    return result.exit_code


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    open_standard_files()
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code; every expected error is told in a line."""
    try:
        return int(command.main(arguments, prog_name="scraper", standalone_mode=False) or 0)
    except click.Abort:  # Ctrl-C where no run listens to it: click makes this of it
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except ConfigError as error:
        tell(str(error))
        count = len(error.problems)
        tell(f"{count} mistake{'s' if count > 1 else ''} in the configuration; nothing was fetched")
        return Exit.CONFIG
    except Busy as error:
        tell(str(error))
        return Exit.BUSY
    except (NothingToAccept, ReplayError) as error:
        tell(str(error))
        return Exit.USAGE
    except (OutputError, ScraperError) as error:
        tell(str(error))
        return Exit.ERROR
    except Exception as error:  # noqa: BLE001 (a bug, whose traceback may hold what it likes)
        console.tell_bug(error)
        return Exit.ERROR


def open_standard_files() -> None:
    """Open what the caller has closed of stdin, stdout and stderr: else the journal would become one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def overrides(settings: tuple[str, ...]) -> dict[str, str]:
    """Return the NAME=VALUE pairs of -s."""
    pairs = [text.partition("=") for text in settings]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise click.UsageError(f"-s expects NAME=VALUE, got {name!r}")
    return {name: value for name, _, value in pairs}


# --------------------------------------------------------------------------- for who writes a config


def show_preview(job: Job, target: str, *, replay: Path | None = None, **_: object) -> int:
    """Print what the config reads of one page; REJECTED if that is no record."""
    from scraper.authoring import preview
    from scraper.authoring import preview_tables as show

    is_good, lines = preview.preview(job, target, replay, show.screen_of(sys.stdout))
    say(map(job.secrets.masked, lines))
    return Exit.OK if is_good else Exit.REJECTED


def write_draft(target: str, settings: dict[str, str], *, output: Path | None = None, **_: object) -> int:
    """Print a config drafted of one page, or write it to a file that is not there yet."""
    from scraper.authoring import init

    lines = init.draft(target, settings, output)
    if output is None:
        say(lines)
    else:
        init.write_new(output, lines)
        tell(f"wrote {output}; to see what it reads: python -m scraper {output} --preview {target}")
    return Exit.OK


def say(lines: Iterable[str]) -> None:
    """Print lines to stdout, whatever its encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    for line in lines:
        click.echo(line)


# --------------------------------------------------------------------------- while it runs


def run_with_signals(job: Job, options: Options, *, is_quiet: bool, is_accepting: bool) -> Report:
    """Run the job so that SIGINT and SIGTERM stop it in order, a second SIGINT at once."""
    stop = Stop()

    def ask(number: int, _: FrameType | None) -> None:
        if stop.signal == number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.request(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if is_accepting:
            return runner.accept(job, options)
        with progress_shown(job.name, is_bar=is_terminal() and not is_quiet) as show_progress:
            return runner.run(job, options, stop=stop, on_progress=show_progress)
    except KeyboardInterrupt:
        raise SystemExit(int(Exit.INTERRUPTED)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
