"""What earlier runs wrote as lines or rows: whether new records fit behind it, its copy in front of them, its keys."""

from __future__ import annotations

import csv
import functools
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import orjson
from msgspec.structs import replace

from scraper.errors import OutputError
from scraper.export.appending import Appending, Key, settled
from scraper.export.cells import cell
from scraper.export.columns import Layout, Table
from scraper.export.exporters import nulls, open_member

BLOCK = 1 << 20


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


# --------------------------------------------------------------------------- one set of columns


def _settle_lines(path: Path, lines: Iterable[bytes], layout: Layout, widens: bool) -> Layout:
    kinds = [{column.name for column in table.columns} for table in layout.tables]
    if not all(kinds) or not kinds:
        return layout  # a rule whose columns the page tells
    records = (record for line in lines if (record := _record(line)) is not None)
    if len(kinds) == 1:
        first = next(records, None)
        return settled(path, None if first is None else list(first), layout, widens)
    for record in records:
        if set(record) not in kinds:
            own = min(layout.tables, key=lambda table: len(set(record) ^ {each.name for each in table.columns}))
            return settled(path, list(record), replace(layout, columns=own.columns), widens)
    return layout


def _settle_file(path: Path, size: int | None, layout: Layout, widens: bool) -> Layout:
    with open_head(path, size) as old:
        return _settle_lines(path, old, layout, widens)


def _settle_gzip(path: Path, size: int | None, layout: Layout, widens: bool) -> Layout:
    try:
        with open_head(path, size) as old, gzip.GzipFile(fileobj=old) as lines:
            return _settle_lines(path, lines, layout, widens)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return layout  # the copy tells


def _settle_rows(path: Path, size: int | None, layout: Layout, widens: bool) -> Layout:
    with open_head(path, size) as old:
        head = next(_rows(old), None)
    written = {cell(name): name for name in layout.names}
    return settled(path, head and [written.get(text, text) for text in head], layout, widens)


# --------------------------------------------------------------------------- the copy


def _copy(path: Path, size: int | None, part: BinaryIO) -> tuple[bytes, int]:
    """Copy what stands in a file, or in its first bytes; return its last byte and how many quotes it holds."""
    quotes, last = 0, b"\n"
    with open_head(path, size) as old:
        while block := old.read(BLOCK):
            quotes += block.count(b'"')
            last = block[-1:]
            part.write(block)
    return last, quotes


def _copy_rows(path: Path, size: int | None, part: BinaryIO, layout: Layout) -> int:
    last, quotes = _copy(path, size, part)
    if last != b"\n" or quotes % 2:
        raise OutputError(f"{path}: its last row is torn; mend it, or move the file away")
    with open_head(path, size) as old:
        rows = _rows(old)
        head = next(rows, None)
        if head is None or len(head) == len(layout.names):
            return 0
        part.seek(0)
        part.truncate()
        text = io.TextIOWrapper(part, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(map(cell, layout.names))
        writer.writerows([*row, *[""] * (len(layout.names) - len(row))] for row in rows)
        text.detach()
    return 0


def _copy_gzip(path: Path, size: int | None, part: BinaryIO, layout: Layout) -> int:
    check_gzip(path, size)
    with open_head(path, size) as old, gzip.GzipFile(fileobj=old) as lines:
        is_wider = _is_wider(lines, layout)
    if not is_wider:
        _copy(path, size, part)
        return 0
    with open_head(path, size) as old, gzip.GzipFile(fileobj=old) as lines, open_member(part) as member:
        member.writelines(_widened(lines, layout))
    return 0


def _copy_lines(path: Path, size: int | None, part: BinaryIO, layout: Layout) -> int:
    with open_head(path, size) as old:
        is_wider = _is_wider(old, layout)
    with open_head(path, size) as old:
        if is_wider:
            return _copy_wider(old, part, layout)
        tail = b""
        while block := old.read(BLOCK):
            head, newline, tail = (tail + block).rpartition(b"\n")
            part.write(head + newline)
    if tail and _record(tail) is not None:
        part.write(tail + b"\n")
        return 0
    return len(tail)


def _copy_wider(old: BinaryIO, part: BinaryIO, layout: Layout) -> int:
    for line in old:
        if not line.endswith(b"\n") and _record(line) is None:
            return len(line)
        part.writelines(_widened([line], layout))
    return 0


def _is_wider(lines: Iterable[bytes], layout: Layout) -> bool:
    """Return whether a layout has columns that the records of its one rule lack."""
    if len(layout.tables) != 1 or not layout.tables[0].columns:
        return False
    first = next((record for line in lines if (record := _record(line)) is not None), None)
    return first is not None and not set(layout.names) <= set(first)


def _widened(lines: Iterable[bytes], layout: Layout) -> Iterator[bytes]:
    """Yield record lines with nulls for the columns that they lack."""
    for line in lines:
        record = _record(line)
        if record is None:
            yield line
        else:
            missing = tuple(name for name in layout.names if name not in record)
            yield line.rstrip()[:-1] + _nulls(missing) if missing else line.rstrip() + b"\n"


_nulls = functools.lru_cache(256)(nulls)


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


# --------------------------------------------------------------------------- the keys


def _keys_of_lines(lines: Iterable[bytes], names: tuple[str, ...]) -> Iterator[Key]:
    for line in lines:
        record = _record(line)
        if record is not None and all(name in record for name in names):
            yield tuple(cell(record[name]) for name in names)


def _keys_of_file(path: Path, size: int | None, table: Table) -> Iterator[Key]:
    with open_head(path, size) as lines:
        yield from _keys_of_lines(lines, table.key)


def _keys_of_gzip(path: Path, size: int | None, table: Table) -> Iterator[Key]:
    with open_head(path, size) as old, gzip.GzipFile(fileobj=old) as lines:
        yield from _keys_of_lines(lines, table.key)


def _keys_of_rows(path: Path, size: int | None, table: Table) -> Iterator[Key]:
    with open_head(path, size) as old:
        rows = _rows(old)
        head = next(rows, [])
        if set(table.key) <= set(head):
            places = [head.index(name) for name in table.key]
            yield from (tuple(row[place] for place in places) for row in rows if len(row) == len(head))


def _rows(file: BinaryIO) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)  # the library's, for all; a cell may hold a page
    return csv.reader(io.TextIOWrapper(file, "utf-8", "replace", newline=""))


def _record(line: bytes) -> dict[str, object] | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def _read_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        yield from lines


def _read_gzip(path: Path) -> Iterator[bytes]:
    check_gzip(path, None)
    with gzip.open(path) as lines:
        yield from lines


LINES = Appending(_settle_file, _copy_lines, _keys_of_file, lines=_read_lines)
GZIPPED_LINES = Appending(_settle_gzip, _copy_gzip, _keys_of_gzip, lines=_read_gzip)
ROWS = Appending(_settle_rows, _copy_rows, _keys_of_rows)
