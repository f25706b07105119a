"""What the Dask engine has in each Dask worker: our own threads or loop, and a counter where tasks and answers pass.

A Dask task costs its scheduler and its client about a millisecond, and waits at each stop for others to go on together:
too much for one request. So one long-lived actor works in each worker, and an exchange, one request to the worker,
takes there whatever there is to do and brings back whatever is done. Dask imports what is here on the workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import socket
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct

from scraper.pool.pipe import HEADER, Sort, pack
from scraper.pool.task import as_portable
from scraper.pool.task_runner import work_on

LINGER_S = 0.015
"""How long an exchange waits for more answers once there is one."""
STAY_S = 0.5
"""How long an exchange waits for the first answer, at least; its end is a sign of life too."""
FULL_BYTES = 1 << 20
"""With so much to bring back an exchange waits for no more."""

EXCHANGE = "scraper_exchange"
"""How a Dask worker is asked for one."""

Answer = tuple[int, int, bytes]
"""What a message is made of: its sort, the task's number, the pickle."""


class ActorGone(Exception):
    """The actor has ended, or is not where its Dask key is: Dask has moved it, or put it on the disk."""


class Parcel(Struct, frozen=True):
    """A pickle that no log shows: Dask logs the arguments of a task that fails, and they hold the job's secrets."""

    body: bytes

    def __repr__(self) -> str:
        return f"Parcel({len(self.body)} bytes)"


class Reply(Struct, frozen=True):
    """What an exchange brings back."""

    answers: list[Answer]
    busy: int
    """The number of the task whose rest the actor is at, or 0."""
    busy_s: float
    """How long it has been at it."""


class Watch:
    """What `task.Busy` is in a process of its own: the number of the task whose rest is being done, and since when."""

    def __init__(self) -> None:
        self._seen = (0, 0.0)

    @property
    def value(self) -> int:
        return self._seen[0]

    @value.setter
    def value(self, number: int) -> None:
        self._seen = number, time.monotonic()

    def look(self) -> tuple[int, float]:
        """Return the number and for how many seconds, or zeros."""
        number, since = self._seen
        return (number, time.monotonic() - since) if number else (0, 0.0)


class Counter:
    """Where answers lie until an exchange takes them along. It outlives the actor for as long as a task runs."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._answers: list[Answer] = []
        self._bytes = self._left = self._turn = 0
        self._is_gone = False
        self._last_words: list[Answer] = []
        """That the start went wrong: whoever comes is told."""

    def expect(self, count: int) -> None:
        """Count in tasks that are to be answered."""
        with self._changed:
            self._left += count

    def put(self, answer: Answer) -> None:
        """Lay down an answer."""
        with self._changed:
            self._answers.append(answer)
            self._bytes += len(answer[2])
            self._left -= answer[0] in (Sort.DONE, Sort.FAILED)
            self._last_words += [answer] * (answer[0] == Sort.BROKEN)
            self._changed.notify_all()

    def shut(self) -> None:
        """Say that no answer will come any more."""
        with self._changed:
            self._is_gone = True
            self._changed.notify_all()

    def take(self, stay_s: float) -> list[Answer]:
        """Wait for answers and take them along. One waits at a time: another that comes lets this one go."""
        with self._changed:
            self._turn += 1
            self._changed.notify_all()
            turn = self._turn
            self._changed.wait_for(lambda: self._answers or self._is_gone or self._turn != turn, stay_s)
            if self._answers:
                self._changed.wait_for(
                    lambda: self._left == 0 or self._bytes >= FULL_BYTES or self._is_gone or self._turn != turn,
                    LINGER_S,
                )
            elif self._is_gone and not self._last_words:
                raise ActorGone("the actor has ended")
            answers, self._answers, self._bytes = self._answers, [], 0
            return answers or (self._last_words if self._is_gone else [])


class Actor:
    """Runs tasks until nobody holds it any more: then its threads end, each as soon as its task does."""

    def __init__(self, places: int, initializer: Callable[..., Any], initargs: tuple[Any, ...]) -> None:
        self._counter, self._watch, self._sending = Counter(), Watch(), threading.Lock()
        self._waiting = ThreadPoolExecutor()  # its threads end with it
        self._end, theirs = socket.socketpair()
        weakref.finalize(self, shut, self._end)
        threading.Thread(target=collect, args=(self._end, self._counter), daemon=True).start()
        threading.Thread(
            target=live, args=(theirs, self._watch, places, initializer, initargs), name="actor", daemon=True
        ).start()

    def exchange(self, messages: list[bytes], stay_s: float) -> Reply:
        """Take in tasks and bring back answers, those of the start among them: READY or BROKEN, see `pipe.Sort`.

        It waits up to `stay_s` for the first answer.
        """
        self._counter.expect(len(messages))
        if messages:
            with self._sending, contextlib.suppress(OSError):  # it has ended: `take` will tell
                self._end.sendall(b"".join(messages))
        answers = self._counter.take(stay_s)
        return Reply(answers, *self._watch.look())

    async def serve(self, messages: list[Parcel], stay_s: float) -> Reply:
        """Do an exchange in a thread: the loop goes on meanwhile."""
        bodies = [parcel.body for parcel in messages]
        return await asyncio.get_running_loop().run_in_executor(self._waiting, self.exchange, bodies, stay_s)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let Dask do what it likes with it: only here it is an actor."""
        return object, ()


