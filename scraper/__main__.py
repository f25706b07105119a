"""`python -m scraper CONFIG`: the workers' server is forked off first, while there is little to copy."""

from __future__ import annotations

import gc
import sys

from scraper.cli import VERBS
from scraper.errors import shortage

NO_RUN = {*VERBS, "-h", "--help", "--version"}
"""First words with which nothing is crawled."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        start()
    except (ImportError, MemoryError, OSError) as error:  # while it imports; later ones are told by the command line
        if not (cause := shortage(error)):
            raise
        sys.exit(f"this machine is too small for the run: {cause}: {error or type(error).__name__}")


def start() -> None:
    """Start the workers' server if this is a run, then run the command line."""
    gc.disable()  # what is imported stays: looking it through again and again is a tenth of the start
    if not sys.argv[1:] or sys.argv[1] in NO_RUN:
        run_command_line()
    import scraper.worker  # noqa: F401 (what both sides of the fork need)
    from scraper.pool import forkserver

    forkserver.start_server("scraper.crawl.preload")
    try:
        run_command_line()
    finally:
        forkserver.stop_server()


def run_command_line() -> None:
    """Import it, let the collector begin with what comes now, and run it."""
    from scraper.cli import main as cli

    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
