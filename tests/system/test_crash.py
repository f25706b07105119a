"""Kill the parent, its workers or both at random instants: the published file is that of an undisturbed run."""

import contextlib
import functools
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from scraper.journal.journal import Journal
from tests.conftest import ROOT, board, children

ROUNDS = int(os.environ.get("STRESS", "5"))
PAGES = 60
PAGED = """
pages:
  list:
    start_urls: ["{url}/board?offset={{offset}}"]
    params: {{offset: {{first: 0, last: {last}}}}}
    records:
      each: dd
      fields: {{title: p.name, score: {{css: p.score, type: float}}}}
      follow: [{{css: a, page: film, merge: true}}]
  film: {{records: {{fields: {{plot: h1}}}}}}
output: {{mode: {mode}}}
settings:
  {{concurrent_requests: 8, robotstxt_obey: false, retry_times: 0, contact: t@example.com, drain_timeout: 1}}
"""
ENV = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def slow_boards(site):
    """Boards and their films, a little slow, so that there is time to kill."""
    for n in range(PAGES):
        site.pages[f"/board?offset={n}"] = slowly(board((f"film{n}", "9.1"), (f"movie{n}", None)))
        for name in (f"film{n}", f"movie{n}"):
            site.pages[f"/films/{name}"] = slowly(f"<h1>plot of {name}</h1>")
    return site


def slowly(page):
    return lambda _: (time.sleep(0.02), page)[1]


def job(site, mode="replace", pages=PAGES):
    return PAGED.format(url=site.url, last=pages - 1, mode=mode)


