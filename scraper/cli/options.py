"""What more than one command takes: a config, settings, files, and how much is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from scraper.cli.console import Console
from scraper.config import load as config
from scraper.fetch import recorders
from scraper.job import Job

Command = TypeVar("Command", bound=Callable[..., Any])
CONFIG_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
ANYTHING = click.Path(path_type=Path)
NO_SETTINGS: Mapping[str, str] = {}


def pairs(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return the NAME=VALUE pairs of -s."""
    split = [text.partition("=") for text in texts]
    for name, equals, _value in split:
        if not (name and equals):
            raise click.UsageError(f"-s expects NAME=VALUE, got {name!r}")
    return {name: value for name, _, value in split}


def recordable(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Return the path of --record if something can be recorded there."""
    if path is not None and (why := recorders.check_target(path)):
        raise click.UsageError(f"--record: {why}")
    return path


config_argument = click.argument("config_path", metavar="CONFIG", type=CONFIG_FILE)
settings_option = click.option(
    "-s",
    "settings",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="Change one setting, such as -s download_delay=2; may be repeated.",
)
replay_option = click.option(
    "--replay",
    type=ANYTHING,
    metavar="PATH",
    help="Answer every request from recorded pages: a folder, a WARC, a WACZ or a HAR.",
)
record_option = click.option(
    "--record",
    type=ANYTHING,
    callback=recordable,
    metavar="PATH",
    help="Save every exchange in a folder, or in a WARC named x.warc.gz, that --replay reads.",
)
output_option = click.option(
    "--output", type=FILE, metavar="PATH", help="Publish here instead of the config's output.path; - is stdout."
)
metrics_option = click.option(
    "--metrics",
    type=FILE,
    metavar="FILE",
    help="Write the run's figures for Prometheus (node_exporter's textfile collector).",
)
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Tell of every page.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Tell only of what went wrong.")
log_format_option = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the log lines and of the summary on stderr.",
)


def load_job(console: Console, path: Path, settings: Mapping[str, str] = NO_SETTINGS) -> Job:
    """Return the job of a config and let the console know its secrets. Raises ConfigError."""
    job = config.load_config(path, settings)
    console.secrets = job.secrets
    return job
