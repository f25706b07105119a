"""The operator's command: what it gets, and that nothing it does changes the run."""

import json
import logging
import sys
from pathlib import Path

import pytest

from scraper.job import Job, Output
from scraper.job.templates import Template
from scraper.report.accounts import Accounts, Exit, Report
from scraper.report.notify import notify
from tests.cli.test_run import css
from tests.report.test_alarms import change, rename, run

SAVE = "import os, sys; open('told', 'w').write(os.environ['SCRAPER_EXIT_CODE'] + ' ' + sys.stdin.read())"


def told(*words, code=Exit.REJECTED, summary=b"{}", **options):
    """Run a command as after a run that ended with this code."""
    job = Job("board", Path("board.yaml"), {}, Output(Template("out.jsonl")), on_failure=words)
    report = Report("board", "r", code, "", 0.0, 0, Accounts(0, 0, {}, {}, 0), "", False)
    notify(job, report, summary, **options)


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, "scraper")
    return caplog


def test_the_command_reads_the_report_and_knows_the_exit_code_and_holds_no_lock(scraper, config, folder, boards):
    script = f"{SAVE}; import subprocess; subprocess.run([sys.executable, '-m', 'scraper', 'accept', 'board.yaml'])"
    path = config(
        css(boards, extra=f"expect: {{field_coverage: {{score: 0.9}}}}\non_failure: {[sys.executable, '-c', script]}\n")
    )
    assert scraper(path).returncode == 0
    assert not (folder / "told").exists()
    change(boards, rename)
    done = scraper(path)
    assert done.returncode == 4
    assert "→ output/board.jsonl" in done.stderr, "the command's accept was let in"
    code, _, summary = (folder / "told").read_text("utf-8").partition(" ")
    assert (code, json.loads(summary)["alarms"][0]["name"]) == ("4", "field_coverage")


def test_a_run_that_breaks_off_is_told_too(config, folder, site):
    login = f"login: {{url: '{site.url}/nowhere', form: {{user: me}}}}\n"
    path = config(css(site, extra=f"{login}on_failure: {[sys.executable, '-c', SAVE]}\n"))
    with pytest.raises(Exception, match="the login failed"):
        run(path)
    code, _, summary = (folder / "told").read_text("utf-8").partition(" ")
    assert (code, json.loads(summary)["exit_code"]) == ("1", 1)
    assert "the login failed" in json.loads(summary)["notes"][-1]
    assert json.loads((folder / "output/.scraper/board/last-run.json").read_text())["exit_code"] == 1


@pytest.mark.live
@pytest.mark.parametrize(("code", "is_run"), [(0, False), (1, True), (3, True), (4, True), (130, False), (143, False)])
def test_the_command_is_for_failures(folder, code, is_run):
    told(sys.executable, "-c", SAVE, code=Exit(code))
    assert (folder / "told").exists() == is_run


def test_a_trial_tells_nobody(config, folder, boards):
    path = config(css(boards, extra=f"expect: {{min_records: 99}}\non_failure: {[sys.executable, '-c', SAVE]}\n"))
    assert run(path, limit=1).exit_code == Exit.REJECTED
    assert not (folder / "told").exists()


@pytest.mark.live
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["/nowhere/at all"], "on_failure: /nowhere/at all cannot be run: No such file or directory"),
        (["sh", "-c", "echo no mail; exit 3"], "on_failure: sh ended with 3: no mail"),
        (["sh", "-c", "kill -9 $$"], "on_failure: sh ended with -9"),
        (["sleep", "60"], "on_failure: sleep was stopped after 0.2 s"),
    ],
)
def test_a_command_that_fails_is_told_and_that_is_all(log, words, message):
    told(*words, limit_s=0.2 if words[0] == "sleep" else 30)
    assert [(entry.levelname, entry.getMessage()) for entry in log.records] == [("ERROR", message)]


@pytest.mark.live
def test_a_command_may_leave_its_input_unread_and_somebody_behind(log):
    told("sh", "-c", "sleep 30 & echo sent; echo $! >&2", summary=b"x" * 1_000_000)
    (entry,) = log.records
    said, pid = entry.getMessage().removeprefix("on_failure: ").split()
    assert said == "sent"
    assert Path(f"/proc/{pid}").exists(), "nobody waited for it"
    import os
    import signal

    os.kill(int(pid), signal.SIGKILL)


@pytest.mark.live
def test_no_shell_sees_what_a_word_holds(folder):
    told(sys.executable, "-c", "import sys; open('told', 'w').write(sys.argv[1])", "$(touch pwned); `touch pwned`")
    assert [path.name for path in folder.iterdir()] == ["told"]
    assert (folder / "told").read_text() == "$(touch pwned); `touch pwned`"
