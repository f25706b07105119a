"""A Dask cluster as its client sees it: which workers it has, an actor at each, and what is said to them and by them.

All that goes on here goes on in the client's loop, a thread of its own; the Pool is told of it by events.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import platform
import warnings
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import dask.config
from distributed import CancelledError, Client, Future, Security
from distributed.protocol.pickle import loads
from distributed.protocol.serialize import to_serialize
from msgspec import Struct

from scraper.errors import PoolError
from scraper.job.version import __version__
from scraper.pool import dask_actor as actor

DISTRIBUTION = "pool-scraper"
WATCH_EVERY_S = 0.5
RESTART_S = 30.0
CLOSE_S = 5.0
OWN = 0
"""The number of what is done for no actor."""


class Joined(Struct, frozen=True):
    """There is a worker at this address."""

    address: str


class Left(Struct, frozen=True):
    """The worker at this address is gone."""

    address: str


class Heard(Struct, frozen=True):
    """An exchange with an actor has ended."""

    number: int
    reply: actor.Reply


class Refused(Struct, frozen=True):
    """A worker cannot do what it is to do: the package is not there, or another version of it."""

    number: int
    cause: str


class Broke(Struct, frozen=True):
    """An actor, or an exchange with it, went wrong."""

    number: int
    cause: str


class Lost(Struct, frozen=True):
    """The scheduler is gone, and with it all that there was."""

    cause: str


Event = Joined | Left | Heard | Refused | Broke | Lost


class Cluster:
    """The client's end of a cluster. Actors go by numbers that the Pool gives. `tell` is called in the client's loop.

    Raises PoolError if there is no scheduler at this address, or none that lets this client in.
    """

    def __init__(self, address: str, tell: Callable[[Event], None]) -> None:
        self._address, self._tell = address, tell
        self._actors: dict[int, tuple[str, asyncio.Task[Future[Any]]]] = {}
        """By the number of an actor: where it is, and its key."""
        self._jobs: dict[int, set[asyncio.Task[None]]] = defaultdict(set)
        """What is going on, by actors: the loop itself holds no reference to it."""
        self._is_over = False
        with contextlib.ExitStack() as stack:
            stack.enter_context(_quiet())
            self._client = _connect(address)
            self._afterwards = stack.pop_all()
        self._client.subscribe_topic("all", self._on_event)  # type: ignore[no-untyped-call]
        self._do(OWN, self._watch)

    def addresses(self) -> list[str]:
        """Return where workers are now; those that come later are told of."""
        return list(self._client.scheduler_info(n_workers=-1).get("workers", ()))

    def open(self, number: int, address: str, places: int, parcel: actor.Parcel) -> None:
        """Open an actor at a worker; its first words come as those of an exchange."""
        self._do(number, self._open_at, number, address, places, parcel)

    def exchange(self, number: int, messages: list[bytes], stay_s: float) -> None:
        """Take tasks to an actor, wait there for answers for so long, and tell what came: Heard, or Broke."""
        self._do(number, self._exchange, number, [actor.Parcel(message) for message in messages], stay_s)

    def drop(self, number: int, *, restart: bool) -> None:
        """Have no more to do with an actor; `restart` its worker too, if there is a nanny that can."""
        self._do(OWN, self._drop, number, restart)

    def close(self) -> None:
        """Leave the cluster: it drops what it holds for this client."""
        self._is_over = True
        with contextlib.suppress(Exception):  # it may be gone
            self._client.close(timeout=CLOSE_S)  # type: ignore[no-untyped-call]
        self._afterwards.close()

    # ------------------------------------------------------------------ in the client's loop

    def _do(self, number: int, job: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
        """Have the loop do something for an actor, in the order in which it was asked to."""

        def begin() -> None:
            task, jobs = asyncio.ensure_future(job(*arguments)), self._jobs[number]
            jobs.add(task)
            task.add_done_callback(jobs.discard)

        loop: Any = self._client.loop
        with contextlib.suppress(RuntimeError):  # it is closed: the client was, when its scheduler went
            loop.add_callback(begin)

    async def _open_at(self, number: int, address: str, places: int, parcel: actor.Parcel) -> None:
        self._actors[number] = address, asyncio.ensure_future(self._open(address, places, parcel))
        await self._exchange(number, [], actor.STAY_S)

    async def _open(self, address: str, places: int, parcel: actor.Parcel) -> Future[Any]:
        scheduler: Any = self._client.scheduler
        answers = await scheduler.broadcast(
            msg={"op": "versions", "packages": [DISTRIBUTION]}, workers=[address], on_error="ignore"
        )
        if cause := "".join(mistake(address, answer["packages"]) for answer in answers.values()):
            raise PoolError(cause)
        key, pinned = f"scraper-{os.urandom(8).hex()}", {"workers": [address], "allow_other_workers": False}
        return self._client.submit(actor.open_actor, key, places, parcel, key=key, pure=False, retries=0, **pinned)

    async def _exchange(self, number: int, messages: list[actor.Parcel], stay_s: float) -> None:
        if number not in self._actors:  # it was dropped
            return
        address, opening = self._actors[number]
        try:
            self._tell(await self._call(number, address, await asyncio.shield(opening), messages, stay_s))
        except PoolError as error:
            self._tell(Refused(number, str(error)))
        except CancelledError:  # not by us
            self._lose()
        except Exception as error:  # noqa: BLE001 (whatever Dask has to say)
            self._tell(Broke(number, f"Dask worker {address}: {type(error).__name__}: {error}"))

    async def _call(
        self, number: int, address: str, key: Future[Any], messages: list[actor.Parcel], stay_s: float
    ) -> Heard | Left:
        """Return what an actor says, or that its worker cannot be reached.

        A task would do it too, but waits up to 20 ms on its way there and back for others that go the same way.
        """
        scheduler: Any = self._client.scheduler
        if error := await key.exception():  # type: ignore[no-untyped-call]
            raise error
        if key.cancelled():  # type: ignore[no-untyped-call]
            raise CancelledError
        parcels = to_serialize(messages)  # type: ignore[no-untyped-call]
        question = {"op": actor.EXCHANGE, "key": key.key, "messages": parcels, "stay_s": stay_s}
        try:
            answers = await scheduler.broadcast(msg=question, workers=[address], on_error="return_pickle")
        except OSError as error:
            raise CancelledError from error  # it is the scheduler that is gone
        answer = answers[address]
        if not isinstance(answer, bytes):
            return Heard(number, answer["reply"])
        cause = loads(answer)  # type: ignore[no-untyped-call]
        if isinstance(cause, OSError):
            return Left(address)
        raise cause

    async def _drop(self, number: int, restart: bool) -> None:
        for task in self._jobs.pop(number, ()):
            task.cancel()
        address, opening = self._actors.pop(number, (None, None))
        if opening:
            opening.cancel()
        if restart and address:
            with contextlib.suppress(Exception):  # ValueError: no nanny; others: it is gone, or is not answered for
                await self._client.restart_workers([address], timeout=RESTART_S, raise_for_error=False)

    async def _on_event(self, event: tuple[float, Any]) -> None:
        match event[1]:
            case {"action": "add-worker", "worker": str(address)}:
                self._tell(Joined(address))
            case {"action": "remove-worker", "worker": str(address)}:
                self._tell(Left(address))

    async def _watch(self) -> None:
        while not self._is_over:
            if self._client.status != "running":  # Dask would make a new connection, to nothing of ours
                self._lose()
            await asyncio.sleep(WATCH_EVERY_S)

    def _lose(self) -> None:
        """Tell, once, that the scheduler has lost all that was this client's."""
        if not self._is_over:
            self._is_over = True
            self._tell(Lost(f"the Dask scheduler at {self._address} was lost"))


