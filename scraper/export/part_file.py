"""Put records where an analyst reads them: part file → fsync → rename. A reader sees the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_ISLNK
from typing import Any, BinaryIO

from scraper.errors import Malformed, OutputError, ScraperError
from scraper.export.columns import Layout
from scraper.export.exporters import Exporter
from scraper.export.formats import Format

BUFFER = 1 << 20


@contextlib.contextmanager
def open_part(
    path: Path, form: Format, layout: Layout, before: Path | None = None, mark: Any = None, *, is_new: bool = False
) -> Iterator[Part]:
    """Give a part file to write to. What is not finished at the end is worth nothing.

    `before`: a file whose records come first, those before its `mark` or all; `is_new`: it is copied for what else
    stands in it.
    """
    kept, torn = None, 0
    with told(path):
        file = _create(path)
    with contextlib.ExitStack() as ended:
        ended.callback(_close, file)
        with told(path):
            if before is not None and form.appending is not None and before.exists():
                torn = form.appending.copy(before, mark, file, layout)
                file.flush()
                kept = form.appending.mark(path, layout)
            exporter = form.open(path if form.needs_path else file, layout, is_new or not kept)
        part = Part(path, file, exporter, kept or 0, torn)
        ended.callback(part.abandon)
        yield part


def _create(path: Path) -> BinaryIO:
    """Open a file that is new: what lay there, such as a link to somewhere else, is not written to."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    return path.open("xb", buffering=BUFFER)


def _close(file: BinaryIO) -> None:
    with contextlib.suppress(OSError):  # what could not be written has been told
        file.close()


class Part:
    """A part file that is being written: nobody reads it before it is finished and renamed."""

    def __init__(self, path: Path, file: BinaryIO, exporter: Exporter, kept: Any, torn: int) -> None:
        """`kept`: the mark of what stood there before; `torn`: bytes of a torn last line, which were left out."""
        self.path, self.kept, self.torn = path, kept, torn
        self.size = 0
        """Bytes in all, once it is finished."""
        self._file, self._exporter = file, exporter
        self._is_finished = False

    def write(self, rule: str, lines: Sequence[bytes]) -> None:
        """Take some records of a rule: JSON objects, each with its newline."""
        with told(self.path):
            self._exporter.write(rule, lines)

    def finish(self) -> None:
        """Write everything to the disk."""
        with told(self.path):
            self._exporter.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self.size = os.fstat(self._file.fileno()).st_size
        self._is_finished = True

    def abandon(self) -> None:
        """Let the exporter of a part that was not finished end all the same: some libraries complain if it does not."""
        if not self._is_finished:
            with contextlib.suppress(OSError, ValueError, ScraperError):  # what could not be written has been told
                self._exporter.finish()


def replace(part: Path, target: Path) -> None:
    """Put a finished part file in the place of the target, durably; across file systems by way of a copy."""
    with told(target):
        try:
            part.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with drafted(part_path(target)) as beside:
                with part.open("rb") as finished, _create(beside) as copy:
                    shutil.copyfileobj(finished, copy, BUFFER)
                    copy.flush()
                    os.fsync(copy.fileno())
                beside.replace(target)
            part.unlink()
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def print_out(part: Path) -> None:
    """Write a finished part file to stdout and delete it. A reader that goes away, such as `head`, has had enough."""
    with told(Path("stdout")), part.open("rb") as file:
        with contextlib.suppress(BrokenPipeError):
            while block := file.read(BUFFER):
                rest = memoryview(block)
                while rest:
                    rest = rest[os.write(1, rest) :]
        part.unlink()


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
    """Turn an OSError, or a value that a format cannot say, into an OutputError that names the path and the cause."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}") from error
    except Malformed as error:
        raise OutputError(f"{path}: {error}") from error


def behind_link(target: Path) -> Path:
    """Return the file that is meant by a path: of a link what it leads to, there or not, as `>` has it."""
    with told(target):
        try:
            if not S_ISLNK(target.lstat().st_mode):  # `is_symlink` says nothing of a name too long, from 3.14 on
                return target
        except (FileNotFoundError, NotADirectoryError):
            return target
        with contextlib.suppress(FileNotFoundError):
            target.stat()  # a circle is an error; `resolve` has none of it, or another, from Python to Python
    return target.resolve()


def part_path(target: Path) -> Path:
    """Return the name under which a target is written: beside it, hidden, and matched by no glob for outputs."""
    return target.with_name(f".{target.name}.part")
