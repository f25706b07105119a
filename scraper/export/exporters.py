"""Write record lines to an open file, plain, compressed or as rows. Bytes depend on the records alone."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from typing import BinaryIO, Protocol

import orjson

from scraper.export.cells import cell
from scraper.export.columns import Column

GZIP_LEVEL = 6


class Exporter(Protocol):
    """What takes the records of a file, as JSON lines."""

    def write(self, lines: Sequence[bytes]) -> None:
        """Take some records, each a JSON object with its newline."""

    def finish(self) -> None:
        """Write what is still held back. The file stays open."""


class Lines:
    """JSON Lines: the lines as they are."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, lines: Sequence[bytes]) -> None:
        """Take some records."""
        self._file.writelines(lines)

    def finish(self) -> None:
        """Nothing is held back."""


class GzippedLines:
    """JSON Lines in a gzip member of their own, which bears neither name nor time (RFC 1952)."""

    def __init__(self, file: BinaryIO, *, is_new: bool) -> None:
        self._file = file
        self._member = self._open() if is_new else None

    def write(self, lines: Sequence[bytes]) -> None:
        """Take some records."""
        if lines:
            self._member = self._member or self._open()
            self._member.write(b"".join(lines))

    def finish(self) -> None:
        """End the member, if there is one."""
        if self._member is not None:
            self._member.close()

    def _open(self) -> gzip.GzipFile:
        return gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=self._file, mtime=0)


class Csv:
    """Comma-separated values after RFC 4180, in UTF-8 without a byte order mark; see `cells`."""

    def __init__(self, file: BinaryIO, columns: tuple[Column, ...], *, is_new: bool) -> None:
        self._names = [column.name for column in columns]
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text)
        if is_new:
            self._writer.writerow(map(cell, self._names))

    def write(self, lines: Sequence[bytes]) -> None:
        """Take some records; a field that one has not is an empty cell."""
        records = map(orjson.loads, lines)
        self._writer.writerows([cell(record.get(name)) for name in self._names] for record in records)

    def finish(self) -> None:
        """Hand the text over and let go of the file."""
        self._text.detach()


def header(columns: tuple[Column, ...]) -> bytes:
    """Return the first line of a CSV file with these columns."""
    file = io.BytesIO()
    Csv(file, columns, is_new=True).finish()
    return file.getvalue()
