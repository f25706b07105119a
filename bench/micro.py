"""Measure the parts of the program one by one: fetch, decode, parse, Pool, journal, publication.

    python -m bench.micro

Each part runs alone in this process, warm; CPU is that of this process, so that of the Pool is the parent's share.
"""

from __future__ import annotations

import functools
import itertools
import operator
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import server
from bench.corpus import FILMS, PAGES
from bench.programs import CSS, REGEX, Task, write_config
from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.export import part_file as output
from scraper.export.columns import Layout
from scraper.export.formats import LINES
from scraper.export.keys import Keys
from scraper.export.publication import Publication
from scraper.fetch.fetcher import Fetcher
from scraper.job import Job
from scraper.journal.journal import Journal
from scraper.models import Failure, Finished, Page, Parsed, Request
from scraper.parse.encodings.encoding import decode
from scraper.parse.parser import Parser
from scraper.pool.pool import Pool, open_pool

REPEATS = 5
BATCH = 128
"""Pages of one transaction, as many as `journal_writer.COMMIT_AT`."""
PUBLISHED = 10_000
RESULT_BYTES = 60_000
FETCHERS = ("requests", "curl")
PARSERS = ("html5", "lxml", "soup")


@dataclass(frozen=True, slots=True)
class Part:
    """What one part costs, in µs a page."""

    label: str
    wall_us: float
    cpu_us: float


def measure_all(folder: Path, port: int) -> list[Part]:
    """Return what each part costs on the corpus in a folder, which is served at a port too."""
    pages = read_pages(folder)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = Path(name)
        job = make_job(home, CSS)
        parsed = read_all(job, pages)
        return [
            *measure_fetch(home, port),
            timed("decode", PAGES, lambda: [decode(page.body, page.header("content-type")) for page in pages]),
            *measure_parse(home, pages),
            measure_pool(),
            measure_journal(home, next(iter(job.kinds)), parsed),
            measure_publication(home, job, parsed),
        ]


def timed(label: str, pages: int, work: Callable[[], object]) -> Part:
    """Return the median cost of some work on so many pages, done once before to warm up."""
    work()
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Part(label, statistics.median(walls) / pages * 1e6, statistics.median(cpus) / pages * 1e6)


def measure_fetch(home: Path, port: int) -> Iterator[Part]:
    """Yield what an exchange costs with each fetcher, one after the other from a server without latency."""
    requests = [Request(f"http://127.0.0.1:{port}/u/{number}/{number}.html") for number in range(PAGES)]
    for name in FETCHERS:
        try:
            fetcher = Fetcher(make_job(home, CSS, {"settings.fetcher": name}).settings)
        except (ConfigError, ImportError):  # this version does not know it, or its library is not installed
            continue
        yield timed(f"fetch, {name}", PAGES, functools.partial(fetch_all, fetcher, requests))
        fetcher.close()


def fetch_all(fetcher: Fetcher, requests: Sequence[Request]) -> None:
    """Fetch the pages one after the other; RuntimeError if one of them does not come."""
    failed = [answer for answer in map(fetcher.fetch, requests) if isinstance(answer, Failure)]
    if failed:
        raise RuntimeError(failed[0].detail)


