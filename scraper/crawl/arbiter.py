"""Ask about the hosts that jobs share from one process to another: lines of JSON over a socket.

The one that has started the jobs answers; a job that nobody answers any more ends as if it were terminated.
"""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from scraper.crawl.neighbours import ASK_AGAIN_S, Sites


class Asking:
    """A job's end: `Neighbours` that are asked over a socket. `tell` says how the job has ended."""

    def __init__(self, end: socket.socket, clock: Callable[[], float]) -> None:
        self._end, self._clock = end, clock
        self._answers = end.makefile("rb")

    def claim(self, host: str, limit: int, delay_s: float) -> float | None:
        """See `Neighbours.claim`."""
        self._send("claim", host, limit, delay_s)
        with contextlib.suppress(OSError):
            if answer := self._answers.readline():
                until: float | None = orjson.loads(answer)
                return until
        signal.raise_signal(signal.SIGTERM)  # nobody is there who could see to the hosts
        return self._clock() + ASK_AGAIN_S

    def done(self, host: str) -> None:
        """See `Neighbours.done`."""
        self._send("done", host)

    def pause(self, host: str, until: float) -> None:
        """See `Neighbours.pause`."""
        self._send("pause", host, until)

    def tell(self, news: dict[str, Any]) -> None:
        """Let the other end know this."""
        self._send("tell", news)

    def _send(self, *message: Any) -> None:
        with contextlib.suppress(OSError):  # the next claim will see to it
            self._end.sendall(orjson.dumps(message) + b"\n")


class Answering:
    """The other end, of one job: `take` what the socket gave and yield what was told."""

    def __init__(self, job: int, end: socket.socket, sites: Sites) -> None:
        self._job, self._end, self._sites = job, end, sites
        self._rest = b""

    def take(self, data: bytes, now: float) -> Iterator[dict[str, Any]]:
        """Answer the questions in what was received."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            match orjson.loads(line):
                case ["tell", news]:
                    yield news
                case ["done", host]:
                    self._sites.done(self._job, host)
                case ["pause", host, until]:
                    self._sites.pause(host, until, now)
                case ["claim", host, limit, delay_s]:
                    answer = self._sites.claim(self._job, host, limit, delay_s, now)
                    with contextlib.suppress(OSError):  # it is gone
                        self._end.sendall(orjson.dumps(answer) + b"\n")
