"""What the program says on stderr: lines, log records, the traceback of a bug, all without the secrets of the run."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
import traceback
from collections.abc import Iterable

import click
import orjson

from scraper.job.secrets import NO_SECRETS, Secrets

log = logging.getLogger("scraper")


class Console:
    """stderr, which learns the secrets of the run as soon as its config has been read."""

    def __init__(self) -> None:
        self.secrets: Secrets = NO_SECRETS
        self.is_quiet = self.is_json = False

    def set_up(self, *, verbose: bool = False, quiet: bool = False, log_format: str = "text") -> None:
        """Print the log from now on, so much of it and in this form."""
        self.is_quiet, self.is_json = quiet, log_format == "json"
        handler: logging.Handler = logging.StreamHandler(sys.stderr) if sys.stderr else logging.NullHandler()
        handler.setFormatter(JsonFormatter(self) if self.is_json else TextFormatter(self))
        log.handlers[:] = [handler]
        log.propagate = False
        log.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)

    def warn(self, warnings: Iterable[object]) -> None:
        """Log what looks wrong in a config."""
        for warning in warnings:
            log.warning("%s", warning)

    def tell(self, text: str) -> None:
        """Print a text, whatever the encoding of stderr and even if it is closed."""
        self.print(self.secrets.masked(text))

    def print(self, text: str) -> None:
        """Print a text as it is: one for machines, which holds no secret and whose words must stay."""
        with contextlib.suppress(OSError, ValueError):
            click.echo(text, err=True)

    def tell_bug(self, error: Exception) -> None:
        """Print the traceback of an error that nobody expected, as the interpreter would."""
        self.tell("".join(traceback.format_exception(error)).rstrip())
        self.tell("this is a bug; please report it with the lines above")


class JsonFormatter(logging.Formatter):
    """One JSON object a log line."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as {"time", "level", "message"}."""
        masked = self._console.secrets.masked
        entry = {"time": stamp(record), "level": record.levelname.lower(), "message": masked(record.getMessage())}
        if record.exc_info:
            entry["traceback"] = masked(self.formatException(record.exc_info))
        return orjson.dumps(entry).decode()


class TextFormatter(logging.Formatter):
    """Time in UTC, level, message: made for grep."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        return f"{stamp(record)} {record.levelname} {self._console.secrets.masked(record.getMessage())}"


def stamp(record: logging.LogRecord) -> str:
    """Return a log record's time as RFC 3339 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