def measure_parse(home: Path, pages: Sequence[Page]) -> Iterator[Part]:
    """Yield what parsing costs in each language and with each parser, decoding included."""
    jobs: dict[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {
        f"parse, css on {parser}": (CSS, {"parser": parser}) for parser in PARSERS
    }
    jobs["parse, one regex"] = (REGEX, {})
    for label, (records, keys) in jobs.items():
        try:
            job = make_job(home, records, keys)
        except (ConfigError, ImportError):  # this version does not know the parser, or it is not installed
            continue
        some = pages[:20] if "soup" in label else pages
        yield timed(label, len(some), functools.partial(read_all, job, some))


def measure_pool() -> Part:
    """Return what a task costs that gives back as much as a page."""
    with open_pool("processes", concurrency=16, initializer=bytes, initargs=(RESULT_BYTES,)) as pool:
        return timed("Pool, a 60 kB result", 1000, lambda: run_tasks(pool, 1000))


def run_tasks(pool: Pool, count: int) -> None:
    """Run so many tasks, each thread busy all the time."""
    sent = done = 0

    def take(_: bytes) -> None:
        nonlocal done
        done += 1

    def fail(error: Exception) -> None:
        raise error

    while done < count:
        while sent < count and pool.free():
            pool.apply_async(operator.add, (b"+",), callback=take, error_callback=fail)
            sent += 1
        pool.wait(1.0)


def measure_journal(home: Path, kind: str, parsed: Sequence[Parsed]) -> Part:
    """Return what storing a page of ten records costs, in transactions of 128 pages; planning is not counted."""
    batches = 20
    with Journal(home / "store.db") as journal:
        ended = iter(end_pages(plan_pages(journal, kind, (REPEATS + 1) * batches * BATCH), parsed))

        def store() -> None:
            for _ in range(batches):
                journal.store(list(itertools.islice(ended, BATCH)))

        return timed("journal, store", batches * BATCH, store)


def measure_publication(home: Path, job: Job, parsed: Sequence[Parsed]) -> Part:
    """Return what publishing a page of 10,000 costs: walk, part file, fsync and rename."""
    kind = next(iter(job.kinds))
    target = home / "published.jsonl"
    with Journal(home / "publish.db") as journal:
        journal.store(end_pages(plan_pages(journal, kind, PUBLISHED), parsed))

        def publish() -> None:
            with Keys() as keys, output.open_part(output.part_path(target), LINES, Layout()) as part:
                for rule, lines in Publication(job, journal, keys).records():
                    part.write(rule, lines)
                part.finish()
            output.replace(part.path, target)

        return timed("publication", PUBLISHED, publish)


def plan_pages(journal: Journal, kind: str, count: int) -> list[Request]:
    """Add so many start pages to a journal and return them as the crawl gets them."""
    urls = (f"http://bench.example/u/{number}" for number in range(count))
    journal.add_starts(("bench.example", Request(url, kind=kind)) for url in urls)
    return journal.take("bench.example", count)


def end_pages(requests: Sequence[Request], parsed: Sequence[Parsed]) -> list[Finished]:
    """Return the ends of these pages, what they gave taken in turn."""
    return [Finished(request, 0.0, parsed=one) for request, one in zip(requests, itertools.cycle(parsed), strict=False)]


def make_job(home: Path, records: Mapping[str, Any], keys: Mapping[str, str] = {}) -> Job:
    """Return the job of a bench config; ConfigError if this version does not know its keys."""
    return load_config(write_config(home, {"records": records, **keys}, Task(pages=1, port=80, concurrency=1)))


def read_pages(folder: Path) -> list[Page]:
    """Return the corpus as the fetcher gives it."""
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return [
        Page(f"http://bench.example/{number}", 200, headers, (folder / f"{number}.html").read_bytes(), 0.0)
        for number in range(PAGES)
    ]


def read_all(job: Job, pages: Sequence[Page]) -> list[Parsed]:
    """Return what the pages give; RuntimeError if one of them does not give its ten records."""
    kind = next(iter(job.kinds.values()))
    parser = Parser(kind)
    found = [parser.parse(Request(page.url, kind=kind.name), page) for page in pages]
    right = [one for one in found if isinstance(one, Parsed) and len(one.lines[0]) == FILMS]
    if len(right) < len(pages):
        raise RuntimeError(f"{len(pages) - len(right)} of {len(pages)} pages were not read")
    return right


def main() -> None:
    """Measure the parts and print them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, server.serve(Path(name)) as ports:
        for part in measure_all(Path(name, "corpus"), ports[0]):
            print(f"{part.label:24}{part.wall_us:9.1f} µs wall {part.cpu_us:9.1f} µs CPU")


if __name__ == "__main__":
    main()
