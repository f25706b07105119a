"""What became of a command: its exit code, every expected error told in a line."""

from __future__ import annotations

from collections.abc import Callable

from scraper.cli.console import Console
from scraper.errors import Busy, ConfigError, NothingToAccept, ReplayError, ScraperError, shortage
from scraper.report.accounts import Exit


def code_of(console: Console, work: Callable[[], int]) -> int:
    """Do the work and return its exit code, or that of the error which it raises."""
    try:
        return work()
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
        if cause := shortage(error):
            console.tell(f"this machine is too small for the run: {cause}: {error or type(error).__name__}")
        else:
            console.tell_bug(error)
        return Exit.ERROR