def start(folder, *arguments):
    command = [sys.executable, "-m", "scraper", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=ENV, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def end(run, seconds=150):
    """Wait for a run; return its code and what it said."""
    _, said = run.communicate(timeout=seconds)
    return run.returncode, said


def workers(pid):
    """Return the worker processes of a run: the children of its forkserver."""
    return [worker for child in children(pid) for worker in children(child)]


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_one(run, site, chance, seconds):
    """Wait so long and for some progress, then kill a worker: one that is killed alone three times is given up."""
    asked, end = len(site.log), time.monotonic() + 10
    time.sleep(seconds)
    while run.poll() is None and len(site.log) < asked + 4 and time.monotonic() < end:
        time.sleep(0.01)
    if alive := workers(run.pid):
        kill(chance.choice(alive))


@pytest.fixture
def undisturbed(scraper, config, folder, slow_boards):
    """The config and the bytes that an undisturbed run publishes."""
    path = config(job(slow_boards))
    done = scraper(path)
    assert done.returncode == 0, done.stderr
    target = folder / "output/board.jsonl"
    expected = target.read_bytes()
    assert expected.count(b"\n") == 2 * PAGES
    target.unlink()
    return path, expected


def whole_or_nothing(folder, expected):
    """Assert that whatever matches the analyst's glob is complete."""
    for found in (folder / "output").glob("*.jsonl"):
        assert found.read_bytes() == expected


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
def test_a_killed_parent_loses_nothing_and_doubles_nothing(folder, undisturbed):
    path, expected = undisturbed
    for number in range(ROUNDS):
        chance = random.Random(number)
        for _ in range(6):
            run = start(folder, path, "--resume")
            time.sleep(chance.uniform(0.3, 1.6))
            kill(run.pid)
            end(run)
            whole_or_nothing(folder, expected)
        code, said = end(start(folder, path, "--resume"))
        assert code == 0, said
        assert (folder / "output/board.jsonl").read_bytes() == expected
        (folder / "output/board.jsonl").unlink()


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
def test_killed_workers_lose_nothing(folder, undisturbed, site):
    path, expected = undisturbed
    for number in range(ROUNDS):
        chance = random.Random(number)
        run = start(folder, path)
        while run.poll() is None:
            kill_one(run, site, chance, 0.2)
        code, said = end(run)
        assert code == 0, said
        assert (folder / "output/board.jsonl").read_bytes() == expected


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
def test_killed_workers_and_parents_lose_nothing(folder, undisturbed, site):
    path, expected = undisturbed
    for number in range(ROUNDS):
        chance = random.Random(number)
        for last in (False, False, True):
            run = start(folder, path, "--resume")
            stop_at = time.monotonic() + (150 if last else chance.uniform(0.5, 1.8))
            while run.poll() is None and time.monotonic() < stop_at:
                kill_one(run, site, chance, 0.25)
            kill(run.pid)
            code, said = end(run)
            whole_or_nothing(folder, expected)
        assert code == 0, said
        assert (folder / "output/board.jsonl").read_bytes() == expected
        (folder / "output/board.jsonl").unlink()


MEMBERS = """
pages:
  list:
    start_urls: ["{url}/list"]
    records: {{each: li, fields: {{name: a}}, follow: [{{css: a, page: film, merge: true}}]}}
  film: {{records: {{fields: {{price: .price}}}}}}
login: {{url: "{url}/login", form: {{user: me, password: hush-1234}}, page_must_match: [Logout]}}
settings:
  {{concurrent_requests: 8, robotstxt_obey: false, retry_times: 0, contact: t@example.com, fetcher: {fetcher}}}
"""
GOOD_FOR = 45
"""Pages that a session is good for: none is good for the whole run."""


@pytest.fixture
def members(site):
    """A shop whose list sets the currency of all that comes behind it, and whose members alone see prices."""
    form = "<form method=post action=/session><input name=user><input name=password type=password></form>"
    seen = {}

    def cookies(handler):
        return dict(pair.split("=") for pair in handler.headers.get("Cookie", "").split("; ") if pair)

    def log_in(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        assert b"password=hush-1234" in body
        seen[sid := str(len(seen))] = 0
        return 302, {"Location": "/home", "Set-Cookie": f"sid={sid}; Path=/; HttpOnly; Max-Age=3600.5"}, ""

    def is_in(handler):
        return seen.get(cookies(handler).get("sid"), GOOD_FOR) < GOOD_FOR

    def of_members(page):
        def answer(handler):
            time.sleep(0.02)
            if not is_in(handler):
                return 302, {"Location": f"/login?next={handler.path}"}, ""
            seen[cookies(handler)["sid"]] += 1
            return page(handler)

        return answer

    def listed(_):
        names = "".join(f"<li><a href=/film/{n}>film {n}</a></li>" for n in range(PAGES))
        return 200, {"Set-Cookie": "currency=EUR; Path=/"}, f"<ul>{names}</ul>"

    def price(n, handler):
        return f"<p class=price>{n} {cookies(handler).get('currency', 'USD')}</p>"

    def login(handler):
        return (302, {"Location": "/home"}, "") if is_in(handler) else form

    site.pages |= {"/login": login, "/session": log_in, "/home": "Logout", "/list": of_members(listed)}
    site.pages |= {f"/login?next={path}": form for path in ["/list", *(f"/film/{n}" for n in range(PAGES))]}
    for n in range(PAGES):
        site.pages[f"/film/{n}"] = of_members(functools.partial(price, n))
    return site


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_a_killed_run_goes_on_with_its_sessions_and_cookies(scraper, config, folder, members, fetcher):
    path, target = config(MEMBERS.format(url=members.url, fetcher=fetcher)), folder / "output/board.jsonl"
    assert scraper(path).returncode == 0
    expected = target.read_bytes()
    assert expected.count(b" EUR") == PAGES
    for number in range(ROUNDS):
        target.unlink()
        members.log.clear()
        chance = random.Random(number)
        run = start(folder, path)
        killed_at = chance.randint(1, PAGES + 5)
        while len(members.log) < killed_at and run.poll() is None:
            time.sleep(0.005)
        kill(run.pid)
        end(run)
        whole_or_nothing(folder, expected)
        code, said = end(start(folder, path, "--resume"))
        assert code == 0, said
        assert target.read_bytes() == expected
        # At first and when it ended; a kill costs a session that was not written yet, and pages of one.
        assert members.asked().count("/session") <= 4


DEADLY = """
import os, signal, sys
import scraper.journal.journal, scraper.export.part_file
from scraper.cli.main import main
point = sys.argv.pop(1)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

replace, remember = scraper.export.part_file.replace, scraper.journal.journal.Journal.remember

def deadly_replace(part, target):
    if point == "before the rename":
        die()
    replace(part, target)
    if point == "after the rename":
        die()

def deadly_remember(self, **facts):
    if point == "before the intent" and "parts" in facts:
        die()
    remember(self, **facts)
    if point == "after the end" and facts.get("state") == "finished":
        die()

scraper.export.part_file.replace, scraper.journal.journal.Journal.remember = deadly_replace, deadly_remember
main(sys.argv[1:])
"""
POINTS = ["before the intent", "before the rename", "after the rename", "after the end"]


@pytest.mark.parametrize("mode", ["replace", "append"])
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_during_publication_neither_doubles_nor_loses(scraper, config, folder, slow_boards, mode, point):
    path = config(job(slow_boards, mode, pages=3))
    assert scraper(path).returncode == 0
    once = (folder / "output/board.jsonl").read_bytes()
    twice = once * 2 if mode == "append" else once
    command = [sys.executable, "-c", DEADLY, point, str(path)]
    died = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, timeout=240, check=False)
    assert died.returncode == -signal.SIGKILL
    assert (folder / "output/board.jsonl").read_bytes() in (once, twice)
    if point != "after the end":
        done = scraper(path, "--resume")
        assert done.returncode == 0, done.stderr
        assert "resumed run" in done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == twice


def test_a_kill_between_the_renames_of_two_files_is_finished_by_resume(scraper, config, folder, slow_boards):
    text = job(slow_boards, 'append, path: "output/{records}.jsonl"', pages=2).replace(", merge: true", "")
    path, files = config(text), ("list", "film")
    assert scraper(path).returncode == 0
    once = {name: (folder / f"output/{name}.jsonl").read_bytes() for name in files}
    command = [sys.executable, "-c", DEADLY, "after the rename", str(path)]
    died = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, timeout=240, check=False)
    assert died.returncode == -signal.SIGKILL
    assert [(folder / f"output/{name}.jsonl").read_bytes() == once[name] for name in files] == [False, True]
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert {name: (folder / f"output/{name}.jsonl").read_bytes() for name in files} == {n: once[n] * 2 for n in files}


