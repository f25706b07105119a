"""The parent's end of one worker process: starting it, sending to it and receiving from it without ever waiting."""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Iterator
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from scraper.pool import forkserver
from scraper.pool.child_main import serve
from scraper.pool.pipe import Pipe, Sort
from scraper.pool.supervisor import Worker
from scraper.pool.task import Busy


class ProcessWorker(Worker):
    """One process, its pipe, and the tasks it has."""

    def __init__(self, process: BaseProcess, pipe: Pipe, busy: Busy) -> None:
        super().__init__(f"worker process {process.pid}", pipe.put)
        self.process, self.pipe = process, pipe
        self._busy = busy
        self._seen, self._seen_at = 0, 0.0
        """What `busy` held when it was last seen to change, and when that was."""

    def send(self) -> bool:
        """Send what the pipe takes now and keep the rest; return whether nothing is left."""
        try:
            return self.pipe.send()
        except OSError:  # it died; `receive` will tell
            return True

    def receive(self) -> Iterator[tuple[Sort, int, memoryview]]:
        """Read once and yield the messages that are complete; EOFError if the process is gone."""
        return self.pipe.receive()

    def find_stuck(self, now: float, limit_s: float) -> int | None:
        """Return the number of a task whose rest was seen to go on for so long, or None. To be asked often."""
        number = self._busy.value
        if number != self._seen:
            self._seen, self._seen_at = number, now
        return number if number and now - self._seen_at >= limit_s else None

    def kill(self) -> None:
        """End the process, whatever it does; it is still to be reaped."""
        self.process.kill()
        self.pipe.close()


def start_worker(context: BaseContext, inherited: list[socket.socket | Pipe], *arguments: Any) -> ProcessWorker:
    """Start a process that runs `serve` and will say by itself when it is ready.

    `inherited` are the parent's ends that a forked child must close. OSError or EOFError if none can be started.
    """
    is_fork = context.get_start_method() == "fork"
    if not is_fork:
        forkserver.ensure_tracker()
    with forkserver.starting():
        busy = context.RawValue(ctypes.c_uint64)
        ours, theirs = socket.socketpair()
        ends = [ours, *inherited] if is_fork else []
        process: BaseProcess = context.Process(target=serve, args=(theirs, ends, busy, *arguments), daemon=True)  # type: ignore[attr-defined]
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
    return ProcessWorker(process, Pipe(ours), busy)
