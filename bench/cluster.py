"""Hold the Dask engine, two workers on this machine, against `processes`: pages a second and CPU a page.

    python -m bench.cluster [-n PAGES] [-r RUNS] [-c CONCURRENCY] [-l MS]...

The CPU of the cluster counts in: that of its scheduler, nannies and workers while the run lasted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import corpus, server
from bench.measure import cpu_seconds, descendants, measure
from bench.programs import CSS, FAST, Program, Task
from bench.run import HOME, check
from tests.support.dask_cluster import Cluster

READERS: dict[str, dict[str, str]] = {
    "requests": FAST["worker"],
    "curl": FAST["worker"] | FAST["curl"],
}
"""Who fetches and parses → the keys that say so; both engines parse in the workers."""


def main() -> None:
    """Measure what the command line asks for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--pages", type=int, default=2000, help="pages a run (default: 2000)")
    parser.add_argument("-r", "--runs", type=int, default=3, help="runs of each (default: 3)")
    parser.add_argument("-c", "--concurrency", type=int, default=16, help="requests in progress (default: 16)")
    parser.add_argument(
        "-l", "--latency", type=int, action="append", choices=server.LATENCIES_MS, help="(default: all)"
    )
    options = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    print(
        "| pages | latency | engine | pages/s | CPU ms a page | of it outside the cluster | pages/s against processes |"
    )
    print("| --- | --: | --- | --: | --: | --: | --: |")
    with server.serve(HOME) as ports, tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), worker_options=("--preload", "scraper.crawl.preload"))
        try:
            for latency in options.latency or server.LATENCIES_MS:
                task = Task(options.pages, ports[latency], options.concurrency)
                for reader, keys in READERS.items():
                    compare(reader, keys, latency, task, cluster, options.runs)
        finally:
            cluster.close()


def compare(reader: str, keys: Mapping[str, str], latency_ms: int, task: Task, cluster: Cluster, runs: int) -> None:
    """Run both engines in turn and print their rows, medians of all runs."""
    on_dask = {"settings.pool": {"engine": "dask", "address": cluster.address}}
    found: dict[str, list[tuple[float, float, float]]] = {"processes": [], "dask": []}
    for _ in range(runs):
        found["processes"].append(run({"records": CSS, **keys}, task, None))
        found["dask"].append(run({"records": CSS, **keys, **on_dask}, task, cluster))
    base = statistics.median(speed for speed, _, _ in found["processes"])
    for engine, costs in found.items():
        speed, cpu_ms, parent_ms = (statistics.median(values) for values in zip(*costs, strict=True))
        cells = (reader, f"{latency_ms} ms", engine, f"{speed:.0f}", f"{cpu_ms:.1f}", f"{parent_ms:.1f}")
        print("|", " | ".join((*cells, f"{speed / base:.2f}")), "|", flush=True)


def run(config: Mapping[str, Any], task: Task, cluster: Cluster | None) -> tuple[float, float, float]:
    """Run a config once; return pages a second, CPU ms a page in all, and in the program and its children alone."""
    folder = HOME / "run"
    program = Program("", (sys.executable, "-m", "scraper", "--quiet", "board.yaml"), config)
    before = cluster_seconds(cluster)
    cost = measure(program.command, program.prepare(folder, task), folder)
    if wrong := check(folder, cost.exit_code, corpus.digest(corpus.read_expected(HOME / "corpus", task.pages))):
        sys.exit(f"bench: {wrong}")
    cpu_s = cost.cpu_s + cluster_seconds(cluster) - before
    return task.pages / cost.wall_s, 1000 * cpu_s / task.pages, 1000 * cost.cpu_s / task.pages


def cluster_seconds(cluster: Cluster | None) -> float:
    """Return the CPU seconds of all processes of a cluster."""
    programs = cluster.programs if cluster else ()
    return sum(cpu_seconds(pid) for program in programs for pid in descendants(program.pid))


if __name__ == "__main__":
    main()
