"""Check what a run needs that is compared with earlier ones: keys, one place, fields that are there."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.config.near_words import did_you_mean
from scraper.export.partitions import OF_A_RUN
from scraper.job import STDOUT, Job
from scraper.job.yamldoc import Complaint, KeyPath


def check_books(job: Job) -> Iterator[Complaint]:
    """Yield what is wrong with `mode: update`, `changes` and what belongs to them."""
    if job.on_change and not job.output.changes:
        yield Complaint(("on_change",), "there are no changes to tell of; say output: {changes: true}")
    if not job.output.needs_ledger:
        return
    is_update = job.output.mode == "update"
    path: KeyPath = ("output", "mode") if is_update else ("output", "changes")
    what = "mode: update" if is_update else "changes: true"
    for rule in job.published_rules():
        if not rule.key:
            yield Complaint(path, f"{what} needs a `key` in every rule, which tells its records apart: {rule.name!r}")
    if is_update:
        yield from _check_update(job)
    known = {name for rule in job.published_rules() for name in job.columns(rule)}
    is_open = any(rule.has_all_columns for rule in job.published_rules())
    for name in sorted(job.output.ignore):
        if name not in known and not is_open:
            yield Complaint(("output", "ignore"), f"no record has a field {name!r}{did_you_mean(name, known)}")


def _check_update(job: Job) -> Iterator[Complaint]:
    path = job.output.path
    several = [name for name in path.names if name in OF_A_RUN]
    if path.text == STDOUT:
        yield Complaint(("output", "mode"), "standard output cannot be updated; say the path of a file")
    elif several:
        told = f"{{{several[0]}}} leads each run to another file, and mode: update keeps one"
        yield Complaint(("output", "path"), f"{told}; take it out, or say mode: replace")
    for rule in job.published_rules():
        for name in job.output.times:
            if name in job.columns(rule):
                told = f"{rule.name!r} has a field {name!r}, as `times` has; rename it, or leave it out there"
                yield Complaint(("output", "times"), told)
