"""Run one program to its end and say what it cost: time, CPU and memory of it and all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_EVERY_S = 0.2
TIMEOUT_S = 600.0
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program cost."""

    wall_s: float
    cpu_s: float
    """By the kernel's account of the program and all its descendants that were waited for (wait4)."""
    sampled_cpu_s: float
    """The CPU seconds of each process of its tree when it was last seen, added up: a little too low, but blind to
    nothing that lives long. Clearly above `cpu_s` only if a descendant was not waited for."""
    pss_mb: float
    """The peak of the tree's memory, shared pages divided by who shares them."""
    exit_code: int


class TreeSampler:
    """Watches a process and its descendants from a thread of its own."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._cpu_s: dict[int, float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.peak_pss_mb = 0.0
        self.is_overdue = False

    def __enter__(self) -> TreeSampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def cpu_s(self) -> float:
        """Return the CPU seconds of all processes seen so far."""
        return sum(self._cpu_s.values())

    def _watch(self) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while not self._done.wait(SAMPLE_EVERY_S):
            self._sample()
            if time.monotonic() > deadline and not self.is_overdue:
                self.is_overdue = True
                os.killpg(self._root, signal.SIGKILL)

    def _sample(self) -> None:
        pss_kb = 0
        for pid in descendants(self._root):
            with contextlib.suppress(OSError):  # it has just ended
                self._cpu_s[pid] = max(cpu_seconds(pid), self._cpu_s.get(pid, 0.0))
                pss_kb += proportional_kb(pid)
        self.peak_pss_mb = max(self.peak_pss_mb, pss_kb / 1000)


def measure(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Cost:
    """Run a command in a folder, its messages in `last.log` there, and return what it cost."""
    with (folder / "last.log").open("wb") as log:
        start = time.monotonic()
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        with TreeSampler(process.pid) as sampler:
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    return Cost(wall_s, cpu_s, sampler.cpu_s, sampler.peak_pss_mb, process.returncode)


def descendants(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(stat_fields(int(folder.name))[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:  # it grows on the way
        found += children.get(pid, [])
    return found


def stat_fields(pid: int) -> list[str]:
    """Return what the kernel tells of a process, from its state on (field 3 of proc(5)'s `stat`)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that a process itself has used."""
    user, system = stat_fields(pid)[11:13]
    return (int(user) + int(system)) / TICKS_A_SECOND


def proportional_kb(pid: int) -> int:
    """Return the memory of a process in kB, shared pages divided by who shares them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
