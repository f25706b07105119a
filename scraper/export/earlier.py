"""What earlier runs wrote: copy it in front of the new records, check that more can be added, read its keys."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from scraper.errors import OutputError
from scraper.export.cells import cell
from scraper.export.columns import Column
from scraper.export.exporters import header

BLOCK = 1 << 20
Key = tuple[str, ...]
"""The values of the fields that tell a record from others, as cells of a table."""


@dataclass(frozen=True, slots=True)
class Appending:
    """How a format adds the records of a run to those of earlier ones."""

    copy: Callable[[Path, int | None, BinaryIO], int]
    """Copy what stands in a file, or in its first bytes, to a part file that more will be added to.

    Returns the length of a torn last record that is left out. Raises OutputError if anything else is torn.
    """
    read_keys: Callable[[BinaryIO, tuple[str, ...]], Iterator[Key]]
    """Yield the values of some fields of the records; who lacks one is left out."""
    check: Callable[[Path, tuple[Column, ...]], None] = lambda *_: None
    """Raise OutputError unless records of these columns can stand behind what is in the file."""

    def keys(self, path: Path, size: int | None, names: tuple[str, ...]) -> Iterator[Key]:
        """Yield the values of some fields of the records in a file, or in its first bytes. Raises OutputError."""
        try:
            with open_head(path, size) as old:
                yield from self.read_keys(old, names)
        except (OSError, EOFError, zlib.error, csv.Error) as error:
            raise OutputError(f"{path}: cannot read which records are there: {error}") from error


class Head(io.RawIOBase):
    """The first bytes of a file, as if it ended behind them."""

    def __init__(self, path: Path, size: int | None) -> None:
        """`size`: None means all."""
        self._file = path.open("rb", buffering=0)
        self.left = path.stat().st_size if size is None else size

    def readable(self) -> bool:
        """Return that this is a file to read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what fits into a buffer and return how much that was."""
        count = self._file.readinto(buffer[: self.left]) or 0
        self.left -= count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def open_head(path: Path, size: int | None) -> io.BufferedReader:
    """Return the first bytes of a file to read, None meaning all."""
    return io.BufferedReader(Head(path, size), BLOCK)


def _copy(path: Path, size: int | None, part: BinaryIO) -> tuple[bytes, int]:
    """Copy what stands in a file, or in its first bytes; return its last byte and how many quotes it holds."""
    quotes, last = 0, b"\n"
    with open_head(path, size) as old:
        while block := old.read(BLOCK):
            quotes += block.count(b'"')
            last = block[-1:]
            part.write(block)
    return last, quotes


def _copy_rows(path: Path, size: int | None, part: BinaryIO) -> int:
    last, quotes = _copy(path, size, part)
    if last != b"\n" or quotes % 2:
        raise OutputError(f"{path}: its last row is torn; mend it, or move the file away")
    return 0


def _copy_gzip(path: Path, size: int | None, part: BinaryIO) -> int:
    check_gzip(path, size)
    _copy(path, size, part)
    return 0


def _copy_lines(path: Path, size: int | None, part: BinaryIO) -> int:
    tail = b""
    with open_head(path, size) as old:
        while block := old.read(BLOCK):
            head, newline, tail = (tail + block).rpartition(b"\n")
            part.write(head + newline)
    if tail and _record(tail) is not None:
        part.write(tail + b"\n")
        return 0
    return len(tail)


def check_gzip(path: Path, size: int | None) -> None:
    """Raise OutputError unless a gzip file is whole and its last line too."""
    last = b"\n"
    try:
        with open_head(path, size) as old, gzip.GzipFile(fileobj=old) as lines:
            while block := lines.read(BLOCK):
                last = block[-1:]
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise OutputError(f"{path}: is no whole gzip file ({error}); mend it, or move it away") from error
    if last != b"\n":
        raise OutputError(f"{path}: its last line is torn; mend it, or move the file away")


def check_header(path: Path, columns: tuple[Column, ...]) -> None:
    """Raise OutputError unless a CSV file is empty or begins with the header of these columns."""
    expected = header(columns)
    with path.open("rb") as file:
        found = file.read(len(expected))
        first = found + file.readline(len(expected))
    if found and found != expected:
        has, wants = (text.decode("utf-8", "replace").partition("\r\n")[0] for text in (first, expected))
        raise OutputError(
            f"{path}: expected the header {wants!r}, got {has!r}: its fields have changed; move the file away"
        )


def _keys_of_lines(lines: Iterable[bytes], names: tuple[str, ...]) -> Iterator[Key]:
    for line in lines:
        record = _record(line)
        if record is not None and all(name in record for name in names):
            yield tuple(cell(record[name]) for name in names)


def _keys_of_gzip(file: BinaryIO, names: tuple[str, ...]) -> Iterator[Key]:
    with gzip.GzipFile(fileobj=file) as lines:
        yield from _keys_of_lines(lines, names)


def _keys_of_rows(file: BinaryIO, names: tuple[str, ...]) -> Iterator[Key]:
    csv.field_size_limit(sys.maxsize)  # the library's, for all; a cell may hold a page
    rows = csv.reader(io.TextIOWrapper(file, "utf-8", "replace", newline=""))
    head = next(rows, [])
    if set(names) <= set(head):
        places = [head.index(name) for name in names]
        yield from (tuple(row[place] for place in places) for row in rows if len(row) == len(head))


def _record(line: bytes) -> dict[str, object] | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


LINES = Appending(_copy_lines, _keys_of_lines)
GZIPPED_LINES = Appending(_copy_gzip, _keys_of_gzip)
ROWS = Appending(_copy_rows, _keys_of_rows, check_header)
