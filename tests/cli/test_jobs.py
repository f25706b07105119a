"""Several configs in one command: a process each, one table, the worst exit code, and hosts that they share."""

import itertools
import json
import os
import signal
import time

import pytest

from scraper.report import jobs_table
from scraper.report.accounts import Exit
from scraper.report.jobs_table import JobRow
from tests.cli.test_run import PATIENCE_S, css, is_running, records, start, wait_until
from tests.conftest import board, children


def table(done):
    """Return the table's rows as {job: (exit code, the rest)}."""
    lines = done.stderr.splitlines()
    head = next(number for number, line in enumerate(lines) if line.split()[:2] == ["job", "exit"])
    return {line.split()[0]: (int(line.split()[1]), line.split()[2:]) for line in lines[head + 1 : -1]}


@pytest.fixture
def three(config, boards):
    """Three configs of which the last has a page that fails."""
    boards.pages["/other"] = board(("other", "1.0"))
    one = config(css(boards), name="one")
    two = config(css(boards, last=50), name="two")
    bad = css(boards).replace("last: 20", "last: 100")
    return one, two, config(bad, name="bad")


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_config_is_run_as_alone_and_one_table_tells_of_all(scraper, folder, three, jobs):
    done = scraper(*three, "--jobs", jobs)
    assert done.returncode == 3, done.stderr
    assert len(records(folder, "output/one.jsonl")) == 9
    assert len(records(folder, "output/two.jsonl")) == 18
    rows = table(done)
    assert list(rows) == ["one", "two", "bad"]
    assert [code for code, _ in rows.values()] == [0, 0, 3]
    assert rows["bad"][1][:3] == ["30", "10/11", "1"]
    assert done.stderr.splitlines()[-1] == "3 jobs: 2 all well, 1 some pages failed (exit 3)"
    head = done.stderr.splitlines()[: -len(rows) - 2]
    assert all(line.startswith(("one: ", "two: ", "bad: ")) for line in head), head
    assert "bad: failed 1 (http 404 1)" not in done.stderr
    assert "bad: pages planned 11 = fetched 10 + failed 1 (http 404 1)" in done.stderr


def test_a_wrong_config_is_told_first_and_stops_none_of_the_others(scraper, config, folder, three):
    wrong = config("start_urls: [1]\nrecords: {}\nfoo: 1\n", name="wrong")
    done = scraper(three[0], wrong, "gone.yaml", three[1])
    assert done.returncode == 78
    first = done.stderr.partition("one: ")[0]
    assert f"{wrong}:3:1: foo: unknown key" in first
    assert "gone.yaml: cannot read this file: No such file or directory" in first
    assert "nothing was fetched" in first
    assert [code for code, _ in table(done).values()] == [0, 78, 78, 0]
    assert len(records(folder, "output/two.jsonl")) == 18


def test_of_two_configs_of_one_name_the_second_is_wrong_and_one_given_twice_is_run_once(scraper, folder, three, boards):
    (folder / "more").mkdir()
    again = folder / "more/one.yaml"
    again.write_text(css(boards))
    done = scraper(three[0], three[0], again, f"{folder}/../{folder.name}/one.yaml")
    assert done.returncode == 78
    assert f"{again}: name: 'one' is the name of {three[0]} too" in done.stderr
    assert len(boards.asked()) == 3


def test_quiet_says_nothing_if_all_is_well_and_all_that_is_not(scraper, three):
    assert scraper(*three[:2], "-q").stderr == ""
    done = scraper(*three, "-q")
    assert "bad: bad: " not in done.stderr
    assert done.stderr.startswith("bad: pages planned")
    assert list(table(done)) == ["one", "two", "bad"]


def test_with_json_every_line_is_an_object_that_names_its_job(scraper, three):
    done = scraper(*three, "--log-format", "json", "-v")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    *each, last = lines
    assert {line["job"] for line in each} == {"one", "two", "bad"}
    assert sum(line.get("event") == "report" for line in each) == 3
    assert (last["event"], last["exit_code"], [row["job"] for row in last["jobs"]]) == (
        "jobs",
        3,
        ["one", "two", "bad"],
    )


