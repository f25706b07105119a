"""The file that a run publishes to: where it lies, who holds it, and which of its bytes are of earlier runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scraper import output
from scraper.errors import OutputError
from scraper.job import Job
from scraper.journal import Journal
from scraper.workspace import lock, make_folder


class Target:
    """The output file of one run, whose start time may be in its name."""

    def __init__(self, job: Job, journal: Journal, path: Path | None = None) -> None:
        """`path`: another one than the config says."""
        self._journal, self._is_append = journal, job.output.mode == "append"
        self.run = journal.recall("run") or ""
        """The run's name, made of its start time: it sorts by time."""
        self.path = path or self._path(job)

    def _path(self, job: Job) -> Path:
        zone = ZoneInfo(job.timezone or "UTC")  # never the machine's
        local = datetime.fromtimestamp(float(self._journal.recall("started") or 0), zone)
        values = {"name": job.name, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H%M%S}", "run": self.run}
        return Path(job.output.path.fill_path(values))

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Hold the file itself for the length of a run, or raise Busy: two configs may write to one path."""
        make_folder(self.path.parent)
        where = self.path.with_name(f".{self.path.name}.lock")
        return lock(where, f"another run writes {self.path} (it holds {where})", is_kept=False)

    @property
    def is_changed(self) -> bool:
        """Whether others wrote to the file since this run added its lines, so that these cannot be told from theirs."""
        return self._is_append and bool(self._journal.recall("published")) and self._earlier_bytes() is None

    def write_part(self, part: Path, lines: Iterable[bytes], *, is_trial: bool) -> int:
        """Write lines to a part file, behind those of earlier runs if the config says append.

        `is_trial`: they are to be looked at elsewhere, alone. Returns how many bytes of a torn last line were cut.
        """
        if self.is_changed and not is_trial:
            run = f"the lines that run {self.run} added to it cannot be told from the others any more"
            raise OutputError(f"{self.path} was changed since: {run}; start without --resume")
        before = self.path if self._is_append and not is_trial else None
        written = output.write_part(part, lines, before=before, before_bytes=self._earlier_bytes())
        # What follows may be cut off by a crash, or be done once more for pages that failed.
        self._journal.vow(inode=str(part.stat().st_ino), size=str(written.size), kept=str(written.kept))
        return written.torn

    def _earlier_bytes(self) -> int | None:
        """Return how many bytes of the file are lines of earlier runs; None if this run has not written to it."""
        fact = self._journal.recall
        if not self.path.exists():
            return None
        found = self.path.stat()
        is_mine = (str(found.st_ino), str(found.st_size)) == (fact("inode"), fact("size"))
        return int(fact("kept") or 0) if is_mine else None
