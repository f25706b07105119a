"""Keep bodies that come in piece by piece: a large one, but for its beginning, in a file without a name.

So many bombs at once cost a process no more memory than one, and none has to wait for another.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

IN_MEMORY_BYTES = 1 << 18
"""Most pages are smaller."""
PIECE_BYTES = 1 << 16


class Spool:
    """The bytes of one body. OSError where there is no room for a large one on the disk of temporary files."""

    __slots__ = ("_file", "_pieces", "_size")

    def __init__(self, pieces: Iterable[bytes] = ()) -> None:
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._size = 0
        for piece in pieces:
            self.add(piece)

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._size += len(piece)
        if self._size <= IN_MEMORY_BYTES:
            self._pieces.append(piece)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with this object)
            self._file.writelines(self._pieces)
            self._pieces.clear()
        self._file.write(piece)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes piece by piece."""
        if self._file is None:
            yield from self._pieces
            return
        self._file.seek(0)
        while piece := self._file.read(PIECE_BYTES):
            yield piece

    def read(self) -> bytes:
        """Return all of it."""
        if self._file is None:
            return b"".join(self._pieces)
        self._file.seek(0)
        return self._file.read()
