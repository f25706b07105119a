"""The programs to compare: this one with its configs, and its peers, each in a virtual environment of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PEERS_FOLDER = Path(__file__).resolve().parent / "peers"
FAST: dict[str, dict[str, str]] = {
    "curl": {"settings.fetcher": "curl"},
    "worker": {"settings.parse_in": "worker"},
}
"""Name → keys of the fast path; those that the installed program does not know are left out."""

CSS: dict[str, Any] = {
    "each": "dl.board-wrapper > dd",
    "fields": {
        "rank": "i.board-index",
        "title": "p.name a",
        "star": "p.star",
        "releasetime": "p.releasetime",
        "score": "p.score",
    },
}
REGEX: dict[str, Any] = {
    "each": {
        "regex": r'<dd>.*?board-index.*?>(?P<rank>\d+)<.*?title="(?P<title>.*?)".*?star.*?>(?P<star>.*?)<'
        r".*?releasetime.*?>(?P<releasetime>.*?)<.*?integer.*?>(?P<integer>.*?)<.*?fraction.*?>(?P<fraction>.*?)<"
    },
    "fields": {name: {"group": name} for name in ("rank", "title", "star", "releasetime")}
    | {"score": {"group": ["integer", "fraction"], "join": ""}},
}
"""One regex for the whole item, as the article has it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a program is to do."""

    pages: int
    port: int
    concurrency: int


@dataclass(frozen=True, slots=True)
class Program:
    """A program that fetches the pages of a task and writes a JSON line a record to `out.jsonl` in its folder."""

    label: str
    command: tuple[str, ...]
    config: Mapping[str, Any] | None = None
    """Records and keys of the config; None for a peer."""
    requirements: tuple[str, ...] = field(default=())
    """Names of the distributions whose versions matter."""

    def prepare(self, folder: Path, task: Task) -> dict[str, str]:
        """Empty the folder, write what the program reads and return its environment."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if self.config is not None:
            write_config(folder, self.config, task)
        return os.environ | {
            "PAGES": str(task.pages),
            "PORT": str(task.port),
            "CONCURRENCY": str(task.concurrency),
            "OUT": str(folder / "out.jsonl"),
        }

    def versions(self) -> str:
        """Return the interpreter's and the distributions' versions, as the program's own environment has them."""
        script = (
            "import platform, sys; from importlib.metadata import version;"
            "print('Python', platform.python_version(), *(f', {n} {version(n)}' for n in sys.argv[1:]), sep='')"
        )
        found = subprocess.run(
            [self.command[0], "-c", script, *self.requirements], capture_output=True, text=True, check=True
        )
        return found.stdout.strip().replace("Python", "Python ", 1)


def write_config(folder: Path, keys: Mapping[str, Any], task: Task) -> Path:
    """Write a config for these pages (JSON is YAML) and the file of their paths; return the config."""
    paths = [f"u/{number}/{number % 200}.html\n" for number in range(task.pages)]
    (folder / "paths.txt").write_text("".join(paths), encoding="utf-8")
    config: dict[str, Any] = {
        "name": "board",
        "start_urls": [f"http://127.0.0.1:{task.port}/{{+path}}"],
        "params": {"path": {"file": "paths.txt"}},
        "output": {"path": "out.jsonl", "provenance": False},
        "settings": {
            "robotstxt_obey": False,
            "concurrent_requests": task.concurrency,
            "concurrent_requests_per_domain": task.concurrency,
        },
    }
    for key, value in keys.items():
        place, _, name = key.rpartition(".")
        (config[place] if place else config)[name] = value
    path = folder / "board.yaml"
    path.write_text(json.dumps(config, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


# --------------------------------------------------------------------------- this program


def own_programs(home: Path) -> list[Program]:
    """Return this program's rows: as it comes, and with what the fast path has of what is installed."""
    ours = [own_program("css", CSS)]
    known = [name for name in FAST if is_known(home / "check", FAST[name], CSS)]
    if len(known) > 1:
        ours += [own_program("css", CSS, name) for name in known]
    if known:
        ours.append(own_program("css", CSS, *known))
    ours.append(own_program("regex", REGEX))
    if known:
        ours.append(own_program("regex", REGEX, *known))
    return ours


def own_program(name: str, records: Mapping[str, Any], *fast: str) -> Program:
    """Return this program with a config that has some keys of the fast path."""
    keys: dict[str, Any] = {"records": records}
    for part in fast:
        keys |= FAST[part]
    label = f"scraper {name}" + (f" ({' + '.join(fast)})" if fast else "")
    command = (sys.executable, "-m", "scraper", "--quiet", "board.yaml")
    return Program(label, command, keys, ("requests", "turbohtml", "regex", "pycurl"))


def is_known(folder: Path, keys: Mapping[str, str], records: Mapping[str, Any]) -> bool:
    """Return whether the installed program accepts these keys."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_config(folder, {"records": records, **keys}, Task(pages=1, port=80, concurrency=1))
    command = [sys.executable, "-m", "scraper", "check", path.name]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


# --------------------------------------------------------------------------- the peers

PEERS = {
    "scrapy, tuned": ("scrapy_peer.py", (), ("scrapy", "uvloop")),
    "crawlee": ("crawlee_peer.py", (), ("crawlee[parsel]",)),
    "aiohttp + selectolax": ("aiohttp_peer.py", ("1", "by_selectolax"), ("aiohttp", "selectolax", "uvloop", "orjson")),
    "aiohttp + selectolax, 2 processes": (
        "aiohttp_peer.py",
        ("2", "by_selectolax"),
        ("aiohttp", "selectolax", "uvloop", "orjson"),
    ),
    "aiohttp + turbohtml": ("aiohttp_peer.py", ("1", "by_turbohtml"), ("aiohttp", "turbohtml", "uvloop", "orjson")),
    "the article's program": ("article_peer.py", (), ("requests",)),
}
"""Label → script, its arguments, what it needs."""


def peer_programs(home: Path) -> list[Program]:
    """Return the peers; one whose requirements do not install is left out, and said to be."""
    programs = []
    for label, (script, arguments, requirements) in PEERS.items():
        python = environment(home, requirements)
        if python is None:
            print(f"{label}: left out, {' '.join(requirements)} did not install", file=sys.stderr)
            continue
        names = tuple(name.partition("[")[0] for name in requirements)
        programs.append(Program(label, (str(python), str(PEERS_FOLDER / script), *arguments), None, names))
    return programs


def environment(home: Path, requirements: tuple[str, ...]) -> Path | None:
    """Return the interpreter of a virtual environment that has these distributions, made once; None if it fails."""
    mark = hashlib.sha256(" ".join(requirements).encode()).hexdigest()[:8]
    folder = home / f"venv-{requirements[0].partition('[')[0]}-{mark}"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, *requirements], check=False).returncode:
            return None
        (folder / "installed").touch()
    return python
