"""What there is to do with a config beside running it: a function for each verb, its docstring the help.

What only one verb needs is imported in it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from scraper import runner
from scraper.cli.console import Console
from scraper.cli.options import (
    CONFIG_FILE,
    FILE,
    config_argument,
    load_job,
    log_format_option,
    metrics_option,
    output_option,
    quiet_option,
    replay_option,
    settings_option,
)
from scraper.cli.signals import run_with_signals
from scraper.cli.terminal import say, show
from scraper.crawl.launch import Options
from scraper.export import schemas
from scraper.report import summary, whereabouts
from scraper.report.accounts import Exit

RUNS_TOLD = 20


@click.command()
@click.argument("page", type=click.Path())
@click.option("--output", type=FILE, metavar="FILE", help="Write it to this new file.")
@replay_option
@settings_option
@click.pass_obj
def init(console: Console, page: str, output: Path | None, replay: Path | None, settings: Mapping[str, str]) -> None:
    """Draft a config of a page.

    PAGE is a URL or a saved page; of a WARC, a WACZ or a HAR the first page.
    Its items, fields and next page are guessed and printed as a config to start with.
    """
    from scraper.authoring import init as drafts

    lines = drafts.draft(page, settings, output, replay)
    if output is None:
        say(lines)
    else:
        drafts.write_new(output, lines)
        console.tell(f"wrote {output}; to see what it reads: python -m scraper preview {output} {page}")


@click.command()
@config_argument
@click.argument("page", type=click.Path(), default="", metavar="[PAGE]")
@replay_option
@settings_option
@click.pass_obj
def preview(console: Console, config_path: Path, page: str, replay: Path | None, settings: Mapping[str, str]) -> int:
    """Show what a config reads of one page.

    PAGE is a URL or a saved page (of a WARC, a WACZ or a HAR the first), by default the first
    start URL of CONFIG. Its records are shown, and what each
    selector found. Nothing is written. Exits 4 if the page gives no record.
    """
    from scraper.authoring import preview as previews
    from scraper.authoring import preview_tables

    job = load_job(console, config_path, settings)
    console.warn(job.warnings)
    is_good, lines = previews.preview(job, page, replay, preview_tables.screen_of(sys.stdout))
    say(map(job.secrets.masked, lines))
    return Exit.OK if is_good else Exit.REJECTED


@click.command()
@config_argument
@click.argument("pages", nargs=-1, type=click.Path(), metavar="[PAGE]...")
@click.option(
    "--before",
    multiple=True,
    type=click.Path(),
    metavar="PAGE",
    help="A page that CONFIG reads, in place of those kept.",
)
@click.option("--output", type=FILE, metavar="FILE", help="Write the mended config to this file.")
@click.option("--write", is_flag=True, help="Mend CONFIG in its place; the old one stays beside it.")
@settings_option
@click.pass_obj
def mend(
    console: Console,
    config_path: Path,
    pages: tuple[str, ...],
    before: tuple[str, ...],
    output: Path | None,
    write: bool,
    settings: Mapping[str, str],
) -> int:
    """Propose a config that reads a site again that has changed.

    For each selector that lost what it read on the last good pages, the one that finds it on PAGE (URLs or saved pages;
    by default those that broke the last run), with its proof and the diff. Exits 0 if nothing is left broken, 3 if some
    of it is, 4 if nothing could be mended.
    """
    from scraper.authoring.mend import config_mend

    if write and output:
        raise click.UsageError("--write mends CONFIG in its place, --output writes another file: say one of them")
    job = load_job(console, config_path, settings)
    mended = config_mend.mend(job, config_mend.pages_of(job, pages, before))
    say(map(job.secrets.masked, mended.lines()))
    if write and not mended.is_config:
        say([f"{config_path} is left as it is: what was mended cannot be run; --output FILE keeps it"])
    elif (write or output) and mended.proposal.mended:
        beside = config_mend.write(mended, output)
        say([f"wrote {output}" if output else f"wrote {config_path}; the old one is {beside}"])
    return mended.exit_code


@click.command()
@config_argument
@settings_option
@click.pass_obj
def check(console: Console, config_path: Path, settings: Mapping[str, str]) -> None:
    """Tell the mistakes in a config or its plan.

    All mistakes at once, with file, line and column, or what would be fetched, how, and what is made of it. Nothing is
    fetched.
    """
    from scraper.authoring import explain

    say(explain.lines(load_job(console, config_path, settings)))


@click.command()
@config_argument
@output_option
@metrics_option
@settings_option
@quiet_option
@log_format_option
@click.pass_obj
def accept(
    console: Console,
    config_path: Path,
    settings: Mapping[str, str],
    quiet: bool,
    log_format: str,
    output: Path | None,
    metrics: Path | None,
) -> int:
    """Publish what the last run was not allowed to.

    The rejected records become the output, and their run counts as good. Nothing is fetched. --output and -s must be
    those of the run.
    """
    console.set_up(quiet=quiet, log_format=log_format)
    job = load_job(console, config_path, settings)
    console.warn(job.warnings)
    report = run_with_signals(lambda _: runner.accept(job, Options(output=output, metrics=metrics)))
    show(report, console)
    return report.exit_code


@click.command()
@config_argument
@click.option("--run", metavar="RUN", help="Say of this run (or `last`) what came of it, and what it misses and why.")
@click.pass_obj
def history(console: Console, config_path: Path, run: str | None) -> None:
    """Print the last runs of a config, or all about one of them."""
    job = load_job(console, config_path)
    if run is not None:
        say(whereabouts.explain(job, run))
        return
    say(summary.history_lines(job.name, runner.history(job, RUNS_TOLD)))


@click.command()
@click.argument("config_path", metavar="[CONFIG]", required=False, type=CONFIG_FILE)
@quiet_option
@click.pass_obj
def report(console: Console, config_path: Path | None, quiet: bool) -> None:
    """Write report.html: all configs on one page.

    It is written beside the output of CONFIG, for all configs that write there; without CONFIG, to output/.
    """
    from scraper.report.page import write

    target = write.write(load_job(console, config_path) if config_path else None)
    if not quiet:
        click.echo(target)


@click.command()
@click.argument("config_path", metavar="[CONFIG]", required=False, type=CONFIG_FILE)
@click.option("--for", "reader", type=click.Choice(list(schemas.READERS)), help="Who is to read them.")
@settings_option
@click.pass_obj
def schema(console: Console, config_path: Path | None, reader: str | None, settings: Mapping[str, str]) -> None:
    """Print the JSON Schema of configs, or of what one gives.

    With CONFIG: their columns and types, to paste into what reads them; json is a JSON Schema.
    """
    if config_path is None:
        if reader is not None:
            raise click.UsageError("--for needs a CONFIG, whose records it is about")
        from scraper.config.json_schema import json_schema

        click.echo(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode())
        return
    job = load_job(console, config_path, settings)
    say(map(job.secrets.masked, schemas.lines(job, reader or "json")))
