"""A Pool whose workers are apart from it, each with tasks of its own: who gets which task, and what a death leaves."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import logging
import math
import pickle
import selectors
import socket
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

from msgspec import Struct

from scraper.errors import PoolError, ScraperError, TaskStuck, WorkerLost
from scraper.pool.pipe import Sort, pack
from scraper.pool.task import as_task_failed
from scraper.pool.task_runner import FEW_THREADS

GRACE_S = 10.0
"""How long after its deadline a task may still answer."""
LOOK_EVERY_S = 1.0
"""How often it is looked for tasks whose rest does not end."""
START_TRIES = 5
"""How often in a row each worker may die before it is ready."""
log = logging.getLogger("scraper")


class Task(Struct, frozen=True):
    """What the parent keeps of a task in flight."""

    callback: Callable[[Any], object]
    error_callback: Callable[[PoolError], object]
    due: float
    """When its worker is ended, on the monotonic clock."""


class Worker(ABC):
    """The parent's end of one worker, and the tasks it has. `put` takes in a message for the next `flush`."""

    def __init__(self, name: str, put: Callable[[bytes], None]) -> None:
        self.name, self.put = name, put
        self.tasks: dict[int, Task] = {}
        self.is_ready = False
        """Its initializer has run."""
        self.places = math.inf
        """Tasks that it can run at once, which it tells when it is ready."""
        self.is_exclusive = False
        """It runs a task alone."""

    @abstractmethod
    def find_stuck(self, now: float, limit_s: float) -> int | None:
        """Return the number of a task whose rest was seen to go on for so long, or None. To be asked often."""

    def is_overdue(self, now: float) -> bool:
        """Return whether it should have answered by now."""
        return any(task.due <= now for task in self.tasks.values())


W = TypeVar("W", bound=Worker)


