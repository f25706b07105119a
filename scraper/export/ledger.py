"""What is known of every record by its key, from one run to the next: `ledger.jsonl` in the state folder of a job.

A run reads it from top to bottom beside its own records and writes it anew, in its order, new records behind. The last
one is kept until the next run is published, so that a run that is gone on with begins where it began.

The first line says of which run it is and which fields its records had, the last how many there are. Between them is a
line a record: what is known of it as JSON, a tab, its fields as they were written, a tab, what stands behind them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson
from msgspec import Struct

from scraper.errors import OutputError
from scraper.export import part_file
from scraper.export.cells import cell
from scraper.export.columns import Layout
from scraper.export.formats import LINES
from scraper.export.keys import tells_apart
from scraper.export.publication import lasting_key
from scraper.job import PROVENANCE, TIMES


class Entry(Struct):
    """What is known of one record."""

    rule: str
    key: bytes
    record: bytes
    """Its fields as they were last seen, a JSON object."""
    tail: bytes
    """What stands behind its fields in the output, from the comma on, without the brace."""
    page: str
    """The fingerprint of the page that gave it."""
    start: str
    """That of the start page that led there."""
    first_seen: str | None
    last_seen: str | None
    changed_at: str | None
    gone_at: str | None

    def line(self) -> bytes:
        """Return it as a line of the ledger."""
        times = self.first_seen, self.last_seen, self.changed_at, self.gone_at
        return b"%s\t%s\t%s\n" % (
            orjson.dumps([self.rule, orjson.Fragment(self.key), self.page, self.start, *times]),
            self.record,
            self.tail,
        )


class Ledger:
    """The ledger of a job, as a run finds it and leaves it."""

    def __init__(self, path: Path, run: str) -> None:
        self.path, self._before, self._run = path, path.with_name(f"before-{path.name}"), run
        self.columns: dict[str, list[str] | None] = {}
        """The columns of the records that are read, by their rule; None where they are not all the same."""

    @property
    def is_there(self) -> bool:
        """Whether anything is known of earlier runs."""
        return self.path.exists()

    def entries(self) -> Iterator[Entry]:
        """Yield what earlier runs have left, nothing where there were none. Raises OutputError if it is damaged."""
        path = self._base()
        if path is None:
            return
        with part_file.told(path), path.open("rb") as file:
            try:
                self.columns = orjson.loads(next(file))["columns"]
                for count, line in enumerate(file):
                    if line.startswith(b"{"):
                        if orjson.loads(line) == {"records": count}:
                            return
                        break
                    yield _entry(line)
            except (StopIteration, KeyError, ValueError, TypeError):
                pass
        told = "put an earlier copy back, or delete it and move the output away: all records are new then"
        raise OutputError(f"{path}: what is known of earlier records is damaged; {told}")

    def _base(self) -> Path | None:
        """Return the file that earlier runs have left: not that of this run, if it has published already."""
        path = self._before if _run_of(self.path) == self._run else self.path
        return path if path.exists() else None

    def begin(self, rules: Iterable[str] = (), entries: Iterable[Entry] = ()) -> None:
        """Begin anew, with nothing known of any record, or with these of some rules."""
        with part_file.told(self.path), part_file.drafted(part_file.part_path(self.path)) as part:
            self._before.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)
            with part_file.open_part(part, LINES, Layout()) as book:
                book.write("", [self.head(dict.fromkeys(rules), run="")])
                count = 0
                for entry in entries:
                    book.write("", [entry.line()])
                    count += 1
                book.write("", [self.foot(count)])
                book.finish()
            part_file.replace(part, self.path)

    def head(self, columns: Mapping[str, Sequence[str] | None], run: str | None = None) -> bytes:
        """Return the first line of the ledger that this run writes."""
        return orjson.dumps({"run": self._run if run is None else run, "columns": columns}) + b"\n"

    @staticmethod
    def foot(count: int) -> bytes:
        """Return the last line."""
        return orjson.dumps({"records": count}) + b"\n"

    def set_aside(self) -> None:
        """Keep what earlier runs have left, before that of this run takes its place."""
        if self.path.exists() and _run_of(self.path) == self._run:
            return
        with part_file.told(self._before):
            self._before.unlink(missing_ok=True)
            if not self.path.exists():
                return
            try:
                os.link(self.path, self._before)
            except OSError:  # some file systems know no links
                part = part_file.part_path(self._before)
                part_file.replace(Path(shutil.copyfile(self.path, part)), self._before)


def _run_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return str(orjson.loads(file.readline())["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entry(line: bytes) -> Entry:
    known, record, tail = line[:-1].split(b"\t")
    rule, key, page, start, *times = orjson.loads(known)
    return Entry(rule, orjson.dumps(key), record, tail, page, start, *times)


def imported(rule: str, names: tuple[str, ...], lines: Iterable[bytes]) -> Iterator[Entry | None]:
    """Yield what stands in an output without a ledger; None for a line without a whole key.

    `rule`, `names`: the rule that has the file, and its key.
    """
    for line in lines:
        try:
            record = orjson.loads(line)
            values = [record[name] for name in names]
        except (ValueError, KeyError, TypeError):
            values = [None]
        if not tells_apart(values):
            yield None
            continue
        times = [record.pop(name, None) for name in TIMES]
        more = {name: record.pop(name) for name in PROVENANCE if name in record}
        tail = b"," + orjson.dumps(more)[1:-1] if more else b""
        yield Entry(rule, lasting_key(rule, map(cell, values)), orjson.dumps(record), tail, "", "", *times)
