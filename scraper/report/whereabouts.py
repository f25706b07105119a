"""Say of one run what was planned, what came of it, and where that went which the last good run had."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.errors import DamagedJournal, OutputError
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.journal.missing import Missing
from scraper.journal.workspace import Workspace
from scraper.report.history import PastRun, read_history

LAST = "last"
"""What the last run may be called."""


def explain(job: Job, name: str) -> Iterator[str]:
    """Yield what is known of a run, a line each. Raises OutputError where there is no such run."""
    workspace = Workspace(job)
    with read_history(workspace.history) as history:
        run = history.run(name if name != LAST else None)
    if run is None:
        raise OutputError(f"{job.name}: there is no run {name} in {workspace.history}")
    yield from _figures(run)
    if not workspace.journal.exists() or _run_of(workspace, job) != run.run:
        yield "its pages are not there any more: only those of the last run are kept"
    elif not workspace.good_journal.exists():
        yield "there is no good run before it whose pages are kept"
    else:
        try:
            with Missing(workspace.journal, workspace.good_journal, job.secrets) as missing:
                yield from _missing(job, missing)
        except DamagedJournal as error:
            yield f"the last good run cannot be compared: {error}"


def _run_of(workspace: Workspace, job: Job) -> str | None:
    with Journal(workspace.journal, job.secrets) as journal:
        return journal.recall("run")


def _figures(run: PastRun) -> Iterator[str]:
    ended = f"fetched {run.fetched} + failed {run.failed} + skipped {run.skipped} + unfinished {run.unfinished}"
    yield f"run {run.run}, exit {run.exit_code}: {run.records} records"
    yield f"pages planned {run.planned} = {ended}"
    yield from (f"kind {kind.name}: {kind.pages} pages, {kind.links} links" for kind in run.kinds)
    yield from (f"lost {loss}" for loss in run.losses)
    yield from (f"ALARM {alarm.name}: {alarm.message}" for alarm in run.alarms)
    yield from (f"MISS {miss.name}: {miss.message}" for miss in run.misses)


def _missing(job: Job, missing: Missing) -> Iterator[str]:
    """Yield what the last good run had and this one has not."""
    is_whole = not missing.damaged
    if missing.damaged:
        yield f"{missing.damaged} pages of the last good run are damaged, and not compared"
    for pages in missing.pages():
        is_whole = False
        yield f"missing {pages.pages} pages of {pages.kind}, {pages.cause}; such as {pages.example}"
    for kind in job.kinds.values():
        for number, rule in enumerate(kind.rules):
            if rule.key and (gone := missing.records(kind.name, number, rule.name, rule.key)):
                is_whole = False
                yield f"missing {gone.records} of {gone.of} records of {gone.rule}, such as:"
                yield from (f"    {key} of {url}" for key, url in gone.examples)
    if is_whole:
        yield "nothing is missing that the last good run had"
