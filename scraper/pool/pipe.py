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
BUFFER_BYTES = 256 * 1024
"""What is taken in at once: more than a Unix socket holds. Larger messages have it grow, as long as they come."""


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
        self._outgoing = bytearray()
        self._incoming, self._filled = bytearray(BUFFER_BYTES), 0
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

    def receive(self) -> Iterator[tuple[Sort, int, memoryview]]:
        """Read once and yield the messages that are complete; EOFError if the other end is closed.

        Each is read where it came in, and is gone when the next one is asked for.
        """
        whole = memoryview(self._incoming)
        try:
            size = self._end.recv_into(whole[self._filled :])
        except BlockingIOError:
            return
        except OSError as error:
            raise EOFError from error
        if not size:
            raise EOFError
        self._filled += size
        start = 0
        try:
            while self._filled - start >= HEADER.size:
                sort, number, size = HEADER.unpack_from(whole, start)
                body, end = start + HEADER.size, start + HEADER.size + size
                if end > self._filled:
                    return
                start = end
                yield Sort(sort), number, whole[body:end]
        finally:
            self._keep(whole[start : self._filled])

    def _keep(self, rest: memoryview) -> None:
        """Put the beginning of a message where the next read goes on, with room for more."""
        room = len(self._incoming)
        if len(rest) == room:
            room *= 2
        elif len(rest) < BUFFER_BYTES:
            room = BUFFER_BYTES
        if room != len(self._incoming):
            self._incoming = bytearray(room)
        memoryview(self._incoming)[: len(rest)] = rest
        self._filled = len(rest)
