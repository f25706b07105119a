"""Run the operator's command after a run that did not go well. It may fail; the run's exit code stays."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import tempfile

from scraper.job import Job
from scraper.report.accounts import Exit, Report

FAILURES = frozenset({Exit.ERROR, Exit.INCOMPLETE, Exit.REJECTED})
"""The outcomes that the command is run for; an interrupted run has its operator already."""
TIME_LIMIT_S = 60.0
TOLD_BYTES = 2000
log = logging.getLogger("scraper")


def notify(job: Job, report: Report, summary: bytes, *, limit_s: float = TIME_LIMIT_S) -> None:
    """Run `on_failure` if the run failed: the summary on its standard input, name and exit code in its environment.

    No shell: nothing of a page is ever part of a command line.
    """
    if not job.on_failure or report.exit_code not in FAILURES:
        return
    env = {**os.environ, "SCRAPER_NAME": job.name, "SCRAPER_EXIT_CODE": str(int(report.exit_code))}
    try:
        outcome, text = _run(job.on_failure, summary, env, limit_s)
    except (OSError, ValueError) as error:
        outcome, text = f"cannot be run: {getattr(error, 'strerror', None) or error}", ""
    if outcome:
        log.error("on_failure: %s %s%s", job.on_failure[0], outcome, f": {text}" if text else "")
    elif text:
        log.info("on_failure: %s", text)


def _run(words: tuple[str, ...], summary: bytes, env: dict[str, str], limit_s: float) -> tuple[str, str]:
    """Run a command; return what went wrong, nothing if it went well, and what it said."""
    # Files instead of pipes: it may leave its input unread, or leave somebody behind who keeps its output open.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(summary)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - the operator's own words
            words, stdin=given, stdout=said, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
        try:
            code = process.wait(limit_s)
            outcome = f"ended with {code}" if code else ""
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            outcome = f"was stopped after {limit_s:g} s"
        said.seek(0)
        return outcome, said.read(TOLD_BYTES).decode("utf-8", "replace").strip()
