"""The loop of a worker: which answers go to the parent together."""

import os
import pickle
import socket
import threading
from types import SimpleNamespace

import pytest

from scraper.pool import loop
from scraper.pool.continuation import Continuation
from scraper.pool.pipe import Pipe, Sort, pack


class Rest(Continuation):
    def __init__(self, number):
        self.number = number

    def finish(self):
        return self.number


class Driver:
    """Has the rests of all tasks that came at once ripe in its next turn."""

    def __init__(self):
        self.begun = []
        self.readable, self.writable = os.pipe()

    def fileno(self):
        return self.readable

    def patience(self):
        return 0.0 if self.begun else None

    def turn(self):
        ripe, self.begun = self.begun, []
        return ripe

    def close(self):
        os.close(self.readable)
        os.close(self.writable)


def begin(state, number):
    rest = Rest(number)
    state.driver.begun.append(rest)
    return rest


@pytest.fixture
def driver():
    opened = Driver()
    yield opened
    opened.close()


def run_tasks(driver, count, monkeypatch):
    """Give a loop so many tasks in one message; return how many answers each of its messages holds."""
    ours, theirs = socket.socketpair()
    parent, sent = Pipe(ours), []
    send = Pipe.send
    monkeypatch.setattr(Pipe, "send", lambda pipe: (sent.append(len(pipe._outgoing)), send(pipe))[1])
    ours.sendall(b"".join(pack(Sort.TASK, number, (begin, (number,))) for number in range(count)))
    thread = threading.Thread(target=run_to_the_end, args=(theirs, driver))
    thread.start()
    ours.setblocking(True)
    answers = []
    while len(answers) < count:
        answers += [pickle.loads(bytes(body)) for _, _, body in parent.receive()]
    ours.close()
    thread.join()
    theirs.close()
    assert answers == list(range(count))
    return len(sent)


def run_to_the_end(end, driver):
    with pytest.raises(EOFError):
        loop.Loop(Pipe(end), SimpleNamespace(driver=driver), SimpleNamespace(value=0)).run()


def test_answers_that_come_together_are_one_message(driver, monkeypatch):
    monkeypatch.setattr(loop, "TOGETHER_S", 60.0)
    assert run_tasks(driver, 5, monkeypatch) == 1


def test_an_answer_waits_no_longer_for_others_than_it_may(driver, monkeypatch):
    monkeypatch.setattr(loop, "TOGETHER_S", 0.0)
    assert run_tasks(driver, 5, monkeypatch) == 5
