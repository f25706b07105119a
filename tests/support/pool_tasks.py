"""What the Pool's tests run in workers; apart from the tests, so that a worker starts without loading pytest."""

import faulthandler
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

from scraper.errors import ReplayError
from scraper.pool.continuation import Continuation


class Stubborn(Exception):
    """An exception that cannot be pickled."""

    def __init__(self, message):
        super().__init__(message)
        self.trap = lambda: None


class Lopsided(Exception):
    """An exception that pickles, but cannot be unpickled."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


class Unreadable:
    """A value that pickles, but cannot be unpickled."""

    def __reduce__(self):
        return refuse, ()


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Unspeakable(Exception):
    @property
    def __notes__(self):
        raise RuntimeError("do not look at me")


def refuse(*_):
    raise ReplayError("the folder pages/ has no index")


def hello(word="state"):
    return [word, os.getpid()]


class Left(Continuation):
    """What is left of a task."""

    def __init__(self, func, *args):
        self.func, self.args = func, args

    def finish(self):
        return self.func(*self.args)


def leave_over(state, name, *args):
    return Left({"endless": endless, "echo": lambda value: value}[name], *args)


def endless():
    while True:
        pass


def slow_hello():
    time.sleep(0.3)
    return hello()


def leave(*_):
    sys.exit(3)


def vanish(*_):
    os._exit(3)


def die_every_other_time(folder):
    count = len(list(folder.iterdir()))
    (folder / str(count)).touch()
    if count % 2:
        os._exit(3)


def bug(*_):
    raise ZeroDivisionError("a bug at the start")


def start_of(state):
    return state


def echo(_, value):
    return value


def pid(_):
    return os.getpid()


def fail(_, error, *args):
    raise error(*args)


def crash(_):
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(600)


def make(_, kind):
    return {"lambda": lambda: None, "unreadable": Unreadable()}[kind]


def large(_, size, letter=b"x"):
    return letter * size


def large_after_mark(_, size, mark):
    Path(mark).write_text(str(os.getpid()))
    return b"x" * size


def hang(_, mark=None):
    if mark:
        Path(mark).write_text(str(os.getpid()))
    time.sleep(600)


def leave_mark(_, mark):
    Path(mark).touch()


def meet(_, mark, count):
    """Wait until so many tasks are at this at once."""
    Path(mark).touch()
    while len(list(Path(mark).parent.iterdir())) < count:
        time.sleep(0.01)


def hold_the_interpreter(_, mark):
    Path(mark).write_text(str(os.getpid()))
    re.match(r"(a+)+$", "a" * 80 + "b")


def span(_, seconds):
    """Return which process ran when, on a clock that all processes share."""
    begin = time.monotonic()
    time.sleep(seconds)
    return os.getpid(), begin, time.monotonic()


class Nap(Continuation):
    """A task that waits, and then does something; its result tells where and when."""

    def __init__(self, seconds, func, args):
        self.begin, self.due, self.func, self.args = time.monotonic(), time.monotonic() + seconds, func, args

    def finish(self):
        value = self.func(None, *self.args)
        return os.getpid(), self.begin, self.due, value


class Naps:
    """A driver of tasks that wait for nothing but time."""

    def __init__(self):
        self._naps, self._ends = [], os.pipe()

    def add(self, nap):
        self._naps.append(nap)
        return nap

    def fileno(self):
        return self._ends[0]

    def patience(self):
        return max(0.0, min(nap.due for nap in self._naps) - time.monotonic()) if self._naps else None

    def turn(self):
        ripe = [nap for nap in self._naps if nap.due <= time.monotonic()]
        self._naps = [nap for nap in self._naps if nap not in ripe]
        return ripe


class Sleeper:
    """A state that has a driver."""

    def __init__(self):
        self.driver = Naps()


def actors():
    """Return how many threads of actors this process has, when it is a Dask worker."""
    return sum(thread.name == "actor" for thread in threading.enumerate())


def nap(state, seconds, func=echo, *args):
    """Wait for so long, then run a task; in a state without a driver the caller waits."""
    rest = Nap(seconds, func, args or (None,))
    if isinstance(state, Sleeper):
        return state.driver.add(rest)
    time.sleep(seconds)
    return rest


def numbered(_, number):
    """Return a value of some size that tells whose it is."""
    time.sleep(number % 7 / 500)
    return number, b"%09d" % number * (number % 50 * 600)
