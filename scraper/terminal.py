"""What a run shows on a terminal: a bar while it runs, a table of its report at the end. `rich` comes only then."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator

from scraper import summary
from scraper.progress import Progress
from scraper.report import Report

PROGRESS_EVERY_S = 30.0
BAR_EVERY_S = 0.1
log = logging.getLogger("scraper")


@contextlib.contextmanager
def progress_shown(name: str, *, is_bar: bool) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows progress: a bar on stderr, or a log line every 30 s."""
    if not is_bar:
        yield every(PROGRESS_EVERY_S, lambda now: log.info("%s: %s", name, summary.progress(now)))
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(name), BarColumn(), TextColumn("{task.fields[text]}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, text="")

        def update(now: Progress) -> None:
            bar.update(task, total=now.planned, completed=now.fetched + now.failed, text=summary.progress(now))

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


def show_table(report: Report) -> None:
    """Print the summary as a table of fields, the alarms in red, the outcome last."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    table = Table("rule", "field", "filled", "malformed", "such as")
    for entry in report.fields:
        share = f"{entry.filled}/{entry.records}"
        table.add_row(*map(Text, (entry.rule, entry.name, share, str(entry.malformed or ""), entry.example)))
    console.print(table)
    for line in summary.lines(report):
        if not line.startswith("field "):
            console.print(Text(line, style="bold red" if line.startswith("ALARM") else ""))
