"""Messages on the pipe between the parent and a worker process, sent and received without ever waiting."""

from __future__ import annotations

import contextlib
import pickle
import socket
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

HEADER = struct.Struct("!BQQ")
"""What a message begins with: its sort, the task's number, the size of the pickle that follows."""
CHUNK_BYTES = 256 * 1024
"""The most that one read takes in: more than a Unix socket holds."""


class Sort(IntEnum):
    """What a message says."""

    TASK = 0
    READY = 1
    """The initializer has run."""
    BROKEN = 2
    """The initializer raised this."""
    DONE = 3
    FAILED = 4


def pack(sort: Sort, number: int, value: Any) -> bytes:
    """Return a message; raises whatever pickling the value raises."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return b"".join((HEADER.pack(sort, number, len(body)), body))


class Pipe:
    """One end."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._incoming, self._outgoing = bytearray(), bytearray()
        self._chunk = bytearray(CHUNK_BYTES)
        end.setblocking(False)

    def fileno(self) -> int:
        return self._end.fileno()

    def close(self) -> None:
        self._end.close()

    def put(self, message: bytes) -> None:
        """Take in a message for the next `send`."""
        self._outgoing += message

    def send(self) -> bool:
        """Send what the pipe takes now and keep the rest; return whether nothing is left. OSError if nobody reads."""
        with contextlib.suppress(BlockingIOError):
            del self._outgoing[: self._end.send(self._outgoing)]
        return not self._outgoing

    @property
    def unsent_bytes(self) -> int:
        """How much waits for the other end to read."""
        return len(self._outgoing)

    def receive(self) -> Iterator[tuple[Sort, int, bytearray]]:
        """Read once and yield the messages that are complete; EOFError if the other end is closed."""
        try:
            size = self._end.recv_into(self._chunk)
        except BlockingIOError:
            return
        except OSError as error:
            raise EOFError from error
        if not size:
            raise EOFError
        with memoryview(self._chunk) as view:
            self._incoming += view[:size]
        while len(self._incoming) >= HEADER.size:
            sort, number, size = HEADER.unpack_from(self._incoming)
            end = HEADER.size + size
            if len(self._incoming) < end:
                return
            body = self._incoming[HEADER.size : end]
            del self._incoming[:end]
            yield Sort(sort), number, body
