"""The life of a worker process: tasks come in on its pipe, T threads run them, answers go out on the same pipe."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Sequence
from enum import IntEnum
from multiprocessing import connection
from queue import SimpleQueue
from typing import Any

from scraper.errors import ScraperError, TaskFailed

HEADER = struct.Struct("!BQQ")
"""What a message begins with: its sort, the task's number, the size of the pickle that follows."""


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


def as_task_failed(error: BaseException) -> TaskFailed:
    """Return what an exception has to say as plain text, which survives every pipe."""
    try:
        message = "".join(traceback.format_exception_only(error)).strip()
        return TaskFailed(message, "".join(traceback.format_exception(error)))
    except Exception:  # noqa: BLE001 (an exception may do anything when it is looked at)
        return TaskFailed(type(error).__name__)


def serve(
    pipe: socket.socket,
    inherited: Sequence[socket.socket],
    initializer: Callable[..., Any],
    initargs: tuple[Any, ...],
    threads: int,
) -> None:
    """Run tasks until the parent closes the pipe or is gone. `inherited` are the parent's own ends, under fork."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for end in inherited:  # a copy of a pipe's end held here would keep its other end from seeing the end of file
        end.close()
    _end_with_parent()
    pipe.setblocking(True)
    try:
        state = initializer(*initargs)
    except BaseException as error:  # noqa: BLE001 (also sys.exit: the parent must hear of it)
        pipe.sendall(pack(Sort.BROKEN, 0, _portable(error)))
        return
    pipe.sendall(pack(Sort.READY, 0, None))
    tasks: SimpleQueue[tuple[int, bytes]] = SimpleQueue()
    lock = threading.Lock()
    for _ in range(threads):
        threading.Thread(target=_work, args=(tasks, state, pipe, lock), daemon=True).start()
    with pipe.makefile("rb") as stream:
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            _, number, size = HEADER.unpack(header)
            tasks.put((number, stream.read(size)))
    os._exit(0)  # nobody is left to hear the answers


def _work(tasks: SimpleQueue[tuple[int, bytes]], state: Any, pipe: socket.socket, lock: threading.Lock) -> None:
    try:
        while True:
            message = _answer(*tasks.get(), state)
            with lock:
                pipe.sendall(message)
    finally:  # the parent is gone
        os._exit(1)


def _answer(number: int, body: bytes, state: Any) -> bytes:
    """Run one task and return the message that answers it."""
    try:
        func, args = pickle.loads(body)  # noqa: S301 (it comes from the parent)
        return pack(Sort.DONE, number, func(state, *args))
    except BaseException as error:  # noqa: BLE001 (also sys.exit: it ends the task, not the thread)
        return pack(Sort.FAILED, number, as_task_failed(error))


def _portable(error: BaseException) -> ScraperError:
    """Return the error itself if it is one of ours and survives a pipe."""
    if isinstance(error, ScraperError):
        with contextlib.suppress(Exception):
            if str(pickle.loads(pickle.dumps(error))) == str(error):  # noqa: S301 (made here)
                return error
    return as_task_failed(error)


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, whatever it is doing then.

    The thread needs the interpreter, which a task may hold for long (`re`, an XPath); SIGIO, whose default is to end
    the process, does not.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker is started by the Pool"
    sentinel = parent.sentinel
    threading.Thread(target=_watch, args=(sentinel,), daemon=True).start()
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
