"""Many URLs cost disk, not memory."""

import json
import os
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
