"""What a person sees: a bar while a run goes on, its summary on stderr, lines on stdout.

`rich` comes only where somebody watches.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import orjson
from msgspec.structs import asdict

from scraper.cli.console import Console
from scraper.crawl.progress import Progress
from scraper.report import summary
from scraper.report.accounts import Exit, Report

PROGRESS_EVERY_S = 30.0
BAR_EVERY_S = 0.1
RED = "bold red"
log = logging.getLogger("scraper")


def is_terminal() -> bool:
    """Return whether somebody watches stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextlib.contextmanager
def progress_shown(name: str, *, is_bar: bool) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows progress: a bar on stderr, or a log line every 30 s."""
    if not is_bar:
        yield every(PROGRESS_EVERY_S, lambda now: log.info("%s: %s", name, now))
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(name), BarColumn(), TextColumn("{task.fields[text]}"), TimeElapsedColumn())
    with Bar(*columns, console=RichConsole(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, text="")

        def update(now: Progress) -> None:
            bar.update(task, total=now.planned, completed=now.fetched + now.failed, text=str(now))

        yield every(BAR_EVERY_S, update)


def every(seconds: float, function: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a function that calls this one at most once in so many seconds, not at the start."""
    last = time.monotonic()

    def throttled(now: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            function(now)

    return throttled


def show(report: Report, console: Console) -> None:
    """Print the summary to stderr: a table on a terminal, plain lines from cron, one object for machines."""
    if console.is_quiet and report.exit_code == Exit.OK:
        return
    if console.is_json:
        console.print(orjson.dumps({"event": "report", **orjson.loads(orjson.dumps(report, default=asdict))}).decode())
    elif is_terminal():
        show_table(report)
    else:
        console.tell("\n".join(summary.lines(report)))


def show_table(report: Report) -> None:
    """Print the summary as a table of fields, the alarms and fields without a value in red, the outcome last."""
    from rich.console import Console as RichConsole
    from rich.table import Table
    from rich.text import Text

    console = RichConsole(stderr=True, highlight=False)
    table = Table("rule", "field", "filled", "malformed", "such as")
    for entry in report.fields:
        share = f"{entry.filled}/{entry.records}"
        cells = (entry.rule, entry.name, share, str(entry.malformed or ""), entry.example)
        is_empty = entry.records and not entry.filled
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells), style=RED if is_empty else "")
    console.print(table)
    for line in summary.lines(report):
        if not line.startswith("field "):  # lines are left to the terminal: a newline in a path is a part of none
            console.print(Text(line, style=RED if line.startswith("ALARM") else ""), soft_wrap=True)


def say(lines: Iterable[str]) -> None:
    """Print lines to stdout, whatever its encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    for line in lines:
        print(line)  # click would write UTF-8 to a stdout that is ASCII