class SupervisedPool(ABC, Generic[W]):
    """See `pool.Pool`. Up to `size` workers take up to `places` tasks each, and no more than `concurrency` in all."""

    def __init__(self, size: int, places: int, concurrency: int, rest_limit_s: float) -> None:
        self._size, self._places, self._concurrency = size, places, concurrency
        self._rest_limit_s = rest_limit_s
        self._grace_s = GRACE_S + (rest_limit_s if rest_limit_s < math.inf else 0.0)
        self._workers: list[W] = []
        self._failed_starts = 0
        """Workers that died before they were ready, since the last good news."""
        self._start_error = ""
        self._failure: ScraperError | None = None
        self._reserved: W | None = None
        self._unsent: set[W] = set()
        """Those that have been given tasks since the last `flush`."""
        self._numbers = itertools.count(1)
        self._in_flight = 0
        self._next_due = math.inf
        """No task is due before this."""
        self._answers: deque[tuple[Callable[[Any], object], Any]] = deque()
        self._is_closed = self._is_ended = False
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._woken, selectors.EVENT_READ)
        atexit.register(self.terminate)  # or multiprocessing would wait at exit for workers that ignore its SIGTERM

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    # ------------------------------------------------------------------ tasks go out

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
        """Give a task to the least busy worker; it goes out with the next `flush`."""
        if self._is_closed or not (worker := self._idle_worker(alone)):
            raise ValueError("the Pool is closed, or has no worker for this task now")
        number = next(self._numbers)
        message = pack(Sort.TASK, number, (func, args))
        now = time.monotonic()
        due = math.inf if deadline_s is None else now + deadline_s + self._grace_s
        self._next_due = min(self._next_due, due, now + LOOK_EVERY_S)
        worker.tasks[number] = Task(callback, error_callback, due)
        worker.is_exclusive = alone
        self._in_flight += 1
        worker.put(message)
        self._unsent.add(worker)

    @abstractmethod
    def flush(self) -> None:
        """Send the tasks that have been started; `wait` does it too."""

    def free(self) -> int:
        """Return how many more tasks may be started now."""
        if self._is_closed:
            return 0
        ready = [worker for worker in self._workers if worker.is_ready and self._is_open(worker)]
        idle = sum([max(self._free_places(worker), 0) for worker in ready])
        return min(idle, self._concurrency - self._in_flight)

    def reserve(self) -> bool:
        """Return whether a task may be started alone now; if not, keep a worker free of new tasks until it may."""
        if self._reserved is None or self._reserved.tasks:
            idlest = min(self._workers, key=lambda worker: (len(worker.tasks), not worker.is_ready), default=None)
            if self._reserved is None or (idlest and not idlest.tasks):
                self._reserved = idlest
        return self._reserved is not None and self._reserved.is_ready and not self._reserved.tasks

    def release(self) -> None:
        """Let new tasks go everywhere again."""
        self._reserved = None

    def _free_places(self, worker: W) -> int:
        return int(min(self._places, worker.places)) - len(worker.tasks)

    def _is_open(self, worker: W) -> bool:
        return worker is not self._reserved and not worker.is_exclusive

    def _idle_worker(self, alone: bool) -> W | None:
        if self._in_flight >= self._concurrency:
            return None
        if alone:
            return self._reserved if self._reserved and not self._reserved.tasks else None
        workers = [w for w in self._workers if self._is_open(w) and self._free_places(w) > 0]
        return min(workers, key=lambda worker: (not worker.is_ready, len(worker.tasks)), default=None)

    # ------------------------------------------------------------------ answers come in

    def wait(self, timeout: float) -> int:
        """Wait up to so many seconds for answers, run the callbacks of all that are there, return how many."""
        if self._is_ended:
            return 0
        end = time.monotonic() + timeout
        has_news = self._poll(0.0 if self._answers else timeout)
        while not (self._answers or has_news) and (left_s := end - time.monotonic()) > 0:
            has_news = self._poll(left_s)
        count = 0
        while self._answers:
            callback, value = self._answers.popleft()
            callback(value)
            count += 1
        return count

    def wake(self) -> None:
        """Make `wait` return at once, now or when it is called next."""
        with contextlib.suppress(OSError):  # full: it will wake; closed: nobody waits
            self._waker.send(b"!")

    def _poll(self, timeout: float) -> bool:
        """Take in what comes first; return whether `wake` was called or a worker has become ready."""
        self.flush()
        has_news = self._listen(max(0.0, min(timeout, self._next_due - time.monotonic())))
        self._end_overdue()
        self._replenish()
        if self._failure:
            raise self._failure
        return has_news

    @abstractmethod
    def _listen(self, timeout: float) -> bool:
        """Wait so long for what the workers say and take it in; return whether there is news, see `_poll`."""

    def _take(self, worker: W, sort: Sort, number: int, body: memoryview | bytes) -> None:
        """Take in one message of a worker."""
        self._failed_starts = 0
        if sort == Sort.READY:
            self._welcome(worker, pickle.loads(body))  # noqa: S301 (our own worker wrote it)
        elif sort == Sort.BROKEN:
            self._failure = pickle.loads(body)  # noqa: S301 (our own worker wrote it)
        else:
            self._finish(worker, number, body, is_done=sort == Sort.DONE)

    def _welcome(self, worker: W, places: int) -> None:
        if places < self._places and not any(one.is_ready for one in self._workers):
            log.warning("%s has %d of %d threads: %s", worker.name, places, self._places, FEW_THREADS)
        worker.is_ready, worker.places = True, places

    def _finish(self, worker: W, number: int, body: memoryview | bytes, *, is_done: bool) -> None:
        task = worker.tasks.pop(number)
        worker.is_exclusive = False
        self._in_flight -= 1
        try:
            value = pickle.loads(body)  # noqa: S301 (likewise)
        except Exception as error:  # noqa: BLE001 (a class that pickles and does not unpickle)
            value, is_done = as_task_failed(error), False
        self._answers.append((task.callback if is_done else task.error_callback, value))

    # ------------------------------------------------------------------ workers die and are replaced

    def _end_overdue(self) -> None:
        now = time.monotonic()
        if now < self._next_due:
            return
        for worker in list(self._workers):
            if stuck := worker.find_stuck(now, self._rest_limit_s):
                self._bury(worker, f"what is left to do took longer than {self._rest_limit_s:g} s", stuck)
            elif worker.is_overdue(now):
                self._bury(worker, f"{worker.name} did not answer in time and was given up")
        dues = [task.due for worker in self._workers for task in worker.tasks.values()]
        self._next_due = min(*dues, now + LOOK_EVERY_S) if dues else math.inf

    def _bury(self, worker: W, cause: str, stuck: int | None = None) -> None:
        """Take leave of a worker that is dead or shall be, with all that it had to do; `stuck`: what is to blame."""
        self._dismiss(worker)
        self._workers.remove(worker)
        self._unsent.discard(worker)
        self._failed_starts += not worker.is_ready
        self._in_flight -= len(worker.tasks)
        is_alone = worker.is_ready and len(worker.tasks) == 1
        for number, task in worker.tasks.items():
            lost = WorkerLost(cause, alone=is_alone, is_suspect=stuck is None)
            self._answers.append((task.error_callback, TaskStuck(cause) if number == stuck else lost))
        if self._reserved is worker:
            self._reserved = None

    @abstractmethod
    def _dismiss(self, worker: W) -> None:
        """End a worker, whatever it does, if that can be done."""

    @abstractmethod
    def _replenish(self) -> None:
        """Start what workers are missing; a Pool that cannot is broken, see `_failure`."""

    def _has_given_up(self) -> bool:
        """Return whether so many starts have gone wrong that no other is worth a try, and tell so in `_failure`."""
        is_alive = any(worker.is_ready for worker in self._workers)
        if self._failed_starts >= START_TRIES * self._size and not (is_alive or self._failure):
            dead = f"{self._failed_starts} died in a row{self._start_error}"
            self._failure = PoolError(f"no worker process can be started: {dead}")
        return self._failure is not None

    # ------------------------------------------------------------------ the end

    def close(self) -> None:
        """Start no more tasks."""
        self._is_closed = True

    def join(self) -> None:
        """Wait until every task has ended, running the callbacks, then end the workers."""
        if not self._is_closed:
            raise ValueError("the Pool is still open")
        while self._in_flight or self._answers:
            self.wait(1.0)
        self.terminate()

    def terminate(self) -> None:
        """End the workers now, whatever they do; tasks in flight get no callback. May be called again."""
        if self._is_ended:
            return
        self._is_closed = self._is_ended = True
        atexit.unregister(self.terminate)
        self._end()
        self._workers.clear()
        self._answers.clear()
        self._selector.close()
        self._woken.close()
        self._waker.close()

    @abstractmethod
    def _end(self) -> None:
        """End all workers, and what is here for them."""
