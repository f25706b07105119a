"""The process engine: P processes × T threads, a pipe a process, nothing shared; a death loses nothing but itself."""

from __future__ import annotations

import math
import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Literal

from scraper.errors import shortage
from scraper.pool import forkserver
from scraper.pool.child_process import ProcessWorker, start_worker
from scraper.pool.pipe import Pipe
from scraper.pool.supervisor import SupervisedPool

START_PAUSE_S = 0.2
"""How long it is waited before another try to start a process."""
REAP_S = 5.0
"""How long the end of the Pool waits for a killed process."""


class ProcessesPool(SupervisedPool[ProcessWorker]):
    """See `pool.Pool`. A process that dies or is killed is replaced at once."""

    def __init__(
        self,
        processes: int,
        concurrency: int,
        start_method: Literal["forkserver", "spawn", "fork"],
        initializer: Callable[..., Any],
        initargs: tuple[Any, ...],
        rest_limit_s: float,
    ) -> None:
        super().__init__(processes, math.ceil(concurrency / processes), concurrency, rest_limit_s)
        self._context: BaseContext = multiprocessing.get_context(start_method)
        self._context.set_forkserver_preload([initializer.__module__])
        self._initializer, self._initargs = initializer, initargs
        self._dead: list[BaseProcess] = []
        """Killed, not yet reaped."""
        self._next_try = 0.0
        """When a process may be started, on the monotonic clock."""
        self._replenish()

    def flush(self) -> None:
        """Send the tasks that have been started; `wait` does it too."""
        for worker in self._unsent:
            if not worker.send():
                self._selector.modify(worker.pipe, selectors.EVENT_READ | selectors.EVENT_WRITE, worker)
        self._unsent.clear()

    def _listen(self, timeout: float) -> bool:
        has_news = False
        if self._failed_starts and len(self._workers) < self._size:
            timeout = min(timeout, START_PAUSE_S)
        for key, events in self._selector.select(timeout):
            if key.data is None:
                has_news |= bool(self._woken.recv(4096))
                continue
            if events & selectors.EVENT_WRITE and key.data.send():
                self._selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
            if events & selectors.EVENT_READ:
                has_news |= self._receive(key.data)
        return has_news

    def _receive(self, worker: ProcessWorker) -> bool:
        """Take in what a process says; return whether it has become ready."""
        was_ready = worker.is_ready
        try:
            for message in worker.receive():
                self._take(worker, *message)
        except EOFError:
            self._bury(worker, f"{worker.name} died")
        return worker.is_ready and not was_ready

    def _dismiss(self, worker: ProcessWorker) -> None:
        self._selector.unregister(worker.pipe)
        worker.kill()
        self._dead.append(worker.process)

    def _replenish(self) -> None:
        if self._dead:
            self._dead = [process for process in self._dead if process.exitcode is None]
        while len(self._workers) < self._size and not self._has_given_up() and time.monotonic() >= self._next_try:
            try:
                if self._failed_starts:
                    forkserver.try_fork()
                self._workers.append(self._start())
            except (OSError, EOFError) as error:  # no process, memory or descriptor left; a later turn tries again
                self._failed_starts += 1
                self._next_try = time.monotonic() + START_PAUSE_S
                what = shortage(error) or str(error) or type(error).__name__
                self._start_error = f", the last of: {what}"

    def _start(self) -> ProcessWorker:
        inherited: list[socket.socket | Pipe] = [self._woken, self._waker, *(worker.pipe for worker in self._workers)]
        worker = start_worker(self._context, inherited, self._places, self._initializer, self._initargs)
        self._selector.register(worker.pipe, selectors.EVENT_READ, worker)
        return worker

    def _end(self) -> None:
        for worker in self._workers:
            worker.kill()
            self._dead.append(worker.process)
        for process in self._dead:
            process.join(REAP_S)
        self._dead.clear()
