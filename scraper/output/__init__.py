"""Put records where an analyst reads them: part file → fsync → rename. A reader sees the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from scraper.columns import Column
from scraper.errors import OutputError
from scraper.formats import Format
from scraper.output import earlier
from scraper.output.sinks import open_sink

BUFFER = 1 << 20


class Part:
    """A part file that is being written. `finish` makes it durable; nobody reads it before it is renamed."""

    def __init__(
        self, path: Path, form: Format, columns: tuple[Column, ...], before: Path | None = None, size: int | None = None
    ) -> None:
        """`before`: a file whose records come first, those in its first `size` bytes or all."""
        self.path = path
        self.kept = self.torn = self.size = 0
        """Bytes of before at its beginning; bytes of a torn last line, which were left out; bytes in all."""
        with told(path):
            self._file = path.open("wb", buffering=BUFFER)
            with self._closed_on_error():
                if before is not None and before.exists():
                    self.torn = earlier.copy(before, size, self._file, form)
                    self.kept = self._file.tell()
                self._sink = open_sink(form, self._file, columns, is_new=not self.kept)

    def __enter__(self) -> Part:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # only what was not finished can fail here, and that has been told
            self._file.close()

    def write(self, lines: Sequence[bytes]) -> None:
        """Take some records: JSON objects, each with its newline."""
        with told(self.path):
            self._sink.write(lines)

    def finish(self) -> None:
        """Write everything to the disk."""
        with told(self.path):
            self._sink.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self.size = self._file.tell()

    @contextlib.contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.__exit__()
            raise


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
def told(path: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the path and the cause."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror or error}") from error


def part_path(target: Path) -> Path:
    """Return the name under which a target is written: beside it, hidden, and matched by no glob for outputs."""
    return target.with_name(f".{target.name}.part")
