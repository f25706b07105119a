"""The entry: argv → a run or a verb → the exit code."""

from __future__ import annotations

import os
import sys

import click

from scraper.cli import VERBS, verbs
from scraper.cli.console import Console
from scraper.cli.run import program
from scraper.errors import Busy, ConfigError, NothingToAccept, ReplayError, ScraperError
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
    try:
        return int(program.main(arguments, prog_name="scraper", standalone_mode=False, obj=console) or 0)
    except click.Abort:  # Ctrl-C where no run listens to it: click makes this of it
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except ConfigError as error:
        console.tell(str(error))
        count = len(error.problems)
        console.tell(f"{count} mistake{'s' if count > 1 else ''} in the configuration; nothing was fetched")
        return Exit.CONFIG
    except Busy as error:
        console.tell(str(error))
        return Exit.BUSY
    except (NothingToAccept, ReplayError) as error:
        console.tell(str(error))
        return Exit.USAGE
    except ScraperError as error:
        console.tell(str(error))
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
