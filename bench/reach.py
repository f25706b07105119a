"""How far one parent reaches: a simulation of a run on 10, 100 and 1,000 Dask workers, from what single steps cost.

    python -m bench.reach               # the table, from the INPUTS below
    python -m bench.reach --measure     # the inputs of this machine (needs nginx, see bench/README.md)

What is simulated: each worker has places for pages that take about PAGE_S each. Its exchange leaves LINGER_S after the
first page is done, takes all that are done by then, waits for its turn at the scheduler, then at the parent, and comes
back with new pages for the places that became free. Nothing else is there: no slow server, no retry, no network.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import math
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from scraper.pool.dask_actor import LINGER_S

WORKERS = (10, 100, 1_000)
PLACES = (4, 16, 64)
"""Pages in progress at each worker."""
PAGE_S = 0.5
"""How long a page takes: a distant server, and the parsing."""
RECORDS_A_PAGE = 10
DELAY_S = 1.0
"""Between two requests to one domain, for the number of domains that a polite run needs."""
SIMULATED_S, WARM_UP_S = 90.0, 60.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """What single steps cost, in seconds of one core, and bytes."""

    parent_page_s: float
    """A page in the parent: chosen, sent, answered, its ten records stored and published."""
    parent_exchange_s: float
    """An exchange in the parent, by Dask's client."""
    scheduler_exchange_s: float
    """An exchange in Dask's scheduler."""
    round_trip_s: float
    """How long an exchange is under way when nothing else is."""
    journal_page_bytes: float
    """A page with ten records in the journal."""


INPUTS = Inputs(
    parent_page_s=0.0004,
    parent_exchange_s=0.0027,
    scheduler_exchange_s=0.0051,
    round_trip_s=0.023,
    journal_page_bytes=2400.0,
)
"""By `--measure`, the median of three, on a machine with 2 cores, Python 3.11, distributed 2026.8.0."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulated run comes to, once it goes on evenly."""

    pages_s: float
    answers: float
    """In an exchange, on average."""
    parent: float
    """Share of a core that the parent is busy."""
    scheduler: float


def simulate(workers: int, places: int, inputs: Inputs) -> Outcome:
    """Run the pages of so many workers for a while."""
    chance, order = random.Random(workers * places), itertools.count()
    events: list[tuple[float, int, str, int, int]] = []
    done, is_away = [0] * workers, [False] * workers
    """Pages of a worker that wait to be taken along, and whether its exchange is under way."""
    scheduler_free = parent_free = scheduler_busy = parent_busy = 0.0
    pages = exchanges = 0

    def plan(at: float, what: str, worker: int, count: int = 1) -> None:
        heapq.heappush(events, (at, next(order), what, worker, count))

    for worker in range(workers):
        for _ in range(places):
            plan(chance.uniform(0.0, PAGE_S), "page", worker)
    while events[0][0] <= SIMULATED_S:
        now, _, what, worker, count = heapq.heappop(events)
        if what == "leave":
            at_parent = scheduler_free = max(now, scheduler_free) + inputs.scheduler_exchange_s
            cost_s = inputs.parent_exchange_s + done[worker] * inputs.parent_page_s
            parent_free = max(at_parent, parent_free) + cost_s
            plan(parent_free + inputs.round_trip_s, "arrive", worker, done[worker])
            if WARM_UP_S < parent_free <= SIMULATED_S:
                pages, exchanges = pages + done[worker], exchanges + 1
                scheduler_busy += inputs.scheduler_exchange_s
                parent_busy += cost_s
            done[worker] = 0
            continue
        if what == "page":
            done[worker] += 1
            is_first = done[worker] == 1 and not is_away[worker]
        else:
            for _ in range(count):
                plan(now + chance.uniform(0.5, 1.5) * PAGE_S, "page", worker)
            is_away[worker], is_first = False, done[worker] > 0
        if is_first:
            is_away[worker] = True
            plan(now + (LINGER_S if places > 1 else 0.0), "leave", worker)
    seconds = SIMULATED_S - WARM_UP_S
    return Outcome(pages / seconds, pages / exchanges, parent_busy / seconds, scheduler_busy / seconds)


