"""The faults of docs/explanation/classic/, each shown on a small site, and the real program on the same pages.

`classic` runs the thirty lines as they stand; a test that waits for something that never ends gives up by itself.
"""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT, children

CLASSIC = ROOT / "docs" / "explanation" / "classic"
CONFIG = """
start_urls: ["{url}/board/4?offset={{offset}}"]
params: {{offset: {{first: 0, last: 90, step: 10}}}}
records:
  each: dd
  fields:
    index: {{css: i.board-index, type: int, required: true}}
    title: {{css: p.name a, attr: title, required: true}}
    actor: p.star
    time: p.releasetime
    score: {{css: p.score, type: float}}
expect: {{blocked_if: [captcha]}}
settings: {{retry_times: 0, download_timeout: {timeout}{more}}}
"""
PATIENCE_S = 150


def film(number, score="9.5", actor="Zhang Guorong"):
    integer, _, fraction = score.partition(".")
    scored = (
        f'<p class="score"><i class="integer">{integer}.</i><i class="fraction">{fraction}</i></p>' if score else ""
    )
    return (
        f'<dd><i class="board-index">{number}</i><p class="name"><a title="film {number}">film {number}</a></p>'
        f'<p class="star">{actor}</p><p class="releasetime">1993-01-01</p>{scored}</dd>\n'
    )


def page(offset, **details):
    return "".join(film(offset + n, **details) for n in range(1, 11))


@pytest.fixture
def top100(site):
    """Ten boards of ten films each."""
    for offset in range(0, 100, 10):
        site.pages[f"/board/4?offset={offset}"] = page(offset)
    return site


