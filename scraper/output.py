"""Put lines where an analyst reads them: part file → fsync → rename. A reader sees the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from scraper.errors import OutputError


@dataclass(frozen=True, slots=True)
class Part:
    """A part file as it was written."""

    size: int
    kept: int
    """Bytes at its beginning that are lines of before."""
    torn: int
    """Bytes of a torn last line of before, which was left out."""


def write_part(
    path: Path, lines: Iterable[bytes], *, before: Path | None = None, before_bytes: int | None = None
) -> Part:
    """Write lines to a part file, fsynced, behind the lines of `before`: those in its first bytes, or all."""
    kept = torn = 0
    with told(path), path.open("wb", buffering=1 << 20) as part:
        if before is not None and before.exists():
            torn = _copy_lines(before, part, before_bytes)
            kept = part.tell()
        part.writelines(lines)
        part.flush()
        os.fsync(part.fileno())
        return Part(part.tell(), kept, torn)


def replace(part: Path, target: Path) -> None:
    """Put a finished part file in the place of the target, durably; across file systems by way of a copy."""
    with told(target):
        try:
            part.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with drafted(part_path(target)) as beside:
                shutil.copyfile(part, beside)
                beside.replace(target)
            part.unlink()
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def drafted(part: Path) -> Iterator[Path]:
    """Leave no part file behind that was not put in its place: it may be what fills the disk."""
    try:
        yield part
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


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


def _copy_lines(source: Path, part: BinaryIO, size: int | None) -> int:
    """Copy the lines of a file, or of its first bytes; return the length of a torn last line, which is left out."""
    tail, left = b"", source.stat().st_size if size is None else size
    with source.open("rb") as old:
        while block := old.read(min(left, 1 << 20)):
            left -= len(block)
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
