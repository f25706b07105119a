"""Memory under bombs: the peak of every process of a real run, as the kernel tells it."""

import json
import subprocess
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT, board, children
from tests.support.faultserver import CHUNKED, FAULTS, GZIP, FaultServer, chunk, head

MAXSIZE = 10 * 2**20
ALLOWED_KIB = (3 * MAXSIZE + 30 * 2**20) // 1024
TOO_LARGE = [
    f"/bomb?in={form}&status={status}&n={n}"
    for form in ("gzip", "deflate")
    for status in (200, 401, 404, 500)
    for n in (1, 2, 3)
] + [f"/{path}?{n}" for path in ("endless", "endless-chunked", "endless-stored") for n in range(10)]
BAD_HEADS = ["/endless-headers?line=X:+1", "/long-header", "/long-status", "/gzip-crowd"]
CONFIG = """
start_urls: ["{0}/measure?first"]
records: {{each: dd, fields: {{t: a}}}}
follow: dl ~ a
settings:
  pool: {{processes: 1}}
  concurrent_requests: {3}
  concurrent_requests_per_domain: {3}
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
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has just ended
        return {}
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    found = {pid: int(line.split()[1])}
    for child in children(pid):
        found |= peaks(child)
    return found


def endless_stored(talk):
    """gzip that packs nothing: as many bytes on the wire as in the page."""
    packer = zlib.compressobj(0, wbits=31)
    talk.send(head("200 OK", CHUNKED, GZIP))
    while not talk.server.stopped.is_set():
        talk.send(chunk(packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)))


@pytest.mark.live
@pytest.mark.parametrize(("library", "in_flight"), [("requests", 16), ("curl", 16), ("curl", 64)])
def test_bombs_leave_the_memory_of_every_process_flat(folder, config, monkeypatch, library, in_flight):
    """All in flight in one worker: sixteen as with the default settings on one core, and more."""
    monkeypatch.setitem(FAULTS, "/endless-stored", endless_stored)
    measured = []

    def measure(talk):
        while talk.server.open > 2:  # this one and one that is kept: nothing else is in flight
            time.sleep(0.01)
        measured.append(peaks(run.pid))
        links = "".join(f'<a href="{path}">x</a>' for path in [*TOO_LARGE, *BAD_HEADS, "/measure?last"])
        talk.answer(board(("film", "1"), link=links).encode())

    monkeypatch.setitem(FAULTS, "/measure", measure)
    with FaultServer() as server:
        path = config(CONFIG.format(server.origins[0], library, MAXSIZE, in_flight))
        command = [sys.executable, "-m", "scraper", str(path)]
        with subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE) as run:
            _, told = run.communicate(timeout=240)
    assert run.returncode == 3, told
    report = json.loads(Path("output/.scraper/board/last-run.json").read_text())
    assert report["accounts"]["failed"] == {"too large": len(TOO_LARGE), "bad response": len(BAD_HEADS)}
    idle, after = measured
    assert set(idle) == set(after), "no process died"
    assert len(idle) >= 3, "the run, its forkserver and the worker"
    grown = {pid: after[pid] - idle[pid] for pid in idle}
    assert max(grown.values()) < ALLOWED_KIB, grown


LARGE = b"<dl><dd><a>film</a></dd></dl>" + (b"<!--" + b"x" * 99_990 + b"-->") * 40
LARGE_PAGES = """
start_urls: ["{0}/measure?first"]
records: {{each: dd, fields: {{t: a}}}}
follow: dl ~ a
settings:
  pool: {{processes: 1}}
  concurrent_requests: 16
  concurrent_requests_per_domain: 16
  robotstxt_obey: false
  contact: t@example.com
  fetcher: {1}
  parse_in: {2}
"""


@pytest.mark.live
@pytest.mark.parametrize(("library", "parse_in"), [("requests", "parent"), ("curl", "parent"), ("curl", "worker")])
def test_large_pages_that_come_at_once_are_in_memory_one_by_one(folder, config, monkeypatch, library, parse_in):
    """Sixteen of 4 MB each: what a worker holds of them does not depend on how many there are."""
    idle, after = Counter(), Counter()

    def measure(talk):
        idle.update(peaks(run.pid))
        links = "".join(f'<a href="/large?{n}">x</a>' for n in range(16))
        talk.answer(board(("film", "1"), link=links).encode())

    monkeypatch.setitem(FAULTS, "/measure", measure)
    monkeypatch.setitem(FAULTS, "/large", lambda talk: talk.answer(LARGE))
    with FaultServer() as server:
        path = config(LARGE_PAGES.format(server.origins[0], library, parse_in))
        command = [sys.executable, "-m", "scraper", str(path)]
        with subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}) as run:
            while run.poll() is None:
                after |= Counter(peaks(run.pid))  # the larger of both
                time.sleep(0.02)
    assert run.returncode == 0
    grown = {pid: after[pid] - idle[pid] for pid in idle}
    assert max(grown.values()) < (3 * len(LARGE) + 30 * 2**20) // 1024, grown
