"""An actor by itself, without Dask: tasks are taken to it, and answers are brought back together."""

import asyncio
import gc
import pickle
import threading
import time

import pytest

from scraper.errors import ReplayError, TaskFailed
from scraper.pool import dask_actor as actor
from scraper.pool.pipe import Sort, pack
from tests.support import pool_tasks as tasks

PATIENCE_S = 90


@pytest.fixture
def open_actor():
    """A function that opens an actor and waits until it is ready."""

    def open_actor(initializer=tasks.hello, places=4):
        opened = actor.Actor(places, initializer, ())
        assert [sort for sort, _, _ in collect(opened, 1)] == [Sort.READY]
        return opened

    return open_actor


def message(number, func, *args):
    return pack(Sort.TASK, number, (func, args))


def collect(opened, count, messages=()):
    """Exchange until there are so many answers."""
    answers, end = [*opened.exchange([*messages], PATIENCE_S).answers], time.monotonic() + PATIENCE_S
    while len(answers) < count:
        assert time.monotonic() < end
        answers += opened.exchange([], PATIENCE_S).answers
    return answers


def values(answers):
    return {number: pickle.loads(body) for _, number, body in answers}


def test_what_is_done_at_about_the_same_time_comes_back_together(open_actor, monkeypatch):
    monkeypatch.setattr(actor, "LINGER_S", PATIENCE_S)
    opened = open_actor()
    reply = opened.exchange([message(n, tasks.echo, n) for n in range(1, 5)], PATIENCE_S)
    assert values(reply.answers) == {1: 1, 2: 2, 3: 3, 4: 4}
    assert (reply.busy, reply.busy_s) == (0, 0.0)


def test_an_exchange_does_not_wait_for_what_takes_longer(open_actor):
    opened = open_actor()
    reply = opened.exchange([message(1, tasks.echo, "now"), message(2, tasks.span, 1.0)], PATIENCE_S)
    assert values(reply.answers) == {1: "now"}
    assert collect(opened, 1)[0][1] == 2


def test_with_much_to_bring_back_it_waits_for_no_more(open_actor, monkeypatch):
    monkeypatch.setattr(actor, "LINGER_S", PATIENCE_S)
    opened = open_actor()
    messages = [message(1, tasks.large, actor.FULL_BYTES), message(2, tasks.span, 1.0)]
    assert [number for _, number, _ in opened.exchange(messages, PATIENCE_S).answers] == [1]


def test_an_exchange_that_comes_lets_the_one_that_waits_go(open_actor):
    opened = open_actor()
    replies = []
    first = threading.Thread(target=lambda: replies.append(opened.exchange([], 3600)), daemon=True)
    first.start()
    while not opened._counter._turn > 1:  # that of the opening was the first
        time.sleep(0.01)
    assert opened.exchange([], 0.1).answers == []
    first.join(PATIENCE_S)
    assert [reply.answers for reply in replies] == [[]]


def test_an_exchange_without_answers_is_a_sign_of_life_that_tells_what_goes_on(open_actor):
    opened = open_actor()
    assert opened.exchange([message(7, tasks.nap, 0, tasks.span, 2.0)], 0.3).answers == []
    reply = opened.exchange([], 0.3)
    assert (reply.answers, reply.busy) == ([], 7)
    assert 0.3 <= reply.busy_s < PATIENCE_S
    assert [number for _, number, _ in collect(opened, 1)] == [7]


@pytest.mark.parametrize(("initializer", "error"), [(tasks.refuse, ReplayError), (tasks.leave, TaskFailed)])
def test_what_went_wrong_with_the_start_is_told_to_whoever_comes(initializer, error):
    opened = actor.Actor(2, initializer, ())
    for _ in range(3):
        ((sort, _, body),) = collect(opened, 1, [message(1, tasks.echo, 1)])
        assert sort == Sort.BROKEN
        assert isinstance(pickle.loads(body), error)


def test_the_threads_of_an_actor_that_nobody_holds_end(open_actor):
    before = threading.active_count()
    opened = open_actor()
    collect(opened, 1, [message(1, tasks.echo, 1)])
    assert threading.active_count() > before
    del opened
    gc.collect()
    end = time.monotonic() + PATIENCE_S
    while threading.active_count() > before:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_dask_serves_an_actor_without_waiting_in_its_loop(open_actor):
    opened = open_actor()

    async def ask():
        late = asyncio.create_task(opened.serve([], PATIENCE_S))
        while not opened._counter._turn > 1:  # that of the opening was the first
            await asyncio.sleep(0.01)
        now = await opened.serve([], 0.1)
        return [*(await late).answers, *now.answers]

    assert asyncio.run(ask()) == []
    assert values(collect(opened, 1, [message(1, tasks.echo, "now")])) == {1: "now"}


def test_an_actor_that_was_moved_says_so(open_actor):
    opened = open_actor()
    actor.ACTORS["key"] = opened
    moved = pickle.loads(pickle.dumps(opened))
    assert not isinstance(moved, actor.Actor)
    del opened
    gc.collect()
    with pytest.raises(actor.ActorGone, match="moved"):
        asyncio.run(actor.exchange("key", [], 0))


def test_no_log_shows_what_is_in_a_parcel():
    assert "hush" not in repr(actor.Parcel(b"hush" * 10))
