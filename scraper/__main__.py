"""`python -m scraper CONFIG`: the workers' server starts while the command line is read, for both take a while."""

from __future__ import annotations

import sys

NO_RUN = {
    "--check",
    "--preview",
    "--init",
    "--schema",
    "--help",
    "-h",
    "--version",
    "--accept",
    "--history",
    "--report",
}


def main() -> None:
    """Run the command line and exit with its code."""
    if not sys.argv[1:] or NO_RUN.intersection(sys.argv):
        from scraper import cli

        cli.main()
    from scraper.pool import worker

    worker.start_server("scraper.preload")
    try:
        from scraper import cli

        cli.main()
    finally:
        worker.stop_server()


if __name__ == "__main__":
    main()
