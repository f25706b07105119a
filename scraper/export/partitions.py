"""Name the files of a run by its start, and find those of all runs that a path template leads to."""

from __future__ import annotations

import glob
import re
from datetime import datetime
from pathlib import Path

from scraper.job import Job
from scraper.job.days import zone_of
from scraper.job.templates import Placeholder, Template

OF_A_RUN = {"date": r"\d{4}-\d\d-\d\d", "time": r"\d{6}", "run": r"\d{8}T\d{6}\.\d{3}Z"}
"""What differs from run to run, as regexes."""
OF_A_FILE = ("name", *OF_A_RUN, "records")
"""The names that an output's path may use."""


def names_of(job: Job, started: float, run: str) -> dict[str, str]:
    """Return what stands for the names in a path: the start in the job's time zone or UTC, never the machine's."""
    local = datetime.fromtimestamp(started, zone_of(job.timezone))
    return {"name": job.name, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H%M%S}", "run": run}


def files_of(path: Template, names: dict[str, str]) -> list[Path]:
    """Return the files that a path leads to in whatever run, in order; `names` are those of one."""
    wide = exact = ""
    for part in path.parts:
        if isinstance(part, Placeholder) and part.name in OF_A_RUN:
            wide += "*"
            exact += OF_A_RUN[part.name]
        else:
            text = names[part.name] if isinstance(part, Placeholder) else part
            wide += glob.escape(text)
            exact += re.escape(text)
    return [Path(found) for found in sorted(glob.glob(wide)) if re.fullmatch(exact, found)]  # noqa: PTH207
