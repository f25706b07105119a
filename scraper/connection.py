"""Cut a connection at its deadline: timeouts of sockets are per read, and a server that drips outlasts them all.

One thread a process watches the few exchanges that are under way. At a deadline it shuts the socket down, and the
read that waits on it ends. It works on a duplicate of the descriptor, which stays valid while TLS takes over.
"""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

current = threading.local()
"""`current.guard`: the guard of the exchange that this thread makes."""


class Guard:
    """One exchange under way: the connection to cut, and whether it was cut."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.expired = False
        self.is_reused = False
        """Whether the connection had served an exchange before."""
        self._switch: socket.socket | None = None

    def hold(self, switch: socket.socket | None, *, is_reused: bool) -> None:
        """Take the connection that the exchange uses now."""
        self._switch, self.is_reused = switch, is_reused
        if self.expired:
            self.cut()

    def cut(self) -> None:
        """Shut the connection down, now or as soon as there is one."""
        self.expired = True
        if self._switch is not None:
            with contextlib.suppress(OSError):
                self._switch.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Cuts guards at their deadlines. Its thread begins with the first guard."""

    def __init__(self) -> None:
        self._guards: set[Guard] = set()
        self._changed = threading.Condition()
        self._wake_at = math.inf
        self._thread: threading.Thread | None = None

    def watch(self, guard: Guard) -> None:
        """Begin to watch; monotonic time counts."""
        with self._changed:
            self._guards.add(guard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            if guard.deadline < self._wake_at:
                self._changed.notify()

    def leave(self, guard: Guard) -> None:
        """Stop watching."""
        with self._changed:
            self._guards.discard(guard)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                for guard in [guard for guard in self._guards if guard.deadline <= now]:
                    guard.cut()
                    self._guards.discard(guard)
                self._wake_at = min((guard.deadline for guard in self._guards), default=math.inf)
                self._changed.wait(None if self._wake_at == math.inf else max(self._wake_at - now, 0.0))


# --------------------------------------------------------------------------- connections that can be cut


class _Guarded:
    """A connection that shows itself to the guard of the exchange that uses it."""

    _switch: socket.socket | None = None
    _served = 0

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self._switch = sock.dup()
        current.guard.hold(self._switch, is_reused=False)
        return sock

    def request(self, *args: Any, **options: Any) -> None:
        if self._switch is not None:
            current.guard.hold(self._switch, is_reused=self._served > 0)
        self._served += 1
        super().request(*args, **options)  # type: ignore[misc]

    def close(self) -> None:
        switch, self._switch, self._served = self._switch, None, 0
        if switch is not None:
            with contextlib.suppress(OSError):
                switch.close()
        super().close()  # type: ignore[misc]


class GuardedHTTPConnection(_Guarded, HTTPConnection):
    """Plain HTTP that can be cut."""


class GuardedHTTPSConnection(_Guarded, HTTPSConnection):
    """TLS that can be cut, in its handshake too."""


class GuardedHTTPConnectionPool(HTTPConnectionPool):
    """Pool of such connections."""

    ConnectionCls = GuardedHTTPConnection


class GuardedHTTPSConnectionPool(HTTPSConnectionPool):
    """Pool of such connections."""

    ConnectionCls = GuardedHTTPSConnection


POOLS = {"http": GuardedHTTPConnectionPool, "https": GuardedHTTPSConnectionPool}
