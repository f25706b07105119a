"""What is done at the end of a run: judge it by the runs before it, leave its report wherever that is looked for."""

from __future__ import annotations

import contextlib
import logging

import orjson
from msgspec.structs import asdict, replace

from scraper.errors import OutputError
from scraper.export.books import Changes
from scraper.export.tally import Tally
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.journal.workspace import Workspace, write_whole
from scraper.report.accounts import Accounts, Alarm, Report, count_fields, count_kinds
from scraper.report.baseline import read_baseline, read_past, write_baseline
from scraper.report.excerpts import save_excerpts
from scraper.report.expectations import find_breaches, sort_out
from scraper.report.history import open_history
from scraper.report.kept_pages import keep
from scraper.report.losses import find_losses
from scraper.report.notify import notify, notify_of_changes
from scraper.report.open_rows import count_rows, tell_rows
from scraper.report.shapes import find_shapes

Alarms = tuple[Alarm, ...]
log = logging.getLogger("scraper")


def judge(
    job: Job, workspace: Workspace, run: str, accounts: Accounts, tally: Tally, journal: Journal
) -> tuple[Alarms, Alarms, list[str]]:
    """Return the alarms of a run and the misses that are none yet, each with an excerpt of a page; and notes."""
    last_good, notes = read_baseline(workspace.last_good)
    notes += tell_rows(count_rows(job, journal), last_good and last_good.get("rows"))
    past, more = read_past(workspace.history, last_good, run, job.digest)
    notes += more
    pages = journal.figures()
    lost, came = find_losses(job, pages, tally), count_kinds(job, pages)
    fields, shapes = count_fields(job, tally), find_shapes(job, tally)
    breaches = find_breaches(job.expect, accounts, tally, fields, past, lost, came, job.kinds_of_rules(), shapes)
    try:
        breaches = save_excerpts(workspace.excerpts, job, run, breaches, accounts, journal)
    except OutputError as error:
        notes.append(str(error))
    return (*sort_out(breaches, job.expect, past, tally.records.total()), notes)


def _with_mend(result: Report) -> Report:
    """Return a report as the history has it: it knows of no mend but as a note."""
    return replace(result, notes=(*result.notes, str(result.mend))) if result.mend else result


def leave(
    result: Report,
    tally: Tally,
    job: Job,
    workspace: Workspace,
    afterwards: contextlib.ExitStack,
    journal: Journal,
    *,
    is_whole: bool,
    is_own: bool,
    changes: Changes | None = None,
) -> None:
    """Leave a report as JSON and in the history, and let the operator's command have it when the locks are released.

    `is_whole`: the run was no trial; `is_own`: its output is that of the config; `changes`: its own, published.
    """
    data = orjson.dumps(result, default=asdict, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    is_good = result.is_published and is_own and not result.misses
    if is_whole:
        afterwards.pop_all()  # of two reports of one run the later counts
        afterwards.callback(notify, job, result, data)
        if changes is not None:
            afterwards.callback(notify_of_changes, job, result, changes)
        samples = {rule.name: tally.samples[rule.name] for rule in job.published_rules()}
        try:
            with open_history(workspace.history) as history:
                history.add(_with_mend(result), is_good=is_good, samples=samples if is_own else {})
        except OutputError as error:
            log.error("%s", error)  # noqa: TRY400 - no trace; no run fails for its history
    write_whole(workspace.last_run, data)
    if is_good:
        write_baseline(workspace.last_good, data)
        keep(workspace.good_pages, job, journal, "best")
