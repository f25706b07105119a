"""One run from config to report: hold the output, open the journal, crawl, publish, report.

with workspace.hold(job)        nobody else works on this output
    journal = open_journal()    a fresh one, or the unfinished one of --resume
    crawl(journal)              until every page is fetched or failed
    publish(journal)            part file → expectations → rename, or the rejected place
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from scraper import output, plan, report, work
from scraper.crawl import Crawl
from scraper.errors import OutputError, Rejected
from scraper.job import Job, Settings
from scraper.journal import Journal
from scraper.parse.dates import timestamp
from scraper.pool import Pool, open_pool
from scraper.progress import Progress, Stop
from scraper.publish import Publication
from scraper.report import Accounts, Exit, Report
from scraper.resume import open_journal
from scraper.tally import Tally
from scraper.workspace import Workspace, lock, make_folder, read_json, write_whole

FAILURES_TOLD = 10


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may ask of one run."""

    resume: bool = False
    replay: Path | None = None
    record: Path | None = None
    limit: int | None = None
    """Fetch only so many of the start URLs; the records go to the rejected place unless `output` is given."""
    output: Path | None = None


def run(
    job: Job,
    options: Options = Options(),
    *,
    stop: Stop | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Run a job to its end and return the report, whose `exit_code` says how it went.

    Raises Busy if another run holds the output, OutputError if a file cannot be written, LoginFailed, and ConfigError
    if the job's name belongs to another config. Sets no signal handlers and no logging.
    """
    stop = stop or Stop()
    job = for_replay(job) if options.replay else job
    workspace = Workspace(job, is_trial=options.limit is not None)
    with workspace.hold(job):
        journal, notes = open_journal(
            workspace, job, is_resuming=options.resume, part=f"limit={options.limit} replay={options.replay}"
        )
        with journal:
            one = Run(job, options, workspace, journal, notes)
            with one.hold_target(), open_crawl(job, journal, options, stop) as crawl:
                if not one.crawl(crawl, stop, on_progress):
                    return one.report(one.accounts(), Tally(), Exit(128 + (stop.signal or 0)), (), is_published=False)
                return one.conclude(crawl)


def records(job: Job, options: Options = Options()) -> Iterator[dict[str, Any]]:
    """Yield the records of a job in plan order, each as soon as it and all before it are there. Writes no output.

    Abandoning the iterator ends its Pool. Raises Rejected at the end if an expectation is broken.
    """
    job = for_replay(job) if options.replay else job
    with tempfile.TemporaryDirectory(prefix="scraper-") as folder, Journal(Path(folder, "journal.db")) as journal:
        publication = Publication(job, journal)
        with open_crawl(job, journal, options, Stop()) as crawl:
            crawl.log_in()
            yield from map(orjson.loads, lines_of(publication, crawl))
        fields = report.count_fields(job, publication.tally)
        alarms = report.find_alarms(
            job.expect, report.count_pages(*journal.accounts()), publication.tally, fields, None
        )
        if alarms:
            raise Rejected("; ".join(f"{alarm.name}: {alarm.message}" for alarm in alarms))


def lines_of(publication: Publication, crawl: Crawl) -> Iterator[bytes]:
    """Yield the lines of the output, crawling on where the walk needs a page that is not there yet."""
    is_busy = True
    while is_busy:
        is_busy = crawl.turn()
        if not is_busy:
            crawl.skip_rest()  # a limit may leave over what the walk has asked for
        yield from publication.lines()
        is_busy = is_busy or crawl.has_more


def open_crawl(job: Job, journal: Journal, options: Options, stop: Stop) -> Crawl:
    """Return the crawl of a job with what the command line asks of it."""
    in_worker = job.settings.parse_in == "worker" and options.record is None
    pool = open_crawl_pool(job, options.replay, in_worker=in_worker)
    is_replay = options.replay is not None
    try:
        return Crawl(job, journal, pool, is_replay=is_replay, record=options.record, limit=options.limit, stop=stop)
    except BaseException:
        pool.terminate()
        raise


def open_crawl_pool(job: Job, replay: Path | None, *, in_worker: bool) -> Pool:
    """Return the Pool that a job's settings ask for; `in_worker`: it reads the pages too."""
    settings = job.settings
    return open_pool(
        settings.pool.engine,
        concurrency=settings.concurrent_requests,
        processes=settings.pool.processes,
        start_method=settings.pool.start_method,
        initializer=work.open_worker,
        initargs=(settings, replay, dict(job.kinds) if in_worker else {}, plan.reads_params(job)),
    )


@dataclass(slots=True)
class Run:
    """One run that holds its workspace and its journal."""

    job: Job
    options: Options
    workspace: Workspace
    journal: Journal
    notes: list[str]

    @property
    def id(self) -> str:
        """Return the run's name, made of its start time: it sorts by time."""
        return self.journal.recall("run") or ""

    @property
    def target(self) -> Path:
        """Return the file to publish to."""
        if self.options.output:
            return self.options.output
        local = datetime.fromtimestamp(float(self.journal.recall("started") or 0), zone(self.job))
        values = {"name": self.job.name, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H%M%S}", "run": self.id}
        return Path(self.job.output.path.fill_path(values))

    @property
    def is_trial(self) -> bool:
        """Whether the records must not replace the last output: a part of the pages is not the whole."""
        return self.options.limit is not None and self.options.output is None

    def hold_target(self) -> contextlib.AbstractContextManager[None]:
        """Hold the output file itself: two configs may write to one path."""
        make_folder(self.target.parent)
        path = self.target.with_name(f".{self.target.name}.lock")
        return lock(path, f"another run writes {self.target} (it holds {path})")

    def crawl(self, crawl: Crawl, stop: Stop, on_progress: Callable[[Progress], None]) -> bool:
        """Fetch and parse until every page has ended or a limit is reached; return False if a signal came before."""
        crawl.log_in()
        is_busy = True
        while is_busy and stop.signal is None:
            is_busy = crawl.turn()
            on_progress(crawl.progress)
        if is_busy:
            crawl.drain(self.job.settings.drain_timeout)
            return False
        if limit := crawl.skip_rest():
            self.notes.append(f"{limit} was reached; the pages left over are skipped")
        return True

    def conclude(self, crawl: Crawl) -> Report:
        """Publish or reject what the journal holds and return the report."""
        publication = Publication(self.job, self.journal)
        self.write_part(lines_of(publication, crawl))
        accounts, tally = self.accounts(), publication.tally
        if accounts.unfinished:
            raise OutputError(f"{accounts.unfinished} pages are unfinished, so nothing is published; try --resume")
        fields = report.count_fields(self.job, tally)
        last_good = read_json(self.workspace.last_good)
        alarms = report.find_alarms(self.job.expect, accounts, tally, fields, last_good)
        code = report.exit_code(accounts, alarms)
        is_published = code in (Exit.OK, Exit.INCOMPLETE) and not self.is_trial
        output.replace(self.part, self.target if is_published else self.workspace.rejected)
        self.journal.remember(state="finished", ended=repr(time.time()), published="1" if is_published else "")
        if is_published and not self.options.output:
            self.workspace.rejected.unlink(missing_ok=True)
        return self.report(accounts, tally, code, alarms, is_published=is_published)

    def write_part(self, lines: Iterator[bytes]) -> None:
        """Write the part file, behind the lines of earlier runs if the config says append."""
        is_append = self.job.output.mode == "append" and not self.is_trial
        target = self.target if is_append else None
        if is_append and self.journal.recall("published") and self.earlier_bytes() is None:
            run = f"the lines that run {self.id} added to it cannot be told from the others any more"
            raise OutputError(f"{self.target} was changed since: {run}; start without --resume")
        part = output.write_part(self.part, lines, before=target, before_bytes=self.earlier_bytes())
        if part.torn:
            self.notes.append(f"{self.target}: its last line was torn; {part.torn} bytes were cut")
        # What follows may be cut off by a crash, or be done once more for pages that failed.
        self.journal.remember(inode=str(self.part.stat().st_ino), size=str(part.size), kept=str(part.kept))

    def earlier_bytes(self) -> int | None:
        """Return how many bytes of the target are lines of earlier runs; None if this run has not written to it."""
        fact, target = self.journal.recall, self.target
        if not target.exists():
            return None
        found = target.stat()
        is_mine = (str(found.st_ino), str(found.st_size)) == (fact("inode"), fact("size"))
        return int(fact("kept") or 0) if is_mine else None

    @property
    def part(self) -> Path:
        """Return the file that publication writes before anyone may read it."""
        return output.part_path(self.workspace.rejected if self.is_trial else self.target)

    def accounts(self) -> Accounts:
        """Return what became of every URL so far."""
        return report.count_pages(*self.journal.accounts())

    def report(
        self, accounts: Accounts, tally: Tally, code: Exit, alarms: tuple[report.Alarm, ...], *, is_published: bool
    ) -> Report:
        """Return the report and leave it as JSON for machines."""
        started = float(self.journal.recall("started") or 0)
        result = Report(
            name=self.job.name,
            run=self.id,
            exit_code=code,
            started=timestamp(started),
            seconds=round(time.time() - started, 3),
            records=tally.records.total(),
            accounts=accounts,
            output=str(self.target if is_published else self.workspace.rejected),
            is_published=is_published,
            alarms=alarms,
            fields=report.count_fields(self.job, tally),
            dropped={f"{rule}.{name}": count for (rule, name), count in tally.dropped.items()},
            duplicates=tally.duplicates.total(),
            unmerged=tally.unmerged.total(),
            replaced=tally.replaced,
            marks=dict(tally.marks),
            failures=tuple(self.journal.failures(FAILURES_TOLD)),
            notes=tuple(self.notes),
        )
        data = orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        write_whole(self.workspace.last_run, data)
        if is_published and not self.options.output:
            write_whole(self.workspace.last_good, data)
        return result


def for_replay(job: Job) -> Job:
    """Return the job as it runs on recorded pages: nobody needs to be spared."""
    settings: Settings = replace(
        job.settings, download_delay=0.0, concurrent_requests_per_domain=job.settings.concurrent_requests
    )
    return replace(job, settings=settings)


def zone(job: Job) -> ZoneInfo:
    """Return the time zone of {date} and {time} in the output's path: the file's, else UTC, never the machine's."""
    return ZoneInfo(job.timezone or "UTC")
