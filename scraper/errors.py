"""Every error the program raises on purpose, and the words a page's failure is counted under.

    ScraperError
    ├── ConfigError      the configuration is wrong (exit 78)
    ├── PatternError     a selector, expression or template does not compile
    ├── Malformed        a value was found but does not cast, parse or map
    │   └── Unreadable   a whole page is not what it should be: no field of it is read
    ├── PatternTimeout   a pattern worked on a text beyond its time limit
    ├── Overstep         an own step would end the program, or write into its output
    ├── TooDeep          a page is nested deeper than its parser reads
    ├── TooManyAttributes
    │                    a tag of a page has more of them than its parser reads in any sensible time
    ├── OutputError      a file cannot be read, written or replaced (exit 1)
    │   └── DamagedJournal
    │                    the journal is no longer as it was written
    ├── Busy             another run holds the output (exit 75)
    ├── ReplayError      a folder of recorded pages cannot be read (exit 2)
    ├── NothingToAccept  `accept` has nothing that it may publish (exit 2)
    ├── LoginFailed      the login before the crawl did not succeed (exit 1)
    ├── Incompatible     a library is not as the program is built for (exit 1)
    ├── Rejected         an expectation is broken (exit 4); raised by `scraper.records` only
    └── PoolError
        ├── WorkerLost   the worker process died with the task
        └── TaskFailed   the task raised

A page that cannot be had is no exception: it is a `models.Failure` with a reason from `Reason`.
"""

from __future__ import annotations

import errno
import os
import resource
from enum import StrEnum

from msgspec import Struct


class Reason(StrEnum):
    """Why a page failed. HTTP statuses beside these are written `http 404`."""

    BAD_URL = "bad url"
    NAME_NOT_FOUND = "name not found"
    CONNECTION = "connection failed"
    TLS = "tls"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    TOO_LARGE = "too large"
    BAD_RESPONSE = "bad response"
    BAD_REDIRECT = "bad redirect"
    TOO_MANY_REDIRECTS = "too many redirects"
    OFFSITE_REDIRECT = "offsite redirect"
    PRIVATE_ADDRESS = "private address"
    ASKED_TO_WAIT = "asked to wait"
    ROBOTS_UNREACHABLE = "robots unreachable"
    BLOCKED = "blocked"
    REDIRECTED = "redirected to a page already fetched"
    EMPTY = "empty"
    NO_RECORDS = "no records"
    NO_VALUES = "no value in any field"
    NO_LINKS = "no links"
    TOO_DEEP = "too deep"
    TOO_MANY_ATTRIBUTES = "too many attributes"
    NOT_PARSED = "not parsed"
    PARSE_TIMEOUT = "parse timeout"
    NOT_RENDERED = "not rendered"
    WORKER_LOST = "worker lost"
    NOT_RECORDED = "not recorded"
    NOT_SAVED = "not saved"
    INTERNAL = "internal error"


class ScraperError(Exception):
    """Base of all errors raised on purpose; its text is fit for an operator."""


class Interrupted(KeyboardInterrupt):
    """The operator asked a second time to stop: nothing takes it for a page's failure."""


class Problem(Struct, frozen=True):
    """One mistake in a configuration file. Lines and columns count from 1; 0 means unknown."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class ConfigError(ScraperError):
    """The configuration is wrong; `problems` holds every mistake that was found."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class PatternError(ScraperError):
    """A selector, expression or template does not compile."""


class Malformed(ScraperError):
    """A value was found but does not cast, parse or map; the text is the cause."""


class Unreadable(Malformed):
    """A page as a whole is not what it should be, so that none of its fields is read; the text is the cause."""


class PatternTimeout(ScraperError):
    """A pattern worked on a text beyond its time limit."""


class Overstep(ScraperError):
    """An own step did what is none of its business: it would end the program, or write into its output."""


class TooDeep(ScraperError):
    """A page is nested deeper than its parser reads, so that it would lose its inner parts."""


class TooManyAttributes(ScraperError):
    """A tag has more attributes than its parser reads in any sensible time."""


class OutputError(ScraperError):
    """A file cannot be read, written or replaced; the text names the path and the cause."""


class DamagedJournal(OutputError):
    """The journal is no longer as it was written, or is none."""


class Busy(ScraperError):
    """Another run holds the output."""


class ReplayError(ScraperError):
    """A folder of recorded pages cannot be read."""


class NothingToAccept(ScraperError):
    """There is no rejected run that `accept` may publish."""


class LoginFailed(ScraperError):
    """The login before the crawl did not succeed."""


class Incompatible(ScraperError):
    """A library is another than the program is built for; the text names the versions that were tried."""


class Rejected(ScraperError):
    """An expectation is broken."""


class PoolError(ScraperError):
    """A task gave no result."""


class WorkerLost(PoolError):
    """The worker process died with the task; `alone` tells whether it was its only one.

    Where it is known that another task was to blame, this one is no suspect.
    """

    def __init__(self, message: str, *, alone: bool, is_suspect: bool = True) -> None:
        super().__init__(message)
        self.alone, self.is_suspect = alone, is_suspect


class TaskStuck(PoolError):
    """The rest of the task took longer than it may, so its process was killed."""


class TaskFailed(PoolError):
    """The task raised; the text is the exception's type and message, `traceback` its trace."""

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback


NO_MEMORY = ("failed to map segment", "error return without exception set")
"""What the linker, and CPython at an import, say where there is no memory left."""


def shortage(error: BaseException) -> str:
    """Return what the system gives too little of, and where that is limited; an empty text for other errors."""
    number, text = getattr(error, "errno", None), str(error)
    if number in (errno.EMFILE, errno.ENFILE) or os.strerror(errno.EMFILE) in text:
        return f"too few files may be open (`ulimit -n` is {resource.getrlimit(resource.RLIMIT_NOFILE)[0]})"
    if number == errno.EAGAIN or "can't start new thread" in text:
        return "too few processes and threads are allowed (`ulimit -u`, or a container's limit of pids)"
    if number == errno.ENOMEM or isinstance(error, MemoryError) or any(sign in text for sign in NO_MEMORY):
        return "too little memory is allowed (`ulimit -v`, or a container's limit)"
    return ""


def open_files_shortage() -> str:
    """Return `shortage` for libraries that say no more than that they cannot open a file; empty if one can be."""
    try:
        os.close(os.dup(0))
    except OSError as error:
        return shortage(error)
    return ""
