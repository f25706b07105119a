"""What is not marked as live starts nothing: else `make quick` would run it."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FORGOTTEN = """
import multiprocessing, os, socket, subprocess
import pytest

def start(method):
    process = multiprocessing.get_context(method).Process(target=os.getpid)
    process.start()
    process.join()

WAYS = [
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
    lambda: start("fork"),
    lambda: start("spawn"),
    lambda: socket.create_server(("127.0.0.1", 0)).close(),
]

@pytest.fixture
def server():
    WAYS[-1]()

def test_that_takes_a_server(server): pass

def test_that_starts_nothing(): pass

@pytest.mark.live
@pytest.mark.parametrize("way", WAYS)
def test_that_is_marked(way): way()

@pytest.mark.parametrize("way", WAYS)
def test_that_is_not(way): way()
"""


def told_by_pytest(folder, *options):
    (folder / "test_forgotten.py").write_text(FORGOTTEN)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.live", "-p", "no:cacheprovider", "-q", *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False).stdout


@pytest.mark.live
def test_a_test_that_starts_something_and_is_not_marked_fails(folder):
    told = told_by_pytest(folder)
    assert "6 failed, 8 passed" in told
    for what in ("subprocess.Popen 'true'", "os.system", "os.posix_spawn", "os.fork", "spawn", "socket.bind"):
        assert f"starts a process or a server ({what}): mark it with @pytest.mark.live" in told


@pytest.mark.live
def test_what_is_left_out_is_told(folder):
    told = told_by_pytest(folder, "-m", "not live", "--deselect", "test_forgotten.py::test_that_is_not", "-n", "2")
    assert f"left out 13 tests: {folder.name} 13; `make test` runs them all" in told
    assert "1 passed" in told
