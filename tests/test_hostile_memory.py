"""Memory under bombs: the peak of every process of a real run, as the kernel tells it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, board, children
from tests.faultserver import FAULTS, FaultServer

MAXSIZE = 10 * 2**20
ALLOWED_KIB = (3 * MAXSIZE + 30 * 2**20) // 1024
TOO_LARGE = [
    f"/bomb?in={form}&status={status}&n={n}"
    for form in ("gzip", "deflate")
    for status in (200, 302, 404, 500)
    for n in (1, 2, 3)
] + ["/endless", "/endless?2", "/endless-chunked", "/endless-chunked?2"]
BAD_HEADS = ["/endless-headers?line=X:+1", "/long-header", "/long-status", "/gzip-crowd"]
CONFIG = """
start_urls: ["{0}/measure?first"]
records: {{each: dd, fields: {{t: a}}}}
follow: dl ~ a
settings:
  pool: {{processes: 1}}
  concurrent_requests: 4
  robotstxt_obey: false
  contact: t@example.com
  retry_times: 0
  skip_http_codes: []
  fetcher: {1}
  download_maxsize: {2}
expect: {{max_error_rate: 1}}
"""


def peaks(pid):
    """Return the most memory that a process and those below it have had so far, in KiB by process id."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    found = {pid: int(line.split()[1])}
    for child in children(pid):
        found |= peaks(child)
    return found


@pytest.mark.parametrize("library", ["requests", "curl"])
def test_bombs_leave_the_memory_of_every_process_flat(folder, config, monkeypatch, library):
    """Four in flight in one worker, as many as two processes get of one host by default."""
    measured = []

    def measure(talk):
        while talk.server.open > 2:  # this one and one that is kept: nothing else is in flight
            time.sleep(0.01)
        measured.append(peaks(run.pid))
        links = "".join(f'<a href="{path}">x</a>' for path in [*TOO_LARGE, *BAD_HEADS, "/measure?last"])
        talk.answer(board(("film", "1"), link=links).encode())

    monkeypatch.setitem(FAULTS, "/measure", measure)
    with FaultServer() as server:
        path = config(CONFIG.format(server.origins[0], library, MAXSIZE))
        command = [sys.executable, "-m", "scraper", str(path)]
        with subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE) as run:
            _, told = run.communicate(timeout=60)
    assert run.returncode == 3, told
    report = json.loads(Path("output/.scraper/board/last-run.json").read_text())
    assert report["accounts"]["failed"] == {"too large": len(TOO_LARGE), "bad response": len(BAD_HEADS)}
    idle, after = measured
    assert set(idle) == set(after), "no process died"
    assert len(idle) >= 3, "the run, its forkserver and the worker"
    grown = {pid: after[pid] - idle[pid] for pid in idle}
    assert max(grown.values()) < ALLOWED_KIB, grown
