"""One contract for every engine: tasks go out, answers come back once each, whatever dies in between."""

import gc
import multiprocessing
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scraper.errors import PoolError, ReplayError, TaskFailed, TaskStuck, WorkerLost
from scraper.pool.pool import open_pool
from tests.conftest import ROOT, children
from tests.support import dask_cluster
from tests.support import pool_tasks as tasks

pytestmark = pytest.mark.live
PATIENCE_S = 150
PROCESSES = ["fork", "spawn", "forkserver"]
on_processes = pytest.mark.parametrize("engine", PROCESSES)
on_workers = pytest.mark.parametrize("engine", [*PROCESSES, "dask"])
on_every_engine = pytest.mark.parametrize("engine", [*PROCESSES, "threads", "dask"])


def pool_of(engine, concurrency=4, processes=2, initializer=tasks.hello, initargs=(), **options):
    if engine == "dask":
        dask_cluster.shared().wait_for(2)
        options["address"] = dask_cluster.shared().address
    return open_pool(
        engine if engine in ("threads", "dask") else "processes",
        concurrency=concurrency,
        processes=processes,
        start_method=engine if engine in PROCESSES else "fork",
        initializer=initializer,
        initargs=initargs,
        **options,
    )


def ready_pool_of(engine, concurrency=4, **options):
    """Return a Pool all of whose processes have started."""
    pool = pool_of(engine, concurrency, **options)
    wait_until(lambda: pool.free() == concurrency, pool)
    return pool


class Answers:
    """Sends tasks under a name and keeps what comes back: `done` and `lost` hold (name, value) in order."""

    def __init__(self, pool):
        self.pool, self.done, self.lost = pool, [], []
        self.sent = 0

    def send(self, name, func, *args, **options):
        self.sent += 1
        self.pool.apply_async(
            func,
            args,
            callback=lambda value: self.done.append((name, value)),
            error_callback=lambda error: self.lost.append((name, error)),
            **options,
        )
        self.pool.flush()

    def wait(self, count=None):
        """Wait for so many answers, by default for all."""
        wait_until(lambda: len(self.done) + len(self.lost) >= (self.sent if count is None else count), self.pool)
        return self

    def ask(self, func, *args, **options):
        """Return what one task gives, or the error."""
        self.send("asked", func, *args, **options)
        self.wait()
        name, value = (self.done or self.lost).pop()
        assert name == "asked"
        self.sent -= 1
        return value


def wait_until(is_so, pool=None):
    """Wait, turning the Pool meanwhile, until something is so; fail if it never is."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        if pool:
            pool.wait(0.1)
        else:
            time.sleep(0.01)


def read_pid(mark):
    """Return the process id that a task leaves in a file."""
    wait_until(lambda: mark.exists() and mark.read_text())
    return int(mark.read_text())


def workers(engine="fork"):
    """Return the ids of this process's workers, oldest first; on Dask those of the cluster."""
    if engine == "dask":
        return dask_cluster.shared().workers()
    return [p.pid for p in sorted(multiprocessing.active_children(), key=lambda p: int(p.name.rpartition("-")[2]))]


