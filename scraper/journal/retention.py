"""Keep the newest ten of what would pile up: journals that were set aside, excerpts, recordings by run."""

from __future__ import annotations

import shutil
from pathlib import Path

KEPT = 10
RUN = "{run}"
RUN_NAMES = f"{'[0-9]' * 8}T{'[0-9]' * 6}.{'[0-9]' * 3}Z"
"""A pattern of the names of runs: nobody else's folder is called so."""


def keep_newest(folder: Path, pattern: str) -> None:
    """Delete all but the newest ten of the files or folders whose names, which sort by time, match a pattern."""
    for old in sorted(folder.glob(pattern))[:-KEPT]:
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def recording_target(path: Path, run: str) -> Path:
    """Return where a run records: a folder or archive whose name begins with `{run}` becomes one of its own."""
    return path.with_name(path.name.replace(RUN, run, 1)) if path.name.startswith(RUN) and run else path


def forget_recordings(path: Path | None) -> None:
    """Delete all recordings but the newest ten, where each run has one of its own."""
    if path is not None and path.name.startswith(RUN):
        keep_newest(path.parent, RUN_NAMES + path.name.removeprefix(RUN))
