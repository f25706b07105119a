"""The Dask engine: an actor of our own threads in each worker of a cluster, so that many machines fetch for one run.

The parent decides when a request begins, as with processes: delays and limits of a domain are as exact.
"""

from __future__ import annotations

import logging
import math
import pickle
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from scraper.errors import PoolError
from scraper.pool import dask_cluster as cluster
from scraper.pool.dask_actor import STAY_S, Parcel, Reply
from scraper.pool.pipe import Sort
from scraper.pool.supervisor import GRACE_S, LOOK_EVERY_S, SupervisedPool, Worker

ALONE_S = 60.0
"""How long a run waits for a worker when there is none."""
SIGNS_A_S = 50
"""Signs of life that all actors together give in a second at the most: each costs the scheduler as much as work."""
SILENCE_S = 60.0
"""How long an actor may say nothing at all, whatever its tasks may do."""
OPEN_S = 60.0
"""How long an actor may take to open."""
log = logging.getLogger("scraper")


class ActorWorker(Worker):
    """A Dask worker with an actor of ours, and the tasks that are there."""

    def __init__(self, number: int, address: str, silence_s: float, *, is_first: bool) -> None:
        self.messages: list[bytes] = []
        """Not yet on their way."""
        super().__init__(f"Dask worker {address}", self.messages.append)
        self.number, self.address, self.is_first = number, address, is_first
        self.is_gone = False
        """Dask has told so: there is nothing left to end."""
        self.exchanges = 1
        """How many are under way; the first is that of the opening."""
        self._silence_s, self._heard_at = silence_s, time.monotonic()
        self._open_by, self._stay_s = self._heard_at + OPEN_S, STAY_S
        self._busy, self._busy_s = 0, 0.0

    def take_along(self, stay_s: float) -> list[bytes]:
        """Return what an exchange that begins now takes to the actor, to wait there for so long."""
        self._stay_s = stay_s
        if not self.exchanges:
            self._heard_at = time.monotonic()
        self.exchanges += 1
        taken = self.messages[:]
        self.messages.clear()
        return taken

    def hear(self, reply: Reply) -> None:
        """Note what an exchange says of the actor."""
        self.exchanges -= 1
        self._heard_at = time.monotonic()
        self._busy, self._busy_s = reply.busy, reply.busy_s

    def is_silent(self, now: float) -> bool:
        """Return whether it has not said anything for so long that something there must hold the interpreter."""
        return self.is_ready and self.exchanges > 0 and now - self._heard_at > self._stay_s + self._silence_s

    def find_stuck(self, now: float, limit_s: float) -> int | None:
        if self._busy in self.tasks and self._busy_s >= limit_s:
            return self._busy
        is_to_blame = len(self.tasks) == 1 and limit_s < math.inf and self.is_silent(now)
        return next(iter(self.tasks)) if is_to_blame else None

    def is_overdue(self, now: float) -> bool:
        is_late = not self.is_ready and now >= self._open_by
        return is_late or self.is_silent(now) or super().is_overdue(now)


