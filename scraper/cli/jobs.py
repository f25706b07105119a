"""`scraper CONFIG CONFIG`: each config is a job in a process of its own, as if it were run alone, but for three things.

What it says goes on with its name before each line; its hosts are shared with the jobs beside it; and a table at the
end tells how all went. SIGINT and SIGTERM are handed on to every job, and none is started after them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import orjson
from msgspec import Struct, field
from msgspec.structs import asdict

from scraper.cli.console import Console
from scraper.cli.looks import Look, end_child, flush, look_at
from scraper.cli.outcomes import code_of
from scraper.crawl.arbiter import Answering, Asking
from scraper.crawl.neighbours import Neighbours, Sites
from scraper.pool import forkserver
from scraper.report import jobs_table
from scraper.report.accounts import Exit, Report
from scraper.report.jobs_table import JobRow

READ_BYTES = 1 << 16
SIGNALS = (signal.SIGINT, signal.SIGTERM)
Work = Callable[[Path, Neighbours], Report]


def run_jobs(
    console: Console, paths: Sequence[Path], settings: Mapping[str, str], work: Work, *, at_once: int
) -> Exit | int:
    """Run each config, so many at once, and return the exit code that counts; every line and the table are told."""
    forkserver.stop_server()  # each job has its own
    looks = list(look_at(console, paths, settings))
    jobs = Jobs(console, work)
    with jobs.hearing_signals():
        for look in looks:
            if look.code:
                jobs.rows[look.path] = JobRow(look.name, look.code, outcome=f"{look.path}: nothing was fetched")
                continue
            while len(jobs.running) >= at_once:
                jobs.listen()
            jobs.start(look)
        while jobs.running:
            jobs.listen()
    rows = [jobs.rows[look.path] for look in looks]
    show_table(console, rows)
    return jobs_table.worst(row.exit for row in rows)


def show_table(console: Console, rows: list[JobRow]) -> None:
    """Print how all jobs went."""
    code = jobs_table.worst(row.exit for row in rows)
    if console.is_quiet and code == Exit.OK:
        return
    if console.is_json:
        console.print(orjson.dumps({"event": "jobs", "exit_code": code, "jobs": list(map(asdict, rows))}).decode())
    else:
        console.tell("\n".join(jobs_table.table(rows)))


class Running(Struct):
    """A job at work: its process, and what is heard from it."""

    look: Look
    pid: int
    end: socket.socket
    answering: Answering
    said: int
    """The descriptor on which its stderr comes."""
    rest: bytes = b""
    row: JobRow | None = None


class Jobs(Struct):
    """The jobs of one command: those at work, and how those went that are over."""

    console: Console
    work: Work
    sites: Sites = field(default_factory=Sites)
    running: list[Running] = field(default_factory=list)
    rows: dict[Path, JobRow] = field(default_factory=dict)
    signal: int | None = None
    lives: tuple[int, int] = field(default_factory=os.pipe)
    """A pipe that nobody writes to: its end tells the jobs that the parent is gone."""
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    @contextlib.contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Hand SIGINT and SIGTERM on to the jobs at work."""
        before = {number: signal.signal(number, self._hand_on) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.selector.close()
            for end in self.lives:
                os.close(end)

    def start(self, look: Look) -> None:
        """Start a job, or say that it was not, where a signal has come."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # it is to reach a job that is known here
        try:
            if self.signal is not None:
                self.rows[look.path] = JobRow(look.name, 128 + self.signal, outcome="not started")
                return
            ours, theirs = socket.socketpair()
            said, says = os.pipe()
            flush()
            pid = os.fork()
            if pid == 0:
                ours.close()
                self._be_job(look, theirs, says)
            theirs.close()
            os.close(says)
            one = Running(look, pid, ours, Answering(pid, ours, self.sites), said)
            self.running.append(one)
            self.selector.register(ours, selectors.EVENT_READ, (one, self._answer))
            self.selector.register(said, selectors.EVENT_READ, (one, self._relay))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def listen(self) -> None:
        """Wait until jobs ask or say something, and see to it."""
        for key, _ in self.selector.select():
            one, see_to = key.data
            if one in self.running:
                see_to(one)

    # ------------------------------------------------------------------ in the job's process

    def _be_job(self, look: Look, end: socket.socket, says: int) -> NoReturn:
        """Do in a forked process what `scraper CONFIG` does, and end it."""
        code: int = Exit.ERROR
        try:
            os.setpgid(0, 0)  # Ctrl-C comes from the parent alone, once
            for other in self.running:
                other.end.close()
            os.close(self.lives[1])
            os.dup2(says, 2)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            end_with(self.lives[0])
            asking = Asking(end, time.monotonic)
            forkserver.start_server("scraper.fetch.adapter", "scraper.crawl.preload")
            try:
                code = code_of(self.console, lambda: self._work(look.path, asking))
            finally:
                forkserver.stop_server()
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else Exit.ERROR
        finally:
            end_child(code)

    def _work(self, path: Path, asking: Asking) -> int:
        report = self.work(path, asking)
        asking.tell(asdict(jobs_table.row_of(report)))
        return report.exit_code

    # ------------------------------------------------------------------ in the parent

    def _hand_on(self, number: int, _: FrameType | None) -> None:
        self.signal = number
        for one in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.pid, number)

    def _answer(self, one: Running) -> None:
        """Answer what a job asks; its end of the socket goes with its process."""
        try:
            data = one.end.recv(READ_BYTES)
        except OSError:
            data = b""
        if data:
            for news in one.answering.take(data, time.monotonic()):
                one.row = JobRow(**news)
        else:
            self._bury(one)

    def _relay(self, one: Running) -> None:
        """Hand on the lines that a job says."""
        data = os.read(one.said, READ_BYTES)
        if not data:
            self.selector.unregister(one.said)
            return
        *lines, one.rest = (one.rest + data).split(b"\n")
        for line in lines:
            self._say(one, line)

    def _bury(self, one: Running) -> None:
        """Take leave of a job that has ended, its last words said."""
        code = os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])
        self.running.remove(one)
        self.sites.leave(one.pid)
        self.selector.unregister(one.end)
        one.end.close()
        os.set_blocking(one.said, False)
        with contextlib.suppress(BlockingIOError):  # a grandchild holds it
            while data := os.read(one.said, READ_BYTES):
                one.rest += data
        with contextlib.suppress(KeyError):
            self.selector.unregister(one.said)
        os.close(one.said)
        for line in one.rest.splitlines():
            self._say(one, line)
        self.rows[one.look.path] = one.row or _row_without_report(one.look, code)

    def _say(self, one: Running, line: bytes) -> None:
        """Print a line of a job's with its name; the job has taken the secrets out of it."""
        text = line.decode(errors="replace")
        name = one.look.name
        if self.console.is_json:
            entry: Any = None
            with contextlib.suppress(orjson.JSONDecodeError):
                entry = orjson.loads(line)
            entry = entry if isinstance(entry, dict) else {"message": text}
            self.console.print(orjson.dumps({"job": name, **entry}).decode())
        else:
            self.console.print(text if text.startswith(f"{name}: ") else f"{name}: {text}")


def end_with(pipe: int) -> None:
    """Have this process sent SIGTERM when the other end of a pipe is closed; where a system cannot, do nothing."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGTERM)
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


def _row_without_report(look: Look, code: int) -> JobRow:
    """Return the row of a job that has left no report."""
    if code < 0 and -code not in SIGNALS:
        return JobRow(look.name, Exit.ERROR, outcome=f"killed by signal {-code} ({signal.strsignal(-code)})")
    code = 128 - code if code < 0 else code
    return JobRow(look.name, code, outcome=jobs_table.meaning(code))
