"""The state folder of a job, `.scraper/NAME/` beside its output: where things lie, who owns them, who holds them.

journal.db         the last run; an unfinished one can be resumed
trial.db           the same of the last run with --limit
set-aside/         journals that a new run did not resume, unfinished or damaged, the newest ten
excerpts/          pages that show what alarms were about, the newest ten
httpcache/         stored answers, with `httpcache_enabled`
history.db         the figures of all runs
rejected.jsonl     the output that was not published; rejected.csv, rejected-RULE.jsonl and so on, as it would have been
mended.yaml        the config as a mend would make it that was found at an alarm
last-run.json      the last run's report
good-pages.jsonl.gz  the best pages of the last good run with their records; broken-pages.jsonl.gz
                   those that broke the last run
last-good.json     the last good run's report with a check, which the next one is compared with
owner.json         the config file that NAME belongs to, and where its output goes
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import filelock
import orjson
import regex

from scraper.errors import Busy, ConfigError, OutputError, Problem
from scraper.job import STDOUT, Job
from scraper.journal.retention import KEPT


class Workspace:
    """Paths of one job's state."""

    def __init__(self, job: Job, *, is_trial: bool = False) -> None:
        """`is_trial`: a run over a part of the pages, which must not touch the journal of a whole one."""
        self.home = static_folder(job.output.path.text) / ".scraper" / job.name
        self.journal = self.home / ("trial.db" if is_trial else "journal.db")
        self.good_journal = self.home / "last-good.db"
        """That of the last good run before the journal: what a run is missing can be told by it."""
        self.last_run = self.home / "last-run.json"
        self.last_good = self.home / "last-good.json"
        self.good_pages = self.home / "good-pages.jsonl.gz"
        self.broken_pages = self.home / "broken-pages.jsonl.gz"
        self.mended = self.home / "mended.yaml"
        self.history = self.home / "history.db"
        self.excerpts = self.home / "excerpts"
        self.httpcache = Path(job.settings.httpcache_dir or self.home / "httpcache")
        self._aside = self.home / "set-aside"
        self._owner = self.home / "owner.json"

    @contextlib.contextmanager
    def hold(self, job: Job) -> Iterator[None]:
        """Own the name for the length of a run, or raise Busy (held by a run) or ConfigError (by another config)."""
        make_folder(self.home)
        with lock(self.home / "lock", f"another run of {job.name!r} is at work (it holds {self.home / 'lock'})"):
            self._claim(job)
            yield

    def set_journal_aside(self, run_id: str) -> Path:
        """Move the journal out of the way and return its new place; the newest three are kept."""
        make_folder(self._aside)
        target = self._aside / f"journal-{run_id}.db"
        self.drop_journal(target)
        with told(self.journal, "set aside"):
            for suffix in ("-wal", "-shm", ""):
                part = self.journal.with_name(self.journal.name + suffix)
                if part.exists():
                    part.replace(target.with_name(target.name + suffix))
        for old in sorted(self._aside.glob("journal-*.db"))[:-KEPT]:
            self.drop_journal(old)
        return target

    def drop_journal(self, path: Path | None = None) -> None:
        """Delete a journal (this job's current one by default) and its side files."""
        path = path or self.journal
        with told(path, "delete"):
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)

    def keep_good_journal(self) -> None:
        """Keep the journal, which is over, as that of the last good run."""
        self.drop_journal(self.good_journal)
        with told(self.journal, "keep"):
            self.journal.replace(self.good_journal)
        self.drop_journal()

    def rejected(self, suffix: str, rule: str = "") -> Path:
        """Return where an output goes that is not published; `rule`: the one whose records it holds alone."""
        return self.home / (f"rejected-{rule}{suffix}" if rule else f"rejected{suffix}")

    def drop_rejected(self) -> None:
        """Delete the outputs that were not published last, and what was kept to mend the config."""
        for path in (*self.home.glob("rejected*"), *self.home.glob("broken-pages*"), *self.home.glob("mended.yaml")):
            with told(path, "delete"):
                path.unlink()

    def _claim(self, job: Job) -> None:
        """Take the name, unless it belongs to another config whose output still stands."""
        mine = {"config": str(job.path.resolve()), "output": job.output.path.text}
        owner = read_json(self._owner) or mine
        if owner == mine and self._owner.exists():
            return
        theirs = Path(str(owner.get("config", "")))
        if str(theirs) != mine["config"]:
            if theirs.exists() and self._has_output(str(owner.get("output", ""))):
                taken = f"{job.name!r} belongs to {theirs}; give this config a name of its own"
                raise ConfigError([Problem(str(job.path), 0, 0, "name", taken)])
            for theirs in (self.last_good, self.good_journal, self.good_pages, self.history):
                theirs.unlink(missing_ok=True)
        write_whole(self._owner, orjson.dumps(mine) + b"\n")

    def _has_output(self, template: str) -> bool:
        """Return whether an output lies where this path template leads to."""
        pattern = regex.sub(r"\{[^}]*\}", "*", Path(template).name)
        return any(self.home.parent.parent.glob(f"**/{pattern}"))


@contextlib.contextmanager
def lock(path: Path, message: str, *, is_kept: bool = True) -> Iterator[None]:
    """Hold a lock file that dies with this process, or raise Busy at once.

    One that is not kept is deleted while it is held: filelock takes no lock on a file that is not there any more.
    """
    held = filelock.FileLock(path, timeout=0)
    with told(path, "lock"):
        try:
            held.acquire()
        except filelock.Timeout:
            raise Busy(message) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the disk may not take even that; a file is no lock, holding it is
            if not is_kept:
                path.unlink(missing_ok=True)
            held.release()


def static_folder(path: str) -> Path:
    """Return the folder of a path template that no placeholder changes.

    >>> str(static_folder("output/{name}/dt={date}/{run}.jsonl")), str(static_folder("-"))
    ('output', 'output')
    """
    if path == STDOUT:
        return Path("output")
    fixed, brace, _ = path.partition("{")
    return Path(fixed.rpartition("/")[0] or ("/" if fixed.startswith("/") else ".")) if brace else Path(path).parent


def make_folder(path: Path) -> None:
    """Make a folder and its parents, or raise OutputError with path and cause."""
    with told(path, "make this folder"):
        path.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that a reader sees the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    with told(path, "write"):
        try:
            part.unlink(missing_ok=True)  # which may lead elsewhere
            with part.open("xb") as file:
                file.write(data)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def told(path: Path, verb: str) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the path, what was to be done with it, and the cause."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot {verb}: {error.strerror or error}") from error


def read_json(path: Path) -> dict[str, object] | None:
    """Return the object in a JSON file, or None if there is none that can be read."""
    try:
        data = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return data if isinstance(data, dict) else None
