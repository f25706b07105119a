"""Run a config under py-spy and print where the time of its processes goes.

    python -m bench.hotspots [CONFIG [OPTION]...]

Without a CONFIG: 2,000 pages of the benchmark. The stacks lie in the bench folder, for a flame graph.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import server
from bench.programs import CSS, Task, write_config
from bench.run import HOME

SHOWN = 25
RATE = 200
"""Samples a second."""
COMMANDS = re.compile(r'process \d+:".*?"(;|$)')
"""What py-spy puts before the frames of each process: its command line, which may hold a semicolon."""


def main() -> None:
    """Profile a run and print its top functions."""
    HOME.mkdir(parents=True, exist_ok=True)
    stacks = HOME / "stacks.txt"
    if sys.argv[1:]:
        record(sys.argv[1:], stacks)
    else:
        folder = HOME / "profile"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with server.serve(HOME) as ports:
            config = write_config(folder, {"records": CSS}, Task(pages=2000, port=ports[0], concurrency=16))
            record([config.name, "--quiet"], stacks, folder)
    print("\n".join(render(stacks.read_text(encoding="utf-8").splitlines())))
    print(f"\nstacks: {stacks}")


def record(arguments: Sequence[str], stacks: Path, folder: Path | None = None) -> None:
    """Run the scraper under py-spy, children too, and write one line a stack with its count."""
    spy = Path(sys.executable).with_name("py-spy")
    if not spy.exists():
        sys.exit("bench: py-spy is not installed; `make profile` does it")
    spying = [str(spy), "record", "--subprocesses", "--format", "raw", "--rate", str(RATE), "--output", str(stacks)]
    subprocess.run([*spying, "--", sys.executable, "-m", "scraper", *arguments], cwd=folder, check=True)


def render(lines: Sequence[str]) -> list[str]:
    """Return a table of the functions in which most samples ended, and how many passed through them.

    >>> print("\\n".join(render(['process 7:"x;y";main (a.py:1);parse (b.py:7) 3', "main (a.py:2) 1"])))
      self   total  function
     75.0%   75.0%  parse (b.py)
     25.0%  100.0%  main (a.py)
    """
    own: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for line in lines:
        command_and_stack, _, count = line.rpartition(" ")
        stack = COMMANDS.sub("", command_and_stack) or "outside of Python"
        names = [name_of(frame) for frame in stack.split(";")]
        own[names[-1]] += int(count)
        for name in set(names):  # a recursion counts once
            through[name] += int(count)
    total = own.total()
    table = ["  self   total  function"]
    table += [f"{ended / total:6.1%}  {through[name] / total:6.1%}  {name}" for name, ended in own.most_common(SHOWN)]
    return table


def name_of(frame: str) -> str:
    """Return a frame's function and file without its line."""
    return frame.rpartition(":")[0] + ")" if ":" in frame else frame


if __name__ == "__main__":
    main()