def table(inputs: Inputs = INPUTS) -> Iterator[str]:
    """Yield the lines of the table that docs/how-to/distributed.md shows."""
    yield "| workers | pages at once | pages/s asked | pages/s | records/s | pages an exchange | parent | scheduler"
    yield "| --: | --: | --: | --: | --: | --: | --: | --:"
    for workers, places in itertools.product(WORKERS, PLACES):
        asked, found = workers * places / PAGE_S, simulate(workers, places, inputs)
        cells = [f"{workers:,}", f"{workers * places:,}", f"{asked:,.0f}", f"{found.pages_s:,.0f}"]
        cells += [f"{found.pages_s * RECORDS_A_PAGE:,.0f}", f"{found.answers:.1f}"]
        cells += [f"{min(found.parent, 1):.0%}", f"{min(found.scheduler, 1):.0%}"]
        yield "| " + " | ".join(cells)
    most = 1 / inputs.parent_page_s
    yield ""
    yield (
        f"{most:,.0f} pages/s, the most that a parent can do, are {most * DELAY_S:,.0f} domains that are asked every"
        f" {DELAY_S:g} s, and {most * 3600 * inputs.journal_page_bytes / 1e9:,.1f} GB of journal an hour."
    )


# --------------------------------------------------------------------------- the inputs of this machine


def measure() -> Inputs:
    """Measure the inputs here, once."""
    from tests.support.dask_cluster import Cluster

    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            single = measure_tasks(cluster, 1, 200)
            many = measure_tasks(cluster, 256, 4_000)
        finally:
            cluster.close()
    page_s, page_bytes = measure_pages(1_000)
    return Inputs(page_s, single[0] - many[0], single[1], single[2], page_bytes)


def measure_tasks(cluster: object, concurrency: int, count: int) -> tuple[float, float, float]:
    """Return what a task costs the parent and the scheduler, and its time, with so many in progress."""
    from bench.measure import cpu_seconds
    from scraper.pool.pool import open_pool
    from tests.support import pool_tasks as tasks

    scheduler, address = cluster.scheduler.pid, cluster.address  # type: ignore[attr-defined]
    with open_pool("dask", concurrency=concurrency, initializer=tasks.hello, address=address) as pool:
        while pool.free() < concurrency:
            pool.wait(0.1)
        answers: list[object] = []
        sent, begin = 0, (time.process_time(), cpu_seconds(scheduler), time.monotonic())
        while len(answers) < count:
            while sent < count and pool.free():
                pool.apply_async(tasks.echo, (sent,), callback=answers.append, error_callback=answers.append)
                sent += 1
            pool.wait(1.0)
        end = (time.process_time(), cpu_seconds(scheduler), time.monotonic())
    parent, there, wall = ((after - before) / count for before, after in zip(begin, end, strict=True))
    return parent, there, wall


def measure_pages(count: int) -> tuple[float, float]:
    """Return what a page costs the parent of a run whose workers parse, and its bytes in the journal."""
    import scraper
    from bench import server
    from bench.programs import CSS, Task, write_config
    from bench.run import HOME

    HOME.mkdir(parents=True, exist_ok=True)
    with server.serve(HOME) as ports, tempfile.TemporaryDirectory() as folder:
        keys = {"records": CSS, "settings.parse_in": "worker"}
        path = write_config(Path(folder), keys, Task(count, ports[0], 16))
        before, here = own_seconds(), Path.cwd()
        os.chdir(folder)
        try:
            scraper.run(scraper.load_config(path))
            spent = own_seconds() - before
            size = sum(file.stat().st_size for file in Path(folder).rglob("journal.db*"))
        finally:
            os.chdir(here)
    return spent / count, size / count


def own_seconds() -> float:
    """Return the CPU seconds of this process without its children."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the table, or the inputs of this machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="measure the inputs here, three times, and print them")
    if not parser.parse_args().measure:
        print("\n".join(table()))
        return
    found = [measure() for _ in range(3)]
    for field in fields(Inputs):
        value = statistics.median(getattr(inputs, field.name) for inputs in found)
        print(f"{field.name}={round(value, 1 - math.floor(math.log10(value)))},")


if __name__ == "__main__":
    main()
