"""Which tests are live: they start a process or a server. `make quick` leaves them out and says how many, room by room.

A test is live by one of its fixtures or by its mark. Every other test is watched: the first process that it starts, or
address that it binds, fails it. So a mark cannot be forgotten, and what `make quick` runs stays what it says.
"""

import _posixsubprocess
import collections
import sys

import pytest

FIXTURES = {"site", "server", "scraper", "cluster", "own_cluster", "secure", "chromium"}
"""A test that takes one of these, or a fixture made of it, is live."""
EVENTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "spawn", "socket.bind"}
"""What no other test may do: audit events of Python, and `spawn` for multiprocessing's way, which has none."""
LEFT_OUT = pytest.StashKey()
_watched = []
"""The test that runs and is not live."""


def pytest_configure(config):
    config.stash[LEFT_OUT] = collections.Counter()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if not FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("live")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if not item.get_closest_marker("live"):
        _watched.append(item.nodeid)
    try:
        return (yield)
    finally:
        _watched.clear()


def _watch(event, arguments):
    if _watched and event in EVENTS:
        what = f"{event} {arguments[0]!r}" if event == "subprocess.Popen" else event
        pytest.fail(f"{_watched[0]} starts a process or a server ({what}): mark it with @pytest.mark.live")


def _fork_exec(*arguments, start=_posixsubprocess.fork_exec):
    sys.audit("spawn")
    return start(*arguments)


_posixsubprocess.fork_exec = _fork_exec
sys.addaudithook(_watch)


# --------------------------------------------------------------------------- what is left out


def pytest_deselected(items):
    if items:
        rooms = (item.path.parent.name for item in items)
        items[0].config.stash[LEFT_OUT].update(rooms)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what a worker of pytest-xdist has left out: each of them the same."""
    node.config.stash[LEFT_OUT] = collections.Counter(getattr(node, "workeroutput", {}).get("left_out"))


def pytest_terminal_summary(terminalreporter, config):
    left_out = config.stash[LEFT_OUT]
    if left_out:
        rooms = ", ".join(f"{room} {count}" for room, count in sorted(left_out.items()))
        terminalreporter.write_line(f"left out {left_out.total()} tests: {rooms}; `make test` runs them all")
