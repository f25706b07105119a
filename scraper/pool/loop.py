"""The life of a worker process whose state drives its tasks: one thread for tasks, waiting, rests and answers."""

from __future__ import annotations

import math
import select
import time
from collections import deque
from typing import Any

from scraper.pool.continuation import Continuation, Driver
from scraper.pool.pipe import Pipe
from scraper.pool.task import Busy, begin, finish

TOGETHER_S = 0.002
"""How long an answer waits for others, for each message wakes the parent; not where no other rest is to be done."""
UNSENT_BYTES = 8 << 20
"""With more than this waiting for the parent no rest is finished: it has enough to read, and results may be large."""


class Loop:
    """Runs tasks of a state with a `driver` until the parent is gone.

    One rest a turn: what waits is seen to in between, so that no answer stays unread while others are worked on.
    """

    def __init__(self, pipe: Pipe, state: Any, busy: Busy) -> None:
        self._pipe, self._state, self._busy = pipe, state, busy
        self._driver: Driver = state.driver
        self._waiting: dict[Continuation, int] = {}
        """Rests that cannot be finished yet → numbers of their tasks."""
        self._ripe: deque[Continuation] = deque()
        self._is_sent = True
        self._send_by = math.inf
        """When what was put into the pipe is to be sent, on the monotonic clock."""
        self._poll = select.epoll()
        self._poll.register(pipe.fileno(), select.EPOLLIN)
        self._poll.register(self._driver.fileno(), select.EPOLLIN)

    def run(self) -> None:
        """Return when the parent is gone: EOFError or OSError."""
        while True:
            events = dict(self._poll.poll(0.0 if self._can_finish else self._driver.patience()))
            if pipe_events := events.get(self._pipe.fileno()):
                self._take_tasks()
                if pipe_events & select.EPOLLOUT:
                    self._send()
            self._ripe.extend(self._driver.turn())
            if self._can_finish:
                rest = self._ripe.popleft()
                self._answer(finish(self._waiting.pop(rest), rest, self._busy))
            if self._send_by < math.inf and (not self._can_finish or time.monotonic() >= self._send_by):
                self._send()

    @property
    def _can_finish(self) -> bool:
        return bool(self._ripe) and self._pipe.unsent_bytes <= UNSENT_BYTES

    def _take_tasks(self) -> None:
        for _, number, body in self._pipe.receive():
            begun = begin(number, body, self._state)
            if isinstance(begun, Continuation):
                self._waiting[begun] = number
            else:
                self._answer(begun)

    def _answer(self, message: bytes) -> None:
        self._pipe.put(message)
        self._send_by = min(self._send_by, time.monotonic() + TOGETHER_S)

    def _send(self) -> None:
        """Send what the pipe takes, and have the rest sent when it takes more: the parent may be busy for long."""
        self._send_by = math.inf
        was_sent, self._is_sent = self._is_sent, self._pipe.send()
        if self._is_sent != was_sent:
            self._poll.modify(self._pipe.fileno(), select.EPOLLIN | (0 if self._is_sent else select.EPOLLOUT))
