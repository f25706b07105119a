"""Write record lines to an open file, plain, compressed or as rows. Bytes depend on the records alone."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from typing import BinaryIO, Protocol

import orjson

from scraper.export.cells import cell
from scraper.export.columns import Layout

GZIP_LEVEL = 6


class Exporter(Protocol):
    """What takes the records of a file, as JSON lines."""

    def write(self, rule: str, lines: Sequence[bytes]) -> None:
        """Take some records of a rule, each a JSON object with its newline."""

    def finish(self) -> None:
        """Write what is still held back. The file stays open."""


class Lines:
    """JSON Lines: the lines as they are, with nulls for columns that only earlier records have."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._file, self._tail = file, nulls(layout.padding)

    def write(self, _: str, lines: Sequence[bytes]) -> None:
        """Take some records."""
        self._file.writelines(padded(lines, self._tail))

    def finish(self) -> None:
        """Nothing is held back."""


class GzippedLines:
    """JSON Lines in a gzip member of their own, which bears neither name nor time (RFC 1952)."""

    def __init__(self, file: BinaryIO, layout: Layout, *, is_new: bool) -> None:
        self._file, self._tail = file, nulls(layout.padding)
        self._member = open_member(file) if is_new else None

    def write(self, _: str, lines: Sequence[bytes]) -> None:
        """Take some records."""
        if lines:
            self._member = self._member or open_member(self._file)
            self._member.write(b"".join(padded(lines, self._tail)))

    def finish(self) -> None:
        """End the member, if there is one."""
        if self._member is not None:
            self._member.close()


class Csv:
    """Comma-separated values after RFC 4180, in UTF-8 without a byte order mark; see `cells`."""

    def __init__(self, file: BinaryIO, names: Sequence[str], *, is_new: bool) -> None:
        self._names = names
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text)
        if is_new:
            self._writer.writerow(map(cell, self._names))

    def write(self, _: str, lines: Sequence[bytes]) -> None:
        """Take some records; a field that one has not is an empty cell."""
        records = map(orjson.loads, lines)
        self._writer.writerows([cell(record.get(name)) for name in self._names] for record in records)

    def finish(self) -> None:
        """Hand the text over and let go of the file."""
        self._text.detach()


def open_member(file: BinaryIO) -> gzip.GzipFile:
    """Return a new gzip member of a file."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=file, mtime=0)


def nulls(names: Sequence[str]) -> bytes:
    """Return the end of a record's line in which some columns are null.

    >>> nulls(["a", "b"])
    b',"a":null,"b":null}\\n'
    """
    return b"," + orjson.dumps(dict.fromkeys(names))[1:] + b"\n" if names else b""


def padded(lines: Sequence[bytes], tail: bytes) -> Sequence[bytes]:
    """Return record lines that end with this, which `nulls` gives."""
    return [line[:-2] + tail for line in lines] if tail else lines
