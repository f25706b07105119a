"""The thread engine: the same verbs over threads of this process, for small machines and mocked tests.

Not multiprocessing's ThreadPool: it needs /dev/shm for its semaphores, and cannot do with fewer threads than it wants.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Self

from scraper.errors import PoolError
from scraper.pool.continuation import Continuation
from scraper.pool.task import as_task_failed
from scraper.pool.task_runner import FEW_THREADS, start_threads

Answer = tuple[Callable[[Any], object], Any]
"""A callback and what it is to be called with."""
Task = tuple[Callable[..., Any], Any, tuple[Any, ...], Callable[[Any], object], Callable[[PoolError], object]]
"""A function, the state and other arguments it is to be called with, and the two callbacks."""
log = logging.getLogger("scraper")


class ThreadsPool:
    """See `pool.Pool`. To it, this process is the only one: alone means that no other task runs at all.

    A thread cannot be killed: an overdue task holds its thread until it ends by itself, and outlives `terminate`.
    """

    def __init__(self, concurrency: int, initializer: Callable[..., Any], initargs: tuple[Any, ...]) -> None:
        self._state = initializer(*initargs)
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._finished: SimpleQueue[Answer | None] = SimpleQueue()
        """Filled by the threads; None wakes."""
        self._concurrency = start_threads(concurrency, _work, self._tasks, self._finished)
        if not self._concurrency:
            raise PoolError(f"no thread can be started: {FEW_THREADS}")
        if self._concurrency < concurrency:
            log.warning("there are %d of %d threads: %s", self._concurrency, concurrency, FEW_THREADS)
        self._answers: deque[Answer] = deque()
        self._in_flight = 0
        self._is_reserved = self._is_exclusive = self._is_closed = self._is_ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    def apply_async(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        callback: Callable[[Any], object],
        error_callback: Callable[[PoolError], object],
        deadline_s: float | None = None,  # noqa: ARG002 (a thread cannot be killed)
        alone: bool = False,
    ) -> None:
        """Hand a task to an idle thread."""
        is_possible = self._is_reserved and not self._in_flight if alone else self.free()
        if self._is_closed or not is_possible:
            raise ValueError("the Pool is closed, or has no worker for this task now")
        self._in_flight += 1
        self._is_exclusive = alone
        self._tasks.put((func, self._state, args, callback, error_callback))

    def flush(self) -> None:
        """Do nothing: a task has begun when it is started."""

    def free(self) -> int:
        """Return how many more tasks may be started now."""
        if self._is_closed or self._is_reserved or self._is_exclusive:
            return 0
        return self._concurrency - self._in_flight

    def reserve(self) -> bool:
        """Return whether a task may be started alone now; if not, start no other until it may."""
        self._is_reserved = True
        return not self._in_flight

    def release(self) -> None:
        """Let new tasks go everywhere again."""
        self._is_reserved = False

    def wait(self, timeout: float) -> int:
        """Wait up to so many seconds for answers, run the callbacks of all that are there, return how many."""
        if self._is_ended:
            return 0
        self._take_in(0.0 if self._answers else timeout)
        count = 0
        while self._answers:
            callback, value = self._answers.popleft()
            callback(value)
            count += 1
        return count

    def wake(self) -> None:
        """Make `wait` return at once, now or when it is called next."""
        self._finished.put(None)

    def _take_in(self, timeout: float) -> None:
        try:
            answer = self._finished.get(timeout=timeout) if timeout > 0 else self._finished.get_nowait()
            while True:
                if answer:
                    self._in_flight -= 1
                    self._is_exclusive = False
                    self._answers.append(answer)
                answer = self._finished.get_nowait()
        except Empty:
            return

    def close(self) -> None:
        """Start no more tasks."""
        self._is_closed = True

    def join(self) -> None:
        """Wait until every task has ended, running the callbacks, then end the threads."""
        if not self._is_closed:
            raise ValueError("the Pool is still open")
        while self._in_flight or self._answers:
            self.wait(1.0)
        self.terminate()

    def terminate(self) -> None:
        """End the threads as soon as each is idle; tasks in flight get no callback. May be called again."""
        if not self._is_ended:
            for _ in range(self._concurrency):
                self._tasks.put(None)
        self._is_closed = self._is_ended = True
        self._answers.clear()


def _work(tasks: SimpleQueue[Task | None], finished: SimpleQueue[Answer | None]) -> None:
    """Run tasks until the Pool ends; nothing of one is kept until the next comes."""
    while task := tasks.get():
        finished.put(_answer(*task))
        task = None


def _answer(
    func: Callable[..., Any],
    state: Any,
    args: tuple[Any, ...],
    callback: Callable[[Any], object],
    error_callback: Callable[[PoolError], object],
) -> Answer:
    """Run one task, and choose its callback; nothing is raised, not even by `sys.exit`: it would end the thread."""
    try:
        value = func(state, *args)
        return callback, value.finish() if isinstance(value, Continuation) else value
    except BaseException as error:  # noqa: BLE001
        return error_callback, as_task_failed(error)
