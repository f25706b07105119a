"""Disks that fill in mid-run, are read-only or lose folders: exit 1, the old output stands, --resume goes on."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scraper as package
from tests.conftest import ROOT, board

PAGES = 12
CONFIG = """
start_urls: ["{url}/board?n={{n}}"]
params: {{n: {{first: 1, last: {pages}}}}}
records:
  each: dd
{key}  fields: {{title: p.name, score: {{css: p.score, type: float}}}}
output: {{path: "{path}", mode: {mode}}}
settings: {{concurrent_requests: 2, robotstxt_obey: false, contact: t@example.com, pool: {{engine: threads}}}}
"""
FILLED = '''
import contextlib, os, resource, signal, sys
point, disk = sys.argv.pop(1), sys.argv.pop(1)

def fill():
    """From now on nothing can be written any more: the disk is full, or files may not grow."""
    if disk == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return
    with contextlib.suppress(OSError), open(os.path.join(disk, "ballast"), "wb", 0) as ballast:
        while True:
            ballast.write(bytes(512))

import scraper.fetch.recordings, scraper.crawl.journal_writer, scraper.export.part_file, scraper.journal.journal
import scraper.report.after_run
from scraper.cli import main as cli

def before(owner, name, at, when=lambda *arguments: True):
    real = getattr(owner, name)
    def filled(*arguments, **options):
        if point == at and when(*arguments):
            fill()
        return real(*arguments, **options)
    setattr(owner, name, filled)

scraper.crawl.journal_writer.COMMIT_AT = 2
stored = []
before(scraper.journal.journal.Journal, "__init__", "the first byte", lambda journal, path, *_: not path.exists())
before(scraper.journal.journal.Journal, "store", "journal", lambda _, new, *more: stored.extend(new) or len(stored) > 4)
before(scraper.fetch.recordings, "save", "recording", lambda folder, request, *_: request.url.endswith("=5"))
before(scraper.export.part_file, "open_part", "part file")
before(scraper.journal.journal.Journal, "vow", "intent")
before(scraper.export.part_file, "replace", "publication")
before(scraper.report.after_run, "write_whole", "report")
cli.main(sys.argv[1:])
'''
"""Runs the program, and fills the disk where it is about to do something."""
POINTS = {
    "the first byte": "journal.db: cannot read or write the journal",
    "journal": "journal.db: cannot read or write the journal",
    "recording": "cannot record",
    "part file": ".board.jsonl.part: cannot write",
    "intent": "journal.db: cannot read or write the journal",
    "report": "last-run.json: cannot write",
}
"""What the disk is full for → what is told."""


@contextlib.contextmanager
def mounted(folder, *options):
    """A small disk of its own in the place of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(("size=1m", *options)), "none", folder], check=False)
    if done.returncode:
        pytest.skip("cannot mount here: that is for root, and not in every container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def boards(site):
    for n in range(1, PAGES + 1):
        site.pages[f"/board?n={n}"] = board((f"film{n}", "9.1"), (f"movie{n}", None), (f"film{n - 1}", "9.1"))
    return site


@pytest.fixture
def disk(request, folder):
    """Where output and recordings lie: on a disk of 1 MB, or anywhere in a process whose files may not grow."""
    if request.param == "limit":
        (folder / "disk").mkdir()
        yield "limit"
    else:
        with mounted(folder / "disk") as disk:
            yield disk


def text(site, path="disk/out/board.jsonl", mode="replace"):
    key = "  key: [title]\n" if mode == "replace" else ""  # with one, append would add nothing
    return CONFIG.format(url=site.url, pages=PAGES, path=path, mode=mode, key=key)


def run_filled(folder, point, disk, *arguments):
    """Run the program on a disk that is full from this point on; return it when the disk has room again."""
    command = [sys.executable, "-c", FILLED, point, str(disk), *map(str, arguments)]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    (folder / "disk/ballast").unlink(missing_ok=True)
    return done


def left_behind():
    """Return part files and locks that lie about. The lock of a name, which nobody holds, has another name."""
    return [str(path) for pattern in ("*.part*", "*.lock") for path in Path("disk").rglob(pattern)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("disk", "mode"), [("tmpfs", "append"), ("limit", "replace")], indirect=["disk"])
def test_a_disk_that_is_full_in_mid_run_is_exit_1_and_the_run_is_resumed(config, folder, boards, disk, mode, point):
    path, target = config(text(boards, mode=mode)), Path("disk/out/board.jsonl")
    record = Path("disk/saved") if point == "recording" else None
    job = package.load_config(path)
    assert package.run(job, record=record).exit_code == 0
    old = target.read_bytes()
    new = old * 2 if mode == "append" else old
    assert old.count(b"\n") == (3 * PAGES if mode == "append" else 2 * PAGES + 1)
    done = run_filled(folder, point, disk, path, *(["--record", record] if record else []))
    assert done.returncode == 1, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("disk/")
    assert POINTS[point] in last
    assert any(cause in last for cause in ("No space left", "File too large", "full", "disk I/O error"))
    assert "Traceback" not in done.stderr
    assert target.read_bytes() == (new if point == "report" else old)
    assert left_behind() == []
    boards.log.clear()
    report = package.run(job, record=record, resume=True)
    assert report.exit_code == 0
    assert target.read_bytes() == new
    assert any("resumed run" in note for note in report.notes) == (point != "the first byte")
    fewest, most = {"the first byte": (PAGES, PAGES), "journal": (1, PAGES - 1), "recording": (1, PAGES)}.get(
        point, (0, 0)
    )
    assert fewest <= len(boards.log) <= most, "what is stored is not fetched again"
    assert not list(Path("disk").rglob("set-aside"))


def test_what_is_rejected_and_fits_nowhere_leaves_nothing_behind(scraper, config, folder, boards):
    """The part file lies on the output's disk, the rejected place is on another, which is full."""
    path = config(text(boards, path="disk/{name}/board.jsonl") + "expect: {min_records: 1000}\n")
    (folder / "disk/board").mkdir(parents=True)
    with mounted(folder / "disk/.scraper"):
        done = run_filled(folder, "publication", folder / "disk/.scraper", path)
        assert done.returncode == 1, done.stderr
        assert "rejected.jsonl: cannot write: No space left on device" in done.stderr.splitlines()[-1]
        assert left_behind() == []
        (folder / "disk/.scraper/ballast").unlink()
        done = scraper(path, "--resume")
        assert (done.returncode, "ALARM min_records" in done.stderr) == (4, True), done.stderr
        assert (folder / "disk/.scraper/board/rejected.jsonl").read_bytes().count(b"\n") == 2 * PAGES + 1
        assert left_behind() == []


def test_a_read_only_disk_is_exit_1_and_changes_nothing(scraper, config, folder, boards):
    path = config(text(boards))
    with mounted(folder / "disk"):
        assert scraper(path).returncode == 0
        before = tree(folder / "disk")
        subprocess.run(["mount", "-o", "remount,ro", folder / "disk"], check=True)
        done = scraper(path)
        assert done.returncode == 1
        assert "Read-only file system" in done.stderr
        assert "disk/out/.scraper/board" in done.stderr
        assert "Traceback" not in done.stderr
        assert tree(folder / "disk") == before


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("lost", ["disk/board", "disk"])
def test_an_output_folder_removed_in_mid_run_is_exit_1(scraper, config, folder, boards, lost):
    """With the folder of the output alone the run can be resumed; with all its state it is another run."""
    path = config(text(boards, path="disk/{name}/board.jsonl"))
    good = boards.pages[f"/board?n={PAGES}"]
    boards.pages[f"/board?n={PAGES}"] = lambda _: (shutil.rmtree(folder / lost, ignore_errors=True), good)[1]
    done = scraper(path)
    boards.pages[f"/board?n={PAGES}"] = good
    assert done.returncode == 1, done.stderr
    assert "disk/board/.board.jsonl.part: cannot write: No such file or directory" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    boards.log.clear()
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(boards.log) == (0 if lost == "disk/board" else PAGES)
    assert (folder / "disk/board/board.jsonl").read_bytes().count(b"\n") == 2 * PAGES + 1


NO_TEMPORARY_FOLDER = """
import tempfile
tempfile.tempdir = "/dev/null/full"
import scraper.__main__, scraper.crawl.engine
scraper.crawl.engine.LONGEST_WAIT_S = 0.05
scraper.__main__.main()
"""


def test_workers_that_cannot_be_started_for_want_of_disk_are_told_with_the_cause(config, folder, boards):
    """Their server's socket lies in a temporary folder, and every disk is full."""
    path = config(text(boards))
    command = [sys.executable, "-c", NO_TEMPORARY_FOLDER, str(path), "-s", "pool.engine=processes"]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert "no worker process can be started" in done.stderr
    assert "Not a directory" in done.stderr
    assert "Traceback" not in done.stderr
    assert Path("disk").exists()
    assert os.listdir("disk/out") == [".scraper"]  # noqa: PTH208
