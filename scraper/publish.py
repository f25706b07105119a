"""Write the output: one walk over the journal in plan order → part file → fsync → rename.

The walk goes depth first from the start URLs, each page at its first visit, so that the bytes do not depend
on which page came back first. What the records hold is counted here and nowhere else.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import orjson

from scraper.dates import timestamp
from scraper.errors import OutputError
from scraper.models import Job, Rule, State, Stored
from scraper.tally import Tally

EDGES_AT_ONCE = 256


class Journal(Protocol):
    """What publication reads of the journal."""

    def children(self, parent: int, after: int, count: int) -> list[tuple[int, int]]:
        """Return up to `count` (position, child) of a parent behind a position."""

    def page(self, page_id: int) -> Stored:
        """Return one page with its records."""

    def claim_key(self, key: bytes) -> bool:
        """Return True the first time a record key is seen."""


class Walk:
    """The pages of a journal in plan order, each once."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._visited = bytearray()
        self._stack = [_Children(journal, 0)]

    def next(self) -> Stored | None:
        """Return the next finished page; None at the end, or where the next page is still pending."""
        while self._stack:
            child = self._stack[-1].peek()
            if child is None:
                if len(self._stack) == 1:
                    return None
                self._stack.pop()
            elif self._is_visited(child):
                self._stack[-1].skip()
            else:
                page = self._journal.page(child)
                if page.state == State.PENDING:
                    return None
                self._stack[-1].skip()
                self._visit(child)
                return page
        return None

    def _is_visited(self, page: int) -> bool:
        byte, bit = divmod(page, 8)
        return byte < len(self._visited) and bool(self._visited[byte] >> bit & 1)

    def _visit(self, page: int) -> None:
        byte, bit = divmod(page, 8)
        self._visited.extend(bytes(max(0, byte + 1 - len(self._visited))))
        self._visited[byte] |= 1 << bit
        self._stack.append(_Children(self._journal, page))


class _Children:
    """The children of one page in order, read a handful at a time."""

    def __init__(self, journal: Journal, parent: int) -> None:
        self._journal, self._parent = journal, parent
        self._after = -1
        self._edges: list[tuple[int, int]] = []

    def peek(self) -> int | None:
        if not self._edges:
            self._edges = self._journal.children(self._parent, self._after, EDGES_AT_ONCE)[::-1]
        return self._edges[-1][1] if self._edges else None

    def skip(self) -> None:
        self._after = self._edges.pop()[0]


def lines_of(page: Stored, job: Job, journal: Journal, tally: Tally) -> Iterator[bytes]:
    """Yield the lines that one page adds to the output, newline included, and count them."""
    tally.count_page(page)
    kind = job.kinds[page.kind]
    tail = _provenance(page) if job.output.provenance else b"}\n"
    for rule, lines in zip(kind.rules, page.lines, strict=False):
        for line in lines:
            record = orjson.loads(line)
            if rule.key and not journal.claim_key(_key(rule, record)):
                tally.duplicates[rule.name] += 1
                continue
            tally.count_record(rule.name, record)
            yield line[:-1] + tail


def write_part(path: Path, lines: Iterable[bytes], *, before: Path | None = None) -> int:
    """Write lines to a part file, fsynced, behind the bytes of `before`; return how many torn bytes those lost."""
    torn = 0
    with told(path), path.open("wb", buffering=1 << 20) as part:
        if before is not None and before.exists():
            torn = _copy_lines(before, part)
        part.writelines(lines)
        part.flush()
        os.fsync(part.fileno())
    return torn


def replace(part: Path, target: Path) -> None:
    """Put a finished part file in the place of the target, durably; across file systems by way of a copy."""
    with told(target):
        try:
            part.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = part_path(target)
            shutil.copyfile(part, beside)
            beside.replace(target)
            part.unlink()
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the path and the cause."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}") from error


def part_path(target: Path) -> Path:
    """Return the name under which a target is written: beside it, hidden, and no `*.jsonl`."""
    return target.with_name(f".{target.name}.part")


def _copy_lines(source: Path, part: BinaryIO) -> int:
    """Copy the lines of a file; return the length of a torn last line, which is left out."""
    tail = b""
    with source.open("rb") as old:
        while block := old.read(1 << 20):
            head, newline, tail = (tail + block).rpartition(b"\n")
            part.write(head + newline)
    if tail and _is_json(tail):
        part.write(tail + b"\n")
        return 0
    return len(tail)


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _key(rule: Rule, record: dict[str, object]) -> bytes:
    return orjson.dumps([rule.name, *(record.get(name) for name in rule.key)])


def _provenance(page: Stored) -> bytes:
    fetched_at = timestamp(page.fetched_at) if page.fetched_at is not None else None
    extra = orjson.dumps({"_url": page.url, "_page": page.kind, "_fetched_at": fetched_at})
    return b"," + extra[1:] + b"\n"
