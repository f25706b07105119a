"""The ways to fetch a page, all asked alike: each library with a thread an exchange, and in a loop if it has one."""

import select
import socket
import threading
from concurrent.futures import Future
from queue import SimpleQueue

from scraper.fetch.fetcher import Fetcher, LoopFetcher
from scraper.fetch.fetchers import FETCHERS
from scraper.job import Settings
from scraper.models import Failure

EXCHANGERS = {name: one for name, one in FETCHERS.items() if one.open_browser is None}
WAYS = [way for name, one in EXCHANGERS.items() for way in [name, *[f"{name} loop"] * bool(one.open_loop)]]


def open_fetcher(way, named_hosts=None, **settings):
    """Return what fetches that way."""
    settings = Settings(fetcher=way.split()[0], **settings)
    return LoopThread(settings, named_hosts) if way.endswith(" loop") else Fetcher(settings, named_hosts)


class LoopThread:
    """A LoopFetcher in a thread of its own, which any thread may ask for a page."""

    def __init__(self, settings, named_hosts=None):
        self._fetcher = LoopFetcher(settings, named_hosts)
        self._asked = SimpleQueue()
        self._woken, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def fetch(self, request):
        future = Future()
        self._asked.put((request, future))
        self._waker.send(b"!")
        return future.result(timeout=240)

    def close(self):
        self._waker.close()
        self._thread.join()
        self._woken.close()
        self._fetcher.close()

    def _run(self):
        waiting = {}
        while True:
            ready, _, _ = select.select([self._woken, self._fetcher], [], [], self._fetcher.patience())
            if self._woken in ready:
                if not self._woken.recv(1):
                    return
                request, future = self._asked.get()
                begun = self._fetcher.start(request, lambda _, answer: answer)
                if isinstance(begun, Failure):
                    future.set_result(begun)
                else:
                    waiting[begun] = future
            for exchange in self._fetcher.turn():
                future = waiting.pop(exchange)
                try:
                    future.set_result(exchange.finish())
                except Exception as error:  # noqa: BLE001 (it is raised again by `result`)
                    future.set_exception(error)
