"""Machines that give little: a run goes on with less, or one message names what is missing; no site is blamed."""

import errno
import multiprocessing
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile

import pytest

from scraper.errors import Reason, open_files_shortage, shortage
from scraper.fetch.causes import classify
from scraper.pool import forkserver
from tests.cli.test_run import css, records
from tests.conftest import ROOT

pytestmark = pytest.mark.live
PATIENCE_S = 120
OTHER_USER = 54_321
"""One who has no process yet."""
AS_ANOTHER = [
    "setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups",
    "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--",
]  # fmt: skip
"""Root has no limit of processes; whoever else may read what root's tests are made of."""
NO_DEV = 'mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9 && exec "$@"'
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not (IS_ROOT and shutil.which("setpriv")), reason="only root may be somebody else")


@pytest.fixture
def job(folder):
    """A function that runs the main job on saved pages under a limit of the shell's, and gives code and stderr."""
    for name in ("configs", "fixtures"):
        (folder / name).symlink_to(ROOT / name)

    def job(limit="", *, before=(), engine="processes", env=None, **options):
        program = [sys.executable, "-m", "scraper", "configs/maoyan.yaml", "--replay", "fixtures/maoyan"]
        command = [*before, "bash", "-c", f'{limit}\nexec "$@"', "job", *program, "-s", f"pool.engine={engine}"]
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT), **(env or {})}
        done = subprocess.run(
            command, cwd=folder, env=bare, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
            **options,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        assert "this is a bug" not in done.stderr, done.stderr
        return done.returncode, done.stderr

    return job


def is_whole(folder):
    return len((folder / "output/maoyan.jsonl").read_text("utf-8").splitlines()) == 110


@needs_root
@pytest.mark.parametrize("engine", ["processes", "threads"])
@pytest.mark.parametrize("count", [4, 12])
def test_where_threads_are_few_a_run_does_with_those_and_says_so(job, folder, engine, count):
    folder.chmod(0o777)
    code, told = job(f"ulimit -u {count}", before=AS_ANOTHER, engine=engine)
    assert code == 0, told
    assert is_whole(folder)
    assert told.count("allow no more") == 1


@needs_root
@pytest.mark.parametrize("engine", ["processes", "threads"])
def test_where_nothing_can_be_started_the_cause_is_named(job, folder, engine):
    folder.chmod(0o777)
    code, told = job("ulimit -u 1", before=AS_ANOTHER, engine=engine)
    assert code == 1
    assert "ulimit -u" in told.splitlines()[-1]
    assert "robots" not in told


@pytest.mark.parametrize("engine", ["processes", "threads"])
@pytest.mark.skipif(not IS_ROOT, reason="only root may have another /dev")
def test_there_need_be_no_shared_memory(job, folder, engine):
    code, told = job(before=["unshare", "--mount", "bash", "-c", NO_DEV, "no-dev"], engine=engine)
    assert code == 0, told
    assert is_whole(folder)


@pytest.mark.parametrize("length", [76, 200])
def test_the_folder_of_temporary_files_may_have_a_long_name(job, folder, length):
    long = folder / "t"
    while len(str(long)) < length:
        long = (
            long.with_name(long.name + "x" * min(length - len(str(long)), 100)) if len(long.name) < 150 else long / "t"
        )
    long.mkdir(parents=True)
    code, told = job(env={"TMPDIR": str(long)})
    assert code == 0, told
    assert is_whole(folder)


def test_where_no_folder_is_short_enough_tmpdir_is_named(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/" + "t" * 90)
    monkeypatch.setattr(forkserver, "SHORT_FOLDERS", ())
    monkeypatch.delitem(multiprocessing.current_process()._config, "tempdir", raising=False)
    with pytest.raises(OSError, match="set TMPDIR to a shorter one"), forkserver.starting():
        pass


@pytest.mark.parametrize("count", [8, 12, 16, 20])
def test_where_too_few_files_may_be_open_the_limit_is_named(job, count):
    code, told = job(f"ulimit -n {count}")
    assert code == 1
    assert f"`ulimit -n` is {count}" in told.splitlines()[-1]


@pytest.mark.parametrize("kilobytes", [30_000, 40_000, 50_000])
def test_where_memory_does_not_do_for_a_start_that_is_said(job, kilobytes):
    code, told = job(f"ulimit -v {kilobytes}")
    assert code == 1
    assert "too little memory is allowed (`ulimit -v`" in told.splitlines()[-1]


def test_with_little_memory_there_are_fewer_threads(job, folder):
    code, told = job("ulimit -v 100000")
    assert code == 0, told
    assert is_whole(folder)


@pytest.mark.parametrize(
    "limit", ["ulimit -n 24", "ulimit -v 1000000", "umask 077", 'exec taskset -c 0 "$@"', "export HOME=/proc/none"]
)
def test_a_run_needs_no_more_than_this(scraper, config, folder, boards, limit):
    path = config(css(boards, last=90))
    command = ["bash", "-c", f'{limit}\nexec "$@"', "job", sys.executable, "-m", "scraper", str(path)]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    assert len(records(folder)) == 30
    if limit.startswith("umask"):
        assert stat.S_IMODE((folder / "output/board.jsonl").stat().st_mode) == 0o600


@pytest.mark.skipif(not IS_ROOT, reason="only root may mount")
def test_the_home_folder_may_be_one_that_cannot_be_written(job, folder):
    home = folder / "home"
    home.mkdir()
    mount = f'mount -t tmpfs -o ro none {home} && exec "$@"'
    code, told = job(before=["unshare", "--mount", "bash", "-c", mount, "mount"], env={"HOME": str(home)})
    assert code == 0, told


# --------------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "`ulimit -n` is"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "`ulimit -u`"),
        (RuntimeError("can't start new thread"), "`ulimit -u`"),
        (MemoryError(), "`ulimit -v`"),
        (ImportError("libx.so: failed to map segment from shared object"), "`ulimit -v`"),
    ],
)
def test_what_is_too_little_is_named_with_its_limit(error, words):
    assert words in shortage(error)
    assert shortage(OSError(errno.ENOENT, "No such file")) == shortage(ValueError("x")) == ""


def test_a_connection_for_which_no_file_is_left_is_not_the_sites_failure():
    failed = ConnectionError("cannot connect")
    failed.__cause__ = OSError(errno.EMFILE, "Too many open files")
    reason, _, detail = classify(failed)
    assert reason == Reason.INTERNAL
    assert "`ulimit -n`" in detail


def test_a_library_that_cannot_open_a_file_is_answered_for():
    assert open_files_shortage() == ""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        assert f"`ulimit -n` is {lowest}" in open_files_shortage()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