def is_running(number):
    """Return whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descendants(number):
    """Return the ids of all processes below one, zombies included."""
    below = children(number)
    return below + [pid for child in below for pid in descendants(child)]


@pytest.fixture
def hasty(monkeypatch):
    """No grace for overdue tasks."""
    monkeypatch.setattr("scraper.pool.supervisor.GRACE_S", 0.2)


# --------------------------------------------------------------------------- results and errors


@on_every_engine
def test_every_task_is_answered_once_with_its_own_result(engine):
    with pool_of(engine) as pool:
        answers = Answers(pool)
        for number in range(100):
            wait_until(pool.free, pool)
            answers.send(number, tasks.echo, {"n": number})
        answers.wait()
        assert sorted(answers.done, key=lambda pair: pair[0]) == [(n, {"n": n}) for n in range(100)]
        assert not answers.lost
        wait_until(lambda: pool.free() == 4, pool)


@on_every_engine
def test_a_task_gets_the_state_that_the_initializer_made_once_a_process(engine):
    with pool_of(engine, initargs=("mine",)) as pool:
        answers = Answers(pool)
        for _ in range(20):
            wait_until(pool.free, pool)
            answers.send("", tasks.start_of)
        states = {tuple(value) for _, value in answers.wait().done}
        assert {word for word, _ in states} == {"mine"}
        assert len(states) == len({number for _, number in states}) <= 2


@on_every_engine
def test_callbacks_run_in_the_thread_that_waits_and_may_start_tasks(engine):
    seen = []

    def again(number):
        seen.append((number, threading.current_thread()))
        if number < 5:
            pool.apply_async(tasks.echo, (number + 1,), callback=again, error_callback=pytest.fail)

    with pool_of(engine, concurrency=1, processes=1) as pool:
        again(1)
        wait_until(lambda: len(seen) == 5, pool)
    assert seen == [(number, threading.main_thread()) for number in range(1, 6)]


@on_every_engine
def test_wait_returns_how_many_callbacks_it_has_run(engine):
    with ready_pool_of(engine) as pool:
        answers = Answers(pool)
        assert pool.wait(0) == 0
        answers.send("", tasks.echo, 1)
        answers.send("", tasks.fail, ValueError)
        count = 0
        while count < 2:
            ran = pool.wait(PATIENCE_S)
            assert ran >= 1
            count += ran
        assert count == len(answers.done) + len(answers.lost) == 2


@on_every_engine
@pytest.mark.parametrize(
    ("error", "args", "words"),
    [
        (ValueError, ("no good",), "ValueError: no good"),
        (tasks.Stubborn, ("cannot be pickled",), "tests.support.pool_tasks.Stubborn: cannot be pickled"),
        (tasks.Lopsided, ("one", "two"), "tests.support.pool_tasks.Lopsided: one and two"),
        (tasks.Mute, (), "tests.support.pool_tasks.Mute: <exception str() failed>"),
        (SystemExit, (3,), "SystemExit: 3"),
        (KeyboardInterrupt, (), "KeyboardInterrupt"),
        (GeneratorExit, (), "GeneratorExit"),
    ],
)
def test_a_task_that_raises_has_failed_and_tells_why(engine, error, args, words):
    with pool_of(engine, concurrency=1, processes=1) as pool:
        answers = Answers(pool)
        before = answers.ask(tasks.pid)
        failed = answers.ask(tasks.fail, error, *args)
        assert isinstance(failed, TaskFailed)
        assert str(failed) == words
        assert "in fail" in failed.traceback
        assert answers.ask(tasks.pid) == before, "the process lives on"


@on_every_engine
def test_a_task_whose_error_cannot_even_be_described_has_failed(engine):
    with pool_of(engine) as pool:
        failed = Answers(pool).ask(tasks.fail, tasks.Unspeakable)
        assert isinstance(failed, TaskFailed)
        assert "Unspeakable" in str(failed).splitlines()[0]  # 3.14 says more of it


@on_workers
@pytest.mark.parametrize(("kind", "words"), [("lambda", "local object"), ("unreadable", "has no index")])
def test_a_result_that_cannot_travel_fails_its_task_only(engine, kind, words):
    with pool_of(engine, concurrency=1, processes=1) as pool:
        answers = Answers(pool)
        before = answers.ask(tasks.pid)
        failed = answers.ask(tasks.make, kind)
        assert isinstance(failed, TaskFailed)
        assert words in str(failed)
        assert answers.ask(tasks.pid) == before


@on_workers
def test_arguments_that_cannot_travel_are_refused_and_take_no_place(engine):
    with ready_pool_of(engine) as pool:
        with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):  # 3.14's word is the last
            Answers(pool).send("", tasks.echo, lambda: None)
        assert pool.free() == 4


@on_every_engine
def test_a_callback_that_raises_loses_no_other_answer(engine):
    def raise_(value):
        raise LookupError(value)

    with pool_of(engine) as pool:
        answers = Answers(pool)
        pool.apply_async(tasks.echo, ("bad",), callback=raise_, error_callback=pytest.fail)
        for number in range(3):
            answers.send(number, tasks.echo, number)
        raised = 0
        end = time.monotonic() + PATIENCE_S
        while len(answers.done) < 3 or not raised:
            assert time.monotonic() < end
            try:
                pool.wait(0.1)
            except LookupError:
                raised += 1
        assert raised == 1
        assert sorted(answers.done) == [(0, 0), (1, 1), (2, 2)]
        assert pool.free() == 4
        assert answers.ask(tasks.echo, "on") == "on"


@on_every_engine
def test_a_result_of_20_mb_arrives_whole(engine):
    with pool_of(engine) as pool:
        answers = Answers(pool)
        for letter in (b"a", b"b"):
            answers.send(letter, tasks.large, 20_000_000, letter)
        answers.send("small", tasks.echo, 1)
        assert sorted(answers.wait().done, key=str) == [
            ("small", 1),
            (b"a", b"a" * 20_000_000),
            (b"b", b"b" * 20_000_000),
        ]


# --------------------------------------------------------------------------- places


@on_every_engine
def test_no_more_tasks_run_at_once_than_allowed_and_no_fewer(engine, tmp_path):
    with ready_pool_of(engine, concurrency=5, processes=2) as pool:
        answers = Answers(pool)
        for number in range(5):
            answers.send("met", tasks.meet, tmp_path / str(number), 5)
        assert answers.wait().done == [("met", None)] * 5
        answers.done.clear()
        answers.sent = 0
        for _ in range(40):
            wait_until(pool.free, pool)
            answers.send("", tasks.span, 0.05)
        spans = [value for _, value in answers.wait().done]
    assert max(sum(a <= begin < b for _, a, b in spans) for _, begin, _ in spans) <= 5


@on_every_engine
def test_a_task_for_which_no_thread_is_idle_is_refused(engine):
    with ready_pool_of(engine, concurrency=3, processes=2) as pool:
        answers = Answers(pool)
        for left in (3, 2, 1):
            assert pool.free() == left
            answers.send("", tasks.span, 0.01)
        assert pool.free() == 0
        with pytest.raises(ValueError, match="no worker"):
            pool.apply_async(tasks.echo, (1,), callback=print, error_callback=print)
        assert len(answers.wait().done) == 3


@on_every_engine
def test_wait_sends_what_was_not_flushed(engine):
    with ready_pool_of(engine) as pool:
        done = []
        for number in range(4):
            pool.apply_async(tasks.echo, (number,), callback=done.append, error_callback=pytest.fail)
        wait_until(lambda: len(done) == 4, pool)


@on_workers
def test_a_process_that_is_still_starting_is_not_free_and_wait_tells_when_it_is(engine):
    with pool_of(engine, concurrency=3, processes=1, initializer=tasks.slow_hello) as pool:
        assert pool.free() == 0
        assert not pool.reserve(), "a task alone would not begin at once either"
        pool.release()
        assert pool.wait(PATIENCE_S) == 0
        assert pool.free() == 3


@on_workers
def test_tasks_are_spread_over_the_processes(engine):
    with pool_of(engine, concurrency=4, processes=2) as pool:
        answers = Answers(pool)
        wait_until(lambda: len({pid for _, (pid, _, _) in spread(pool, answers)}) == 2, pool)
        pids = [pid for _, (pid, _, _) in spread(pool, answers)]
        assert sorted(map(pids.count, set(pids))) == [2, 2]


def spread(pool, answers):
    """Run four tasks at once and return what they gave."""
    answers.done.clear()
    answers.sent = 0
    for _ in range(4):
        answers.send("", tasks.span, 0.1)
    return answers.wait().done


def test_there_are_as_many_processes_as_cores_but_no_more_than_tasks():
    before = len(workers())
    with open_pool("processes", concurrency=64, start_method="fork", initializer=tasks.hello) as pool:
        assert len(workers()) - before == len(os.sched_getaffinity(0))
        wait_until(lambda: pool.free() == 64, pool)
    with open_pool("processes", concurrency=2, processes=8, start_method="fork", initializer=tasks.hello):
        assert len(workers()) - before == 2


@on_every_engine
def test_a_task_alone_has_its_process_to_itself(engine):
    with pool_of(engine, concurrency=4, processes=2) as pool:
        answers = Answers(pool)
        for number in range(4):
            answers.send(number, tasks.span, 0.1)
        assert not pool.reserve()
        with pytest.raises(ValueError, match="no worker"):
            answers.send("too early", tasks.echo, 1, alone=True)
        answers.sent = 4
        while not pool.reserve():  # others go on, elsewhere
            while pool.free():
                answers.send("other", tasks.span, 0.02)
            pool.wait(0.1)
        answers.send("alone", tasks.span, 0.2, alone=True)
        pool.release()
        while "alone" not in dict(answers.done):
            while pool.free():
                answers.send("other", tasks.span, 0.02)
            pool.wait(0.1)
        answers.wait()
        pid, begin, end = dict(answers.done)["alone"]
        beside = [(n, a, b) for n, (p, a, b) in answers.done if n != "alone" and p == pid and a < end and begin < b]
        assert not beside
        assert pool.free() == 4, "afterwards its process is for all again"


@on_every_engine
def test_an_idle_pool_can_be_reserved_at_once_and_released(engine):
    with ready_pool_of(engine, concurrency=4, processes=1) as pool:
        assert pool.reserve()
        assert pool.free() == 0, "the only process is kept free"
        pool.release()
        assert pool.free() == 4
        assert Answers(pool).ask(tasks.echo, 1) == 1


@on_workers
def test_the_others_work_on_while_one_process_is_kept_free(engine):
    with ready_pool_of(engine, concurrency=4, processes=2) as pool:
        assert pool.reserve()
        assert pool.free() == 2
        answers = Answers(pool)
        pids = {answers.ask(tasks.pid) for _ in range(20)}
        assert len(pids) == 1
        assert answers.ask(tasks.pid, alone=True) not in pids


@on_every_engine
def test_what_is_left_of_a_task_is_done_for_its_result(engine):
    with pool_of(engine) as pool:
        assert Answers(pool).ask(tasks.leave_over, "echo", 7) == 7


@on_workers
def test_a_task_whose_rest_does_not_end_is_lost_and_the_others_of_its_process_are_no_suspects(engine):
    with ready_pool_of(engine, processes=1, rest_limit_s=0.5) as pool:
        answers = Answers(pool)
        answers.send("stuck", tasks.leave_over, "endless")
        answers.send("other", tasks.span, 30)
        answers.wait()
        lost = dict(answers.lost)
        assert isinstance(lost["stuck"], TaskStuck)
        assert isinstance(lost["other"], WorkerLost)
        assert not lost["other"].is_suspect
        assert answers.ask(tasks.echo, 1) == 1


@on_workers
def test_another_process_is_kept_free_when_the_first_one_dies(engine):
    with pool_of(engine, concurrency=2, processes=2) as pool:
        answers = Answers(pool)
        answers.ask(tasks.echo, 1)
        assert pool.reserve()
        pid = answers.ask(tasks.pid, alone=True)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: pid not in workers(engine) and pool.reserve(), pool)
        assert answers.ask(tasks.pid, alone=True) != pid


# --------------------------------------------------------------------------- waiting


@on_every_engine
def test_wake_ends_a_wait_from_another_thread(engine):
    with ready_pool_of(engine) as pool:
        Answers(pool).ask(tasks.echo, 1)
        waker = threading.Timer(0.2, pool.wake)
        waker.start()
        assert pool.wait(3600) == 0
        waker.join()


@on_every_engine
def test_wake_ends_a_wait_from_a_signal_handler(engine):
    with ready_pool_of(engine) as pool:
        Answers(pool).ask(tasks.echo, 1)
        before = signal.signal(signal.SIGUSR1, lambda *_: pool.wake())
        try:
            waker = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1))
            waker.start()
            assert pool.wait(3600) == 0
            waker.join()
        finally:
            signal.signal(signal.SIGUSR1, before)


@on_every_engine
def test_wake_before_a_wait_ends_that_wait_and_only_that(engine):
    with ready_pool_of(engine) as pool:
        answers = Answers(pool)
        answers.ask(tasks.echo, 1)
        for _ in range(10_000):
            pool.wake()
        assert pool.wait(3600) == 0
        answers.send("", tasks.span, 0.2)
        assert pool.wait(3600) == 1


# --------------------------------------------------------------------------- start and end


@on_every_engine
@pytest.mark.parametrize(
    ("initializer", "error", "words"),
    [
        (tasks.refuse, ReplayError, "the folder pages/ has no index"),
        (tasks.bug, (TaskFailed, ZeroDivisionError), "a bug at the start"),
        (tasks.leave, (TaskFailed, SystemExit), "3"),
    ],
)
def test_an_initializer_that_raises_ends_in_the_callers_hands(engine, initializer, error, words):
    with pytest.raises(error, match=words), pool_of(engine, initializer=initializer) as pool:
        Answers(pool).ask(tasks.echo, 1)
    assert not workers()


@on_processes
def test_workers_that_die_at_the_start_are_not_started_for_ever(engine):
    with pytest.raises(PoolError, match=r"1\d died in a row"), pool_of(engine, initializer=tasks.vanish) as pool:
        wait_until(lambda: False, pool)
    assert not workers()


@on_processes
def test_deaths_at_the_start_that_are_not_in_a_row_are_borne(engine, tmp_path):
    with pool_of(engine, 1, 1, initializer=tasks.die_every_other_time, initargs=(tmp_path,)) as pool:
        for _ in range(8):
            answers = Answers(pool)
            while answers.ask(tasks.echo, 1) != 1:
                pass
            assert isinstance(answers.ask(tasks.vanish), WorkerLost)
    assert len(list(tmp_path.iterdir())) >= 15, "each second start went wrong"


def test_a_process_that_cannot_be_started_now_is_started_later(monkeypatch):
    from scraper.pool import processes as pool_processes

    start, refusals = pool_processes.start_worker, iter(range(3))

    def refuse_at_first(*args):
        for _ in refusals:
            raise BlockingIOError("no process left")
        return start(*args)

    monkeypatch.setattr(pool_processes, "start_worker", refuse_at_first)
    with pool_of("fork") as pool:
        assert pool.free() == 0
        assert not pool.reserve()
        wait_until(pool.free, pool)
        assert Answers(pool).ask(tasks.echo, 1) == 1


@on_every_engine
def test_join_waits_for_every_task_and_ends_the_workers(engine):
    pool = pool_of(engine)
    answers = Answers(pool)
    for number in range(4):
        answers.send(number, tasks.span, 0.1)
    with pytest.raises(ValueError, match="open"):
        pool.join()
    pool.close()
    assert pool.free() == 0
    with pytest.raises(ValueError, match="closed"):
        pool.apply_async(tasks.echo, (1,), callback=print, error_callback=print)
    pool.join()
    assert len(answers.done) == 4
    assert not workers()


@on_processes
def test_terminate_ends_hung_processes(engine, tmp_path):
    pool = pool_of(engine)
    answers = Answers(pool)
    for name in "ab":
        answers.send(name, tasks.hang, tmp_path / name)
    pids = [read_pid(tmp_path / name) for name in "ab"]
    pool.terminate()
    assert not workers()
    assert not any(map(is_running, pids))


def test_terminate_does_not_wait_for_a_hung_thread():
    gate = threading.Event()
    pool = pool_of("threads")
    answers = Answers(pool)
    answers.send("", lambda *_: gate.wait())
    pool.terminate()
    assert not gate.is_set()
    gate.set()
    assert pool.wait(3600) == 0
    assert not answers.done


@on_every_engine
def test_an_ended_pool_is_quiet(engine):
    pool = pool_of(engine)
    answers = Answers(pool)
    answers.send("", tasks.echo, 1)
    pool.terminate()
    pool.terminate()
    pool.release()
    pool.wake()
    assert pool.wait(3600) == 0
    assert pool.free() == 0
    with pytest.raises(ValueError, match="closed"):
        answers.send("", tasks.echo, 1)
    assert not answers.done
    assert not answers.lost


def leave_nothing(engine, mark):
    """Use Pools one after the other, and hold what the process has afterwards against what it had after the first."""

    def use():
        with pool_of(engine) as pool:
            answers = Answers(pool)
            answers.ask(tasks.large, 1_000_000)
            answers.send("", tasks.fail, tasks.Stubborn, "x")
            if engine in PROCESSES:
                answers.send("", tasks.vanish)
                answers.wait()
                answers.send("", tasks.hang, mark)
                read_pid(mark)
                mark.unlink()

    def left():
        gc.collect()  # ThreadPool is a circle, with a pipe in it
        return len(list(Path("/proc/self/fd").iterdir())), len(descendants(os.getpid())), threading.active_count()

    use()  # the fork server and the resource tracker stay
    before = left()
    for _ in range(3):
        use()
    wait_until(lambda: all(now <= then for now, then in zip(left(), before, strict=True)))


@on_every_engine
def test_nothing_is_left_of_a_pool(engine, tmp_path):
    """In a process of its own: this one has what other tests leave for a while."""
    code = "import sys; from tests.pool import test_pool as t; t.leave_nothing(sys.argv[1], t.Path(sys.argv[2]))"
    subprocess.run(
        [sys.executable, "-c", code, engine, tmp_path / "mark"], cwd=ROOT, check=True, timeout=2 * PATIENCE_S
    )


# --------------------------------------------------------------------------- death


@on_workers
@pytest.mark.parametrize("death", [tasks.vanish, tasks.crash], ids=["exit", "segfault"])
def test_a_task_that_kills_its_process_is_lost_alone(engine, death):
    with pool_of(engine) as pool:
        answers = Answers(pool)
        answers.ask(tasks.echo, 1)
        lost = answers.ask(death)
        assert isinstance(lost, WorkerLost)
        assert lost.alone
        wait_until(lambda: pool.free() == 4, pool)
        assert answers.ask(tasks.echo, 1) == 1


@on_workers
def test_tasks_that_die_together_are_not_lost_alone(engine, tmp_path):
    with pool_of(engine, concurrency=3, processes=1) as pool:
        answers = Answers(pool)
        for name in "abc":
            answers.send(name, tasks.hang, tmp_path / name)
        pids = {read_pid(tmp_path / name) for name in "abc"}
        os.kill(pids.pop(), signal.SIGKILL)
        answers.wait()
        assert sorted((name, error.alone) for name, error in answers.lost) == [("a", False), ("b", False), ("c", False)]
        assert answers.ask(tasks.echo, 1) == 1


@on_workers
def test_a_process_that_dies_before_it_is_ready_accuses_no_task(engine, tmp_path):
    with pool_of(engine, 1, 1, initializer=tasks.hang, initargs=(None, tmp_path / "mark")) as pool:
        answers = Answers(pool)
        answers.send("", tasks.echo, 1)
        os.kill(read_pid(tmp_path / "mark"), signal.SIGKILL)
        answers.wait()
        assert [error.alone for _, error in answers.lost] == [False]


@on_processes
def test_the_end_of_an_older_worker_is_seen_though_younger_ones_live(engine, tmp_path):
    with pool_of(engine, concurrency=4, processes=4) as pool:
        answers = Answers(pool)
        for number in range(4):
            answers.send(number, tasks.hang, tmp_path / str(number))
        pids = {read_pid(tmp_path / str(number)): number for number in range(4)}
        for count, pid in enumerate(workers(), 1):
            os.kill(pid, signal.SIGKILL)
            answers.wait(count)
            assert [name for name, _ in answers.lost][-1] == pids[pid]
            assert len(answers.lost) == count


@on_processes
def test_the_death_of_idle_workers_loses_nothing(engine):
    with pool_of(engine) as pool:
        answers = Answers(pool)
        for _ in range(5):
            before = workers()
            assert answers.ask(tasks.pid) in before
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            while set(before) & set(workers()) or len(workers()) < 2:
                pool.wait(0.05)
        assert not answers.lost


@on_processes
def test_a_death_in_the_middle_of_a_large_result_loses_the_task_and_no_more(engine, tmp_path):
    with pool_of(engine, concurrency=2, processes=1) as pool:
        hits = 0
        for turn in range(20):
            answers = Answers(pool)
            mark = tmp_path / str(turn)
            answers.send("large", tasks.large_after_mark, 4_000_000, mark)
            pid = read_pid(mark)
            time.sleep(0.05)  # nobody reads: by now it is stuck in sending
            for _ in range(turn % 4):
                pool.wait(0)
            os.kill(pid, signal.SIGKILL)
            answers.wait()
            if answers.done:  # on a busy machine the signal may come behind the last byte
                assert answers.done == [("large", b"x" * 4_000_000)]
                Answers(pool).ask(tasks.large, 1)  # notices the death: nobody does while the mark is waited for
            else:
                assert [(name, error.alone) for name, error in answers.lost] == [("large", True)]
                hits += 1
        assert hits >= 3
        assert Answers(pool).ask(tasks.large, 4_000_000) == b"x" * 4_000_000


@on_workers
def test_results_that_were_sent_before_a_death_count(engine, tmp_path):
    with pool_of(engine, concurrency=3, processes=1) as pool:
        answers = Answers(pool)
        for number in range(2):
            answers.send(number, tasks.echo, "x" * 50_000)
        answers.send("hung", tasks.hang, tmp_path / "mark")
        pid = read_pid(tmp_path / "mark")
        time.sleep(1)  # nothing tells what lies in a pipe that nobody reads
        os.kill(pid, signal.SIGKILL)
        answers.wait()
        assert sorted(name for name, _ in answers.done) == [0, 1]
        assert [(name, error.alone) for name, error in answers.lost] == [("hung", True)]


# --------------------------------------------------------------------------- overdue


@on_workers
def test_an_overdue_task_ends_with_its_process(engine, tmp_path, hasty):
    with ready_pool_of(engine, concurrency=4, processes=2) as pool:
        answers = Answers(pool)
        answers.send("hung", tasks.hang, tmp_path / "mark", deadline_s=2)
        pid = read_pid(tmp_path / "mark")
        [(name, error)] = answers.wait().lost
        assert name == "hung"
        assert isinstance(error, WorkerLost)
        assert "not answer in time" in str(error)
        wait_until(lambda: not is_running(pid), pool)
        assert answers.ask(tasks.echo, 1, deadline_s=30) == 1


@on_workers
def test_an_overdue_task_that_holds_the_interpreter_ends_too(engine, tmp_path, hasty):
    with pool_of(engine, concurrency=1, processes=1) as pool:
        answers = Answers(pool)
        answers.send("", tasks.hold_the_interpreter, tmp_path / "mark", deadline_s=0.5)
        assert isinstance(answers.wait().lost[0][1], WorkerLost)
        assert answers.ask(tasks.echo, 1) == 1


@on_workers
def test_a_process_stopped_in_the_middle_of_a_result_holds_up_nobody(engine, tmp_path, hasty):
    with ready_pool_of(engine, concurrency=2, processes=2) as pool:
        answers = Answers(pool)
        answers.send("stopped", tasks.large_after_mark, 20_000_000, tmp_path / "mark", deadline_s=3)
        pid = read_pid(tmp_path / "mark")
        time.sleep(0.1)
        pool.wait(0)
        os.kill(pid, signal.SIGSTOP)
        for number in range(20):
            wait_until(pool.free, pool)
            answers.send(number, tasks.echo, number)
        answers.wait()
        assert sorted(answers.done) == [(number, number) for number in range(20)]
        assert [(name, error.alone) for name, error in answers.lost] == [("stopped", True)]
        wait_until(lambda: not is_running(pid), pool)


@on_workers
def test_a_large_task_for_a_stopped_process_holds_up_nobody(engine):
    with ready_pool_of(engine, concurrency=1, processes=1) as pool:
        answers = Answers(pool)
        pid = answers.ask(tasks.pid)
        os.kill(pid, signal.SIGSTOP)
        answers.send("large", tasks.echo, b"x" * 5_000_000)
        for _ in range(3):
            assert pool.wait(0.05) == 0
        os.kill(pid, signal.SIGCONT)
        assert answers.wait().done == [("large", b"x" * 5_000_000)]


def test_a_pool_outlives_the_helper_that_forks_its_workers(tmp_path, hasty):
    with pool_of("forkserver", concurrency=2, processes=2) as pool:
        answers = Answers(pool)
        answers.ask(tasks.echo, 1)
        old = workers()
        answers.send("hung", tasks.hold_the_interpreter, tmp_path / "mark", deadline_s=3)
        hung = read_pid(tmp_path / "mark")
        os.kill(int(Path(f"/proc/{hung}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
        os.kill(next(pid for pid in old if pid != hung), signal.SIGKILL)
        assert answers.wait().lost[0][0] == "hung"
        wait_until(lambda: not is_running(hung), pool)
        assert answers.ask(tasks.echo, 1) == 1


# --------------------------------------------------------------------------- loops and rests


def loop_of(engine="forkserver", concurrency=4, processes=1, **options):
    """A Pool whose state drives its tasks."""
    return pool_of(engine, concurrency, processes, tasks.Sleeper, **options)


@on_workers
def test_tasks_that_wait_go_on_side_by_side_in_a_process_with_one_thread(engine):
    with loop_of(engine, concurrency=20) as pool:
        answers = Answers(pool)
        wait_until(pool.free, pool)
        for number in range(20):
            answers.send(number, tasks.nap, 2.0, tasks.echo, number)
        answers.wait()
    assert sorted((name, value[3]) for name, value in answers.done) == [(n, n) for n in range(20)]
    assert len({pid for _, (pid, *_) in answers.done}) == 1
    begins, ends = zip(*[value[1:3] for _, value in answers.done], strict=True)
    assert max(begins) < min(ends)


def test_a_task_that_does_not_wait_is_answered_by_a_loop_too():
    with loop_of() as pool:
        answers = Answers(pool)
        assert answers.ask(tasks.echo, "x") == "x"
        assert answers.ask(tasks.large, 5_000_000) == b"x" * 5_000_000


@pytest.mark.parametrize("error", [tasks.Stubborn, SystemExit])
def test_a_task_that_raises_before_it_waits_or_in_its_rest_has_failed(error):
    with loop_of() as pool:
        answers = Answers(pool)
        before = answers.ask(tasks.pid)
        for call in [(tasks.fail, error, "no good"), (tasks.nap, 0, tasks.fail, error, "no good")]:
            failed = answers.ask(*call)
            assert isinstance(failed, TaskFailed)
            assert str(failed).endswith("no good")
        assert isinstance(answers.ask(tasks.nap, 0, tasks.make, "lambda"), TaskFailed)
        assert answers.ask(tasks.pid) == before


def test_large_tasks_and_large_results_do_not_wait_for_each_other():
    with loop_of(concurrency=6) as pool:
        answers = Answers(pool)
        wait_until(pool.free, pool)
        for letter in (b"a", b"b", b"c", b"d", b"e", b"f"):
            answers.send(letter, tasks.nap, 0.01, tasks.echo, letter * 4_000_000)
        assert sorted((name, len(value[3]), value[3][:1]) for name, value in answers.wait().done) == [
            (letter, 4_000_000, letter) for letter in (b"a", b"b", b"c", b"d", b"e", b"f")
        ]


def test_tasks_go_on_while_nobody_takes_a_large_result(tmp_path):
    """The parent may be busy for long, and a full pipe must not make exchanges late."""
    with loop_of() as pool:
        answers = Answers(pool)
        answers.ask(tasks.pid)
        answers.send("large", tasks.large, 4_000_000)
        answers.send("marked", tasks.nap, 0.1, tasks.leave_mark, tmp_path / "mark")
        wait_until((tmp_path / "mark").exists)
        assert {name for name, _ in answers.wait().done} == {"large", "marked"}


@pytest.mark.parametrize("initializer", [tasks.Sleeper, tasks.hello], ids=["loop", "threads"])
def test_a_rest_that_outlasts_its_limit_costs_its_process_and_is_alone_to_blame(tmp_path, initializer):
    with pool_of("forkserver", 3, 1, initializer, rest_limit_s=1.0) as pool:
        answers = Answers(pool)
        before = answers.ask(tasks.pid)
        answers.send("endless", tasks.nap, 0, tasks.hold_the_interpreter, tmp_path / "mark")
        answers.send("beside", tasks.nap, 600)
        answers.send("last", tasks.nap, 600)
        answers.wait()
        assert not answers.done
        lost = dict(answers.lost)
        assert isinstance(lost.pop("endless"), TaskStuck)
        assert [(error.alone, error.is_suspect) for error in lost.values()] == [(False, False)] * 2
        answers.sent, answers.lost = 0, []
        assert answers.ask(tasks.pid) != before


def test_a_task_that_waits_for_long_is_not_at_its_rest():
    with loop_of(rest_limit_s=0.5) as pool:
        answers = Answers(pool)
        pid = answers.ask(tasks.nap, 0)[0]
        for number in range(4):
            answers.send(number, tasks.nap, 2.0, tasks.echo, number)
        assert [value[0] for _, value in answers.wait().done] == [pid] * 4


def test_many_short_rests_in_a_row_are_no_long_one():
    with loop_of(rest_limit_s=1.0) as pool:
        answers = Answers(pool)
        for _ in range(16):
            wait_until(pool.free, pool)
            answers.send("", tasks.nap, 0, tasks.span, 0.2)
        assert len(answers.wait().done) == 16


# --------------------------------------------------------------------------- storms


def survive(engine, seconds):
    """Kill a random worker every 0.4 s; every task lost is sent again, and each is answered exactly once.

    Between two kills comes an answer: where a start takes seconds, no worker would ever be ready, and the Pool give up.
    """
    generator = random.Random(7)
    results, answered, deaths, todo = {}, 0, 0, []

    def done(number, value):
        assert number not in results, f"{number} was answered twice"
        results[number] = value

    def lost(number, error):
        nonlocal deaths
        assert isinstance(error, WorkerLost), error
        deaths += 1
        todo.append(number)

    def send(number):
        pool.apply_async(
            tasks.numbered,
            (number,),
            callback=lambda value: done(number, value),
            error_callback=lambda error: lost(number, error),
            deadline_s=20,
        )

    number, kill_at, end = 0, time.monotonic() + 0.4, time.monotonic() + seconds
    with pool_of(engine, concurrency=6, processes=3) as pool:
        while time.monotonic() < end or todo or len(results) < number:
            assert time.monotonic() < end + PATIENCE_S, "tasks are missing"
            while pool.free() and (todo or time.monotonic() < end):
                if not todo:
                    todo.append(number)
                    number += 1
                send(todo.pop())
            pool.wait(0.05)
            if kill_at < time.monotonic() < end and len(results) > answered:
                os.kill(generator.choice(workers()), signal.SIGKILL)
                kill_at, answered = kill_at + 0.4, len(results)
        wait_until(lambda: pool.free() == 6, pool)
    assert deaths > 0
    assert sorted(results) == list(range(number))
    assert all(value == tasks.numbered(None, n) for n, value in generator.sample(sorted(results.items()), 50))
    assert not workers()


def test_a_killed_worker_every_moment_loses_no_task():
    survive("forkserver", 10)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_worker_every_moment_for_a_minute_loses_no_task():
    """Under each start method; side by side, or it would be three minutes."""
    code = "import sys; from tests.pool.test_pool import survive; survive(sys.argv[1], 60)"
    storms = [subprocess.Popen([sys.executable, "-c", code, engine], cwd=ROOT) for engine in PROCESSES]
    assert [storm.wait() for storm in storms] == [0, 0, 0]


# --------------------------------------------------------------------------- the parent and the world

SCRIPT = """
import os, signal, sys, threading, time
from scraper.pool.pool import open_pool
from tests.support import pool_tasks as tasks
from tests.conftest import ROOT, children

