"""Name what was asked for and did not come: pages by kind and reason, records by rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from scraper.errors import Reason
from scraper.export.tally import BY_KEY, UNFIT, UNMERGED, Tally
from scraper.job import Job
from scraper.journal.figures import PageFigures


class Loss(Struct, frozen=True):
    """So many of one sort that did not come, of so many that were asked for."""

    name: str
    """A reason for which pages fail or are skipped, or what became of records."""
    subject: str
    """The kind of page, the rule, or `rule.field`."""
    count: int
    of: int
    example: str
    """The URL of a page that shows it."""
    sort: Literal["failed", "skipped", "records"] = "skipped"
    """Pages that failed, pages that did not but came to nothing, or records."""

    @property
    def share(self) -> float:
        """Return which share of what was asked for this is."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        what = "records" if self.sort == "records" else "pages"
        return f"{self.count} of {self.of} {what} of {self.subject}: {self.name}, such as {self.example}"

    @property
    def is_redirected(self) -> bool:
        """Whether pages came as another one's."""
        return self.sort == "skipped" and self.name == Reason.REDIRECTED

    @property
    def is_gone(self) -> bool:
        """Whether the server said by a status that pages are not there."""
        return self.sort == "skipped" and self.name.startswith("http ")


def find_losses(job: Job, pages: PageFigures, tally: Tally) -> tuple[Loss, ...]:
    """Return every loss of a run, pages first."""
    return (*_of_pages(pages), *_of_records(job, tally))


def _of_pages(pages: PageFigures) -> Iterator[Loss]:
    for lost in pages.lost:
        sort: Literal["failed", "skipped"] = "failed" if lost.is_failed else "skipped"
        yield Loss(lost.reason, lost.kind, lost.pages, pages.asked(lost.kind), lost.example, sort)


def _of_records(job: Job, tally: Tally) -> Iterator[Loss]:
    masked = job.secrets.masked
    for rule in job.published_rules():
        written = tally.records[rule.name]
        for name, count, of in (
            (BY_KEY, tally.duplicates[rule.name], written + tally.duplicates[rule.name]),
            (UNMERGED, tally.unmerged[rule.name], tally.led[rule.name]),
        ):
            if count:
                yield Loss(name, rule.name, count, of, masked(tally.urls[name, rule.name]), "records")
    for (owner, field), count in tally.dropped.items():
        of, url = tally.records[owner] + count, masked(tally.urls.get((UNFIT, owner), ""))
        yield Loss(UNFIT, f"{owner}.{field}", count, of, url, sort="records")