@pytest.fixture
def classic(folder):
    """A function that starts one of the classic programs; what still runs at the end is killed, workers too."""
    started = []

    def start(site, program="crawler.py"):
        command = [sys.executable, CLASSIC / program, site.url]
        started.append(subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def ours(scraper, config, folder):
    """A function that runs the real program on the same pages and returns its exit code, records and messages."""

    def run(site, more="", *options, timeout=60):
        done = scraper(config(CONFIG.format(url=site.url, more=more, timeout=timeout)), *options)
        path = folder / "output" / "board.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return done.returncode, [json.loads(line) for line in lines], done.stderr

    return run


@pytest.fixture
def started(config, folder):
    """A function that starts the real program on a site and returns when it has asked for all pages."""

    def start(site):
        asked = len(site.asked())
        path = config(CONFIG.format(url=site.url, more="", timeout=60))
        process = subprocess.Popen([sys.executable, "-m", "scraper", path, "-q"], cwd=folder)
        wait_until(lambda: len(site.asked()) == asked + 11)  # robots.txt, too
        return process

    return start


def lines(folder):
    path = folder / "result.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def films(folder):
    return [json.loads(line) for line in lines(folder)]


def wait_until(is_so):
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def hangs(process, seconds=2):
    """Whether a program that has had all its answers goes on all the same."""
    time.sleep(seconds)
    return process.poll() is None


def gate(site, path, body):
    """Let a page of a site be answered only when the gate is opened."""
    opened = {"now": False}

    def answer(_):
        while not opened["now"]:
            time.sleep(0.02)
        return body

    site.pages[path] = answer
    return opened


# --------------------------------------------------------------------------- what is read


def test_where_all_is_well_both_give_the_same_films(classic, ours, top100, folder):
    assert classic(top100).wait(PATIENCE_S) == 0
    code, records, _ = ours(top100)
    told = sorted((str(r["index"]), r["title"], r["actor"], r["time"], str(r["score"])) for r in records)
    assert (code, told) == (0, sorted(tuple(f.values()) for f in films(folder)))
    assert len(told) == 100


def test_classic_a_film_without_a_score_takes_its_neighbours(classic, top100, folder):
    top100.pages["/board/4?offset=0"] = film(1, score="") + film(2, score="9.1")
    assert classic(top100).wait(PATIENCE_S) == 0
    first = [f for f in films(folder) if f["index"] in ("1", "2")]
    assert [(f["title"], f["score"]) for f in first] == [("film 1", "9.1")], "film 2 is gone, its score is film 1's"


def test_here_a_film_without_a_score_has_none(ours, top100):
    top100.pages["/board/4?offset=0"] = film(1, score="") + film(2, score="9.1")
    _, records, _ = ours(top100)
    assert [(r["title"], r["score"]) for r in records[:2]] == [("film 1", None), ("film 2", 9.1)]


def test_classic_one_renamed_class_and_the_regex_searches_for_ever(classic, top100, folder):
    variant = ROOT / "fixtures" / "maoyan-variants" / "renamed-class" / "page.html"
    top100.pages["/board/4?offset=0"] = variant.read_bytes()
    run = classic(top100)
    wait_until(lambda: len(top100.asked()) == 10)
    assert hangs(run)
    assert len(lines(folder)) < 100


def test_here_a_pattern_has_a_time_limit_and_costs_its_page(scraper, config, folder, top100):
    variant = ROOT / "fixtures" / "maoyan-variants" / "renamed-class" / "page.html"
    top100.pages["/board/4?offset=0"] = variant.read_bytes()
    pattern = (CLASSIC / "crawler.py").read_text("utf-8")
    (text,) = ["".join(part.split("'")[1] for part in pattern.splitlines() if part.lstrip().startswith("r'"))]
    names = ("index", "title", "actor", "time", "integer", "fraction")
    fields = "".join(f"    {name}: {{group: {number}}}\n" for number, name in enumerate(names, 1))
    text = f"""
start_urls: ["{top100.url}/board/4?offset={{offset}}"]
params: {{offset: {{first: 0, last: 90, step: 10}}}}
records:
  each: {{regex: '{text}'}}
  fields:
{fields}settings: {{retry_times: 0, regex_timeout: 0.5}}
"""
    done = scraper(config(text))
    assert done.returncode == 3, done.stderr
    assert "failed 1 (parse timeout 1)" in done.stderr
    assert len((folder / "output" / "board.jsonl").read_text("utf-8").splitlines()) == 90


def test_classic_a_captcha_is_an_empty_file_and_exit_0(classic, site, folder):
    for offset in range(0, 100, 10):
        site.pages[f"/board/4?offset={offset}"] = "<h1>captcha</h1>"
    assert classic(site).wait(PATIENCE_S) == 0
    assert lines(folder) == []


def test_here_a_captcha_is_exit_4_and_yesterdays_file_stands(ours, top100):
    assert ours(top100)[0] == 0
    for offset in range(0, 100, 10):
        top100.pages[f"/board/4?offset={offset}"] = "<h1>captcha</h1>"
    code, records, said = ours(top100)
    assert (code, len(records)) == (4, 100)
    assert "failed 10 (blocked 10)" in said


GBK = {"Content-Type": "text/html"}


def test_classic_a_page_that_does_not_say_its_encoding_becomes_gibberish(classic, top100, folder):
    top100.pages["/board/4?offset=0"] = (200, GBK, page(0, actor="张国荣").encode("gbk"))
    assert classic(top100).wait(PATIENCE_S) == 0
    assert "ÕÅ¹úÈÙ" in {f["actor"] for f in films(folder)}


def test_here_it_is_read_as_it_was_written(ours, top100):
    top100.pages["/board/4?offset=0"] = (200, GBK, page(0, actor="张国荣").encode("gbk"))
    code, records, _ = ours(top100)
    assert (code, records[0]["actor"]) == (0, "张国荣")


# --------------------------------------------------------------------------- what fails


def test_classic_a_page_that_cannot_be_fetched_is_lost_without_a_word(classic, top100, folder):
    def reset(handler):
        handler.connection.close()
        return ""

    top100.pages["/board/4?offset=50"] = reset
    assert classic(top100).wait(PATIENCE_S) == 0
    assert len(lines(folder)) == 90


def test_here_it_is_told_with_its_reason_and_the_exit_is_3(ours, top100):
    def reset(handler):
        handler.connection.close()
        return ""

    top100.pages["/board/4?offset=50"] = reset
    code, records, said = ours(top100)
    assert (code, len(records)) == (3, 90)
    assert "fetched 9 + failed 1" in said


def test_classic_a_status_500_ends_the_callbacks_and_the_run_never_ends(classic, top100, folder):
    top100.pages["/board/4?offset=0"] = (500, {}, "oops")
    for offset in range(10, 100, 10):
        top100.pages[f"/board/4?offset={offset}"] = lambda _, body=page(offset): (time.sleep(1), body)[1]
    run = classic(top100)
    wait_until(lambda: len(top100.asked()) == 10)
    assert hangs(run)
    assert len(lines(folder)) < 90, "findall(None) killed the thread that hears of the other pages"


def test_here_a_status_500_costs_its_page(ours, top100):
    top100.pages["/board/4?offset=0"] = (500, {}, "oops")
    code, records, said = ours(top100)
    assert (code, len(records)) == (3, 90)
    assert "failed 1 (http 500 1)" in said


def test_classic_a_server_that_does_not_answer_holds_the_run(classic, top100, folder):
    opened = gate(top100, "/board/4?offset=50", page(50))
    run = classic(top100)
    wait_until(lambda: len(lines(folder)) == 90)
    assert hangs(run)
    opened["now"] = True


def test_here_it_ends_at_download_timeout(ours, top100):
    opened = gate(top100, "/board/4?offset=50", page(50))
    code, records, said = ours(top100, timeout=5)
    opened["now"] = True
    assert (code, len(records)) == (3, 90)
    assert "failed 1 (timeout 1)" in said


# --------------------------------------------------------------------------- what is killed


def test_classic_a_killed_worker_loses_its_page_and_the_run_never_ends(classic, top100, folder):
    opened = gate(top100, "/board/4?offset=50", page(50))
    run = classic(top100)
    wait_until(lambda: len(lines(folder)) == 90)
    for worker in children(run.pid):
        os.kill(worker, signal.SIGKILL)
    opened["now"] = True
    assert hangs(run)
    assert len(lines(folder)) == 90


def test_here_its_page_is_fetched_again(started, folder, top100):
    opened = gate(top100, "/board/4?offset=50", page(50))
    run = started(top100)
    for worker in [worker for server in children(run.pid) for worker in children(server)]:
        os.kill(worker, signal.SIGKILL)
    opened["now"] = True
    assert run.wait(PATIENCE_S) == 0
    assert len((folder / "output" / "board.jsonl").read_text("utf-8").splitlines()) == 100


def test_classic_a_killed_run_leaves_half_a_file_and_the_next_one_doubles_it(classic, top100, folder):
    opened = gate(top100, "/board/4?offset=50", page(50))
    run = classic(top100)
    wait_until(lambda: len(lines(folder)) == 90)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    opened["now"] = True
    assert len(lines(folder)) == 90
    assert classic(top100).wait(PATIENCE_S) == 0
    assert len(lines(folder)) == 190


def test_here_a_killed_run_leaves_the_old_file_and_is_resumed(ours, started, folder, top100):
    assert ours(top100)[0] == 0
    before = (folder / "output" / "board.jsonl").read_bytes()
    opened = gate(top100, "/board/4?offset=50", page(50, actor="Gong Li"))
    run = started(top100)
    run.kill()
    run.wait()
    opened["now"] = True
    assert (folder / "output" / "board.jsonl").read_bytes() == before
    code, records, _ = ours(top100, "", "--resume")
    assert (code, [r["index"] for r in records]) == (0, [*range(1, 101)])
    assert records[50]["actor"] == "Gong Li"


# --------------------------------------------------------------------------- who writes


def test_classic_two_runs_at_once_double_every_line(classic, top100, folder):
    runs = [classic(top100), classic(top100)]
    assert [run.wait(PATIENCE_S) for run in runs] == [0, 0]
    assert len(lines(folder)) == 200


def test_here_the_second_run_ends_at_once_with_75(ours, started, folder, top100):
    opened = gate(top100, "/board/4?offset=50", page(50))
    first = started(top100)
    code, _, said = ours(top100)
    opened["now"] = True
    assert code == 75, said
    assert first.wait(PATIENCE_S) == 0
    assert len((folder / "output" / "board.jsonl").read_text("utf-8").splitlines()) == 100


def test_classic_the_order_is_that_of_the_answers(classic, top100, folder):
    top100.pages["/board/4?offset=0"] = lambda _: (wait_until(lambda: len(lines(folder)) == 90), page(0))[1]
    assert classic(top100).wait(PATIENCE_S) == 0
    assert films(folder)[-1]["index"] == "10"


def test_here_the_order_is_that_of_the_plan(ours, top100):
    top100.pages["/board/4?offset=0"] = lambda _: (wait_until(lambda: len(top100.asked()) == 11), page(0))[1]
    code, records, _ = ours(top100)
    assert (code, [r["index"] for r in records]) == (0, [*range(1, 101)])


LONG = "Zhang Guorong, " * 1_000
"""More than a file keeps before it writes: then `print` writes the line and, a little later, its end."""


def is_torn(line):
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def test_classic_lines_that_workers_write_are_torn(classic, top100, folder):
    for offset in range(0, 100, 10):
        top100.pages[f"/board/4?offset={offset}"] = page(offset, actor=LONG)
    for _ in range(10):  # it takes two that write at the same instant
        assert classic(top100, "workers_write.py").wait(PATIENCE_S) == 0
        if any(map(is_torn, lines(folder))):
            return
        (folder / "result.txt").unlink()
    pytest.fail("no line was torn in ten runs")


def test_here_one_process_writes_and_every_line_is_whole(ours, top100):
    for offset in range(0, 100, 10):
        top100.pages[f"/board/4?offset={offset}"] = page(offset, actor=LONG)
    code, records, _ = ours(top100, ", parse_in: worker")
    assert (code, len(records), {r["actor"] for r in records}) == (0, 100, {LONG.strip()})


def test_classic_what_robots_txt_denies_is_fetched(classic, top100):
    top100.pages["/robots.txt"] = "User-agent: *\nDisallow: /board/\n"
    assert classic(top100).wait(PATIENCE_S) == 0
    assert len(top100.asked()) == 10


def test_here_it_is_not(ours, top100):
    top100.pages["/robots.txt"] = "User-agent: *\nDisallow: /board/\n"
    code, _, said = ours(top100)
    assert (code, top100.asked()) == (4, ["/robots.txt"])
    assert "skipped 10 (robots 10)" in said


def test_the_programs_of_the_text_are_those_that_are_run():
    text = (CLASSIC.parent / "classic.md").read_text("utf-8")
    whole, scrape = text.split("```py\n")[1:]
    assert whole.split("```")[0] == (CLASSIC / "crawler.py").read_text("utf-8")
    assert scrape.split("```")[0] in (CLASSIC / "workers_write.py").read_text("utf-8")


def test_the_text_names_every_test_of_this_page():
    text = " ".join((CLASSIC.parent / "classic.md").read_text("utf-8").split())
    names = [
        name.removeprefix("test_").replace("_", " ")
        for name in globals()
        if name.startswith(("test_classic", "test_here"))
    ]
    assert [name for name in names if f"[{name}]" not in text] == []
