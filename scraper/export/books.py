"""Keep the books of a run beside its output: what is known of each record, and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

from scraper.export import part_file
from scraper.export.changes import Comparison
from scraper.export.columns import Layout
from scraper.export.formats import LINES
from scraper.export.keys import Keys
from scraper.export.ledger import Entry, Ledger, imported
from scraper.export.part_file import Part
from scraper.export.renames import Move
from scraper.job import Job, Rule
from scraper.journal.journal import Journal
from scraper.journal.workspace import Workspace, static_folder
from scraper.parse.values.dates import timestamp

LINES_AT_ONCE = 500
Sink = Callable[[str, list[bytes]], None]
"""What takes record lines of a rule."""


class Changes(Struct, frozen=True):
    """What a run has told of changes."""

    counts: dict[str, int]
    """By new, changed and gone."""
    path: Path
    start: int
    """Where its lines begin in the file, in bytes, and end."""
    end: int


class Books:
    """The ledger of a job and its file of changes, as one run reads and writes them."""

    def __init__(self, job: Job, journal: Journal, workspace: Workspace, run: str) -> None:
        self.ledger = Ledger(workspace.ledger, run)
        self.changes_path = static_folder(job.output.path.text) / f"{job.name}.changes.jsonl"
        self.changes: Changes | None = None
        self.parts: dict[Path, Part] = {}
        """What is to be published, by its place."""
        self._job, self._journal, self._run = job, journal, run
        self._at = timestamp(float(journal.recall("started") or 0))
        self._names = {rule.name: [*job.columns(rule), *job.output.provenance] for rule in job.published_rules()}

    @property
    def places(self) -> tuple[Path, Path]:
        """Return the files that are kept."""
        return self.ledger.path, self.changes_path

    def take_over(self, rule: Rule, lines: Iterable[bytes]) -> Iterator[str]:
        """Make a ledger of an output that was written without one; yield what an operator should know of it."""
        lost = 0

        def entries() -> Iterator[Entry]:
            nonlocal lost
            for entry in imported(rule.name, rule.key, lines):
                if entry is None:
                    lost += 1
                else:
                    yield entry

        self.ledger.begin([rule.name], entries())
        yield "the records of earlier runs were taken over from the output"
        if lost:
            yield f"{lost} lines of the output have no key ({', '.join(rule.key)}): they are left out"

    def write(self, keys: Keys, sink: Sink | None, mark: int | None) -> None:
        """Write the ledger and the changes to their part files, and each record that is known now to a sink.

        `mark`: where earlier runs end in the file of changes, None for all of it.
        """
        comparison = Comparison(self._job, self._journal.fates, self._run, self._at)
        book_part, told_part = (part_file.part_path(path) for path in (self.ledger.path, self.changes_path))
        with (
            part_file.open_part(book_part, LINES, Layout()) as book,
            part_file.open_part(told_part, LINES, Layout(), self.changes_path, mark) as told,
        ):
            known = self.ledger.entries()
            first = next(known, None)  # by now the columns are known
            entries = comparison.entries(_chained(first, known), keys)
            book.write("", [self.ledger.head({rule: self._shape(rule) for rule in self._names})])
            count = 0
            for batch in _batches(self._noted(entries, comparison, told)):
                if sink is not None and batch[0].rule in self._names:
                    sink(batch[0].rule, [self._line(entry) for entry in batch])
                kept = [entry.line() for entry in batch if not comparison.forgets(entry)]
                book.write("", kept)
                count += len(kept)
            book.write("", [self.ledger.foot(count)])
            for path, part in ((self.changes_path, told), (self.ledger.path, book)):
                part.finish()
                self.parts[path] = part
        self.changes = Changes(dict(comparison.counts), self.changes_path, told.kept, told.size)
        if not self._job.output.changes:
            self.parts.pop(self.changes_path).path.unlink()

    def moves(self) -> Iterator[Move]:
        """Yield what is to be put in its place, the ledger last, and keep what it was before."""
        self.ledger.set_aside()
        yield from ((part.path, path) for path, part in self.parts.items())

    def _noted(self, entries: Iterable[Entry], comparison: Comparison, told: Part) -> Iterator[Entry]:
        for entry in entries:
            if comparison.lines:
                told.write("", comparison.lines)
            yield entry

    def _shape(self, rule: str) -> list[str] | None:
        """Return the columns of all records of a rule, None if some are of a config that had others."""
        was = self.ledger.columns.get(rule, self._names[rule])
        return self._names[rule] if was == self._names[rule] else None

    def _line(self, entry: Entry) -> bytes:
        """Return what is known of a record as a line of the output."""
        times = {name: getattr(entry, name) for name in self._job.output.times}
        tail = (b"," + orjson.dumps(times)[1:] if times else b"}") + b"\n"
        names = self._names[entry.rule]
        if self._shape(entry.rule) is None:
            record: dict[str, Any] = orjson.loads(entry.record[:-1] + entry.tail + b"}")
            return orjson.dumps({name: record.get(name) for name in names})[:-1] + tail
        return entry.record[:-1] + entry.tail + tail


def _chained(first: Entry | None, rest: Iterator[Entry]) -> Iterator[Entry]:
    if first is not None:
        yield first
        yield from rest


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Yield entries some hundred at a time, those of one rule together as far as they are."""
    batch: list[Entry] = []
    for entry in entries:
        if batch and (len(batch) == LINES_AT_ONCE or batch[0].rule != entry.rule):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch
