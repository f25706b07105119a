"""The life of a worker process: tasks come in on its pipe, T threads or a loop run them, answers go out on the pipe."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing import connection
from typing import Any

from scraper.pool.pipe import Pipe, Sort, pack
from scraper.pool.task import Busy, as_portable
from scraper.pool.task_runner import work_on


def serve(
    pipe: socket.socket,
    inherited: Sequence[socket.socket | Pipe],
    busy: Busy,
    threads: int,
    initializer: Callable[..., Any],
    initargs: tuple[Any, ...],
) -> None:
    """Run tasks until the parent closes the pipe or is gone. `inherited` are the parent's own ends, under fork.

    A state that drives its tasks does without `threads`.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for end in inherited:  # a copy of a pipe's end held here would keep its other end from seeing the end of file
        end.close()
    _end_with_parent()
    pipe.setblocking(True)
    try:
        state = initializer(*initargs)
    except BaseException as error:  # noqa: BLE001 (also sys.exit: the parent must hear of it)
        pipe.sendall(pack(Sort.BROKEN, 0, as_portable(error)))
        return
    work_on(pipe, state, busy, threads, leave=lambda: os._exit(1))
    os._exit(0)  # nobody is left to hear the answers


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, whatever it is doing then.

    The thread needs the interpreter, which a task may hold for long (`re`, an XPath); SIGIO, whose default is to end
    the process, does not.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker is started by the Pool"
    sentinel = parent.sentinel
    with contextlib.suppress(RuntimeError):  # no thread is to be had: SIGIO alone must do
        threading.Thread(target=_watch, args=(sentinel,), daemon=True).start()
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