def mistake(address: str, packages: dict[str, str | None]) -> str:
    """Return why a worker with these versions is not to be used: "" if it is.

    >>> mistake("tcp://a:1", {"python": platform.python_version(), "pool-scraper": "0.0.9"}).partition(";")[0]
    'Dask worker tcp://a:1 has pool-scraper 0.0.9'
    """
    theirs, python = packages.get(DISTRIBUTION), ".".join(str(packages.get("python")).split(".")[:2])
    ours = ".".join(platform.python_version_tuple()[:2])
    if theirs is None:
        return f"Dask worker {address} has no {DISTRIBUTION}; install {DISTRIBUTION} {__version__} there"
    if theirs != __version__:
        return f"Dask worker {address} has {DISTRIBUTION} {theirs}; this is {__version__}: install the same on both"
    if python != ours:
        return f"Dask worker {address} runs Python {python}; this is {ours}: use the same on both"
    return ""


def _connect(address: str) -> Client:
    try:
        cause = _missing(address)
        if not cause:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of versions: those that matter are checked
                return Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, RuntimeError) as error:
        cause = " ".join(str(error).split()) or type(error).__name__
    raise PoolError(f"no Dask scheduler lets this run in at {address}: {cause}")


def _missing(address: str) -> str:
    """Return what Dask's configuration does not say; a client that finds out by itself takes a minute to end."""
    arguments = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    if not address.startswith("tls://") or arguments.get("ssl_context"):
        return ""
    if dask.config.get("distributed.client.security-loader", None):
        return ""
    return "tls:// needs ca-file, client.cert and client.key of distributed.comm.tls in Dask's configuration"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what Dask logs of its own: what matters is told as errors of ours."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    before = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before.items():
            logger.setLevel(level)
