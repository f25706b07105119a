"""Many URLs cost disk, not memory."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

MANY = int(os.environ.get("STRESS_URLS", "20000"))
CONFIG = """
start_urls: ["http://127.0.0.1:{port}/{{n}}"]
params: {{n: {{first: 1, last: {count}}}}}
records: {{each: dd, fields: {{title: a, score: {{css: b, type: float}}}}}}
settings: {{robotstxt_obey: false, contact: t@example.com, concurrent_requests_per_domain: 16}}
"""
MEASURED = """
import resource, sys
from scraper.cli.main import exit_code
code = exit_code(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
sys.exit(code)
"""


@pytest.fixture
def port():
    command = [sys.executable, "-m", "tests.support.plain_server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield int(server.stdout.readline())
        server.stdin.close()
        server.wait(10)


def peak_mb(folder, config, port, count):
    """Run over so many URLs; return the parent's peak memory."""
    path = config(CONFIG.format(port=port, count=count))
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr
    lines = (folder / "output/board.jsonl").read_bytes().splitlines()
    assert len(lines) == count
    assert [json.loads(lines[n])["title"] for n in (0, count // 2, count - 1)] == [
        f"/{n + 1}" for n in (0, count // 2, count - 1)
    ]
    return float(done.stdout)


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_memory_does_not_grow_with_the_number_of_urls(folder, config, port):
    few, many = peak_mb(folder, config, port, 1_000), peak_mb(folder, config, port, MANY)
    assert many - few < 20, f"{few:.0f} MB for 1,000 URLs, {many:.0f} MB for {MANY}"


# --------------------------------------------------------------------------- records by their key

KEYED = """
start_urls: ["http://127.0.0.1:9/{{page}}"]
params: {{page: {{first: 1, last: {pages}}}}}
records: {{each: li, key: [id], fields: {{id: {{css: b, type: int}}, title: i, price: {{css: u, type: float}}}}}}
output: {{path: "output/board.{suffix}", mode: update, changes: true}}
settings: {{robotstxt_obey: false, contact: t@example.com, pool: {{engine: threads, processes: 1}}}}
"""
PER_PAGE = 1000
UPDATED = """
import sys
import scraper.worker
from scraper.models import Page

day, per_page = int(sys.argv.pop(1)), 1000
ITEM = "<li><b>%d</b><i>the title of a thing, number %d</i><u>%d.5</u>"

class Shelf:
    def __init__(self, *_):
        pass

    def ask(self, request):
        number = int(request.url.rpartition("/")[2])
        # shuffled over all: keys come in no order, as they do; a tenth has another price each day
        rows = ((n * 7919 % 1_000_003, day * (n % 10 == 0)) for n in range((number - 1) * per_page, number * per_page))
        items = "".join(ITEM % (n, n, n + more) for n, more in rows)
        headers = (("content-type", "text/html; charset=utf-8"),)
        return lambda: Page(request.url, 200, headers, items.encode(), 1.0)

    def close(self):
        pass

scraper.worker._open_source = Shelf
"""


def peak_of_updates(folder, config, count, suffix):
    """Update so many records twice; return the peak memory of the last run in MB, and how long it took in seconds."""
    path = config(KEYED.format(pages=count // PER_PAGE, suffix=suffix))
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    for day in range(3):
        command = [sys.executable, "-c", UPDATED + MEASURED, str(day), str(path)]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=3600, check=False)
        assert done.returncode == 0, done.stderr
        report = json.loads((folder / "output/.scraper/board/last-run.json").read_bytes())
        expected = {"new": 0, "changed": count // 10, "gone": 0} if day else {"new": count, "changed": 0, "gone": 0}
        assert report["changes"] == expected
    shutil.rmtree(folder / "output")
    return float(done.stdout), report["seconds"]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("suffix", ["jsonl", "sqlite"])
def test_memory_does_not_grow_with_the_records_that_are_kept_up_to_date(folder, config, suffix):
    (few, _), (many, seconds) = (peak_of_updates(folder, config, count, suffix) for count in (1_000, MANY))
    print(f"{suffix}: {few:.0f} MB for 1,000 records, {many:.0f} MB for {MANY}, which took {seconds:.0f} s")
    assert many - few < 60, f"{few:.0f} MB for 1,000 records, {many:.0f} MB for {MANY}"
