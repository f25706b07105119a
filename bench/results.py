"""Make markdown of what was measured."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Cost
from bench.micro import Part
from bench.programs import Program, Task

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program."""

    cost: Cost
    wrong: str
    """What is wrong with its answers; "" if they are right."""


@dataclass(frozen=True, slots=True)
class Table:
    """All runs of one task."""

    latency_ms: int
    task: Task
    runs: Mapping[str, list[Run]]
    """Label of a program → its runs, in the order of the rounds."""
    peers: frozenset[str]
    """Labels of the programs that are not ours."""

    def median(self, label: str, value: Callable[[Cost], float]) -> float:
        """Return the median of a figure over a program's runs."""
        return statistics.median(value(run.cost) for run in self.runs[label])

    def ratio(self, label: str, peer: str, value: Callable[[Cost], float]) -> float:
        """Return how many times less a program takes than a peer: the median over the rounds."""
        rounds = zip(self.runs[label], self.runs[peer], strict=True)
        return statistics.median(value(other.cost) / value(own.cost) for own, other in rounds)


def render(tables: Sequence[Table], single: Table, parts: Sequence[Part], about: Sequence[str]) -> str:
    """Return the whole as markdown."""
    lines = ["# Results", "", "Written by `make bench`; [README.md](README.md) says how to read it.", ""]
    lines += [f"- {line}" for line in about]
    lines.append(f"- {check_of_cpu([*tables, single])}")
    for table in tables:
        lines += ["", *render_table(table)]
    lines += ["", *render_single(single)]
    lines += ["", *render_parts(parts, whole_us(tables))]
    return "\n".join(lines) + "\n"


def render_table(table: Table) -> Iterator[str]:
    """Yield the lines of one latency's figures."""
    pages, rounds = table.task.pages, len(next(iter(table.runs.values())))
    yield f"## {table.latency_ms} ms away"
    yield ""
    yield f"{pages} pages, {table.task.concurrency} requests in progress, medians of {rounds} interleaved runs."
    yield ""
    yield "| program | pages/s (min–max) | CPU ms a page | PSS MB | answers |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for label, runs in table.runs.items():
        rates = [pages / run.cost.wall_s for run in runs]
        wall, cpu, pss = (table.median(label, value) for value in (wall_s, cpu_s, pss_mb))
        wrong = next((run.wrong for run in runs if run.wrong), "")
        yield (
            f"| {label} | {pages / wall:.0f} ({min(rates):.0f}–{max(rates):.0f}) | {cpu / pages * 1e3:.2f}"
            f" | {pss:.0f} | {one_line(wrong) or 'right'} |"
        )
    yield from render_ratios(table)


def render_ratios(table: Table) -> Iterator[str]:
    """Yield the lines that hold each of our programs against each peer, none if there are not both."""
    peers = [label for label in table.runs if label in table.peers]
    ours = [label for label in table.runs if label not in table.peers]
    if not peers or not ours:
        return
    yield ""
    yield "How many times as fast as the peer, and in brackets how many times less CPU:"
    yield ""
    yield f"| | {' | '.join(peers)} |"
    yield f"| --- |{' ---: |' * len(peers)}"
    for label in ours:
        cells = [f"{table.ratio(label, peer, wall_s):.2f} ({table.ratio(label, peer, cpu_s):.2f})" for peer in peers]
        yield f"| {label} | {' | '.join(cells)} |"


def render_single(table: Table) -> Iterator[str]:
    """Yield the lines on runs of one page: what it takes to start and to end."""
    yield "## One page"
    yield ""
    yield "A run of a single page: the price of starting and ending."
    yield ""
    yield "| program | seconds | CPU s |"
    yield "| --- | ---: | ---: |"
    for label in table.runs:
        yield f"| {label} | {table.median(label, wall_s):.2f} | {table.median(label, cpu_s):.2f} |"


def render_parts(parts: Sequence[Part], whole: float | None) -> Iterator[str]:
    """Yield the lines on the parts; `whole`: CPU µs a page of the first program at the smallest latency."""
    yield "## The parts"
    yield ""
    yield "µs a page, each part alone in a warm process; the share is of the CPU a page of the first program above."
    yield ""
    yield "| part | wall µs | CPU µs | share |"
    yield "| --- | ---: | ---: | ---: |"
    for part in parts:
        share = f"{part.cpu_us / whole:.1%}" if whole else "–"
        yield f"| {part.label} | {part.wall_us:.0f} | {part.cpu_us:.0f} | {share} |"


def whole_us(tables: Sequence[Table]) -> float | None:
    """Return the CPU µs that the first program takes for a page, None if it was not measured."""
    table = next((table for table in tables if table.runs), None)
    return table.median(next(iter(table.runs)), cpu_s) / table.task.pages * 1e6 if table else None


def check_of_cpu(tables: Sequence[Table]) -> str:
    """Return whether the kernel's account of CPU held all that was seen in the process trees."""
    costs = [run.cost for table in tables for runs in table.runs.values() for run in runs]
    worst = max(cost.sampled_cpu_s / cost.cpu_s for cost in costs)
    return f"CPU seen by sampling the process trees was at most {worst:.0%} of what wait4 accounted for"


def describe(programs: Sequence[Program], nginx: str) -> list[str]:
    """Return lines on when, where and with which versions the figures were made."""
    described = {
        program.versions(): "this program" if program.config else program.label for program in reversed(programs)
    }
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}",
        f"{cpu_model()}, {os.cpu_count()} cores, {memory_gb():.0f} GB, Linux {platform.release()}, {nginx}",
        *(f"{label}: {versions}" for versions, label in reversed(described.items())),
    ]


def commit() -> str:
    """Return the commit that was measured, and whether the work tree differs from it."""
    is_changed = bool(git("status", "--short", "scraper"))
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if is_changed else "")


def git(*arguments: str) -> str:
    """Return what git prints, "" outside of a repository."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def cpu_model() -> str:
    """Return the processor's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def memory_gb() -> float:
    """Return how much memory the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def one_line(text: str) -> str:
    """Return a text that fits into a cell."""
    return " ".join(text.replace("|", "/").split())


def wall_s(cost: Cost) -> float:
    """Return the seconds of a run."""
    return cost.wall_s


def cpu_s(cost: Cost) -> float:
    """Return the CPU seconds of a run."""
    return cost.cpu_s


def pss_mb(cost: Cost) -> float:
    """Return the peak memory of a run."""
    return cost.pss_mb
