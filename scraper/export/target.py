"""The files that a run publishes to: where they lie, who holds them, and which of their bytes are of earlier runs.

All part files are on the disk before the first is renamed, and the journal knows them: what a crash cuts off between
two renames, `--resume` does again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

from scraper.errors import OutputError
from scraper.export import part_file, partitions, renames, schemas
from scraper.export.books import Books, Changes
from scraper.export.columns import Layout, layout_of
from scraper.export.formats import LINES, Format, format_of
from scraper.export.keys import Keys
from scraper.export.part_file import Part
from scraper.export.publication import Records, lasting_key
from scraper.job import STDOUT, Job, Rule
from scraper.job.version import __version__
from scraper.journal.journal import Journal
from scraper.journal.workspace import Workspace, lock, make_folder, static_folder, write_whole


class File(Struct, frozen=True, eq=False):
    """One output file, and the rules whose records it holds."""

    path: Path
    rejected: Path
    """Where its records go if they are not published."""
    format: Format
    rules: tuple[Rule, ...]
    layout: Layout
    others: tuple[Path, ...] = ()
    """The files of earlier runs that the same template leads to."""

    @property
    def is_stdout(self) -> bool:
        """Whether its records are printed."""
        return str(self.path) == STDOUT


class Target:
    """The output files of one run, whose start time may be in their names."""

    def __init__(
        self, job: Job, journal: Journal, workspace: Workspace, *, is_trial: bool = False, is_own: bool = True
    ) -> None:
        """`is_trial`: the records are to be looked at elsewhere, alone; `is_own`: the output is that of the config."""
        self._job, self._journal, self._workspace, self._is_trial = job, journal, workspace, is_trial
        self._is_append = job.output.mode == "append" and not is_trial and job.output.path.text != STDOUT
        self._is_update, self._is_own = job.output.mode == "update" and not is_trial, is_own
        self.run = journal.recall("run") or ""
        """The run's name, made of its start time: it sorts by time."""
        self.files = tuple(self._files())
        self.written = dict.fromkeys(self.files, 0)
        """How many records of this run each file got."""
        has_books = job.output.needs_ledger and not is_trial and (is_own or self._is_update)
        self._books = Books(job, journal, workspace, self.run) if has_books else None
        self._is_moving = False
        """Whether the part files are what is published, even if one cannot be put in its place now."""
        self._seen: dict[File, tuple[int, ...] | None] = {}
        """How each file was when it was copied."""
        self.notes: list[str] = []
        """What an operator should know of the files that were there."""

    def _files(self) -> Iterator[File]:
        job, rules = self._job, self._job.published_rules()
        path, form = job.output.path, format_of(job.output.path.text) or LINES
        facts: tuple[tuple[str, str], ...] = ("config", job.digest), ("version", __version__)
        if "_fetched_at" in job.output.provenance:  # else the same pages give the same bytes
            facts += (("run", self.run),)
        names = partitions.names_of(job, float(self._journal.recall("started") or 0), self.run)
        for name, own in [(rule.name, (rule,)) for rule in rules] if job.output.is_split else [("", rules)]:
            names["records"] = name
            others = partitions.files_of(path, names) if self._is_append else ()
            rejected = self._workspace.rejected(form.suffix, name)
            yield File(Path(path.fill_path(names)), rejected, form, own, layout_of(job, own, facts), tuple(others))

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the files themselves for the length of a run, or raise Busy: two configs may write to one path.

        Raises OutputError if new records cannot stand in a file behind those that are there.
        """
        with contextlib.ExitStack() as held:
            paths = [part_file.behind_link(file.path) for file in self.files if not file.is_stdout]
            for path in paths + [self._books.changes_path for _ in "1" if self._books and self._is_own]:
                make_folder(path.parent)
                where = path.with_name(f".{path.name}.lock")
                held.enter_context(lock(where, f"another run writes {path} (it holds {where})", is_kept=False))
            for file in self.files:
                if (appending := file.format.appending) and file.path.exists():
                    with part_file.told(file.path):
                        appending.check_free(file.path)
                        self._settled(file)
            if self._books and self._is_update and self._is_own:
                self._find_ledger(self._books)
            yield

    @property
    def is_changed(self) -> bool:
        """Whether others wrote to a file since this run added its lines, so that these cannot be told from theirs."""
        is_published = self._is_append and bool(self._journal.recall("published"))
        return is_published and any(self._note_of(Path(path)) is None for path in self._notes())

    def write(self, records: Iterable[Records], keys: Keys) -> None:
        """Write records to the part files, behind those of earlier runs if the config says append; all durably.

        `keys` learns those of earlier runs before the first record is asked for.
        """
        if self.is_changed:
            run = f"the lines that run {self.run} added cannot be told from the others any more"
            raise OutputError(f"{', '.join(self.counts())} was changed since: {run}; start without --resume")
        renames.forget(self._journal)
        with self._opened() as parts:
            self._learn(keys)
            places = {rule.name: file for file in self.files for rule in file.rules}
            for rule, lines in records:
                self.written[places[rule]] += len(lines)
                if not self._is_update:
                    parts[places[rule]].write(rule, lines)
            if self._books:
                sink = (lambda rule, lines: parts[places[rule]].write(rule, lines)) if self._is_update else None
                self._books.write(keys, sink, self._kept(self._books.changes_path))
            for part in parts.values():
                part.finish()
        self._vow({str(file.path): part for file, part in parts.items() if self._is_needed(file)})

    @property
    def changes(self) -> Changes | None:
        """What was new, changed or gone, once all is written; None if nobody asked."""
        return self._books.changes if self._books and self._is_own and self._job.output.changes else None

    @contextlib.contextmanager
    def drafted(self) -> Iterator[None]:
        """Leave none of the part files behind, but for those that are published, whatever happens."""
        try:
            yield
        finally:
            parts = [self._part(file) for file in self.files]
            parts += map(part_file.part_path, self._books.places if self._books else ())
            for part in parts if not self._is_moving else ():
                with contextlib.suppress(OSError):  # it may be what fills the disk
                    part.unlink(missing_ok=True)

    def publish(self) -> None:
        """Put the part files where they are read. Raises OutputError if another program has written to one."""
        moves = []
        for file in self.files:
            self._check_free(file)
            if not file.is_stdout and self._is_needed(file):
                moves.append((self._part(file), part_file.behind_link(file.path)))
        if self._books and self._is_own:
            moves += self._books.moves()
        for file in self.files:
            if file.is_stdout:
                part_file.print_out(self._part(file))
        self._is_moving = bool(moves)
        renames.carry_out(moves, self._journal)
        self._is_moving = False
        if self._job.output.has_schema and self._is_own:
            place = static_folder(self._job.output.path.text) / f"{self._job.name}.schema.json"
            write_whole(place, self._job.secrets.masked(schemas.text(self._job)).encode())

    def reject(self) -> None:
        """Put the part files where a person may look at them."""
        self._workspace.drop_rejected()
        for file in self.files:
            part_file.replace(self._part(file), file.rejected)

    def counts(self, *, is_published: bool = True) -> dict[str, int]:
        """Return how many records of this run each file has."""
        return {str(file.path if is_published else file.rejected): self.written[file] for file in self.files}

    # ------------------------------------------------------------------ the part files

    def _is_needed(self, file: File) -> bool:
        """Return whether a file is to be there: a run that has nothing to add makes no new one."""
        return not self._is_append or bool(self.written[file]) or file.path.exists()

    def _part(self, file: File) -> Path:
        return part_file.part_path(file.rejected if self._is_trial or file.is_stdout else file.path)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[dict[File, Part]]:
        """Give the part file of each file, what earlier runs wrote in front."""
        with contextlib.ExitStack() as opened:
            parts = {}
            for file in self.files:
                is_copied = self._is_append or (file.format.has_tables and not self._is_trial and not file.is_stdout)
                before, mark = file.path if is_copied else None, self._kept(file.path)
                self._seen[file] = _state(file.path)
                what = part_file.open_part(
                    self._part(file), file.format, self._settled(file), before, mark, is_new=not self._is_append
                )
                parts[file] = part = opened.enter_context(what)
                if part.torn:
                    self.notes.append(f"{file.path}: its last line was torn; {part.torn} bytes were cut")
            yield parts

    def _learn(self, keys: Keys) -> None:
        """Take in the keys of the records that earlier runs have written, where one rule with a key has the file."""
        for file in self.files:
            appending = file.format.appending
            if appending is None or (len(file.rules) > 1 and not file.format.has_tables):
                continue
            for table in [table for table in file.layout.tables if table.key]:
                for path in file.others:
                    mark = self._kept(path) if path == file.path else None
                    keys.learn(lasting_key(table.rule, key) for key in appending.keys(path, mark, table))

    def _find_ledger(self, books: Books) -> None:
        """See to it that what is known of records is what the files hold. Raises OutputError if that cannot be told."""
        there = [file for file in self.files if file.path.exists()]
        if books.ledger.is_there and not there:
            self.notes.append(f"{self.files[0].path} is not there: nothing is known of earlier records any more")
            books.ledger.begin()
        elif there and not books.ledger.is_there:
            file, appending = there[0], there[0].format.appending
            if len(there) > 1 or len(file.rules) > 1 or appending is None or appending.lines is None:
                told = (
                    f"the records of {file.path} cannot be updated: {books.ledger.path} is not there, which knows them"
                )
                raise OutputError(f"{told}; move the file away")
            with part_file.told(file.path):
                self.notes += books.take_over(file.rules[0], appending.lines(file.path))

    def _check_free(self, file: File) -> None:
        """Raise OutputError if a database that others may write to was, since it was copied."""
        if file.format.has_tables and file.format.appending and not file.is_stdout:
            file.format.appending.check_free(file.path)
            if self._seen[file] != _state(file.path):
                raise OutputError(f"{file.path}: another program has written to it meanwhile; try again with --resume")

    # ------------------------------------------------------------------ whose bytes are whose

    def _vow(self, parts: dict[str, Part]) -> None:
        """Note the part files: what follows may be cut off by a crash, or be done once more for pages that failed.

        What lies there now may be this run's own, and stays known: the part may never take its place.
        """
        parts |= {str(path): part for path, part in (self._books.parts if self._books else {}).items()}
        notes = {}
        for path, part in parts.items():
            new = [part.path.stat().st_ino, part.size, part.kept]
            notes[path] = [note for note in (self._note_of(Path(path)), new) if note]
        self._journal.vow(parts=orjson.dumps(notes).decode())

    def _settled(self, file: File) -> Layout:
        """Return the layout in which a file is written: that of what stands there, where more is added to it."""
        if not self._is_append or file.format.appending is None or not file.path.exists():
            return file.layout
        widens = self._job.output.on_new_fields == "widen"
        return file.format.appending.settle(file.path, self._kept(file.path), file.layout, widens)

    def _kept(self, path: Path) -> Any:
        """Return the mark that ends what earlier runs wrote to a file; None if this run has not written to it."""
        note = self._note_of(path)
        return note[2] if note else None

    def _note_of(self, path: Path) -> list[Any] | None:
        """Return what this run has noted of the file that lies there: inode, size, mark of earlier runs."""
        if not path.exists():
            return None
        found = path.stat()
        notes = self._notes().get(str(path), ())
        return next((note for note in notes if note[:2] == [found.st_ino, found.st_size]), None)

    def _notes(self) -> dict[str, list[list[Any]]]:
        notes: dict[str, list[list[Any]]] = orjson.loads(self._journal.recall("parts") or "{}")
        return notes


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what tells whether somebody has written to a file."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
