"""The server that forks the workers, begun as a fork of this process, and what this room takes that is not documented.

Tried with CPython 3.11.7, 3.12.1 and 3.13.0 and Dask 2026.8.0. Measured is the CPU of all processes of a run of one
page, some 0.7 s, in pairs with the same run where one thing is done the plain way.

what of multiprocessing                     why                              where it is not there
util.spawnv_passfds, called with -c CODE    a fork: 0.12 to 0.19 s less      a new interpreter, begun as early
forkserver.ensure_running                   begun while we import            the first Pool begins it, imports less
resource_tracker.ensure_running             signals stay blocked             a start unblocks them
resource_tracker._resource_tracker._fd      no tracker: 0.03 to 0.07 s less  a tracker
forkserver._forkserver._stop                nothing outlives a run           it ends a moment after this process
heap.Arena._dir_candidates                  a system without /dev/shm     no worker can be started there
util.get_temp_dir, of a short tempdir       a long TMPDIR                 no server can be started there
it runs `__main__` of sys.modules again     a script without a guard works   each child runs the script again
parent_process().sentinel is a pipe         SIGIO ends `child_main`          a thread does, unless a task holds it up

Client.scheduler.broadcast and Worker.handlers of Dask have no plain way, and no test: no worker opens, a PoolError.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver, heap, resource_tracker, util
from types import ModuleType
from typing import Any

LONGEST_FOLDER = 75
"""Bytes of a temporary folder in which the path of a socket (108 on Linux, 104 on macOS) has room."""
SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 (multiprocessing makes a folder of its own in it)
_starting = threading.Lock()
"""Two Pools in two threads: a fork of one must not copy a half-made pipe of the other, nor find its `__main__`."""


def start_server(*preload: str) -> None:
    """Fork off the server that forks workers, to import these modules meanwhile; else the first Pool starts one.

    What has been imported before is there once for all processes, in time and in memory. For a process that is the
    program's own and has one thread and no open file yet: all that it holds goes along. What `multiprocessing` has to
    clean up after a crash is not cleaned up.
    """
    multiprocessing.set_forkserver_preload(list(preload))
    _do_without_tracker()
    # OSError: no room for its socket on any disk, say; the Pool will try again, and tell
    with contextlib.suppress(OSError, AttributeError):
        ensure_tracker()
        with starting():
            _run_server()


def stop_server() -> None:
    """End the server that forks workers, and wait for it: nothing of a run may outlive it."""
    with contextlib.suppress(ChildProcessError, AttributeError):
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Let a child begin: one at a time, with SIGINT and SIGTERM blocked, and without a `__main__` to run again."""
    with _starting, _blocked_signals(), _faceless_main():
        _do_without_shared_memory()
        _shorten_paths()
        yield


def ensure_tracker() -> None:
    """Start what cleans up behind crashes, unless it runs: the start of a process would, and unblock the signals."""
    with contextlib.suppress(AttributeError):
        resource_tracker.ensure_running()


def try_fork() -> None:
    """Raise OSError if there is no room for a server and a worker.

    A server that cannot fork would end with a traceback, and say no more than that it has ended.
    """
    if pid := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code:
            raise OSError(code, os.strerror(code))
        return
    try:
        if pid := os.fork():
            os.waitpid(pid, 0)
        os._exit(0)
    except OSError as error:
        os._exit(error.errno or errno.EAGAIN)


def _shorten_paths() -> None:
    """Let the sockets of `multiprocessing` lie in a folder whose name is short enough for one."""
    if len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER:
        return
    if multiprocessing.process.current_process()._config.get("tempdir"):  # type: ignore[attr-defined]
        return
    before, long = tempfile.tempdir, tempfile.gettempdir()
    try:
        tempfile.tempdir = next(path for path in SHORT_FOLDERS if os.access(path, os.W_OK))
        util.get_temp_dir()
    except StopIteration:
        much = f"TMPDIR ({long}) is longer than {LONGEST_FOLDER} bytes, the most that the path of a socket has room for"
        raise OSError(f"{much}; set TMPDIR to a shorter one") from None
    finally:
        tempfile.tempdir = before


def _do_without_shared_memory() -> None:
    """Let what processes share lie in a temporary file where there is no /dev/shm."""
    arena: Any = heap.Arena
    if not all(map(os.path.isdir, getattr(arena, "_dir_candidates", []))):
        arena._dir_candidates = []


def _run_server() -> None:
    try:
        with _fork_in_place_of_exec():
            forkserver.ensure_running()
    except (AttributeError, TypeError):  # programs are started in another way than this is written for
        forkserver.ensure_running()


@contextlib.contextmanager
def _fork_in_place_of_exec() -> Iterator[None]:
    """Let `multiprocessing` start a program of Python's, given by -c, as a fork of this process.

    AttributeError or TypeError where it starts programs in another way.
    """

    def fork(_: bytes, arguments: Sequence[str], descriptors: Sequence[int]) -> int:
        if arguments[-2:-1] != ["-c"]:
            raise TypeError(f"expected -c CODE at the end, got {arguments}")
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
    with contextlib.suppress(AttributeError):
        tracker: Any = resource_tracker._resource_tracker
        if tracker._fd is None:
            tracker._fd = os.open(os.devnull, os.O_WRONLY)


@contextlib.contextmanager
def _blocked_signals() -> Iterator[None]:
    """They may come before the child can ignore them."""
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
