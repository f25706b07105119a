"""One run from config to report: hold the output, open the journal, crawl, publish, report.

with workspace.hold(job)        nobody else works on this output
    journal = open_journal()    a fresh one, or the unfinished one of --resume
    crawl(journal)              until every page is fetched or failed
    publish(journal)            part file → expectations → rename, or the rejected place
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from scraper.target import Target
from scraper.workspace import Workspace, read_json, write_whole

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
            workspace,
            job,
            is_resuming=options.resume,
            part=f"limit={options.limit} replay={options.replay}",
            output=options.output,
        )
        with journal:
            one = Run(job, options, workspace, journal, Target(job, journal, options.output), notes)
            with one.target.hold(), open_crawl(job, journal, options, stop) as crawl:
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
    settings, kinds = job.settings, dict(job.kinds) if in_worker else {}
    return open_pool(
        settings.pool.engine,
        concurrency=settings.concurrent_requests,
        processes=settings.pool.processes,
        start_method=settings.pool.start_method,
        initializer=work.open_worker,
        initargs=(settings, replay, plan.named_hosts(job), kinds, plan.reads_params(job)),
        rest_limit_s=settings.regex_timeout + settings.parse_timeout if in_worker else math.inf,
    )


@dataclass(slots=True)
class Run:
    """One run that holds its workspace and its journal."""

    job: Job
    options: Options
    workspace: Workspace
    journal: Journal
    target: Target
    notes: list[str]
    limit: str | None = None
    """The name of the limit that ended the crawl."""

    @property
    def is_trial(self) -> bool:
        """Whether the records must not replace the last output: a part of the pages is not the whole."""
        return self.options.limit is not None and self.options.output is None

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
            self.limit = limit
            self.notes.append(f"{limit} was reached; the pages left over are skipped")
        return True

    def conclude(self, crawl: Crawl) -> Report:
        """Publish or reject what the journal holds and return the report."""
        publication = Publication(self.job, self.journal)
        if torn := self.target.write_part(self.part, lines_of(publication, crawl), is_trial=self.is_trial):
            self.notes.append(f"{self.target.path}: its last line was torn; {torn} bytes were cut")
        accounts, tally = self.accounts(), publication.tally
        if accounts.unfinished:
            raise OutputError(f"{accounts.unfinished} pages are unfinished, so nothing is published; try --resume")
        fields = report.count_fields(self.job, tally)
        last_good = read_json(self.workspace.last_good)
        alarms = report.find_alarms(self.job.expect, accounts, tally, fields, last_good)
        code = report.exit_code(accounts, alarms)
        is_published = code in (Exit.OK, Exit.INCOMPLETE) and not self.is_trial
        output.replace(self.part, self.target.path if is_published else self.workspace.rejected)
        self.journal.remember(state="finished", ended=repr(time.time()), published="1" if is_published else "")
        if is_published and not self.options.output:
            self.workspace.rejected.unlink(missing_ok=True)
        return self.report(accounts, tally, code, alarms, is_published=is_published)

    @property
    def part(self) -> Path:
        """Return the file that publication writes before anyone may read it."""
        return output.part_path(self.workspace.rejected if self.is_trial else self.target.path)

    def accounts(self) -> Accounts:
        """Return what became of every URL so far."""
        planned = plan.count(self.job)
        left_over = min(planned, self.options.limit or planned) - self.journal.planned()
        return report.count_pages(*self.journal.accounts(), left_over, self.limit)

    def report(
        self, accounts: Accounts, tally: Tally, code: Exit, alarms: tuple[report.Alarm, ...], *, is_published: bool
    ) -> Report:
        """Return the report and leave it as JSON for machines."""
        started = float(self.journal.recall("started") or 0)
        result = Report(
            name=self.job.name,
            run=self.target.run,
            exit_code=code,
            started=timestamp(started),
            seconds=round(time.time() - started, 3),
            records=tally.records.total(),
            accounts=accounts,
            output=str(self.target.path if is_published else self.workspace.rejected),
            is_published=is_published,
            alarms=alarms,
            fields=report.count_fields(self.job, tally),
            dropped={f"{rule}.{name}": count for (rule, name), count in tally.dropped.items()},
            filtered={f"{rule}.{name}": count for (rule, name), count in tally.filtered.items()},
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
