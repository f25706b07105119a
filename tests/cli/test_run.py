"""Whole runs through the command line, asserted on the file that an analyst opens, the report and the exit code."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, board, children

PATIENCE_S = 90
CSS = """
start_urls: ["{url}/board?offset={{offset}}"]
params: {{offset: {{first: 0, last: {last}, step: 10}}}}
records:
  each: dl > dd
  fields:
    title: {{css: p.name a, required: true}}
    score: {{css: p.score, type: float}}
settings: {{concurrent_requests: 4, concurrent_requests_per_domain: 4, retry_times: 0, robotstxt_obey: false{more}}}
"""


def css(site, last=20, more="", extra=""):
    return CSS.format(url=site.url, last=last, more=more) + extra


def records(folder, path="output/board.jsonl"):
    text = (folder / path).read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def report(folder):
    return json.loads((folder / "output/.scraper/board/last-run.json").read_text())


def test_a_run_publishes_its_records_in_plan_order(scraper, config, folder, boards):
    boards.pages["/board?offset=0"] = lambda _: (time.sleep(0.3), board(("late", "1.0")))[1]
    done = scraper(config(css(boards)))
    assert done.returncode == 0, done.stderr
    titles = [record["title"] for record in records(folder)]
    assert titles == ["late", "film10", "film11", "film12", "film20", "film21", "film22"]
    assert records(folder)[1] == {"title": "film10", "score": 9.0}
    assert report(folder)["accounts"] == {
        "planned": 3, "fetched": 3, "failed": {}, "skipped": {}, "unfinished": 0,
    }  # fmt: skip


def test_the_bytes_do_not_depend_on_the_engine_or_on_chance(scraper, config, folder, boards):
    seen = set()
    for engine in ("processes", "threads", "processes", "threads"):
        done = scraper(config(css(boards, last=90)), "-s", f"pool.engine={engine}")
        assert done.returncode == 0, done.stderr
        seen.add((folder / "output/board.jsonl").read_bytes())
    assert len(seen) == 1


def test_a_failed_page_is_told_and_the_rest_is_published_with_exit_3(scraper, config, folder, boards):
    boards.pages["/board?offset=10"] = (500, {}, b"oops")
    done = scraper(config(css(boards)))
    assert done.returncode == 3
    assert [record["title"] for record in records(folder)][:4] == ["film0", "film1", "film2", "film20"]
    assert "failed 1 (http 500 1)" in done.stderr
    assert report(folder)["accounts"]["failed"] == {"http 500": 1}


def test_a_page_that_fails_once_is_fetched_again(scraper, config, folder, boards):
    answers = iter([(503, {"Retry-After": "0"}, b""), board(("second try", "1.0"))])
    boards.pages["/board?offset=10"] = lambda _: next(answers)
    done = scraper(config(css(boards)), "-s", "retry_times=1")
    assert done.returncode == 0, done.stderr
    assert boards.asked().count("/board?offset=10") == 2
    assert "second try" in [record["title"] for record in records(folder)]


def test_a_redirect_is_followed_and_its_page_is_the_start_urls(scraper, config, folder, boards):
    boards.pages["/board?offset=0"] = (302, {"Location": "/moved"}, b"")
    boards.pages["/moved"] = board(("moved", "1.0"))
    done = scraper(config(css(boards, extra="output: {provenance: true}\n")))
    assert done.returncode == 0, done.stderr
    first = records(folder)[0]
    assert (first["title"], first["_url"], first["_page"]) == ("moved", f"{boards.url}/moved", "board")
    assert first["_fetched_at"].endswith("Z")


CAPTCHA = "<html><head><title>验证中心</title></head><body>请完成验证</body></html>"


@pytest.mark.parametrize("way", ["as 200", "as redirect"])
def test_a_captcha_is_exit_4_and_the_old_output_stands(scraper, config, folder, boards, way):
    path = config(css(boards, extra="expect: {blocked_if: [验证中心, verify]}\n"))
    assert scraper(path).returncode == 0
    old = (folder / "output/board.jsonl").read_bytes()
    away = (302, {"Location": "http://verify.example/general_page"}, b"")
    boards.pages["/board?offset=10"] = CAPTCHA if way == "as 200" else away
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM blocked" in done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == old
    assert report(folder)["accounts"]["failed"] == {"blocked": 1}
    assert len(records(folder, "output/.scraper/board/rejected.jsonl")) == 6


def test_a_renamed_class_raises_the_alarm_that_names_the_field(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}}\n"))
    assert scraper(path).returncode == 0
    old = (folder / "output/board.jsonl").read_bytes()
    for offset in (0, 10, 20):
        boards.pages[f"/board?offset={offset}"] = boards.pages[f"/board?offset={offset}"].replace("score", "points")
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM field_coverage: board.score is filled in 0 of 9 records" in done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == old


def test_a_field_that_went_empty_is_an_alarm_even_if_nothing_was_expected_of_it(scraper, config, folder, boards):
    path = config(css(boards))
    assert scraper(path).returncode == 0
    for offset in (0, 10, 20):
        boards.pages[f"/board?offset={offset}"] = boards.pages[f"/board?offset={offset}"].replace("score", "points")
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM field_gone: board.score" in done.stderr


def test_no_records_are_never_a_success(scraper, config, folder, boards):
    for offset in (0, 10, 20):
        boards.pages[f"/board?offset={offset}"] = "<html><body></body></html>"
    done = scraper(config(css(boards)))
    assert done.returncode == 4
    assert "ALARM min_records" in done.stderr
    assert not (folder / "output/board.jsonl").exists()


def test_append_adds_to_the_old_lines_and_replace_does_not(scraper, config, folder, boards):
    path = config(css(boards, last=0, extra="output: {mode: append}\n"))
    for _ in range(2):
        assert scraper(path).returncode == 0
    assert len(records(folder)) == 6
    config(css(boards, last=0))
    assert scraper(path).returncode == 0
    assert len(records(folder)) == 3


def test_a_torn_tail_of_somebody_elses_is_cut_and_told(scraper, config, folder, boards):
    path = config(css(boards, last=0, extra="output: {mode: append}\n"))
    assert scraper(path).returncode == 0
    with (folder / "output/board.jsonl").open("ab") as file:
        file.write(b'{"title": "torn')
    done = scraper(path)
    assert done.returncode == 0
    assert "its last line was torn" in done.stderr
    assert len(records(folder)) == 6


def test_a_path_may_hold_name_date_time_and_run(scraper, config, folder, boards):
    extra = 'output: {path: "output/{name}/dt={date}/{run}-{time}.jsonl"}\n'
    assert scraper(config(css(boards, last=0, extra=extra))).returncode == 0
    (path,) = (folder / "output/board").glob("dt=????-??-??/*.jsonl")
    run = report(folder)["run"]
    assert path.name.startswith(run)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name], "no lock of a run that is over"
    assert (folder / "output/.scraper/board/last-run.json").exists()


def test_runs_of_one_second_have_names_of_their_own(config, folder, boards, monkeypatch):
    import scraper

    extra = 'output: {path: "output/{run}.jsonl"}\n'
    overrides = {"pool.engine": "threads"}
    job = scraper.load_config(config(css(boards, last=0, extra=extra)), overrides)
    monkeypatch.chdir(folder)
    paths = {scraper.run(job).output for _ in range(3)}
    assert len(paths) == 3


def test_duplicate_urls_are_fetched_once_and_accounted_for(scraper, config, folder, boards):
    text = css(boards).replace("records:", "start_urls_: x\nrecords:").replace("start_urls_: x\n", "")
    text = text.replace("{first: 0, last: 20, step: 10}", "[0, 10, 0]")
    assert scraper(config(text)).returncode == 0
    assert sorted(boards.asked()) == ["/board?offset=0", "/board?offset=10"]
    accounts = report(folder)["accounts"]
    assert (accounts["planned"], accounts["fetched"], accounts["skipped"]) == (3, 2, {"duplicate": 1})


def test_limit_fetches_so_many_pages_and_leaves_the_output_alone(scraper, config, folder, boards):
    path = config(css(boards))
    done = scraper(path, "--limit", 1)
    assert done.returncode == 0, done.stderr
    assert len(boards.asked()) == 1
    assert not (folder / "output/board.jsonl").exists()
    assert len(records(folder, "output/.scraper/board/rejected.jsonl")) == 3
    assert scraper(path, "--limit", 1, "--output", "some.jsonl").returncode == 0
    assert len(records(folder, "some.jsonl")) == 3


def test_what_is_recorded_can_be_replayed_without_the_site(scraper, config, folder, boards):
    path = config(css(boards, extra="output: {provenance: true}\n"))
    boards.pages["/board?offset=0"] = (302, {"Location": "/moved"}, b"")
    boards.pages["/moved"] = board(("moved", "1.0"))
    assert scraper(path, "--record", "saved").returncode == 0
    first = (folder / "output/board.jsonl").read_bytes()
    boards.pages.clear()
    done = scraper(path, "--replay", "saved")
    assert done.returncode == 0, done.stderr
    assert [line["title"] for line in records(folder)] == [json.loads(line)["title"] for line in first.splitlines()]
    assert scraper(path, "--replay", "saved").returncode == 0


def test_a_url_that_is_not_recorded_fails_and_delays_are_ignored(scraper, config, folder, boards):
    path = config(css(boards, last=10, more=", download_delay: 60"))
    assert scraper(path, "--record", "saved", "--limit", 1).returncode == 0
    done = scraper(path, "--replay", "saved")
    assert done.returncode == 3
    assert "not recorded" in done.stderr


# --------------------------------------------------------------------------- one at a time, crashes, signals


def start(folder, *arguments):
    command = [sys.executable, "-m", "scraper", *map(str, arguments)]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def stored(folder):
    """Return how many pages the run has fetched and will not fetch again."""
    journal = folder / "output/.scraper/board/journal.db"
    if not journal.exists():
        return 0
    db = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        return db.execute("SELECT count(*) FROM page WHERE state = 1").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        db.close()


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_second_run_exits_75_and_touches_nothing(scraper, config, folder, stuck):
    path = config(css(stuck))
    first = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    second = scraper(path)
    assert second.returncode == 75
    assert "another run" in second.stderr
    other = config(css(stuck, extra='output: {path: "output/board.jsonl"}\n'), name="other")
    third = scraper(other)
    assert third.returncode == 75
    stuck.gate["open"] = True
    assert first.wait(PATIENCE_S) == 0
    first.stderr.close()
    assert records(folder)[-1]["title"] == "at last"


def test_a_killed_run_leaves_no_workers_and_no_lock_and_resumes_to_the_same_bytes(scraper, config, folder, stuck):
    path = config(css(stuck, extra="output: {provenance: false}\n"))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3 and stored(folder) == 2)
    workers = [pid for child in children(run.pid) for pid in (child, *children(child))]
    assert workers
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stderr.close()
    stuck.gate["open"] = True
    wait_until(lambda: not any(map(is_running, workers)))
    assert not (folder / "output/board.jsonl").exists()
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert "resumed run" in done.stderr
    assert sorted(stuck.asked()) == ["/board?offset=0", "/board?offset=10", *["/board?offset=20"] * 2]
    assert len(records(folder)) == 7


def test_an_unfinished_run_is_never_overwritten_in_silence(scraper, config, folder, stuck):
    path = config(css(stuck))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stderr.close()
    stuck.gate["open"] = True
    done = scraper(path)
    assert done.returncode == 0
    assert "set aside" in done.stderr
    assert list((folder / "output/.scraper/board/set-aside").glob("*.db"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_the_run_in_order_and_it_can_be_resumed(scraper, config, folder, stuck, number, code):
    path = config(css(stuck, more=", drain_timeout: 0.5"))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3 and stored(folder) == 2)
    run.send_signal(number)
    assert run.wait(PATIENCE_S) == code
    message = run.stderr.read()
    run.stderr.close()
    assert "resumable" in message
    assert "Traceback" not in message
    assert report(folder)["accounts"]["unfinished"] == 1
    stuck.gate["open"] = True
    assert scraper(path, "--resume").returncode == 0
    assert len(records(folder)) == 7


def test_a_run_stopped_before_all_is_planned_is_not_taken_for_complete(scraper, config, folder, site):
    for n in range(700):
        site.pages[f"/board?offset={n}"] = board((f"film{n}", "1.0"))
    path = config(css(site, last=699).replace("step: 10", "step: 1"))
    run = start(folder, path)
    wait_until(lambda: len(site.asked()) > 100)
    run.send_signal(signal.SIGTERM)
    assert run.wait(PATIENCE_S) == 143
    run.stderr.close()
    assert not (folder / "output/board.jsonl").exists()
    accounts = report(folder)["accounts"]
    assert accounts["planned"] == 700 == accounts["fetched"] + accounts["unfinished"]
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert [record["title"] for record in records(folder)] == [f"film{n}" for n in range(700)]


def test_a_second_interrupt_stops_at_once(config, folder, stuck):
    path = config(css(stuck, more=", drain_timeout: 3600"))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    run.send_signal(signal.SIGINT)
    for _ in range(4):  # those that come before the first was taken notice of are one with it
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(PATIENCE_S / 4)
            break
    assert run.poll() == 130
    run.stderr.close()


EARLY = """
import os, signal, sys
from scraper.cli import main as cli
from scraper.config import load as config
config.load_config = lambda *_: os.kill(os.getpid(), signal.SIGINT)
cli.main(sys.argv[1:])
"""


def test_an_interrupt_before_the_run_begins_is_quiet_too(config, folder, boards):
    command = [sys.executable, "-c", EARLY, str(config(css(boards)))]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "")


def test_a_killed_worker_loses_no_page(scraper, config, folder, stuck):
    path = config(css(stuck))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    for child in children(run.pid):
        for pid in (child, *children(child)):
            if b"forkserver" not in Path(f"/proc/{pid}/cmdline").read_bytes() or pid != child:
                os.kill(pid, signal.SIGKILL)
    stuck.gate["open"] = True
    assert run.wait(PATIENCE_S) == 0, run.stderr.read()
    run.stderr.close()
    assert len(records(folder)) == 7


def test_a_config_edited_after_a_crash_starts_fresh_and_says_so(scraper, config, folder, stuck):
    path = config(css(stuck))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stderr.close()
    stuck.gate["open"] = True
    config(css(stuck, last=0))
    done = scraper(path, "--resume")
    assert done.returncode == 0
    assert "its config or its params have changed" in done.stderr
    assert len(records(folder)) == 3


# --------------------------------------------------------------------------- what an operator may do wrong


def test_a_name_belongs_to_one_config(scraper, config, folder, boards):
    assert scraper(config(css(boards), name="board")).returncode == 0
    done = scraper(config("name: board\n" + css(boards), name="copy"))
    assert done.returncode == 78
    assert "belongs to" in done.stderr


def test_a_disk_that_cannot_be_written_is_exit_1_with_path_and_cause_and_no_traceback(scraper, config, folder, boards):
    path = config(css(boards))
    (folder / "output").write_text("a file where a folder should be")
    done = scraper(path)
    assert done.returncode == 1
    assert "output" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_size_limit_in_mid_run_leaves_the_old_output(config, folder, boards):
    import resource

    path = config(css(boards, last=90))
    old = b'{"title":"old"}\n'
    (folder / "output").mkdir()
    (folder / "output/board.jsonl").write_bytes(old)
    done = subprocess.run(
        [sys.executable, "-m", "scraper", str(path)],
        cwd=folder, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=240,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "journal" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == old


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--nonsense"], 2, "No such option"),
        ([], 2, "Missing argument"),
        (["missing.yaml"], 2, "does not exist"),
        (["board.yaml", "--limit", "0"], 2, "--limit"),
        (["board.yaml", "-s", "nonsense"], 2, "NAME=VALUE"),
        (["board.yaml", "-s", "retry_tims=3"], 78, "retry_times"),
        (["board.yaml", "--replay", "nowhere"], 2, "there is nothing of that name"),
    ],
)
def test_usage_errors_exit_2_and_configuration_errors_78(scraper, config, folder, boards, arguments, code, message):
    config(css(boards))
    done = scraper(*arguments)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert boards.asked() == []


def test_a_log_and_a_summary_for_machines_are_json(scraper, config, folder, boards):
    boards.pages["/board?offset=10"] = (500, {}, b"oops")
    done = scraper(config(css(boards)), "--log-format", "json", "-v")
    *log, last = [json.loads(line) for line in done.stderr.splitlines()]
    assert (last["event"], last["exit_code"]) == ("report", 3)
    told = [line["message"] for line in log if line["level"] == "debug"]
    assert sorted(message.split()[0] for message in told) == ["failed", "fetched", "fetched"]
    assert any("offset=10: http 500" in message for message in told)


def test_quiet_says_nothing_when_all_is_well(scraper, config, folder, boards):
    done = scraper(config(css(boards)), "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_closed_stdout_or_stderr_harms_nothing(config, folder, boards):
    path = config(css(boards))
    command = f"{sys.executable} -m scraper {path} >&- 2>&-"
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, shell=True, cwd=folder, env=env, timeout=240, check=False).returncode == 0
    assert len(records(folder)) == 9
