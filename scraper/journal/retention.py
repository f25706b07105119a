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


def recording_folder(folder: Path | None, run: str | None) -> Path | None:
    """Return where a run records: a folder whose last name is `{run}` becomes one of its own."""
    return folder.with_name(run) if folder is not None and folder.name == RUN and run else folder


def forget_recordings(folder: Path | None) -> None:
    """Delete all recordings but the newest ten, where each run has a folder of its own."""
    if folder is not None and folder.name == RUN:
        keep_newest(folder.parent, RUN_NAMES)
