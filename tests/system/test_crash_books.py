"""Kill runs that keep records up to date, tell of changes and write SQLite: all ends as if nobody had killed them."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from tests.conftest import ROOT

KILLS = int(os.environ.get("STRESS", "4"))
ITEMS, PAGES = 30, 3
CONFIG = """
start_urls: ["{url}/list?page={{page}}"]
params: {{page: {{first: 1, last: {pages}}}}}
records: {{each: li, key: [id], fields: {{id: {{css: b, type: int}}, price: {{css: i, type: float}}}}}}
output: {{path: "output/board.{suffix}", {output}}}
expect: {{compare_to_last: 0}}
settings: {{robotstxt_obey: false, contact: t@example.com, pool: {{engine: threads}}}}
"""
OUTPUTS = {
    "changes": ("jsonl", "changes: true"),
    "update": ("jsonl", "mode: update, times: [first_seen, last_seen, changed_at, gone_at], changes: true"),
    "update, Parquet": ("parquet", "mode: update, times: [first_seen, changed_at, gone_at]"),
    "SQLite": ("sqlite", "mode: replace, changes: true"),
    "SQLite, append": ("sqlite", "mode: append"),
    "SQLite, update": ("sqlite", "mode: update, times: [first_seen, last_seen, changed_at, gone_at], changes: true"),
}
DEADLY = """
import os, pathlib, signal, sys
import scraper.journal.journal
from scraper.cli.main import main
left = int(sys.argv.pop(1))

def deadly(owner, name):
    real = getattr(owner, name)

    def step(*arguments, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **more)

    setattr(owner, name, step)

for owner, name in ((os, "fsync"), (os, "link"), (pathlib.Path, "replace"), (pathlib.Path, "unlink"),
                    (scraper.journal.journal.Journal, "remember"), (scraper.journal.journal.Journal, "store")):
    deadly(owner, name)
try:
    main(sys.argv[1:])
finally:
    print("steps left", left)
"""
"""A run that is killed before its n-th step that others could see: a rename, a sync, a transaction."""
ENV = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}
STEPS = 200


@pytest.fixture
def days(site):
    """A function that puts the pages of a day on the site: some items are new, some cost more, some are gone."""

    def day(number):
        chance = random.Random(number)
        ids = [n for n in range(ITEMS + number) if chance.random() < 0.9]
        for page in range(PAGES):
            rows = "".join(f"<li><b>{n}</b><i>{n + number * (n % 3 == 0)}</i>" for n in ids[page::PAGES])
            site.pages[f"/list?page={page + 1}"] = rows

    return day


def start(folder, *arguments, kill_at=0):
    """Run the program to its end, or to a step at which it is killed; return its code and how many steps it took."""
    command = [sys.executable, "-c", DEADLY, str(kill_at or 10**6), *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True, timeout=240, check=False)
    left = done.stdout.rpartition("steps left ")[2].strip()
    return done.returncode, 10**6 - int(left) if left and not kill_at else 0, done.stderr


def rows(folder, suffix):
    """Return the records of the output, with times as the number of their run."""
    path = folder / f"output/board.{suffix}"
    if suffix == "jsonl":
        found = [json.loads(line) for line in path.read_bytes().splitlines()]
    elif suffix == "parquet":
        import pyarrow.parquet as pq

        found = pq.read_table(path).to_pylist()
    else:
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            found = [dict(row) for row in db.execute("SELECT * FROM board ORDER BY rowid")]
    return found


def told(folder):
    path = folder / "output/board.changes.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
    return [(line["change"], line["key"], line.get("fields"), line["record"]) for line in lines]


def state(folder, suffix):
    """Return what the runs have left, but for when they were."""
    found = rows(folder, suffix)
    times = sorted({str(v) for row in found for n, v in row.items() if n.endswith(("_seen", "_at")) and v})
    return told(folder), [
        {n: times.index(str(v)) if n.endswith(("_seen", "_at")) and v else v for n, v in row.items()} for row in found
    ]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(300 + 60 * KILLS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_killed_at_any_step_a_run_ends_as_if_nobody_had_killed_it(folder, config, site, days, output):
    suffix, said = OUTPUTS[output]
    path = config(CONFIG.format(url=site.url, pages=PAGES, suffix=suffix, output=said))
    states = []
    for number in range(3):
        days(number)
        code, steps, text = start(folder, path)
        assert code == 0, text
        states.append(state(folder, suffix))
        shutil.copytree(folder / "output", folder / f"kept{number}")
    assert steps > 10
    for kill in range(KILLS):
        chance = random.Random(f"{output} {kill}")
        shutil.rmtree(folder / "output")
        shutil.copytree(folder / "kept0", folder / "output")
        days(1)
        for at in chance.sample(range(1, steps + 1), 2):
            code, _, text = start(folder, path, *["--resume"] * chance.randint(0, 1), kill_at=at)
            assert code in (-signal.SIGKILL, 0), text
            assert rows_of_a_day(state(folder, suffix)) in [rows_of_a_day(states[0]), rows_of_a_day(states[1])]
        days(1)
        code, _, text = start(folder, path, "--resume")
        assert code == 0, f"kill {kill}: {text}"
        days(2)
        code, _, text = start(folder, path)
        assert code == 0, f"kill {kill}: {text}"
        assert same(state(folder, suffix), states[2]), f"kill {kill}"
        assert [found.name for found in (folder / "output").iterdir() if found.name.endswith(".part")] == []


def rows_of_a_day(found):
    """Return what was read of the pages."""
    return [(row["id"], row["price"]) for row in found[1]]


def same(found, expected):
    """A run that was finished by another one is two runs: the second may have seen all again, a moment later."""
    strip = [
        [{n: v is not None if n.endswith(("_seen", "_at")) else v for n, v in row.items()} for row in rows]
        for _, rows in (found, expected)
    ]
    return found[0] == expected[0] and strip[0] == strip[1]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(300 + 20 * KILLS)
@pytest.mark.parametrize("mode", ["replace", "update"])
def test_who_opens_the_database_at_any_instant_sees_one_run_whole(folder, config, site, mode):
    path = config(CONFIG.format(url=site.url, pages=PAGES, suffix="sqlite", output=f"mode: {mode}"))
    seen, is_over, faults = set(), threading.Event(), []

    def read():
        while not is_over.is_set():
            try:
                with contextlib.closing(sqlite3.connect("file:output/board.sqlite?mode=ro", uri=True, timeout=0)) as db:
                    seen.add(db.execute("SELECT count(*), min(price), max(price) FROM board").fetchone())
            except sqlite3.Error as error:
                faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for number in range(KILLS + 1):
        for page in range(PAGES):
            ids = range(page * ITEMS, (page + 1) * ITEMS)
            site.pages[f"/list?page={page + 1}"] = "".join(f"<li><b>{n}</b><i>{number}</i>" for n in ids)
        assert start(folder, path)[0] == 0
        for reader in readers if not number else ():
            reader.start()
    is_over.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert seen <= {(ITEMS * PAGES, float(number), float(number)) for number in range(KILLS + 1)}
    assert len(seen) > 1
