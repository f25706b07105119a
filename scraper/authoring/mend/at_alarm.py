"""At an alarm look for the mend in a process of its own: a search that fails or takes too long costs a run nothing."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import orjson

from scraper.errors import OutputError
from scraper.job import Job
from scraper.journal.workspace import Workspace
from scraper.report.accounts import Alarm
from scraper.report.kept_pages import Journal, keep
from scraper.report.proposed import Mend

TIME_LIMIT_S = 60.0
"""By the clock on the wall, which a busy machine lets run on; of computing the process has ten seconds."""
CHANGES = frozenset(
    {
        "min_records",
        "max_error_rate",
        "records_per_page",
        "compare_to_last",
        "field_coverage",
        "field_gone",
        "same_shape",
    }
)
"""Alarms that changed markup gives."""
log = logging.getLogger("scraper")


def look_for_mend(job: Job, workspace: Workspace, journal: Journal, alarms: tuple[Alarm, ...]) -> Mend | None:
    """Keep the pages that broke a run, and return what would mend its config; None if nothing would, or none is wanted.

    The mended config lies in the state folder then.
    """
    workspace.mended.unlink(missing_ok=True)
    is_blocked = any(alarm.name == "blocked" for alarm in alarms)
    if is_blocked or not any(alarm.name in CHANGES for alarm in alarms):
        return None
    try:
        count = keep(workspace.broken_pages, job, journal, "worst")
    except OutputError as error:
        log.error("%s", error)  # noqa: TRY400 - no trace; the alarm is what is to be told
        return None
    if not (job.mend and count and workspace.good_pages.exists() and job.path.exists()):
        return None
    return search(job, workspace.mended)


def search(job: Job, target: Path, *, limit_s: float = TIME_LIMIT_S) -> Mend | None:
    """Return what the process found that looks for a mend and writes it to a file; None if nothing, or not in time."""
    words = [sys.executable, "-m", "scraper.authoring.mend.search_process", str(job.path), str(target)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(words, capture_output=True, timeout=limit_s, env=env, check=False, start_new_session=True)  # noqa: S603
        found = orjson.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, orjson.JSONDecodeError) as error:
        log.debug("no mend was looked for: %s", error)
        return None
    return Mend(found["fields"], found["of"], str(target), str(job.path)) if found and found["fields"] else None
