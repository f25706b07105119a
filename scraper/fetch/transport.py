"""What each library that makes exchanges looks like to the rest: the forms of it, and no library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from scraper.job import Kind, Login
from scraper.models import Failure, Headers, Page, Request

if TYPE_CHECKING:
    from scraper.fetch.request_head import RequestHead
    from scraper.fetch.spool import Spool

Heard = tuple[int, Headers, "Spool"]
"""The status, header lines and decoded body of an answer."""


class Transport(Protocol):
    """What makes the exchanges: a library, its connections and nothing else."""

    def exchange(self, question: RequestHead) -> Heard:
        """Return what the server answered; raises `body.Unusable` or what `causes.expected` names."""

    def close(self) -> None:
        """Close the connections."""


class Transfer(Protocol):
    """An exchange under way."""

    def answer(self) -> Heard:
        """Return what came of it, once it has ended; raises as `Transport.exchange` does."""


class TransferLoop(Protocol):
    """What goes on with many exchanges in one thread whenever `turn` is called. See `continuation.Driver`."""

    def start(self, question: RequestHead) -> Transfer:
        """Begin an exchange; `turn` will tell when it has ended."""

    def turn(self) -> Sequence[Transfer]:
        """Send and receive what can be now; return the transfers that have ended."""

    def fileno(self) -> int:
        """Return the descriptor that can be read from as soon as `turn` has something to do."""

    def patience(self) -> float | None:
        """Return after how many seconds `turn` has something to do all the same; None: never."""

    def close(self) -> None:
        """Close the connections."""


class Source(Protocol):
    """What gives one page a thread: a fetcher, the replay of recorded exchanges, or a browser before one of these."""

    def ask(self, request: Request) -> Callable[[], Page | Failure]:
        """Make the exchange and return what gives the page, of whatever status, or why there is none."""

    def close(self) -> None:
        """Close the connections."""


class Browsed(Struct, frozen=True):
    """What a browser builds, and what of its job it has to know."""

    kinds: Mapping[str, Kind]
    """The kinds whose pages it builds; the one named "" is the page that logs in."""
    keeps_parts: bool = False
    """Pages bring along the exchanges that they were made of, to be recorded."""
    login: Login | None = None
    origins: Set[tuple[str, str, int]] = frozenset()
    """Those that the config names, where the page that logs in may lead on to."""
