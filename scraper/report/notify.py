"""Run the operator's commands: after a run that did not go well, and after one with changes. They may fail."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator

from scraper.export.books import Changes
from scraper.job import Job
from scraper.report.accounts import Exit, Report

FAILURES = frozenset({Exit.ERROR, Exit.INCOMPLETE, Exit.REJECTED})
"""The outcomes that the command is run for; an interrupted run has its operator already."""
TIME_LIMIT_S = 60.0
TOLD_BYTES = 2000
BLOCK = 1 << 20
log = logging.getLogger("scraper")


def notify(job: Job, report: Report, summary: bytes, *, limit_s: float = TIME_LIMIT_S) -> None:
    """Run `on_failure` if the run failed: the summary on its standard input, name and exit code in its environment.

    No shell: nothing of a page is ever part of a command line.
    """
    if report.exit_code in FAILURES:
        _call("on_failure", job.on_failure, report, [summary], {}, limit_s)


def notify_of_changes(job: Job, report: Report, changes: Changes, *, limit_s: float = TIME_LIMIT_S) -> None:
    """Run `on_change` if there are any: their lines on its standard input, name and counts in its environment."""
    if job.on_change and any(changes.counts.values()):
        counts = {f"SCRAPER_{change.upper()}": str(count) for change, count in changes.counts.items()}
        _call("on_change", job.on_change, report, _lines_of(changes), counts, limit_s)


def _lines_of(changes: Changes) -> Iterator[bytes]:
    left = changes.end - changes.start
    with changes.path.open("rb") as lines:
        lines.seek(changes.start)
        while left and (block := lines.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _call(
    key: str, words: tuple[str, ...], report: Report, given: Iterable[bytes], more: dict[str, str], limit_s: float
) -> None:
    """Run a command, if there is one, and log what comes of it; `key`: what it is called in the config."""
    if not words:
        return
    env = {**os.environ, "SCRAPER_NAME": report.name, "SCRAPER_EXIT_CODE": str(int(report.exit_code)), **more}
    try:
        outcome, text = _run(words, given, env, limit_s)
    except (OSError, ValueError) as error:
        outcome, text = f"cannot be run: {getattr(error, 'strerror', None) or error}", ""
    if outcome:
        log.error("%s: %s %s%s", key, words[0], outcome, f": {text}" if text else "")
    elif text:
        log.info("%s: %s", key, text)


def _run(words: tuple[str, ...], lines: Iterable[bytes], env: dict[str, str], limit_s: float) -> tuple[str, str]:
    """Run a command; return what went wrong, nothing if it went well, and what it said."""
    # Files instead of pipes: it may leave its input unread, or leave somebody behind who keeps its output open.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.writelines(lines)
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
