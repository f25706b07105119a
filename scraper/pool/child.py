"""The life of a worker process: tasks come in on its pipe, T threads or a loop run them, answers go out on the pipe."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing import connection
from queue import SimpleQueue
from typing import Any

from scraper.errors import ScraperError
from scraper.pool.loop import Loop
from scraper.pool.pipe import HEADER, Pipe, Sort, pack
from scraper.pool.task import Busy, as_task_failed, begin, finish
from scraper.rest import Rest


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
        pipe.sendall(pack(Sort.BROKEN, 0, _portable(error)))
        return
    pipe.sendall(pack(Sort.READY, 0, None))
    if getattr(state, "driver", None):
        with contextlib.suppress(EOFError, ConnectionError):
            Loop(Pipe(pipe), state, busy).run()
    else:
        _run_threads(pipe, state, busy, threads)
    os._exit(0)  # nobody is left to hear the answers


def _run_threads(pipe: socket.socket, state: Any, busy: Busy, threads: int) -> None:
    tasks: SimpleQueue[tuple[int, bytes]] = SimpleQueue()
    locks = threading.Lock(), threading.Lock()
    for _ in range(threads):
        threading.Thread(target=_work, args=(tasks, state, pipe, busy, *locks), daemon=True).start()
    with pipe.makefile("rb") as stream:
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            _, number, size = HEADER.unpack(header)
            tasks.put((number, stream.read(size)))


def _work(
    tasks: SimpleQueue[tuple[int, bytes]],
    state: Any,
    pipe: socket.socket,
    busy: Busy,
    finishing: threading.Lock,
    sending: threading.Lock,
) -> None:
    """Run tasks; one rest at a time, so that it is known which does not end: a process is for one core's work.

    It has the lock until its answer is sent: answers may be large, and the parent may take its time to read them.
    """

    def run(number: int, body: bytes) -> None:  # nothing of a task may be kept until the next one comes
        begun = begin(number, body, state)
        with finishing if isinstance(begun, Rest) else contextlib.nullcontext():
            message = finish(number, begun, busy) if isinstance(begun, Rest) else begun
            with sending:
                pipe.sendall(message)

    try:
        while True:
            run(*tasks.get())
    finally:  # the parent is gone
        os._exit(1)


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
