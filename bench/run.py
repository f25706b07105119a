"""Run this project beside its peers on the same pages, interleaved, and tell medians and ratios.

    python -m bench.run [-n PAGES] [-r RUNS] [-c CONCURRENCY] [-l MS]... [--only TEXT]... [-o FILE]

The markdown goes to stdout and, with -o, to a file. BENCH names the working folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import corpus, micro, results, server
from bench.measure import measure
from bench.programs import Program, Task, own_programs, peer_programs
from bench.results import Run, Table

HOME = Path(os.environ.get("BENCH") or Path(tempfile.gettempdir(), "pool-scraper-bench"))


def main() -> None:
    """Measure what the command line asks for and print the results."""
    options = read_arguments()
    HOME.mkdir(parents=True, exist_ok=True)
    programs = choose([*own_programs(HOME), *peer_programs(HOME)], options.only)
    if not programs:
        sys.exit("bench: no program has such a label")
    with server.serve(HOME) as ports:
        tables = [
            measure_all(programs, latency, Task(options.pages, ports[latency], options.concurrency), options.runs)
            for latency in options.latency
        ]
        single = measure_all(programs, 0, Task(1, ports[0], options.concurrency), options.runs)
        parts = micro.measure_all(HOME / "corpus", ports[0])
    text = results.render(tables, single, parts, results.describe(programs, server.version()))
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    if any(run.wrong for table in (*tables, single) for runs in table.runs.values() for run in runs):
        sys.exit("bench: some answers are wrong")


def read_arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--pages", type=int, default=1000, help="pages a run (default: 1000)")
    parser.add_argument("-r", "--runs", type=int, default=3, help="runs of each program (default: 3)")
    parser.add_argument("-c", "--concurrency", type=int, default=16, help="requests in progress (default: 16)")
    parser.add_argument(
        "-l", "--latency", type=int, action="append", choices=server.LATENCIES_MS, help="in ms (default: all)"
    )
    parser.add_argument("--only", action="append", metavar="TEXT", help="only programs whose label holds this")
    parser.add_argument("-o", "--output", type=Path, help="write the markdown here too")
    options = parser.parse_args()
    options.latency = options.latency or list(server.LATENCIES_MS)
    return options


def choose(programs: Sequence[Program], only: Sequence[str] | None) -> list[Program]:
    """Return the programs whose label holds one of these texts, all if there are none."""
    return [program for program in programs if not only or any(text in program.label for text in only)]


def measure_all(programs: Sequence[Program], latency_ms: int, task: Task, runs: int) -> Table:
    """Run each program so many times, one after the other, so that a busy minute of the machine hits all alike."""
    expected = corpus.digest(corpus.read_expected(HOME / "corpus", task.pages))
    found: dict[str, list[Run]] = {program.label: [] for program in programs}
    for number in range(runs):
        for program in programs:
            folder = HOME / "run"
            cost = measure(program.command, program.prepare(folder, task), folder)
            wrong = check(folder, cost.exit_code, expected)
            found[program.label].append(Run(cost, wrong))
            told = wrong or f"{task.pages / cost.wall_s:.0f} pages/s"
            print(f"run {number + 1} of {runs}, {latency_ms} ms: {program.label}: {told}", file=sys.stderr)
    return Table(latency_ms, task, found, frozenset(program.label for program in programs if not program.config))


def check(folder: Path, exit_code: int, expected: tuple[int, str]) -> str:
    """Return what is wrong with a run's output: "" if its records are those of the corpus."""
    if exit_code:
        return f"exit {exit_code}: {(folder / 'last.log').read_text(errors='replace').strip()[-300:]}"
    try:
        lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
        count, checksum = corpus.digest(json.loads(line) for line in lines)
    except (OSError, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    if count != expected[0]:
        return f"{count} records, {expected[0]} expected"
    return "" if checksum == expected[1] else "the records differ"


if __name__ == "__main__":
    main()
