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
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct, field
from msgspec.structs import replace

from scraper.config.load import with_output
from scraper.crawl import plan
from scraper.crawl.engine import Engine
from scraper.crawl.launch import AS_CONFIGURED, Options, for_replay, open_crawl, open_replay
from scraper.crawl.progress import Progress, Stop
from scraper.crawl.resume import open_journal, open_rejected
from scraper.errors import NothingToAccept, OutputError, Rejected, ReplayError
from scraper.export.keys import Keys
from scraper.export.publication import Publication, Records
from scraper.export.tally import Tally
from scraper.export.target import Target
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.journal.retention import forget_recordings
from scraper.journal.workspace import Workspace
from scraper.parse.values.dates import timestamp
from scraper.report import shapes
from scraper.report.accounts import Accounts, Alarm, Exit, Report, count_fields, count_kinds, count_pages, exit_code
from scraper.report.after_run import judge, leave
from scraper.report.expectations import Past, find_breaches, sort_out
from scraper.report.history import PastRun, read_history
from scraper.report.losses import find_losses
from scraper.report.open_rows import count_rows
from scraper.report.proposed import Mend

FAILURES_TOLD = 10


def run(
    job: Job,
    options: Options = AS_CONFIGURED,
    *,
    stop: Stop | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Run a job to its end and return the report, whose `exit_code` says how it went.

    Raises Busy if another run holds the output, OutputError if a file cannot be written, LoginFailed, and ConfigError
    if the job's name belongs to another config or `output` is wrong. Sets no signal handlers and no logging.
    """
    stop = stop or Stop()
    job = for_replay(job) if options.replay else job
    workspace = Workspace(job, is_trial=options.limit is not None)
    owner, job = job, with_output(job, options.output) if options.output else job
    is_trial = options.limit is not None and options.output is None
    with job.secrets.kept_by_errors(), contextlib.ExitStack() as afterwards, contextlib.ExitStack() as held:
        held.enter_context(workspace.hold(owner))
        replay, part = held.enter_context(open_replay(job, options)), f"limit={options.limit} replay={options.replay}"
        journal, notes = open_journal(workspace, job, is_resuming=options.resume, part=part)
        with journal:
            job = plan.as_of(job, float(journal.recall("started") or 0))
            target = Target(job, journal, workspace, is_trial=is_trial, is_own=options.output is None)
            one = Run(job, options, workspace, journal, target, notes, is_trial, afterwards)
            with target.hold(), one.told(), open_crawl(job, journal, options, stop, workspace, replay=replay) as crawl:
                if not one.crawl(crawl, stop, on_progress):
                    return one.report(Tally(), Exit(128 + (stop.signal or 0)))
                with target.drafted(), Keys() as keys:
                    publication = Publication(job, journal, keys)
                    return one.conclude(publication, records_of(publication, crawl), keys)


def accept(job: Job, options: Options = AS_CONFIGURED) -> Report:
    """Publish after all what the last run was not allowed to, and count that run as good.

    Raises NothingToAccept if the last run was not rejected, or not by this config; Busy and OutputError as `run` does.
    """
    workspace = Workspace(job)
    owner, job = job, with_output(job, options.output) if options.output else job
    with (
        job.secrets.kept_by_errors(),
        contextlib.ExitStack() as afterwards,
        workspace.hold(owner),
        open_rejected(workspace, job) as journal,
    ):
        job = plan.as_of(job, float(journal.recall("started") or 0))
        target = Target(job, journal, workspace, is_own=options.output is None)
        one = Run(job, options, workspace, journal, target, [], False, afterwards)
        one.limit = journal.recall("limit") or None
        with target.hold(), target.drafted(), Keys() as keys:
            publication = Publication(job, journal, keys)
            return one.conclude(publication, publication.records(), keys, is_accepting=True)


def history(job: Job, count: int) -> list[PastRun]:
    """Return the last runs of a job, the oldest first; none where there were none. Raises OutputError."""
    with read_history(Workspace(job).history) as past:
        return past.runs(count)


def records(job: Job, options: Options = AS_CONFIGURED) -> Iterator[dict[str, Any]]:
    """Yield the records of a job in plan order, each as soon as it and all before it are there. Writes no output.

    Abandoning the iterator ends its Pool. Raises Rejected at the end if an expectation is broken.
    """
    job = plan.as_of(for_replay(job) if options.replay else job, time.time())
    with (
        job.secrets.kept_by_errors(),
        tempfile.TemporaryDirectory(prefix="scraper-") as folder,
        Journal(Path(folder, "journal.db"), job.secrets) as journal,
        open_replay(job, options) as replay,
        Keys() as keys,
    ):
        publication = Publication(job, journal, keys)
        with open_crawl(job, journal, options, Stop(), Workspace(job), replay=replay) as crawl:
            crawl.log_in()
            for _, lines in records_of(publication, crawl):
                yield from map(orjson.loads, lines)
        fields = count_fields(job, publication.tally)
        accounts = count_pages(*journal.accounts())
        lost = find_losses(job, journal.figures(), publication.tally)
        breaches = find_breaches(job.expect, accounts, publication.tally, fields, Past(), lost)
        alarms, _ = sort_out(breaches, job.expect, Past(), publication.tally.records.total())
        if alarms:
            raise Rejected("; ".join(f"{alarm.name}: {alarm.message}" for alarm in alarms))


def records_of(publication: Publication, crawl: Engine) -> Iterator[Records]:
    """Yield the records of the output, crawling on where the walk needs a page that is not there yet."""
    is_busy = True
    while is_busy:
        is_busy = crawl.turn()
        if not is_busy:
            crawl.skip_rest()  # a limit may leave over what the walk has asked for
        yield from publication.records()
        is_busy = is_busy or crawl.has_more
    crawl.finish_recording()


class Run(Struct):
    """One run that holds its workspace and its journal."""

    job: Job
    options: Options
    workspace: Workspace
    journal: Journal
    target: Target
    notes: list[str]
    is_trial: bool
    """Whether the records must not replace the last output: a part of the pages is not the whole."""
    afterwards: contextlib.ExitStack
    """What is done when the locks are released."""
    limit: str | None = None
    """The name of the limit that ended the crawl."""
    mend: Mend | None = None
    began: float = field(default_factory=time.monotonic)
    """By a clock that nobody sets: it does for what is taken of it, not for a date."""

    def crawl(self, crawl: Engine, stop: Stop, on_progress: Callable[[Progress], None]) -> bool:
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
        self.notes += filter(None, (*crawl.notes, crawl.cache.note))
        return True

    def conclude(
        self, publication: Publication, records: Iterable[Records], keys: Keys, *, is_accepting: bool = False
    ) -> Report:
        """Publish or reject what the journal holds and return the report; `is_accepting`: whatever was expected."""
        self.target.write(records, keys)
        self.journal.check()
        accounts, tally = self.accounts(), publication.tally
        if accounts.unfinished:
            raise OutputError(f"{accounts.unfinished} pages are unfinished, so nothing is published; try --resume")
        alarms, misses, notes = judge(self.job, self.workspace, self.target.run, accounts, tally, self.journal)
        self.notes += notes
        if is_accepting:
            if not tally.records:
                raise NothingToAccept(f"{self.job.name}: run {self.target.run} has no records, so it is not accepted")
            self.notes.append(f"accepted in spite of {', '.join(alarm.name for alarm in alarms + misses) or 'nothing'}")
            alarms, misses = (), ()
        code = exit_code(accounts, alarms)
        is_published = code in (Exit.OK, Exit.INCOMPLETE) and not self.is_trial
        if is_published:
            self.target.publish()
        else:
            self.target.reject()
            from scraper.authoring.mend.at_alarm import look_for_mend  # few runs look for one

            self.mend = None if self.is_trial else look_for_mend(self.job, self.workspace, self.journal, alarms)
        if is_published and not self.options.output:
            self.workspace.drop_rejected()
        result = self.report(tally, code, alarms, misses, is_published=is_published, is_accepting=is_accepting)
        ended = self.journal.recall("ended") if is_accepting else None
        if not accounts.failed:  # else --resume may try these again
            self.journal.cookies.forget()
        # Last: a run whose report could not be written can be resumed, and publishes the same again.
        self.journal.remember(
            state="finished",
            ended=ended or repr(time.time()),
            published="1" if is_published else "",
            good="1" if is_published and not self.options.output and not misses else "",
            limit=self.limit or "",
        )
        return result

    def accounts(self) -> Accounts:
        """Return what became of every URL so far."""
        planned = plan.count(self.job)
        left_over = min(planned, self.options.limit or planned) - self.journal.planned()
        return count_pages(*self.journal.accounts(), left_over, self.limit)

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Leave a report of a run that cannot go on to its end."""
        try:
            yield
        except ReplayError:
            raise  # nothing was begun
        except Exception as error:
            with contextlib.suppress(Exception):  # the first error is the one to tell
                self.notes.append(str(error) or repr(error))
                self.report(Tally(), Exit.ERROR)
            raise

    def report(
        self,
        tally: Tally,
        code: Exit,
        alarms: tuple[Alarm, ...] = (),
        misses: tuple[Alarm, ...] = (),
        *,
        is_published: bool = False,
        is_accepting: bool = False,
    ) -> Report:
        """Return the report, and leave it for machines, for the history and for the operator's command."""
        started, secrets = float(self.journal.recall("started") or 0), self.job.secrets
        worked_s = float(self.journal.recall("seconds") or 0) + (0 if is_accepting else time.monotonic() - self.began)
        changes = self.target.changes if is_published else None
        files, pages = self.target.counts(is_published=is_published), self.journal.figures()
        result = Report(
            name=self.job.name,
            run=self.target.run,
            exit_code=code,
            started=timestamp(started),
            seconds=round(worked_s, 3),
            records=tally.records.total(),
            known=tally.known.total(),
            changes=changes.counts if changes else {},
            accounts=self.accounts(),
            output=", ".join(files),
            files=files,
            is_published=is_published,
            alarms=tuple(replace(each, message=secrets.masked(each.message)) for each in alarms),
            misses=tuple(replace(each, message=secrets.masked(each.message)) for each in misses),
            fields=count_fields(self.job, tally),
            kinds=count_kinds(self.job, pages),
            losses=find_losses(self.job, pages, tally),
            rows=count_rows(self.job, self.journal),
            digest=self.job.digest,
            content=tally.content.hexdigest(),
            shapes=shapes.find_shapes(self.job, tally),
            dropped={f"{rule}.{name}": count for (rule, name), count in tally.dropped.items()},
            filtered={f"{rule}.{name}": count for (rule, name), count in tally.filtered.items()},
            **tally.totals(),
            failures=tuple(self.journal.failures(FAILURES_TOLD)),
            notes=tuple(map(secrets.masked, (*self.notes, *self.target.notes, *tally.notes()))),
            is_accepted=is_accepting,
            mend=self.mend,
        )
        self.journal.remember(seconds=repr(worked_s))
        self.began = time.monotonic()
        forget_recordings(self.options.record)
        flags = {"is_whole": self.options.limit is None, "is_own": self.options.output is None}
        leave(result, tally, self.job, self.workspace, self.afterwards, self.journal, **flags, changes=changes)
        if self.options.metrics:
            from scraper.report.metrics import write_metrics  # the library takes a while to import

            write_metrics(self.options.metrics, result)
        return result
