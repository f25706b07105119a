"""Find the journal to work with: a fresh one, or with `--resume` the one of a run that is not over.

A run is not over if it crashed or was interrupted, or if it ended just now and some of its pages failed: these are
tried again. One that ended long ago is over, so that cron may always pass `--resume`. A journal that is damaged beyond
its pages, or is none, is set aside.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from datetime import UTC, datetime

from scraper.errors import DamagedJournal, NothingToAccept
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
        try:
            journal, note = _reopen(workspace, job, digest, is_resuming=is_resuming)
        except DamagedJournal as error:
            aside = workspace.set_journal_aside(_run_id(time.time()))
            journal, note = None, f"{error}; it is set aside as {aside}; this run starts fresh"
        notes += [note] if note else []
        if journal:
            return journal, notes
    return _begin(workspace, job, digest), notes


def _reopen(workspace: Workspace, job: Job, digest: str, *, is_resuming: bool) -> tuple[Journal | None, str]:
    """Return the journal that is there if it can be gone on with, else put it away; and what is to be told."""
    with contextlib.ExitStack() as ended:
        journal = ended.enter_context(Journal(workspace.journal, job.secrets))
        is_same = journal.is_current and journal.recall("digest") == digest
        if is_resuming and is_same and (note := _continue(journal, Target(job, journal, workspace))):
            ended.pop_all()
            return journal, note
        is_over = journal.recall("state") in ("finished", None)  # None: the disk was full before it began
        if journal.is_current:
            journal.cookies.forget()
        run_id, is_good = journal.recall("run") or "unknown", journal.is_current and journal.recall("good") == "1"
    if is_over and is_good:
        workspace.keep_good_journal()
    elif is_over:
        workspace.drop_journal()
    if is_over:
        return None, ""
    aside = workspace.set_journal_aside(run_id)
    why = "its config or its params have changed" if is_resuming else "--resume was not given"
    return None, f"run {run_id} was never finished; {why}, so it is set aside as {aside}; this run starts fresh"


def open_rejected(workspace: Workspace, job: Job) -> Journal:
    """Return the journal of the last run if that was rejected and is over, or raise NothingToAccept."""
    if not workspace.journal.exists():
        raise NothingToAccept(f"{job.name}: there is nothing to accept: {workspace.journal} is not there")
    with contextlib.ExitStack() as ended:
        try:
            journal = ended.enter_context(Journal(workspace.journal, job.secrets))
            _check_rejected(journal, job)
            if count := journal.mend():
                raise NothingToAccept(f"{workspace.journal}: {count} pages of it are damaged: run again")
        except DamagedJournal as error:
            raise NothingToAccept(f"{error}: run again") from error
        ended.pop_all()
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
    if journal.recall("state") != "finished":
        return f"resumed run {target.run}{_mended(journal)}"
    ended = float(journal.recall("ended") or 0)
    if not 0 <= time.time() - ended <= RETRY_WITHIN_S or target.is_changed:
        return None
    mended, count = _mended(journal), journal.retry_failed()
    if not (mended or count):
        return None
    journal.remember(state="crawling")
    return f"resumed run {target.run}: {count} failed pages are tried again{mended}"


def _mended(journal: Journal) -> str:
    """Make pages pending whose rows are damaged, and return what to tell of them, nothing where there are none."""
    count = journal.mend()
    return f"; what the journal held of {count} pages was damaged, they are fetched again" if count else ""


def _begin(workspace: Workspace, job: Job, digest: str) -> Journal:
    journal, started = Journal(workspace.journal, job.secrets), time.time()
    run_id = _run_id(started)
    journal.remember(started=repr(started), run=run_id, digest=digest, job=job.digest, state="crawling")
    return journal


def _run_id(started: float) -> str:
    """Return the name of a run that starts now: its time to the millisecond."""
    return f"{datetime.fromtimestamp(started, UTC):%Y%m%dT%H%M%S.%f}"[:-3] + "Z"
