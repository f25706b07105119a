"""Save an excerpt of a page that shows what alarms are about: `excerpts/RUN-ALARM-SUBJECT….txt`, the newest ten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import regex
from msgspec.structs import replace

from scraper.job import Job
from scraper.job.late import late_regex
from scraper.journal.retention import keep_newest
from scraper.journal.workspace import make_folder, write_whole
from scraper.models import Snapshot
from scraper.parse.values.dates import timestamp
from scraper.report import snapshots as snapshots
from scraper.report.accounts import Accounts, Alarm

NAME_LENGTH = 60
_unreadable = late_regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters other than tabs and line breaks: a terminal obeys them."""


class Journal(Protocol):
    """Where the snapshots are."""

    def snapshot(self, topic: str) -> Snapshot | None:
        """Return the page that was kept to show something, None if there is none."""


def save_excerpts(
    folder: Path, job: Job, run: str, alarms: tuple[Alarm, ...], accounts: Accounts, journal: Journal
) -> tuple[Alarm, ...]:
    """Save an excerpt of each page that shows alarms of the run; return these with the names of the files."""
    shown: dict[Snapshot, list[Alarm]] = {}
    for alarm in alarms:
        found = (journal.snapshot(topic) for topic in _topics(alarm, job, accounts))
        snapshot = next((one for one in found if one is not None), None)
        if snapshot is not None:
            shown.setdefault(snapshot, []).append(alarm)
    paths: dict[tuple[str, str], str] = {}
    for snapshot, about in shown.items():
        make_folder(folder)
        path = folder / f"{run}-{_slug(about)}.txt"
        write_whole(path, _excerpt(about, snapshot).encode("utf-8", "replace"))
        paths |= {alarm.key: str(path) for alarm in about}
    keep_newest(folder, "*.txt")
    return tuple(replace(alarm, excerpt=paths.get(alarm.key, "")) for alarm in alarms)


def _topics(alarm: Alarm, job: Job, accounts: Accounts) -> Iterator[str]:
    """Yield what a page must show to be an example, the best first."""
    failed = [snapshots.failed(reason) for reason in sorted(accounts.failed, key=accounts.failed.__getitem__)[::-1]]
    match alarm.name:
        case "blocked":
            yield snapshots.BLOCKED
        case "max_error_rate":
            yield from failed
        case "records_per_page":
            yield snapshots.odd(alarm.subject)
        case "field_coverage" | "field_gone" | "field_unread":
            yield from _of_field(alarm.subject, job)
        case "same_shape":
            yield snapshots.any_of(job.kinds_of_rules().get(alarm.subject.split(".")[0], ""))
        case "min_records" | "compare_to_last":
            yield snapshots.NOTHING_FOUND
            rules = [rule.name for kind in job.kinds.values() for rule in kind.rules]
            yield from (snapshots.dropped(rule) for rule in rules if alarm.subject in ("", rule))
            yield from (snapshots.filtered(rule) for rule in rules if alarm.subject in ("", rule))
            yield from failed
    for kind in job.kinds.values():
        if not alarm.subject or alarm.subject in (kind.name, *(rule.name for rule in kind.rules)):
            yield snapshots.any_of(kind.name)


def _of_field(subject: str, job: Job) -> Iterator[str]:
    """Yield the topics of a field, and of those of its name in rules whose records join others."""
    rules = [rule for kind in job.kinds.values() for rule in kind.rules]
    names = [(rule.name, field.name) for rule in rules for field in rule.written]
    own = [(rule, name) for rule, name in names if f"{rule}.{name}" == subject]
    joined = [(rule, name) for rule, name in names if subject.endswith(f".{name}")]
    for topic in (snapshots.empty, snapshots.partly):
        yield from (topic(rule, name) for rule, name in own or joined)


def _slug(alarms: Sequence[Alarm]) -> str:
    """Return a part of a file's name: readable and safe, the alarms one after the other."""
    names = dict.fromkeys(f"{alarm.name}-{alarm.subject}" for alarm in alarms)
    return regex.sub(r"[^\w.]+", "-", "-".join(names)).strip("-.")[:NAME_LENGTH].rstrip("-.")


def _excerpt(alarms: Sequence[Alarm], page: Snapshot) -> str:
    """Return what the file says: the alarms, the page, and the beginning of its source."""
    head = (
        *(f"alarm    {alarm.name}: {alarm.message}" for alarm in alarms),
        f"page     {page.url}",
        f"status   {page.status}",
        f"fetched  {timestamp(page.fetched_at)}",
        "source, its beginning:",
    )
    lines = "\n".join(" ".join(_unreadable.sub("\ufffd", line).splitlines()) for line in head)
    return f"{lines}\n\n{_unreadable.sub(chr(0xFFFD), page.text)}\n"
