"""Write `report.html`: one page for all jobs of an output folder, made of their histories, that needs no network.

Nothing in it runs: no script, and a policy that lets none in. All that comes of pages is escaped by the template.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import jinja2

from scraper.job import Job
from scraper.journal.workspace import make_folder, static_folder, write_whole
from scraper.report.page import charts
from scraper.report.page.views import JobView, view

FOLDER = Path("output")
WORST_FIRST = ("bad", "warn", "none", "good")


def write(job: Job | None = None) -> Path:
    """Write the page beside the output of a job, or in `output/`, and return where. Raises OutputError."""
    folder = static_folder(job.output.path.text) if job else FOLDER
    now = datetime.now(UTC)
    views = [view(path, now) for path in sorted(folder.glob(".scraper/*/history.db"))]
    make_folder(folder)
    target = folder / "report.html"
    write_whole(target, render(views, now).encode("utf-8", "replace"))
    return target


def render(views: list[JobView], now: datetime) -> str:
    """Return the page, the jobs that need a person first."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    views = sorted(views, key=lambda each: (WORST_FIRST.index(each.mood), each.name))
    counts = {mood: sum(each.mood == mood for each in views) for mood in WORST_FIRST}
    template = environment.get_template("page.html")
    return template.render(jobs=views, c=charts, counts=counts, now=f"{now:%Y-%m-%d %H:%M} UTC")
