"""Find the journal to work with: a fresh one, or with `--resume` the one of a run that is not over.

A run is not over if it crashed or was interrupted, or if it ended just now and some of its pages failed: these are
tried again. One that ended long ago is over, so that cron may always pass `--resume`.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime

from scraper.errors import NothingToAccept
from scraper.export.target import Target
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.journal.workspace import Workspace

RETRY_WITHIN_S = 3600.0
"""How long after its end a run's failed pages can be tried again."""


def open_journal(workspace: Workspace, job: Job, *, is_resuming: bool, part: str) -> tuple[Journal, list[str]]:
    """Return the journal to work with, and what to tell about the one that lay there.

    `part` tells apart runs of one job that must not go on with each other: over a part of the pages, or recorded ones.
    """
    digest = hashlib.sha256(f"{job.digest} {part}".encode()).hexdigest()
    notes: list[str] = []
    if workspace.journal.exists():
        journal = Journal(workspace.journal, job.secrets)
        is_same = journal.is_current and journal.recall("digest") == digest
        if is_resuming and is_same and (note := _continue(journal, Target(job, journal, workspace))):
            return journal, [note]
        is_over = journal.recall("state") in ("finished", None)  # None: the disk was full before it began
        run_id, is_good = journal.recall("run") or "unknown", journal.is_current and journal.recall("good") == "1"
        journal.close()
        if is_over and is_good:
            workspace.keep_good_journal()
        elif is_over:
            workspace.drop_journal()
        else:
            aside = workspace.set_journal_aside(run_id)
            why = "its config or its params have changed" if is_resuming else "--resume was not given"
            notes.append(
                f"run {run_id} was never finished; {why}, so it is set aside as {aside}; this run starts fresh"
            )
    return _begin(workspace, job, digest), notes


def open_rejected(workspace: Workspace, job: Job) -> Journal:
    """Return the journal of the last run if that was rejected and is over, or raise NothingToAccept."""
    if not workspace.journal.exists():
        raise NothingToAccept(f"{job.name}: there is nothing to accept: {workspace.journal} is not there")
    journal = Journal(workspace.journal, job.secrets)
    try:
        _check_rejected(journal, job)
    except NothingToAccept:
        journal.close()
        raise
    return journal


def _check_rejected(journal: Journal, job: Job) -> None:
    run = f"{job.name}: run {journal.recall('run')}"
    if not journal.is_current:
        raise NothingToAccept(f"{run} was made by another version of the program: run again")
    if journal.recall("state") != "finished":
        raise NothingToAccept(f"{run} was never finished, so there is nothing to accept: --resume goes on with it")
    if journal.recall("published"):
        raise NothingToAccept(f"{run} was published, so there is nothing to accept")
    if journal.recall("job") != job.digest:
        what = "its config, a param file, a variable or -s has changed"
        raise NothingToAccept(f"{run} was rejected, but {what} since: run again")


def _continue(journal: Journal, target: Target) -> str | None:
    """Make the journal ready to go on with; return what to tell, None if its run is over."""
    run_id = target.run
    if journal.recall("state") != "finished":
        return f"resumed run {run_id}"
    ended = float(journal.recall("ended") or 0)
    if not 0 <= time.time() - ended <= RETRY_WITHIN_S or target.is_changed or not (count := journal.retry_failed()):
        return None
    journal.remember(state="crawling")
    return f"resumed run {run_id}: {count} failed pages are tried again"


def _begin(workspace: Workspace, job: Job, digest: str) -> Journal:
    journal, started = Journal(workspace.journal, job.secrets), time.time()
    run_id = f"{datetime.fromtimestamp(started, UTC):%Y%m%dT%H%M%S.%f}"[:-3] + "Z"  # to the millisecond
    journal.remember(started=repr(started), run=run_id, digest=digest, job=job.digest, state="crawling")
    return journal