print("started", flush=True)
pool = open_pool("processes", concurrency=4, processes=2, start_method={engine!r}, initializer=tasks.hello)

def ask(func, *args):
    answers = []
    pool.apply_async(func, args, callback=answers.append, error_callback=answers.append)
    while not answers:
        pool.wait(1.0)
    return answers[0]

{body}
"""


@pytest.fixture
def program(tmp_path):
    """A function that starts a script with a Pool of its own, in a session of its own."""
    started = []

    def start(engine, body):
        script = tmp_path / "script.py"
        script.write_text(SCRIPT.format(engine=engine, body=body))
        run = subprocess.Popen(
            [sys.executable, script],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(run)
        assert run.stdout.readline() == "started\n"
        return run

    yield start
    for run in started:
        run.kill()
        run.communicate()


@on_processes
@pytest.mark.parametrize("task", ["echo", "hang", "hold_the_interpreter"])
def test_the_workers_go_when_their_parent_is_killed(engine, program, tmp_path, task):
    body = f"""
print(ask(tasks.echo, 1), flush=True)
pool.apply_async(tasks.{task}, ("mark",), callback=print, error_callback=print)
pool.flush()
time.sleep(600)
"""
    run = program(engine, body)
    assert run.stdout.readline() == "1\n"
    if task != "echo":
        read_pid(tmp_path / "mark")
    below = descendants(run.pid)
    assert len(below) >= 2
    run.kill()
    run.wait()
    wait_until(lambda: not any(map(is_running, below)))


@on_processes
def test_signals_to_the_whole_group_kill_no_worker(engine, program):
    body = """