# --------------------------------------------------------------------------- what --resume goes on with


def report(folder):
    return json.loads((folder / "output/.scraper/board/last-run.json").read_text())


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_after_exit_3_resume_tries_the_failed_pages_again(scraper, config, folder, slow_boards, mode):
    path = config(job(slow_boards, mode, pages=4))
    if mode == "append":
        assert scraper(path).returncode == 0
    before = (folder / "output/board.jsonl").read_bytes() if mode == "append" else b""
    good = slow_boards.pages["/board?offset=2"]
    slow_boards.pages["/board?offset=2"] = (500, {}, b"")
    assert scraper(path).returncode == 3
    slow_boards.pages["/board?offset=2"] = good
    slow_boards.log.clear()
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert "1 failed pages are tried again" in done.stderr
    assert sorted(slow_boards.asked()) == ["/board?offset=2", "/films/film2", "/films/movie2"]
    got = (folder / "output/board.jsonl").read_bytes()
    assert got.startswith(before)
    titles = [json.loads(line)["title"] for line in got[len(before) :].splitlines()]
    assert titles == [f"{kind}{n}" for n in range(4) for kind in ("film", "movie")]


def test_a_run_whose_lines_somebody_added_to_is_over(scraper, config, folder, slow_boards):
    path, target = config(job(slow_boards, "append", pages=3)), folder / "output/board.jsonl"
    good = slow_boards.pages["/board?offset=2"]
    slow_boards.pages["/board?offset=2"] = (500, {}, b"")
    assert scraper(path).returncode == 3
    slow_boards.pages["/board?offset=2"] = good
    with target.open("ab") as file:
        file.write(b'{"title":"of another job"}\n')
    before = target.read_bytes()
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().startswith(before)
    assert len(target.read_bytes()[len(before) :].splitlines()) == 6


def test_cron_may_always_pass_resume(scraper, config, folder, slow_boards):
    path = config(job(slow_boards, pages=3))
    for _ in range(3):
        slow_boards.log.clear()
        done = scraper(path, "--resume")
        assert done.returncode == 0, done.stderr
        assert len(slow_boards.asked()) == 9


def test_failed_pages_of_long_ago_are_not_todays_run(scraper, config, folder, slow_boards):
    path = config(job(slow_boards, pages=3))
    slow_boards.pages["/board?offset=2"] = (500, {}, b"")
    assert scraper(path).returncode == 3
    with Journal(folder / "output/.scraper/board/journal.db") as journal:
        journal.remember(ended=str(float(journal.recall("ended")) - 86400))
    slow_boards.log.clear()
    assert scraper(path, "--resume").returncode == 3
    assert len(slow_boards.asked()) == 7


def test_an_edited_params_file_is_another_job(scraper, config, folder, slow_boards):
    (folder / "ids.txt").write_text("0\n1\n2\n")
    path = config(job(slow_boards).replace("{first: 0, last: 59}", "{file: ids.txt}"))
    run = start(folder, path)
    while len(slow_boards.asked()) < 3:
        time.sleep(0.01)
    kill(run.pid)
    end(run)
    (folder / "ids.txt").write_text("5\n")
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert "its config or its params have changed" in done.stderr
    assert (folder / "output/board.jsonl").read_bytes().count(b"\n") == 2
