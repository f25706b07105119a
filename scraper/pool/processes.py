"""The process engine: P processes × T threads, a pipe a process, nothing shared; a death loses nothing but itself."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import math
import multiprocessing
import pickle
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Literal, Self

from scraper.errors import PoolError, ScraperError, TaskStuck, WorkerLost
from scraper.pool.pipe import Pipe, Sort, pack
from scraper.pool.task import as_task_failed
from scraper.pool.worker import Task, Worker, start_worker

GRACE_S = 10.0
"""How long after its deadline a task may still answer."""
LOOK_EVERY_S = 1.0
"""How often it is looked for tasks whose rest does not end."""
START_TRIES = 5
"""How often in a row each process may die before it is ready."""
REAP_S = 5.0
"""How long the end of the Pool waits for a killed process."""


class ProcessesPool:
    """See `pool.Pool`."""

    def __init__(
        self,
        processes: int,
        concurrency: int,
        start_method: Literal["forkserver", "spawn", "fork"],
        initializer: Callable[..., Any],
        initargs: tuple[Any, ...],
        rest_limit_s: float,
    ) -> None:
        self._rest_limit_s = rest_limit_s
        self._grace_s = GRACE_S + (rest_limit_s if rest_limit_s < math.inf else 0.0)
        self._processes, self._concurrency = processes, concurrency
        self._threads = math.ceil(concurrency / processes)
        self._context: BaseContext = multiprocessing.get_context(start_method)
        self._context.set_forkserver_preload([initializer.__module__])
        self._initializer, self._initargs = initializer, initargs
        self._workers: list[Worker] = []
        self._dead: list[BaseProcess] = []
        """Killed, not yet reaped."""
        self._failed_starts = 0
        """Processes that died before they were ready, since the last good news."""
        self._start_error = ""
        self._failure: ScraperError | None = None
        self._reserved: Worker | None = None
        self._unsent: set[Worker] = set()
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
        self._replenish()

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
        """Give a task to the least busy process; it goes out with the next `flush`."""
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
        worker.pipe.put(message)
        self._unsent.add(worker)

    def flush(self) -> None:
        """Send the tasks that have been started; `wait` does it too."""
        for worker in self._unsent:
            if not worker.send():
                self._selector.modify(worker.pipe, selectors.EVENT_READ | selectors.EVENT_WRITE, worker)
        self._unsent.clear()

    def free(self) -> int:
        """Return how many more tasks may be started now."""
        if self._is_closed:
            return 0
        ready = (worker for worker in self._workers if worker.is_ready and self._is_open(worker))
        idle = sum(self._threads - len(worker.tasks) for worker in ready)
        return min(idle, self._concurrency - self._in_flight)

    def reserve(self) -> bool:
        """Return whether a task may be started alone now; if not, keep a process free of new tasks until it may."""
        if self._reserved is None or self._reserved.tasks:
            idlest = min(self._workers, key=lambda worker: (len(worker.tasks), not worker.is_ready), default=None)
            if self._reserved is None or (idlest and not idlest.tasks):
                self._reserved = idlest
        return self._reserved is not None and self._reserved.is_ready and not self._reserved.tasks

    def release(self) -> None:
        """Let new tasks go everywhere again."""
        self._reserved = None

    def _is_open(self, worker: Worker) -> bool:
        return worker is not self._reserved and not worker.is_exclusive

    def _idle_worker(self, alone: bool) -> Worker | None:
        if self._in_flight >= self._concurrency:
            return None
        if alone:
            return self._reserved if self._reserved and not self._reserved.tasks else None
        workers = [w for w in self._workers if self._is_open(w) and len(w.tasks) < self._threads]
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
        """Take in what comes first; return whether `wake` was called or a process has become ready."""
        self.flush()
        has_news = False
        timeout = max(0.0, min(timeout, self._next_due - time.monotonic()))
        for key, events in self._selector.select(timeout):
            if key.data is None:
                has_news |= bool(self._woken.recv(4096))
                continue
            if events & selectors.EVENT_WRITE and key.data.send():
                self._selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
            if events & selectors.EVENT_READ:
                has_news |= self._receive(key.data)
        self._kill_overdue()
        self._replenish()
        if self._failure:
            raise self._failure
        return has_news

    def _receive(self, worker: Worker) -> bool:
        """Take in what a process says; return whether it has become ready."""
        was_ready = worker.is_ready
        try:
            for sort, number, body in worker.receive():
                self._failed_starts = 0
                if sort == Sort.READY:
                    worker.is_ready = True
                elif sort == Sort.BROKEN:
                    self._failure = pickle.loads(body)  # noqa: S301 (our own worker wrote it)
                else:
                    self._finish(worker, number, body, is_done=sort == Sort.DONE)
        except EOFError:
            self._bury(worker, f"worker process {worker.process.pid} died")
        return worker.is_ready and not was_ready

    def _finish(self, worker: Worker, number: int, body: bytearray, *, is_done: bool) -> None:
        task = worker.tasks.pop(number)
        worker.is_exclusive = False
        self._in_flight -= 1
        try:
            value = pickle.loads(body)  # noqa: S301 (likewise)
        except Exception as error:  # noqa: BLE001 (a class that pickles and does not unpickle)
            value, is_done = as_task_failed(error), False
        self._answers.append((task.callback if is_done else task.error_callback, value))

    # ------------------------------------------------------------------ processes die and are replaced

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        if now < self._next_due:
            return
        for worker in list(self._workers):
            if stuck := worker.find_stuck(now, self._rest_limit_s):
                self._bury(worker, f"what is left to do took longer than {self._rest_limit_s:g} s", stuck)
            elif any(task.due <= now for task in worker.tasks.values()):
                self._bury(worker, f"worker process {worker.process.pid} did not answer in time and was killed")
        dues = [task.due for worker in self._workers for task in worker.tasks.values()]
        self._next_due = min(*dues, now + LOOK_EVERY_S) if dues else math.inf

    def _bury(self, worker: Worker, cause: str, stuck: int | None = None) -> None:
        """Take leave of a process that is dead or shall be, with all that it had to do; `stuck`: what is to blame."""
        self._selector.unregister(worker.pipe)
        worker.kill()
        self._workers.remove(worker)
        self._unsent.discard(worker)
        self._dead.append(worker.process)
        self._failed_starts += not worker.is_ready
        self._in_flight -= len(worker.tasks)
        is_alone = worker.is_ready and len(worker.tasks) == 1
        for number, task in worker.tasks.items():
            lost = WorkerLost(cause, alone=is_alone, is_suspect=stuck is None)
            self._answers.append((task.error_callback, TaskStuck(cause) if number == stuck else lost))
        if self._reserved is worker:
            self._reserved = None

    def _replenish(self) -> None:
        """Start what processes are missing; a Pool that cannot is broken, see `_failure`."""
        if self._dead:
            self._dead = [process for process in self._dead if process.exitcode is None]
        while len(self._workers) < self._processes and not self._failure:
            if self._failed_starts >= START_TRIES * self._processes:
                dead = f"{self._failed_starts} died in a row{self._start_error}"
                self._failure = PoolError(f"no worker process can be started: {dead}")
                return
            try:
                self._workers.append(self._start())
            except (OSError, EOFError) as error:  # no process, memory or descriptor left; the next turn tries again
                self._failed_starts += 1
                self._start_error = f", the last of: {error or type(error).__name__}"
                return

    def _start(self) -> Worker:
        inherited: list[socket.socket | Pipe] = [self._woken, self._waker, *(worker.pipe for worker in self._workers)]
        worker = start_worker(self._context, inherited, self._threads, self._initializer, self._initargs)
        self._selector.register(worker.pipe, selectors.EVENT_READ, worker)
        return worker

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
        for worker in self._workers:
            worker.kill()
            self._dead.append(worker.process)
        for process in self._dead:
            process.join(REAP_S)
        self._dead.clear()
        self._workers.clear()
        self._answers.clear()
        self._selector.close()
        self._woken.close()
        self._waker.close()
