"""The Pool: tasks go out to processes, threads or machines; callbacks get what they gave, in the caller's thread."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, Literal, Protocol, Self

from scraper.errors import PoolError, shortage
from scraper.pool.processes import ProcessesPool
from scraper.pool.threads import ThreadsPool


class Pool(Protocol):
    """The verbs of multiprocessing's Pool, with `wait` in place of its handler threads.

    A task is `func(state, *args)`, where `state` is what the initializer gave, once a process. Everything but `wake` is
    for one thread only. `with` ends the Pool by `terminate`.
    """

    def apply_async(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        callback: Callable[[Any], object],
        error_callback: Callable[[PoolError], object],
        deadline_s: float | None = None,
        alone: bool = False,
    ) -> None:
        """Start a task, which begins at the next `flush` at the latest; `wait` will call one of the callbacks, once.

        `error_callback` gets TaskFailed if the task raised, or if its result cannot be sent; WorkerLost if its process
        died. A process that is still at a task some seconds after its deadline is killed (threads cannot be: a task
        must end by itself there). `alone` asks for a process that does nothing else until the task has ended: ask
        `reserve` before. ValueError if no thread is idle, or none is idle that way, or the Pool is closed.
        """

    def flush(self) -> None:
        """Send the tasks that have been started, many at a time; `wait` does it first."""

    def wait(self, timeout: float) -> int:
        """Wait up to so many seconds for answers, run the callbacks of all that are there, return how many.

        It returns early, with 0, when a process becomes ready for tasks. What a callback raises comes out of here; the
        other answers are kept for the next call. Raises what an initializer raised (TaskFailed if that is no
        ScraperError), and PoolError if no process can be started.
        """

    def wake(self) -> None:
        """Make `wait` return at once, now or when it is called next; for signal handlers and other threads too."""

    def free(self) -> int:
        """Return how many more tasks would begin at once; one that is sent to a process still starting waits for it."""

    def reserve(self) -> bool:
        """Return whether a task may be started alone now; if not, keep a process free of new tasks until it may."""

    def release(self) -> None:
        """Let new tasks go everywhere again."""

    def close(self) -> None:
        """Start no more tasks."""

    def join(self) -> None:
        """Wait until every task has ended, running the callbacks, then end the workers. Only after `close`."""

    def terminate(self) -> None:
        """End the workers now, whatever they do; tasks in flight get no callback. May be called again."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_pool(
    engine: Literal["processes", "threads", "dask"],
    *,
    concurrency: int,
    processes: int | None = None,
    start_method: Literal["forkserver", "spawn", "fork"] = "forkserver",
    initializer: Callable[..., Any],
    initargs: tuple[Any, ...] = (),
    rest_limit_s: float = math.inf,
    address: str = "",
) -> Pool:
    """Return a Pool that has up to `concurrency` tasks in flight.

    `processes` None means one a usable core; there are never more of them than `concurrency`. Processes other than
    forked ones import what they run by its module's name, so nothing may live in `__main__`. A process that is busy
    with the rest of a task for longer than `rest_limit_s` is killed, and the task has failed; threads cannot be.
    With `dask`, `address` is that of a scheduler, and `processes` are so many of its workers, None all of them.
    PoolError if there is no such scheduler.
    """
    try:
        if engine == "dask":
            from scraper.pool.dask import DaskPool  # which takes a while to import, and is an extra

            return DaskPool(address, processes, concurrency, initializer, initargs, rest_limit_s)
        if engine == "threads":
            return ThreadsPool(concurrency, initializer, initargs)
        wanted = processes or len(os.sched_getaffinity(0))
        return ProcessesPool(min(wanted, concurrency), concurrency, start_method, initializer, initargs, rest_limit_s)
    except OSError as error:
        if cause := shortage(error):
            raise PoolError(f"the Pool cannot be opened: {cause}") from error
        raise
