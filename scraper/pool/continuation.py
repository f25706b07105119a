"""The rest of a task whose waiting is over, and what waits for many tasks at once: known to the Pool and to work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Protocol


class Continuation(ABC):
    """What a task gives for its result: the work that is left, which only the end of its process cuts short.

    The Pool calls `finish` for the result, and knows meanwhile which task its process is busy with.
    """

    __slots__ = ()

    @abstractmethod
    def finish(self) -> Any:
        """Return the result of the task; raises what the task raises."""


class Driver(Protocol):
    """Goes on with many tasks side by side in one thread: the attribute `driver` of a state that has one.

    A task of such a state returns at once. If what it returns is a Continuation, `turn` tells when it can be finished.
    """

    def fileno(self) -> int:
        """Return the descriptor that can be read from as soon as `turn` has something to do."""

    def patience(self) -> float | None:
        """Return after how many seconds `turn` has something to do all the same; None: never."""

    def turn(self) -> Iterable[Continuation]:
        """Go on with what can go on now, and return what can be finished."""
