"""The command line: argv, logging, progress, signals, exit codes. The only module that prints."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

import click
import orjson

from scraper import __version__, config, runner, summary
from scraper.errors import Busy, ConfigError, OutputError, ReplayError, ScraperError
from scraper.job import Job
from scraper.progress import Stop
from scraper.report import Exit, Report
from scraper.terminal import progress_shown, show_table

FOLDER = click.Path(file_okay=False, path_type=Path)
EPILOG = (
    "Exit codes: 0 all well; 1 could not run to its end; 2 usage; 3 published, some pages failed; 4 an expectation is"
    " broken, not published; 75 another run holds the output; 78 configuration; 130/143 interrupted, resumable."
)
log = logging.getLogger("scraper")


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
    help="Publish here instead of the config's output.path.",
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
    settings: tuple[str, ...],
    verbose: int,
    quiet: bool,
    log_format: str,
    **options: object,
) -> int:
    """Fetch the pages that CONFIG names and publish their records as JSON Lines."""
    if schema:
        click.echo(orjson.dumps(config.json_schema(), option=orjson.OPT_INDENT_2).decode())
        return Exit.OK
    set_up_logging(verbose, quiet=quiet, as_json=log_format == "json")
    if init is not None:
        if config_path is not None:
            raise click.UsageError(f"--init makes a config, so it takes none; got {config_path}.")
        return write_draft(init, overrides(settings), **options)  # type: ignore[arg-type]
    if config_path is None:
        hint = f" It stands before --preview, as in: scraper {preview} --preview" if preview else ""
        raise click.UsageError(f"Missing argument 'CONFIG'.{hint}")
    job = config.load_config(config_path, overrides(settings))
    if check:
        from scraper import explain

        say(explain.lines(job))
        return Exit.OK
    for warning in job.warnings:
        log.warning("%s", warning)
    if preview is not None:
        return show_preview(job, preview, **options)  # type: ignore[arg-type]
    report = run_with_signals(job, runner.Options(**options), is_quiet=quiet)  # type: ignore[arg-type]
    show(report, quiet=quiet, as_json=log_format == "json")
    return report.exit_code


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    open_standard_files()
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code; every expected error is told in a line."""
    try:
        return int(command.main(arguments, prog_name="scraper", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except click.Abort:  # Ctrl-C where no run is going on: click makes this of it
        return Exit.INTERRUPTED
    except ConfigError as error:
        tell(str(error))
        count = len(error.problems)
        tell(f"{count} mistake{'s' if count > 1 else ''} in the configuration; nothing was fetched")
        return Exit.CONFIG
    except Busy as error:
        tell(str(error))
        return Exit.BUSY
    except ReplayError as error:
        tell(str(error))
        return Exit.USAGE
    except (OutputError, ScraperError) as error:
        tell(str(error))
        return Exit.ERROR


def open_standard_files() -> None:
    """Open what the caller has closed of stdin, stdout and stderr: else the journal would become one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def tell(text: str) -> None:
    """Print to stderr, whatever its encoding and even if it is closed."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def is_terminal() -> bool:
    """Return whether somebody watches stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


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
    from scraper.authoring import preview, show

    is_good, lines = preview.preview(job, target, replay, show.screen_of(sys.stdout))
    say(lines)
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


def run_with_signals(job: Job, options: runner.Options, *, is_quiet: bool) -> Report:
    """Run the job so that SIGINT and SIGTERM stop it in order, a second SIGINT at once."""
    stop = Stop()

    def ask(number: int, _: FrameType | None) -> None:
        if stop.signal == number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.request(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with progress_shown(job.name, is_bar=is_terminal() and not is_quiet) as show_progress:
            return runner.run(job, options, stop=stop, on_progress=show_progress)
    except KeyboardInterrupt:
        raise SystemExit(int(Exit.INTERRUPTED)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --------------------------------------------------------------------------- what it says


def show(report: Report, *, quiet: bool, as_json: bool) -> None:
    """Print the summary to stderr: a table on a terminal, plain lines from cron, one object for machines."""
    if quiet and report.exit_code == Exit.OK:
        return
    if as_json:
        tell(orjson.dumps({"event": "report", **orjson.loads(orjson.dumps(report))}).decode())
    elif is_terminal():
        show_table(report)
    else:
        tell("\n".join(summary.lines(report)))


class JsonFormatter(logging.Formatter):
    """One JSON object a log line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as {"time", "level", "message"}."""
        entry = {"time": stamp(record), "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(entry).decode()


class TextFormatter(logging.Formatter):
    """Time in UTC, level, message: made for grep."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        return f"{stamp(record)} {record.levelname} {record.getMessage()}"


def stamp(record: logging.LogRecord) -> str:
    """Return a log record's time as RFC 3339 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))


def set_up_logging(verbose: int, *, quiet: bool, as_json: bool) -> None:
    """Send the program's log to stderr."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr) if sys.stderr else logging.NullHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    log.handlers[:] = [handler]
    log.propagate = False
    log.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)
