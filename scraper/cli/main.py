"""The entry: argv → a run or a verb → the exit code."""

from __future__ import annotations

import os
import sys

import click

from scraper.cli import VERBS, verbs
from scraper.cli.console import Console
from scraper.cli.outcomes import code_of
from scraper.cli.run import program
from scraper.report.accounts import Exit

for verb in VERBS:
    program.add_command(getattr(verbs, verb))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    open_standard_files()
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code; every expected error is told in a line."""
    console = Console()
    console.set_up()
    return code_of(console, lambda: run_program(console, arguments))


def run_program(console: Console, arguments: list[str] | None) -> int:
    """Run the command line and return the exit code, wrong words told."""
    try:
        return int(program.main(arguments, prog_name="scraper", standalone_mode=False, obj=console) or 0)
    except click.Abort:  # Ctrl-C where no run listens to it: click makes this of it
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return Exit.USAGE


def open_standard_files() -> None:
    """Open what the caller has closed of stdin, stdout and stderr: else the journal would become one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