ACTORS: weakref.WeakValueDictionary[str, Actor] = weakref.WeakValueDictionary()
"""By their Dask keys, for as long as Dask holds them here."""


def live(
    end: socket.socket, watch: Watch, places: int, initializer: Callable[..., Any], initargs: tuple[Any, ...]
) -> None:
    """Run the initializer, then tasks; the life of an actor."""
    with end, contextlib.suppress(OSError):  # nobody holds the actor any more
        try:
            state = initializer(*initargs)
        except BaseException as error:  # noqa: BLE001 (also sys.exit: the parent must hear of it)
            end.sendall(pack(Sort.BROKEN, 0, as_portable(error)))
            return
        work_on(end, state, watch, places, leave=lambda: shut(end))


def collect(end: socket.socket, counter: Counter) -> None:
    """Lay every message of an actor on its counter."""
    with contextlib.suppress(OSError), end, end.makefile("rb") as stream:  # the other end left with something unread
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            sort, number, size = HEADER.unpack(header)
            counter.put((sort, number, stream.read(size)))
    counter.shut()


def shut(end: socket.socket) -> None:
    """End what goes on at both ends of a socket pair."""
    with contextlib.suppress(OSError):  # it was shut before
        end.shutdown(socket.SHUT_RDWR)


# --------------------------------------------------------------------------- what Dask calls


def open_actor(key: str, places: int, parcel: Parcel) -> Actor:
    """Return an actor; what went wrong with its start, if anything did, the first exchange brings back.

    It is no actor of Dask's: a worker with one of those cannot be retired.
    """
    from distributed import get_worker

    get_worker().handlers[EXCHANGE] = exchange
    ACTORS[key] = opened = Actor(places, start, (parcel,))
    return opened


def start(parcel: Parcel) -> Any:
    """Return the state that an actor works with."""
    initializer, initargs = pickle.loads(parcel.body)  # noqa: S301 (the parent made it)
    return initializer(*initargs)


async def exchange(key: str, messages: list[Parcel], stay_s: float) -> dict[str, Any]:
    """Take tasks to an actor and bring back what is done: what the worker does when it is asked for EXCHANGE."""
    from distributed.protocol.serialize import to_serialize

    if actor := ACTORS.get(key):
        return {"reply": to_serialize(await actor.serve(messages, stay_s))}  # type: ignore[no-untyped-call]
    raise ActorGone("Dask has moved the actor")
