"""Many exchanges by libcurl, side by side in one thread."""

from __future__ import annotations

import contextlib
import math
import select
import time
from typing import Any

import pycurl

from scraper.fetch.curl import Handle, Handles
from scraper.fetch.request_head import RequestHead
from scraper.fetch.spool import Spool
from scraper.job import Settings
from scraper.models import Headers

KEPT_CONNECTIONS = 128
"""To any origins, if there are no more exchanges at one time. One that is kept serves before a new one is made."""
WANTED = {
    pycurl.POLL_NONE: 0,
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}


class CurlLoop:
    """Goes on with exchanges whenever `turn` is called. See `continuation.Driver`."""

    def __init__(self, settings: Settings, ca_file: str) -> None:
        self._handles = Handles(settings, ca_file)
        self._running: dict[pycurl.Curl, Transfer] = {}
        self._due = math.inf
        """When libcurl wants to be called though nothing has come in, on the monotonic clock."""
        self._watched: set[int] = set()
        self._poll = select.epoll()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, 0)
        self._multi.setopt(pycurl.M_MAXCONNECTS, max(KEPT_CONNECTIONS, settings.concurrent_requests))
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    def close(self) -> None:
        """Close the connections."""
        for curl in self._running:
            self._multi.remove_handle(curl)
            curl.close()
        self._running.clear()
        self._handles.close()
        self._multi.close()
        self._poll.close()

    def start(self, question: RequestHead) -> Transfer:
        """Begin an exchange; `turn` will tell when it has ended."""
        handle = self._handles.take()
        handle.ask(question)
        transfer = self._running[handle.curl] = Transfer(handle, self._handles)
        self._multi.add_handle(handle.curl)
        return transfer

    def fileno(self) -> int:
        return self._poll.fileno()

    def patience(self) -> float | None:
        """Return the seconds until libcurl wants to be called at the latest; None: it does not."""
        due = min([self._due, *(handle.leaves_at for handle in self._handles.hurrying)])
        return None if due == math.inf else max(due - time.monotonic(), 0.0)

    def turn(self) -> list[Transfer]:
        """Send and receive what can be now; return the transfers that have ended."""
        for fd, events in self._poll.poll(0.0):
            can_write = pycurl.CSELECT_OUT if events & select.EPOLLOUT else 0
            can_read = pycurl.CSELECT_IN if events & ~select.EPOLLOUT else 0  # errors are read too
            self._multi.socket_action(fd, can_read | can_write)
        if self._due <= time.monotonic():
            self._due = math.inf
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        _, good, bad = self._multi.info_read()
        ended = [(curl, pycurl.E_OK, "") for curl in good] + bad + self._left({*good, *(one[0] for one in bad)})
        return [transfer for one in ended if (transfer := self._end(*one))]

    def _left(self, ended: set[pycurl.Curl]) -> list[tuple[pycurl.Curl, int, str]]:
        """Return the redirects whose bodies did not come in time, but for those that have ended."""
        now = time.monotonic()
        late = [each.curl for each in self._handles.hurrying if each.leaves_at <= now and each.curl not in ended]
        return [(curl, pycurl.E_OPERATION_TIMEDOUT, "") for curl in late]

    def _end(self, curl: pycurl.Curl, code: int, words: str) -> Transfer | None:
        """Return a transfer that has ended, None if it goes on with a fresh connection."""
        self._multi.remove_handle(curl)
        if self._running[curl].handle.ask_again(code):
            self._multi.add_handle(curl)
            return None
        transfer = self._running.pop(curl)
        transfer.code, transfer.words = code, words
        return transfer

    def _watch(self, wanted: int, fd: int, *_: Any) -> None:
        """Await this of a socket from now on: libcurl calls it back."""
        if wanted == pycurl.POLL_REMOVE:
            self._watched.discard(fd)
            with contextlib.suppress(OSError):  # it may be closed by now
                self._poll.unregister(fd)
        elif fd in self._watched:
            self._poll.modify(fd, WANTED[wanted])
        else:
            self._watched.add(fd)
            self._poll.register(fd, WANTED[wanted])

    def _set_timer(self, timeout_ms: int) -> None:
        self._due = math.inf if timeout_ms < 0 else time.monotonic() + timeout_ms / 1000


class Transfer:
    """An exchange under way."""

    __slots__ = ("_handles", "code", "handle", "words")

    def __init__(self, handle: Handle, handles: Handles) -> None:
        self.handle, self._handles = handle, handles
        self.code, self.words = pycurl.E_OK, ""

    def answer(self) -> tuple[int, Headers, Spool]:
        """Return what came of it, once it has ended. See `Curl.exchange`."""
        try:
            return self.handle.answer(self.code, self.words)
        finally:
            self._handles.give_back(self.handle)