@pytest.mark.parametrize("option", ["--output", "--record", "--metrics"])
def test_one_place_for_all_is_refused_and_a_name_in_it_makes_it_many(scraper, folder, three, option):
    suffix = ".prom" if option == "--metrics" else ".csv" if option == "--output" else ""
    done = scraper(*three[:2], option, f"there{suffix}")
    assert done.returncode == 2
    assert "2 configs would write to one place; put {name} into it" in done.stderr
    done = scraper(*three[:2], option, f"there/{{name}}{suffix}" if suffix != ".prom" else "{name}.prom")
    assert done.returncode == 0, done.stderr
    where = folder if suffix == ".prom" else folder / "there"
    assert {f"one{suffix}", f"two{suffix}"} <= {path.name for path in where.iterdir()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_two_jobs_at_one_site_keep_one_delay_and_one_limit(scraper, config, boards, jobs):
    # the site answers after the delay: only a limit that is shared keeps one from asking while the other waits
    slow = boards.pages.copy()
    for path, page in slow.items():
        boards.pages[path] = lambda _, page=page: (time.sleep(0.3), page)[1]
    text = css(boards, last=30).replace("concurrent_requests_per_domain: 4", "concurrent_requests_per_domain: 1")
    text = text.replace("retry_times: 0", "retry_times: 0, download_delay: 0.2")
    done = scraper(config(text, name="one"), config(text, name="two"), "--jobs", jobs)
    assert done.returncode == 0, done.stderr
    assert boards.busiest == 1
    assert len(boards.asked()) == 8
    times = [at for at, _ in boards.log]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.18


def test_a_host_that_asks_one_job_to_wait_is_left_alone_by_the_next(scraper, config, boards):
    boards.pages["/board?offset=0"] = (503, {"Retry-After": "2"}, b"")
    one, two = config(css(boards, last=0), name="one"), config(css(boards, last=10), name="two")
    boards.pages["/board?offset=10"] = board(("later", "1.0"))
    done = scraper(one, two)
    assert done.returncode == 4
    times = [at for at, _ in boards.log]
    assert len(times) == 3
    assert times[1] - times[0] >= 2


def test_own_steps_of_two_folders_may_have_one_name(scraper, folder, boards):
    for name, word in (("a", "left"), ("b", "right")):
        (folder / name).mkdir()
        (folder / name / "steps.py").write_text(f"def mark(text):\n    return '{word}'\n")
        text = css(boards, last=0).replace(
            "{css: p.name a, required: true}", "{css: p.name a, steps: [{python: 'steps:mark'}]}"
        )
        (folder / name / f"{name}.yaml").write_text(text)
    done = scraper("a/a.yaml", "b/b.yaml")
    assert done.returncode == 0, done.stderr
    assert [records(folder, f"output/{name}.jsonl")[0]["title"] for name in "ab"] == ["left", "right"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_all_in_order_and_starts_no_other(scraper, config, folder, stuck, number, code):
    names = ("one", "two", "three")
    paths = [config(css(stuck, more=", drain_timeout: 0.5"), name=name) for name in names]
    run = start(folder, *paths, "--jobs", 2)
    wait_until(lambda: len(stuck.asked()) >= 4)
    run.send_signal(number)
    assert run.wait(PATIENCE_S) == code
    message = run.stderr.read()
    run.stderr.close()
    assert "Traceback" not in message
    assert message.count("nothing published") == 2
    assert "not started" in message
    stuck.gate["open"] = True
    assert scraper(*paths, "--resume").returncode == 0
    assert [len(records(folder, f"output/{name}.jsonl")) for name in names] == [7, 7, 7]


def test_a_second_interrupt_stops_all_at_once(config, folder, stuck):
    paths = [config(css(stuck, more=", drain_timeout: 3600"), name=name) for name in ("one", "two")]
    run = start(folder, *paths, "--jobs", 2)
    wait_until(lambda: len(stuck.asked()) >= 4)
    for _ in range(20):
        run.send_signal(signal.SIGINT)
        time.sleep(0.5)
        if run.poll() is not None:
            break
    assert run.wait(PATIENCE_S) == 130
    run.stderr.close()


def test_a_killed_command_leaves_no_job_behind(scraper, config, folder, stuck):
    paths = [config(css(stuck, more=", drain_timeout: 0.5"), name=name) for name in ("one", "two")]
    run = start(folder, *paths, "--jobs", 2)
    wait_until(lambda: len(stuck.asked()) >= 4)
    jobs = children(run.pid)
    all_of_them = [*jobs, *(pid for job in jobs for pid in children(job))]
    assert len(jobs) == 2
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stderr.close()
    wait_until(lambda: not any(map(is_running, all_of_them)))
    stuck.gate["open"] = True
    assert scraper(*paths, "--resume").returncode == 0


def test_a_job_that_is_killed_is_told_and_the_others_go_on(scraper, config, folder, stuck):
    paths = [config(css(stuck), name="one"), config(css(stuck, last=10), name="two")]
    run = start(folder, *paths, "--jobs", 1)
    wait_until(lambda: len(stuck.asked()) == 3)
    for pid in children(run.pid):
        os.kill(pid, signal.SIGKILL)
    stuck.gate["open"] = True
    assert run.wait(PATIENCE_S) == 1
    message = run.stderr.read()
    run.stderr.close()
    assert "killed by signal 9" in message
    assert len(records(folder, "output/two.jsonl")) == 6


# --------------------------------------------------------------------------- the table


def test_the_exit_code_of_all_is_the_one_that_is_documented_to_count():
    codes = [Exit.OK, Exit.INCOMPLETE, Exit.REJECTED, Exit.ERROR, Exit.BUSY, Exit.CONFIG, Exit.INTERRUPTED]
    for number, code in enumerate(codes, 1):
        assert jobs_table.worst(codes[:number]) == code


def test_a_row_without_figures_keeps_its_columns():
    rows = [JobRow("a", 0, "1", "1/1", "0", "0.1", "→ a.jsonl"), JobRow("long-name", 78, outcome="b.yaml: nothing")]
    assert list(jobs_table.table(rows)) == [
        "job        exit  records  pages  failed  seconds",
        "a             0        1    1/1       0      0.1  → a.jsonl",
        "long-name    78                                   b.yaml: nothing",
        "2 jobs: 1 all well, 1 wrong configuration (exit 78)",
    ]
