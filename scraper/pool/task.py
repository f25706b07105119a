"""One task in a worker process: its message read and run, its result or its error as the message that answers it."""

from __future__ import annotations

import contextlib
import pickle
import traceback
from collections.abc import Callable
from typing import Any, Protocol

from scraper.errors import ScraperError, TaskFailed
from scraper.pool.continuation import Continuation
from scraper.pool.pipe import Sort, pack


class Busy(Protocol):
    """Tells whoever looks, meanwhile, the number of the task whose rest the process is at, or 0."""

    value: int


def begin(number: int, body: memoryview | bytes, state: Any) -> Continuation | bytes:
    """Run a task up to its rest; return that, or the message that answers it if there is none."""
    try:
        func, args = pickle.loads(body)  # noqa: S301 (it comes from the parent)
        value = func(state, *args)
    except BaseException as error:  # noqa: BLE001 (also sys.exit: it ends the task, not the thread)
        return pack(Sort.FAILED, number, as_task_failed(error))
    return value if isinstance(value, Continuation) else _answer(number, lambda: value)


def finish(number: int, rest: Continuation, busy: Busy) -> bytes:
    """Run the rest of a task and return the message that answers it; the parent sees who is at it for too long."""
    busy.value = number
    try:
        return _answer(number, rest.finish)
    finally:
        busy.value = 0


def as_task_failed(error: BaseException) -> TaskFailed:
    """Return what an exception has to say as plain text, which survives every pipe."""
    try:
        message = "".join(traceback.format_exception_only(error)).strip()
        return TaskFailed(message, "".join(traceback.format_exception(error)))
    except Exception:  # noqa: BLE001 (an exception may do anything when it is looked at)
        return TaskFailed(type(error).__name__)


def as_portable(error: BaseException) -> ScraperError:
    """Return the error itself if it is one of ours and survives a pipe."""
    if isinstance(error, ScraperError):
        with contextlib.suppress(Exception):
            if str(pickle.loads(pickle.dumps(error))) == str(error):  # noqa: S301 (made here)
                return error
    return as_task_failed(error)


def _answer(number: int, get: Callable[[], Any]) -> bytes:
    try:
        return pack(Sort.DONE, number, get())
    except BaseException as error:  # noqa: BLE001 (likewise)
        return pack(Sort.FAILED, number, as_task_failed(error))