signal.signal(signal.SIGINT, lambda *_: None)
signal.signal(signal.SIGTERM, lambda *_: None)
for line in sys.stdin:
    print(ask(tasks.echo, line.strip()), flush=True)
"""
    run = program(engine, body)
    run.stdin.write("one\n")
    run.stdin.flush()
    assert run.stdout.readline() == "one\n"
    before = sorted(descendants(run.pid))
    for number in (signal.SIGINT, signal.SIGTERM) * 3:
        os.killpg(run.pid, number)
    run.stdin.write("two\n")
    run.stdin.flush()
    assert run.stdout.readline() == "two\n"
    assert sorted(descendants(run.pid)) == before


@on_processes
def test_signals_that_come_while_workers_start_kill_none(engine, program):
    body = """
pool.terminate()
signal.signal(signal.SIGINT, lambda *_: None)
signal.signal(signal.SIGTERM, lambda *_: None)
is_over = threading.Event()

def annoy():
    while not is_over.wait(0.001):
        os.killpg(0, signal.SIGINT)
        os.killpg(0, signal.SIGTERM)

thread = threading.Thread(target=annoy)
thread.start()
for turn in range(5):
    pool = open_pool("processes", concurrency=2, processes=2, start_method=METHOD, initializer=tasks.hello)
    print(ask(tasks.echo, turn), flush=True)
    pool.terminate()
is_over.set()
thread.join()
"""
    run = program(engine, body.replace("METHOD", repr(engine)))
    assert run.communicate(timeout=PATIENCE_S)[0] == "0\n1\n2\n3\n4\n"
    assert run.returncode == 0


@on_processes
def test_a_script_without_a_main_guard_runs_once(engine, program):
    run = program(
        engine, "print(ask(tasks.echo, 'only once')); pool.terminate(); print(sys.modules['__main__'].SEEN)\n"
    )
    run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 1, "the script's own mistake is the only one"
    run = program(
        engine, "SEEN = 1; print(ask(tasks.echo, 'once')); pool.terminate(); print(__import__('__main__').SEEN)"
    )
    assert run.communicate(timeout=PATIENCE_S)[0] == "once\n1\n"


@on_processes
def test_a_forgotten_pool_ends_with_its_program(engine, program):
    run = program(
        engine, "print(ask(tasks.echo, 1), flush=True)\nprint(*__import__('multiprocessing').active_children())"
    )
    assert run.communicate(timeout=PATIENCE_S)[0].startswith("1\n")
    assert run.returncode == 0
