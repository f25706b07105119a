"""Look at each of several configs before the first is run: every mistake is told, and whose name is taken.

Each is read in a process of its own: own steps of two folders may have one module's name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import orjson
from msgspec import Struct

from scraper.cli.console import Console
from scraper.cli.options import load_job
from scraper.cli.outcomes import code_of
from scraper.errors import ConfigError, Problem
from scraper.journal.workspace import Workspace
from scraper.report.accounts import Exit


class Look(Struct, frozen=True):
    """What a config is: `code` is 0 if it can be run."""

    path: Path
    name: str
    home: str
    """The folder of its state, which no two jobs can have."""
    code: int


def look_at(console: Console, paths: Sequence[Path], settings: Mapping[str, str]) -> Iterator[Look]:
    """Yield what each config is, its mistakes told. Two that would work in one place are a mistake in the second."""
    taken: dict[str, Path] = {}
    for path in paths:
        look = _look(console, path, settings)
        first = taken.setdefault(look.home, path) if not look.code else path
        if first is not path:
            problem = Problem(
                str(path), 0, 0, "name", f"{look.name!r} is the name of {first} too; give it one of its own"
            )
            look = Look(path, look.name, look.home, code_of(console, lambda: _fail(problem)))  # noqa: B023
        yield look


def end_child(code: int) -> NoReturn:
    """End a forked process, all that it has said sent, without doing at exit what its parent will do."""
    flush()
    os._exit(code)


def flush() -> None:
    """Send what was said, or a fork would send it once more."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _look(console: Console, path: Path, settings: Mapping[str, str]) -> Look:
    ours, theirs = os.pipe()
    flush()
    pid = os.fork()
    if pid == 0:
        try:
            found = [path.stem, ""]

            def load() -> int:
                job = load_job(console, path, settings)
                found[:] = [job.name, str(Workspace(job).home.absolute())]
                return Exit.OK

            code = code_of(console, load)
            os.write(theirs, orjson.dumps(found))
        finally:
            end_child(code)
    os.close(theirs)
    with open(ours, "rb") as pipe:  # noqa: PTH123 (a descriptor)
        name, home = orjson.loads(pipe.read() or b'["", ""]')
    return Look(path, name or path.stem, home, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _fail(problem: Problem) -> int:
    raise ConfigError([problem])
