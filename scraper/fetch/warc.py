"""Records of WARC files, by FastWARC: where each lies, what it says of itself, and its block.

Nothing of HTTP is read here: readers of WARC differ in what they make of it, and hand out bodies that are cut.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from scraper.errors import ReplayError
from scraper.job.extras import Extra
from scraper.job.late import late_regex

EXTRA = Extra("archives", "fastwarc")
MAX_HEAD_BYTES = 256 << 10
"""Of the head of an HTTP message, as on the wire."""
PROBED_BYTES = 1 << 10
HTTP_TYPES = ("application/http", "text/http")
_date = late_regex(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?"
)


class Place(NamedTuple):
    """A WARC in a file: the whole, or a member that is stored in a ZIP."""

    path: str
    start: int = 0
    size: int | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path if self.size is None else f"{self.path} (at byte {self.start})"

    def open(self) -> IO[bytes]:
        """Return it open."""
        file = Path(self.path).open("rb")  # noqa: SIM115 (the caller closes it)
        return file if self.size is None else io.BufferedReader(Window(file, self.start, self.size))


class Window(io.RawIOBase):
    """A part of an open file, as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        file.seek(start)

    def close(self) -> None:
        self._file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._size}[whence]
        return self._file.seek(self._start + base + offset) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(max(min(len(buffer), self._size - self.tell()), 0))
        buffer[: len(data)] = data
        return len(data)


class Record(NamedTuple):
    """One record as it is walked over."""

    position: int
    type: str
    headers: dict[str, list[str]]
    """By their names in lower case."""
    block: bytes
    """Its beginning, or the whole block of a request."""
    is_http: bool

    def get(self, name: str) -> str:
        """Return a header line, without the angle brackets around what it names; "" where there is none."""
        return next((value.strip().strip("<>") for value in self.headers.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """Return all header lines of a name, in the same way."""
        return [value.strip().strip("<>") for value in self.headers.get(name, ())]


def walk(place: Place, longest_request: int) -> Iterator[Record]:
    """Yield all records of a WARC in their order; raises ReplayError where it is damaged, cut or no WARC.

    `longest_request`: bytes of a request's block beyond which its body is not read.
    """
    number, position, size = 0, -1, place.size if place.size is not None else Path(place.path).stat().st_size
    try:
        with place.open() as file:
            for found in _iterate(file):
                if found.stream_pos <= position or found.stream_pos >= size:
                    raise ReplayError(f"{place.name}: {_NOT_BY_RECORD}")
                position = found.stream_pos
                yield _record(found, longest_request)
                number += 1
    except OSError as error:
        raise _damaged(place, number, max(position, 0), str(error)) from error
    if not number:
        raise ReplayError(f"{place.name}: expected the records of a WARC; there are none")


def read_block(place: Place, position: int, most_bytes: int) -> bytes:
    """Return the block of the record at a byte; more than `most_bytes` if it is larger. Raises ReplayError."""
    try:
        with place.open() as file:
            file.seek(position)
            record = next(iter(_iterate(file)), None)
            if record is not None:
                return bytes(record.reader.read(min(record.content_length, most_bytes + 1)))
    except OSError as error:
        raise _damaged(place, None, position, str(error)) from error
    raise _damaged(place, None, position, "there is no record")


def open_coding(coding: str, file: IO[bytes]) -> Any:
    """Return a reader of what is encoded by br or zstd: `read` raises OSError where it is cut or damaged."""
    needed()
    from fastwarc import stream_io

    return {"br": stream_io.BrotliReader, "zstd": stream_io.ZstdReader}[coding](file)


def needed() -> None:
    """Raise ReplayError where the library is not installed."""
    if EXTRA.is_missing:
        raise ReplayError(EXTRA.needed_by("a WARC"))


def seconds(date: str) -> float:
    """Return the time that a WARC-Date says, since 1970; 0 for one that says none.

    Years, months and days will do (WARC 1.1), and leap seconds are.

    >>> seconds("2026-01-01T00:00:00.5Z"), seconds("2026-01") == seconds("2026-01-01T00:00:00Z"), seconds("soon")
    (1767225600.5, True, 0.0)
    """
    found = _date.fullmatch(date.strip())
    if found is None:
        return 0.0
    year, month, day, hour, minute, second = (
        int(part or least) for part, least in zip(found.groups(), _LEAST, strict=False)
    )
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() + second
    except ValueError:
        return 0.0
    at += float(f"0.{found[7]}") if found[7] else 0.0
    if (zone := found[8] or "Z") != "Z":
        sign = -1 if zone[0] == "+" else 1
        at += sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)
    return max(at, 0.0)


_LEAST = (0, 1, 1, 0, 0, 0)
_NOT_BY_RECORD = (
    "expected each record compressed by itself, so that one can be read without all before it; the whole file is one"
    " piece: `gzip -d` it, or `fastwarc recompress` it"
)


def _iterate(file: IO[bytes]) -> Any:
    needed()
    from fastwarc import ArchiveIterator

    return ArchiveIterator(file, parse_http=False)


def _record(found: Any, longest_request: int) -> Record:
    headers: dict[str, list[str]] = {}
    for name, value in found.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    length = (headers.get("content-length") or [""])[0].strip()
    if not (length.isascii() and length.isdigit()):
        raise OSError(f"expected the length of a record, got {length[:20]!r}")
    if int(length) != found.content_length:  # FastWARC 2 takes lower-case names for others
        raise OSError(f"its length is {length}, and {found.content_length} bytes of it are found")
    kind = (headers.get("warc-type") or [""])[0].strip().lower()
    wanted = longest_request if kind == "request" else PROBED_BYTES
    block = bytes(found.reader.read(min(found.content_length, wanted)))
    come = len(block) + found.reader.consume()
    if come < found.content_length:
        raise OSError(f"the record has {come} of its {found.content_length} bytes")
    content_type = (headers.get("content-type") or [""])[0].strip().lower()
    is_http = content_type.startswith(HTTP_TYPES) or (not content_type and block[:5].upper() == b"HTTP/")
    return Record(found.stream_pos, kind, headers, block, is_http)


def _damaged(place: Place, number: int | None, position: int, cause: str) -> ReplayError:
    if number is None:
        return ReplayError(f"{place.name}: cannot read the record at byte {position}: {cause}")
    behind = f"{place.name}: is damaged or cut behind its first"
    return ReplayError(f"{behind} {number} records (byte {position} or later): {cause}")
