"""What a person sees: the summary of a run on stderr, the last runs on stdout."""

from __future__ import annotations

import sys

import click
import orjson

from scraper import summary
from scraper.console import Console
from scraper.history import PastRun
from scraper.report import Exit, Report


def is_terminal() -> bool:
    """Return whether somebody watches stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


def show(report: Report, console: Console, *, quiet: bool, as_json: bool) -> None:
    """Print the summary to stderr: a table on a terminal, plain lines from cron, one object for machines."""
    if quiet and report.exit_code == Exit.OK:
        return
    if as_json:
        console.print(orjson.dumps({"event": "report", **orjson.loads(orjson.dumps(report))}).decode())
    elif is_terminal():
        show_table(report)
    else:
        console.tell("\n".join(summary.lines(report)))


def show_table(report: Report) -> None:
    """Print the summary as a table of fields, the alarms in red, the outcome last."""
    from rich.console import Console as RichConsole
    from rich.table import Table
    from rich.text import Text

    console = RichConsole(stderr=True, highlight=False)
    table = Table("rule", "field", "filled", "malformed", "such as")
    for entry in report.fields:
        share = f"{entry.filled}/{entry.records}"
        table.add_row(*map(Text, (entry.rule, entry.name, share, str(entry.malformed or ""), entry.example)))
    console.print(table)
    for line in summary.lines(report):
        if not line.startswith("field "):
            console.print(Text(line, style="bold red" if line.startswith("ALARM") else ""))


def show_history(name: str, runs: list[PastRun]) -> None:
    """Print the last runs to stdout, whatever its encoding, one a line and their alarms below them."""
    text = "\n".join(summary.history_lines(name, runs))
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding))
