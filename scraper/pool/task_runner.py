"""What runs tasks inside a worker: T threads, or the loop of a state that drives its tasks; one socket in and out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from scraper.pool.continuation import Continuation
from scraper.pool.loop import Loop
from scraper.pool.pipe import HEADER, Pipe, Sort, pack
from scraper.pool.task import Busy, begin, finish

FEW_THREADS = "the limits on processes and memory (`ulimit -u`, `ulimit -v`, a container's) allow no more"

Message = tuple[int, bytes]
"""A task's number, and its pickle."""


def work_on(end: socket.socket, state: Any, busy: Busy, threads: int, leave: Callable[[], None]) -> None:
    """Say how many tasks may come at once, and run those that come until the other end of the socket is closed.

    A state with a driver needs no `threads`. Where the system gives fewer of them, fewer tasks may come; without any
    this thread does them. `leave` is called by a thread that cannot go on: nobody reads its answer any more.
    """
    if getattr(state, "driver", None):
        end.sendall(pack(Sort.READY, 0, threads))
        with contextlib.suppress(EOFError, ConnectionError):
            Loop(Pipe(end), state, busy).run()
    else:
        _run_threads(end, state, busy, threads, leave)


def start_threads(count: int, target: Callable[..., None], *arguments: Any) -> int:
    """Start so many threads, or as many as the system gives, and return how many."""
    for number in range(count):
        try:
            threading.Thread(target=target, args=arguments, daemon=True).start()
        except (RuntimeError, MemoryError):
            return number
    return count


def _run_threads(end: socket.socket, state: Any, busy: Busy, threads: int, leave: Callable[[], None]) -> None:
    tasks: SimpleQueue[Message | None] = SimpleQueue()
    locks = threading.Lock(), threading.Lock()
    arguments = tasks, state, end, busy, *locks, leave
    threads = start_threads(threads, _work, *arguments)
    end.sendall(pack(Sort.READY, 0, threads or 1))
    with end.makefile("rb") as stream:
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            _, number, size = HEADER.unpack(header)
            tasks.put((number, stream.read(size)))
            if not threads:
                tasks.put(None)
                _work(*arguments)
    for _ in range(threads):
        tasks.put(None)


def _work(
    tasks: SimpleQueue[Message | None],
    state: Any,
    end: socket.socket,
    busy: Busy,
    finishing: threading.Lock,
    sending: threading.Lock,
    leave: Callable[[], None],
) -> None:
    """Run tasks; one rest at a time, so that it is known which does not end: a process is for one core's work.

    It has the lock until its answer is sent: answers may be large, and the parent may take its time to read them.
    """

    def run(number: int, body: bytes) -> None:  # nothing of a task may be kept until the next one comes
        begun = begin(number, body, state)
        with finishing if isinstance(begun, Continuation) else contextlib.nullcontext():
            message = finish(number, begun, busy) if isinstance(begun, Continuation) else begun
            with sending:
                end.sendall(message)

    try:
        while task := tasks.get():
            run(*task)
    except OSError:
        leave()
    except BaseException:
        leave()
        raise
