"""The parent's end of one worker process: starting it, sending to it and receiving from it without ever waiting."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from scraper.pool.child_main import serve
from scraper.pool.pipe import Pipe, Sort
from scraper.pool.supervisor import Worker
from scraper.pool.task import Busy

_starting = threading.Lock()
"""Two Pools in two threads: a fork of one must not copy a half-made pipe of the other, nor find its `__main__`."""


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

    def receive(self) -> Iterator[tuple[Sort, int, bytearray]]:
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
    busy = context.RawValue(ctypes.c_uint64)
    is_fork = context.get_start_method() == "fork"
    with _starting:
        ours, theirs = socket.socketpair()
        ends = [ours, *inherited] if is_fork else []
        process: BaseProcess = context.Process(target=serve, args=(theirs, ends, busy, *arguments), daemon=True)  # type: ignore[attr-defined]
        try:
            if not is_fork:
                resource_tracker.ensure_running()  # `start` would do it, and unblock the signals
            with _blocked_signals(), _faceless_main():
                process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
    return ProcessWorker(process, Pipe(ours), busy)


def start_server(preload: str) -> None:
    """Fork off the server that forks workers, to import this module meanwhile; else the first Pool starts one.

    What has been imported before is there once for all processes, in time and in memory. For a process that is the
    program's own and has one thread and no open file yet: all that it holds goes along. What `multiprocessing` has to
    clean up after a crash is not cleaned up.
    """
    multiprocessing.set_forkserver_preload([preload])
    with _starting:
        _do_without_tracker()
        # OSError: no room for its socket on any disk, say; the Pool will try again, and tell
        with contextlib.suppress(OSError), _blocked_signals(), _faceless_main(), _fork_in_place_of_exec():
            forkserver.ensure_running()


def stop_server() -> None:
    """End the server that forks workers, and wait for it: nothing of a run may outlive it."""
    with contextlib.suppress(ChildProcessError):
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


@contextlib.contextmanager
def _fork_in_place_of_exec() -> Iterator[None]:
    """Let `multiprocessing` start a program of Python's, given by -c, as a fork of this process."""

    def fork(_: bytes, arguments: Sequence[str], descriptors: Sequence[int]) -> int:
        if pid := os.fork():
            return pid
        try:
            kept = sorted({0, 1, 2, *descriptors})
            for low, high in itertools.pairwise([*kept, os.sysconf("SC_OPEN_MAX")]):
                os.closerange(low + 1, high)
            exec(arguments[-1], {})  # noqa: S102 (multiprocessing's own line, which it would have given to -c)
        finally:
            os._exit(0)

    module: Any = forkserver.util  # type: ignore[attr-defined]
    spawn, module.spawnv_passfds = module.spawnv_passfds, fork
    try:
        yield
    finally:
        module.spawnv_passfds = spawn


def _do_without_tracker() -> None:
    """Spare the process that would unlink named semaphores and shared memory: there are none here."""
    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is None:
        tracker._fd = os.open(os.devnull, os.O_WRONLY)


@contextlib.contextmanager
def _blocked_signals() -> Iterator[None]:
    """Let a child begin with SIGINT and SIGTERM blocked: they may come before it can ignore them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _FacelessMain(ModuleType):
    """`__main__` without the file or name that multiprocessing would run again in every child.

    Nothing of ours lives there, and a script without an `if __name__ == "__main__"` would start its crawl anew.
    """

    def __init__(self, main: ModuleType) -> None:
        super().__init__("__main__")
        self.__spec__ = self.__file__ = None
        self._main = main

    def __getattr__(self, name: str) -> Any:
        return getattr(self._main, name)


@contextlib.contextmanager
def _faceless_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = _FacelessMain(main)
    try:
        yield
    finally:
        sys.modules["__main__"] = main
