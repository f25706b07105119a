"""What --record writes: a folder, or a WARC."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Protocol

from scraper.errors import OutputError, ReplayError
from scraper.job import Job
from scraper.job.secrets import Secrets
from scraper.models import Page, Request

WARC_SUFFIXES = (".warc.gz", ".warc")
READ_ONLY_SUFFIXES = (".har", ".wacz", ".warc.zst", ".zip")


class Recorder(Protocol):
    """Where the exchanges of one run are saved."""

    def save(self, request: Request, page: Page) -> None:
        """Save one exchange; raises OutputError."""

    def finish(self) -> None:
        """Take in that all exchanges are there; raises OutputError."""

    def close(self) -> None:
        """Close what is open."""


class FolderRecorder:
    """Saves exchanges in a folder, each at once for good."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        self._folder, self._secrets = folder, secrets

    def save(self, request: Request, page: Page) -> None:
        """Save one exchange. See `recordings.save`."""
        from scraper.fetch.recordings import save  # few runs record

        save(self._folder, request, page, self._secrets)

    def finish(self) -> None:
        """Nothing is left to be done."""

    def close(self) -> None:
        """Nothing is open."""


def check_target(path: Path) -> str:
    """Return why nothing can be recorded at a path, or nothing."""
    if path.name.endswith(READ_ONLY_SUFFIXES):
        return f"expected a folder, x.warc.gz or x.warc, got {path}: other archives are only read"
    if path.name.endswith(WARC_SUFFIXES):
        return f"{path} is a folder; expected the name of a WARC" if path.is_dir() else ""
    return f"{path} is a file; expected a folder, x.warc.gz or x.warc" if path.is_file() else ""


def check_place(path: Path) -> None:
    """Make the folder in which a recording will lie; raises ReplayError and OutputError where none can be made."""
    if why := check_target(path):
        raise ReplayError(why)
    if path.name.endswith(WARC_SUFFIXES):
        from scraper.fetch import warc

        warc.needed()
    folder = path if path.is_dir() else path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot record: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: cannot record: {os.strerror(errno.EACCES)}")


def open_recorder(path: Path, job: Job, run: str) -> Recorder:
    """Return what saves the exchanges of a run; raises OutputError. `check_place` comes before it."""
    if not path.name.endswith(WARC_SUFFIXES):
        return FolderRecorder(path, job.secrets)
    from scraper.fetch.warc_recording import WarcRecorder  # its library is an extra

    return WarcRecorder(path, job, run)
