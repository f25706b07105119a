"""`python -m scraper CONFIG`: the workers' server is forked off first, while there is little to copy."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path

from scraper.cli import VERBS
from scraper.errors import shortage

NO_RUN = {*VERBS, "-h", "--help", "--version"}
"""First words with which nothing is crawled."""
LOOKED_AT_BYTES = 1 << 16
"""Of each config, for words that tell what its workers will import."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        start()
    except (
        ImportError,
        MemoryError,
        OSError,
        SystemError,
    ) as error:  # while it imports; later ones are told by the command line
        if not (cause := shortage(error)):
            raise
        sys.exit(f"this machine is too small for the run: {cause}: {error or type(error).__name__}")


def start() -> None:
    """Start the workers' server if this is a run, then run the command line."""
    gc.disable()  # what is imported stays: looking it through again and again is a tenth of the start
    if not sys.argv[1:] or sys.argv[1] in NO_RUN:
        run_command_line()
    import scraper.worker  # what both sides of the fork need
    from scraper.pool import forkserver

    words = said(sys.argv[1:])
    if b"parse_in" in words:  # workers read pages: what that takes is there once for all, in time and in memory
        import scraper.parse.parser  # noqa: F401
        from scraper.parse.trees import parsers

        parsers.engine_of("html5")
    fetching = "scraper.fetch.curl_loop" if b"curl" in words else "scraper.fetch.adapter"
    forkserver.start_server(fetching, "scraper.crawl.preload")
    try:
        run_command_line()
    finally:
        forkserver.stop_server()


def said(arguments: list[str]) -> bytes:
    """Return the command line with the configs that it names: by its words it is guessed what is worth importing early.

    What is guessed wrong costs some time and memory, no more.
    """
    texts = [os.fsencode(argument) for argument in arguments]
    for path in map(Path, arguments):
        with contextlib.suppress(OSError):
            if path.suffix in (".yaml", ".yml") and path.is_file():  # nothing that is gone once it is read
                with path.open("rb") as file:
                    texts.append(file.read(LOOKED_AT_BYTES))
    return b" ".join(texts)


def run_command_line() -> None:
    """Import it, let the collector begin with what comes now, and run it."""
    from scraper.cli import main as cli

    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