class DaskPool(SupervisedPool[ActorWorker]):
    """See `pool.Pool`. A worker that is lost comes back by its nanny, under another address, or others do its work.

    An overdue worker is restarted by its nanny; without one it is no longer used. `terminate` leaves the workers alone:
    a task that hangs there holds its thread until it ends by itself.
    """

    def __init__(
        self,
        address: str,
        workers: int | None,
        concurrency: int,
        initializer: Callable[..., Any],
        initargs: tuple[Any, ...],
        rest_limit_s: float,
    ) -> None:
        super().__init__(1, concurrency, concurrency, rest_limit_s)
        self._address = address
        self._parcel = Parcel(pickle.dumps((initializer, initargs), pickle.HIGHEST_PROTOCOL))
        self._silence_s = min(rest_limit_s, SILENCE_S) + GRACE_S
        self._most = min(workers or concurrency, concurrency)
        self._actors: dict[int, ActorWorker] = {}
        self._idle: dict[str, None] = {}
        """Addresses of workers without an actor, in the order in which they came."""
        self._alone_at: float | None = None
        """Since when there is no worker."""
        self._events: SimpleQueue[cluster.Event] = SimpleQueue()
        try:
            self._cluster = cluster.Cluster(address, self._tell)
        except BaseException:
            self._cluster = None  # type: ignore[assignment]
            self.terminate()
            raise
        self._idle.update(dict.fromkeys(self._cluster.addresses()))
        self._size = max(1, min(len(self._idle), self._most))
        self._places = math.ceil(concurrency / self._size)
        self._replenish(is_first=True)

    def flush(self) -> None:
        """Send the tasks that have been started; `wait` does it too. Where tasks are, an exchange waits for answers."""
        stay_s = max(STAY_S, len(self._workers) / SIGNS_A_S)
        for worker in self._unsent:
            if worker.messages or not worker.exchanges:
                self._cluster.exchange(worker.number, worker.take_along(stay_s), stay_s)
        self._unsent.clear()

    def _tell(self, event: cluster.Event) -> None:
        """Note an event: this is called in the client's thread."""
        self._events.put(event)
        if not self._is_ended:
            try:
                self._waker.send(b".")
            except OSError:  # full: it will wake; closed: nobody waits
                return

    def _listen(self, timeout: float) -> bool:
        has_news = False
        for _ in self._selector.select(timeout if self._events.empty() else 0.0):
            has_news = b"!" in self._woken.recv(4096)
        try:
            while True:
                has_news |= self._take_in(self._events.get_nowait())
        except Empty:
            return has_news

    def _take_in(self, event: cluster.Event) -> bool:
        """Take in what has happened; return whether a worker has become ready."""
        match event:
            case cluster.Joined(address):
                if all(worker.address != address for worker in self._workers):
                    self._idle[address] = None
            case cluster.Left(address):
                self._idle.pop(address, None)
                for worker in [worker for worker in self._workers if worker.address == address]:
                    worker.is_gone = True
                    self._bury(worker, f"{worker.name} was lost")
            case cluster.Lost(cause):
                self._failure = PoolError(f"{cause}; when it is back, go on with --resume")
            case cluster.Heard(number, reply) if number in self._actors:
                return self._hear(self._actors[number], reply)
            case cluster.Broke(number, cause) if number in self._actors:
                self._start_error = f", the last of: {cause}"
                self._bury(self._actors[number], cause)
            case cluster.Refused(number, cause) if number in self._actors:
                self._refuse(self._actors[number], cause)
        return False

    def _hear(self, worker: ActorWorker, reply: Reply) -> bool:
        was_ready = worker.is_ready
        worker.hear(reply)
        for sort, number, body in reply.answers:
            if not number or number in worker.tasks:  # Dask may do an exchange again: what it brings is late
                self._take(worker, Sort(sort), number, body)
        if worker.tasks or not worker.is_ready:
            self._unsent.add(worker)  # the next exchange waits for what is left
        return worker.is_ready and not was_ready

    def _refuse(self, worker: ActorWorker, cause: str) -> None:
        """Do without a worker; a run that was begun with it is not begun."""
        if worker.is_first:
            self._failure = PoolError(cause)
        else:
            log.warning("%s; it is not used", cause)
        worker.is_gone = True
        self._bury(worker, cause)
        self._failed_starts -= 1  # that was no death

    def _dismiss(self, worker: ActorWorker) -> None:
        del self._actors[worker.number]
        self._cluster.drop(worker.number, restart=not worker.is_gone)

    def _replenish(self, *, is_first: bool = False) -> None:
        while self._idle and len(self._workers) < self._most and not self._has_given_up():
            address = next(iter(self._idle))
            del self._idle[address]
            worker = ActorWorker(next(self._numbers), address, self._silence_s, is_first=is_first)
            self._actors[worker.number] = worker
            self._workers.append(worker)
            self._cluster.open(worker.number, address, self._places, self._parcel)
        self._has_given_up()
        now = time.monotonic()
        if self._workers or self._failure:
            self._alone_at = None
            if not all(worker.is_ready for worker in self._workers):
                self._next_due = min(self._next_due, now + LOOK_EVERY_S)
            return
        self._alone_at = self._alone_at or now
        self._next_due = min(self._next_due, self._alone_at + ALONE_S)
        if now >= self._alone_at + ALONE_S:
            self._failure = PoolError(
                f"the Dask scheduler at {self._address} has had no worker for this run for {ALONE_S:g} s; when there is"
                " one, go on with --resume"
            )

    def _end(self) -> None:
        if self._cluster:
            self._cluster.close()
