"""The HTTP cache, asserted on the server's log, the published records and the report."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import scraper as package
from scraper import runner
from scraper.crawl.frontier import NOBODY, Frontier
from scraper.crawl.httpcache import HttpCache
from scraper.crawl.progress import Stop
from scraper.errors import ConfigError
from scraper.fetch import cache_entries as entries
from scraper.fetch.cache_entries import Head
from scraper.job import Settings
from scraper.job.secrets import NO_SECRETS
from scraper.models import Page, Parsed, Request
from scraper.report import summary
from tests.conftest import ROOT, board

CONFIG = """
start_urls: ["{url}/board?offset={{offset}}"]
params: {{offset: {{first: 0, last: 20, step: 10}}}}
records: {{each: dd, fields: {{title: a, score: {{css: .score, type: float}}}}}}
expect: {{blocked_if: [captcha]}}
settings: {{httpcache_enabled: true, retry_times: 0, pool: {{engine: threads}}}}
"""
PATHS = [f"/board?offset={offset}" for offset in (0, 10, 20)]
WAYS = [
    {"fetcher": "requests", "pool.engine": "threads"},
    {"fetcher": "curl", "pool.engine": "threads", "parse_in": "worker"},
    {"fetcher": "requests", "pool.engine": "processes", "parse_in": "worker"},
    {"fetcher": "curl", "pool.engine": "processes"},
    {"fetcher": "curl", "pool.engine": "processes", "parse_in": "worker"},
]
DUMMY = {"httpcache_policy": "dummy"}
PATIENCE_S = 100


class Versions(dict):
    """Pages with versions: each answers 304 to who has its version already, and notes what it answered."""

    def __init__(self):
        self.said = []
        """(path, status) of each answer, in order."""

    def put(self, path, body, tag='"1"', *, status=200, **headers):
        """Put a page; headers by names with _ for -."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        body = body.encode()

        def answer(handler):
            known = handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")
            validators = {"Etag": tag} if tag else {}
            is_known = (tag and known[0] == tag) or (known[1] and known[1] == named.get("Last-Modified"))
            self.said.append((path, 304 if is_known else status))
            return (304, {**validators, **named}, b"") if is_known else (status, {**validators, **named}, body)

        self[path] = answer

    def new(self):
        """Return what was answered since this was last called, sorted."""
        said, self.said = sorted(self.said), []
        return said


@pytest.fixture
def web(site):
    """Three boards and a robots.txt, all with versions."""
    site.pages = Versions()
    for n, path in enumerate(PATHS):
        site.pages.put(path, board((f"film{n}", f"9.{n}")))
    site.pages.put("/robots.txt", "User-agent: *\nDisallow: /private\n")
    return site


@pytest.fixture
def run(web, config):
    """A function that makes a run, some settings changed, and returns its report and its output."""
    config(CONFIG.format(url=web.url))

    def run(settings=None, **options):
        report = package.run(package.load_config("board.yaml", settings), **options)
        output = Path("output/board.jsonl")
        return report, output.read_bytes() if output.exists() else b""

    return run


def stored():
    """Return the files of whole answers; the name of one that is being written begins with a dot."""
    return sorted(Path("output/.scraper/board/httpcache").glob("??/[!.]*"))


def all_answered(status):
    return [(path, status) for path in [*PATHS, "/robots.txt"]]


# --------------------------------------------------------------------------- conditional GET


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(way.values()))
def test_a_second_run_of_an_unchanged_site_fetches_no_bodies_and_publishes_the_same(web, run, way):
    report, first = run(way)
    assert (report.exit_code, report.unchanged, web.pages.new()) == (0, 0, all_answered(200))
    report, second = run(way)
    assert (report.exit_code, report.unchanged, report.unasked, report.marks) == (0, 3, 0, {})
    assert web.pages.new() == all_answered(304)
    assert second == first
    assert json.loads(Path("output/.scraper/board/last-run.json").read_bytes())["unchanged"] == 3
    assert "unchanged 3 pages: their server said so, they were read from disk" in summary.lines(report)


def test_only_the_page_that_has_changed_is_fetched(web, run):
    run()
    web.pages.new()
    web.pages.put(PATHS[1], board(("another", "8.0")), '"2"')
    report, output = run()
    assert (report.unchanged, web.pages.new()) == (
        2,
        [(path, 200 if path == PATHS[1] else 304) for path, _ in all_answered(0)],
    )
    assert [json.loads(line)["title"] for line in output.splitlines()] == ["film0", "another", "film2"]
    assert run()[0].unchanged == 3, "the new version was stored"


@pytest.mark.parametrize(
    ("tag", "headers"), [('W/"weak"', {}), (None, {"last_modified": "Thu, 26 Nov 2020 10:00:00 GMT"})]
)
def test_weak_tags_and_dates_are_conditions_too(web, run, tag, headers):
    for path in PATHS:
        web.pages.put(path, board(("tea", "1.0")), tag, **headers)
    run()
    assert run()[0].unchanged == 3


def test_a_server_that_ignores_conditions_is_believed(web, run):
    web.pages.update({path: (200, {"Etag": '"1"'}, board(("tea", "1.0"))) for path in PATHS})
    assert run()[1] == run()[1]
    assert run()[0].unchanged == 0


def test_a_304_that_nobody_asked_for_is_a_failure(web, run):
    web.pages[PATHS[0]] = (304, {}, b"")
    report, _ = run()
    assert (report.exit_code, report.accounts.failed) == (3, {"http 304": 1})


def test_a_304_about_another_version_is_not_believed(web, run):
    run()
    asked = []

    def answer(handler):
        asked.append(handler.headers.get("If-None-Match"))
        return (304, {"Etag": '"3"'}, b"") if asked[-1] else (200, {"Etag": '"3"'}, board(("third", "3.0")))

    web.pages[PATHS[0]] = answer
    report, output = run()
    assert asked == ['"1"', None]
    assert (report.unchanged, b"third" in output) == (2, True)


def test_a_304_whose_stored_answer_is_gone_is_asked_for_in_full(web, run):
    _, first = run()
    known = web.pages[PATHS[0]]

    def answer(handler):
        for path in stored():
            path.unlink()
        return known(handler)

    web.pages[PATHS[0]] = answer
    report, output = run({"concurrent_requests": "1"})
    assert (report.exit_code, output) == (0, first)
    assert (PATHS[0], 304) in web.pages.said
    assert (PATHS[0], 200) in web.pages.said


def test_an_unchanged_page_is_read_as_the_config_says_today(web, run, config):
    run()
    config(CONFIG.format(url=web.url).replace("title: a", "title: {css: a, steps: [upper]}"))
    report, output = run()
    assert (report.unchanged, json.loads(output.splitlines()[0])["title"]) == (3, "FILM0")


def test_a_page_is_fresh_for_as_long_as_its_server_says_and_nobody_is_asked(web, run):
    for path in (*PATHS, "/robots.txt"):
        web.pages.put(path, board(("tea", "1.0")), cache_control="max-age=3600")
    _, first = run()
    web.pages.new()
    report, second = run()
    assert (report.unasked, web.pages.new(), second) == (3, [], first)
    assert "not asked for 3 pages: they were read from the HTTP cache" in summary.lines(report)


def test_a_robots_txt_is_used_for_a_day_at_most_whatever_its_server_says(web, run):
    for path in (*PATHS, "/robots.txt"):
        web.pages.put(path, board(("tea", "1.0")), cache_control="max-age=1000000")
    run()
    for path in map(str, stored()):
        head = entries.read_head(path)
        entries.write_head(
            path, Head(head.url, head.status, (("Cache-Control", "max-age=1000000"),), time.time() - 90000)
        )
    web.pages.new()
    assert (run()[0].unasked, web.pages.new()) == (3, [("/robots.txt", 200)])


def test_a_resumed_run_counts_what_was_unchanged_before_it_was_interrupted(web, run):
    _, first = run()
    stop = Stop()
    job = package.load_config("board.yaml", {"concurrent_requests": "1"})
    report = runner.run(job, stop=stop, on_progress=lambda now: stop.request(15) if now.fetched else None)
    assert (report.exit_code, 0 < len(web.pages.said) < 8) == (143, True)
    report, second = run({"concurrent_requests": "1"}, resume=True)
    assert (report.unchanged, second, len(report.notes)) == (3, first, 1)


def test_a_page_that_is_tried_again_is_asked_for_in_full(web, run):
    run()
    asked = []

    def answer(handler):
        asked.append(handler.headers.get("If-None-Match"))
        return (503, {}, b"") if asked == ['"1"'] else (200, {"Etag": '"1"'}, board(("again", "3.0")))

    web.pages[PATHS[0]] = answer
    report, output = run({"retry_times": "1"})
    assert (asked, report.exit_code, b"again" in output) == (['"1"', None], 0, True)


def test_where_nobody_is_asked_nobody_waits():
    frontier = Frontier(Settings(download_delay=9.0, concurrent_requests_per_domain=1), random=lambda: 0.5)
    for domain in (NOBODY, "a.example"):
        for n in range(3):
            frontier.push(domain, Request(f"http://a.example/{n}"))
    frontier.pause(NOBODY, 99.0)
    assert sorted(entry[0] for entry in iter(lambda: frontier.pop(1.0), None)) == [NOBODY, NOBODY, NOBODY, "a.example"]


# --------------------------------------------------------------------------- what is stored


@pytest.mark.parametrize(
    "headers",
    [{"cache_control": "no-store"}, {"cache_control": "Private, NO-STORE, max-age=60"}, {"set_cookie": "sid=1"}],
    ids=str,
)
def test_what_must_not_be_stored_is_not(web, run, headers):
    for path in PATHS:
        web.pages.put(path, board(("tea", "1.0")), **headers)
    run()
    assert len(stored()) == 1, "robots.txt"
    report, _ = run()
    assert (report.exit_code, report.unchanged) == (0, 0)
    why = "set a cookie" if "set_cookie" in headers else "must not be stored, as their server says"
    (note,) = (note for note in report.notes if note.startswith("the HTTP cache stores no answers of some sorts: "))
    assert why in note


def test_what_varies_by_all_is_asked_for_and_what_varies_by_our_lines_is_told_apart_by_them(web, run, config):
    web.pages.put(PATHS[0], board(("any", "1.0")), vary="*", cache_control="max-age=600")
    for path in PATHS[1:]:
        web.pages.put(path, board(("any", "1.0")), vary="Accept-Language", cache_control="max-age=600")
    text = CONFIG.format(url=web.url)
    for language, sender, expected in [
        ("fr", "one", (0, 0)),
        ("fr", "one", (1, 2)),
        ("de", "one", (0, 0)),
        ("fr", "two", (0, 0)),
        ("fr", "one", (1, 2)),
    ]:
        config(text.replace("retry_times: 0", f"headers: {{Accept-Language: {language}}}, user_agent: {sender}"))
        report, _ = run()
        assert (report.unchanged, report.unasked) == expected


@pytest.mark.parametrize(
    "setting",
    [
        {"cookies": "{sid: hush}"},
        {"auth": "{user: me, password: hush-hush}"},
        {"headers": "{X-Api-Key: hush-hush}"},
        {"headers": "{X-Odd: hush-hush}"},
        {"headers": "{If-None-Match: '\"0\"'}"},
    ],
    ids=str,
)
def test_what_was_asked_for_with_credentials_is_not_stored(web, run, setting):
    path = Path("board.yaml")
    name, value = next(iter(setting.items()))
    path.write_text(path.read_text().replace("retry_times: 0", f"retry_times: 0, {name}: {value}"))
    report, _ = run(DUMMY)
    why = "3 that were asked for with a cookie, a password or a secret"
    assert (report.exit_code, report.notes) == (0, (f"the HTTP cache stores no answers of some sorts: {why}",))
    assert len(stored()) == 1, "robots.txt, which is asked for without"
    web.pages.new()
    run(DUMMY)
    assert [path for path, status in web.pages.new() if status == 200] == PATHS


@pytest.mark.parametrize("policy", [{}, DUMMY], ids=["rfc2616", "dummy"])
def test_cookies_that_a_site_sets_are_not_stored_nor_what_they_bring(web, run, policy):
    sent = []

    def answer(handler):
        sent.append((handler.path, handler.headers.get("Cookie")))
        return 200, {"Set-Cookie": "sid=Xqjz; Path=/", "Etag": '"1"'}, board(("tea", "1.0"))

    web.pages.update(dict.fromkeys(PATHS, answer))
    run(policy | {"concurrent_requests": "1"})
    first, sent[:] = list(sent), []
    assert len(stored()) == 1
    run(policy | {"concurrent_requests": "1"})
    assert sent == first == [(PATHS[0], None), (PATHS[1], "sid=Xqjz"), (PATHS[2], "sid=Xqjz")]


@pytest.mark.parametrize("policy", [{}, DUMMY], ids=["rfc2616", "dummy"])
def test_a_secret_in_a_url_or_in_a_page_is_not_stored(web, run, config, monkeypatch, policy):
    monkeypatch.setenv("KEY", "Xqjz-hush-hush")
    web.pages.put("/list?key=Xqjz-hush-hush", "<a href=/plain>1</a><a href=/told>2</a>")
    web.pages.put("/plain", "<b>plain</b>")
    web.pages.put("/told", "<b>told</b><i>Xqjz%2Dhush-hush</i>")
    config(
        f"""
pages:
  list: {{start_urls: ["{web.url}/list?key=${{KEY}}"], follow: [{{css: a, page: film}}]}}
  film: {{records: {{fields: {{title: b}}}}}}
settings: {{httpcache_enabled: true, robotstxt_obey: false, pool: {{engine: threads}}}}
"""
    )
    report, _ = run(policy)
    assert (report.records, len(stored())) == (2, 1)
    assert b"plain" in entries.read(str(stored()[0]))[1]
    assert not any(b"Xqjz" in path.read_bytes() for path in Path("output").rglob("*") if path.is_file())


def test_a_page_that_may_be_cut_is_not_stored(web, run):
    def cut(handler):
        handler.wfile.write(
            b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nEtag: "1"\r\n\r\n' + board(("a", "1")).encode()
        )
        handler.close_connection = True
        handler.connection.close()
        raise ConnectionAbortedError

    web.pages.update(dict.fromkeys(PATHS, cut))
    report, _ = run()
    assert (report.marks, len(stored())) == ({"no length": 3}, 1)


@pytest.mark.parametrize("body", ["<p>captcha", "<p>nothing here"])
@pytest.mark.parametrize("way", WAYS[:3], ids=lambda way: " ".join(way.values()))
def test_a_page_that_was_judged_bad_is_not_stored(web, run, body, way):
    web.pages.put(PATHS[0], body, cache_control="max-age=3600")
    assert run(way)[0].accounts.failures == 1
    assert len(stored()) == 3
    web.pages.put(PATHS[0], board(("good", "5.0")), cache_control="max-age=3600")
    report, output = run(way)
    assert (report.exit_code, b"good" in output) == (0, True)


@pytest.mark.parametrize("headers", [{}, {"cache_control": "max-age=3600"}], ids=["unchanged", "fresh"])
def test_a_stored_page_that_is_judged_bad_today_is_asked_for_in_full_and_forgotten(web, run, config, headers):
    web.pages.put(PATHS[0], board(("please verify", "1.0")), **headers)
    run()
    config(CONFIG.format(url=web.url).replace("captcha", "verify"))
    web.pages.new()
    report, _ = run()
    assert report.accounts.failed == {"blocked": 1}
    assert [status for path, status in web.pages.new() if path == PATHS[0]] == [200] if headers else [200, 304]
    assert len(stored()) == 3
    web.pages.put(PATHS[0], board(("good", "5.0")))
    assert b"good" in run()[1]


def test_answers_of_one_policy_are_none_of_the_other(web, run):
    run(DUMMY)
    web.pages.new()
    run()
    assert web.pages.new() == all_answered(200)
    run({"fetcher": "curl"})
    assert web.pages.new() == all_answered(200), "another fetcher may be given other pages"


def test_an_answer_that_is_too_old_does_not_count(web, run):
    run(DUMMY)
    for path in map(str, stored()):
        head = entries.read_head(path)
        entries.write_head(path, Head(head.url, head.status, head.headers, head.fetched_at - 100))
    web.pages.new()
    assert run(DUMMY | {"httpcache_expiration_secs": "200"})[0].unasked == 3
    assert run(DUMMY | {"httpcache_expiration_secs": "50"})[0].unasked == 0
    assert web.pages.new() == all_answered(200)


# --------------------------------------------------------------------------- trouble with the folder


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-7],
        lambda data: data[:30],
        lambda data: b"",
        lambda data: data[:-7] + bytes([data[-7] ^ 1]) + data[-6:],
        lambda data: data.replace(b'"status":200', b'"status":201'),
    ],
    ids=["cut body", "cut head", "empty", "another bit", "another status"],
)
@pytest.mark.parametrize("way", [{}, DUMMY], ids=["rfc2616", "dummy"])
def test_a_damaged_answer_is_asked_for_in_full(web, run, way, harm):
    _, first = run(way)
    for path in stored():
        path.write_bytes(harm(path.read_bytes()))
    web.pages.new()
    report, second = run(way)
    assert (report.exit_code, second) == (0, first)
    assert [path for path, status in web.pages.new() if status == 200] == [*PATHS, "/robots.txt"]
    report, third = run(way)
    assert (report.unchanged + report.unasked, third) == (3, first), "it was stored anew"


def test_a_damaged_answer_is_told_of_once(web, run, caplog):
    run()
    for path in stored():
        path.write_bytes(b"")
    run()
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told.startswith("the HTTP cache cannot read output/.scraper/board/httpcache/")
    assert told.endswith("its head is not as it was written; its page is asked for in full")


def test_a_folder_that_cannot_be_written_costs_the_cache_and_nothing_else(web, run, caplog):
    Path("taken").write_text("")
    report, output = run({"httpcache_dir": "taken/cache"})
    assert (report.exit_code, len(output.splitlines())) == (0, 3)
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told.startswith("the HTTP cache cannot write taken/cache/")
    assert told.endswith("Not a directory; the run goes on without storing")


def test_a_disk_that_is_full_leaves_the_earlier_answer(folder, monkeypatch):
    path = "cache/ab/cd"
    entries.write(path, Head("http://a.example/", 200, (), 1.0), b"first")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        entries.write(path, Head("http://a.example/", 200, (), 2.0), b"second")
    assert entries.read(path)[1] == b"first"
    assert [path.name for path in Path("cache/ab").iterdir()] == ["cd"]


def test_answers_that_no_run_has_used_for_long_are_deleted(web, run):
    run()
    foreign = Path("output/.scraper/board/httpcache/en/notes.txt")
    foreign.parent.mkdir()
    foreign.write_text("not ours")
    os.utime(foreign, times=(1, 1))
    part = stored()[0].with_name(f".{stored()[0].name}.123")
    part.write_bytes(b"of a run that was killed")
    os.utime(part, times=(1, time.time() - entries.SWEEP_EVERY_S - 60))
    old, *others = (path for path in stored() if path != foreign)
    os.utime(old, times=(1, time.time() - entries.KEPT_S - 60))
    web.pages.new()
    os.utime(Path("output/.scraper/board/httpcache", entries.SWEPT), times=(1, 1))
    entries.sweep(Path("output/.scraper/board/httpcache"), time.time())
    assert (stored(), part.exists()) == (sorted([*others, foreign]), False)
    os.utime(others[0], times=(1, 1))
    entries.sweep(Path("output/.scraper/board/httpcache"), time.time())
    assert others[0] in stored(), "once a day"


def test_an_answer_that_is_used_is_kept(web, run):
    run()
    for path in stored():
        os.utime(path, times=(1, 1))
    run()
    run(DUMMY)
    for path in stored():
        os.utime(path, times=(1, 1))
    run(DUMMY)
    assert sum(path.stat().st_mtime > 1 for path in stored()) == 4


def test_a_killed_run_leaves_whole_answers_only(web, run, scraper, folder):
    gate = threading.Event()
    slow = web.pages[PATHS[2]]
    web.pages[PATHS[2]] = lambda handler: (gate.wait(PATIENCE_S), slow(handler))[1]
    command = [sys.executable, "-m", "scraper", "board.yaml", "-s", "pool.engine=processes"]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL) as process:
        while len(stored()) < 3:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    gate.set()
    assert [entries.read(str(path))[0].status for path in stored()] == [200, 200, 200]
    report, output = run(resume=True)
    assert (report.exit_code, len(output.splitlines())) == (0, 3)


def test_every_page_tells_whether_it_was_asked_for(web, run, caplog):
    run()
    caplog.set_level(logging.DEBUG, "scraper")
    run()
    assert sum(record.getMessage().endswith("1 records, 0 links, unchanged") for record in caplog.records) == 3


# --------------------------------------------------------------------------- development


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(way.values()))
def test_in_development_nobody_is_asked_again(web, run, way):
    del web.pages["/robots.txt"]
    web.pages["/moved"] = (302, {"Location": PATHS[0]}, b"")
    text = Path("board.yaml").read_text()
    Path("board.yaml").write_text(text.replace("start_urls: [", f'start_urls: ["{web.url}/moved", '))
    _, first = run(way | DUMMY)
    assert len(web.log) > 4
    web.log.clear()
    report, second = run(way | DUMMY)
    assert (report.exit_code, report.unasked, web.asked(), second) == (3, 3, [], first)


def test_in_development_a_page_whose_selectors_are_wrong_is_stored_and_fails_as_before(web, run, config):
    config(CONFIG.format(url=web.url).replace("each: dd", "each: dt"))
    report, _ = run(DUMMY)
    assert report.accounts.failed == {"no records": 3}
    web.log.clear()
    assert run(DUMMY)[0].accounts.failed == {"no records": 3}
    config(CONFIG.format(url=web.url))
    report, output = run(DUMMY)
    assert (report.exit_code, len(output.splitlines()), web.asked()) == (0, 3, [])


def test_in_development_a_blocked_page_is_not_stored_nor_what_led_to_it(web, run):
    web.pages[PATHS[0]] = (302, {"Location": "/wait"}, b"")
    web.pages["/wait"] = "<p>captcha"
    assert run(DUMMY)[0].accounts.failed == {"blocked": 1}
    web.pages.put(PATHS[0], board(("good", "5.0")))
    report, output = run(DUMMY)
    assert (report.exit_code, b"good" in output) == (0, True)


def test_a_stored_redirect_is_judged_by_the_rules_of_today(web, run, config):
    web.pages[PATHS[0]] = (302, {"Location": "/private"}, b"")
    web.pages.put("/robots.txt", "")
    web.pages.put("/private", board(("secret", "1.0")))
    assert run(DUMMY)[0].exit_code == 0
    for path in stored():
        if b"/robots.txt" in path.read_bytes():
            path.unlink()
    web.pages.put("/robots.txt", "User-agent: *\nDisallow: /private\n")
    assert run(DUMMY)[0].accounts.skipped == {"robots": 1}
    config(CONFIG.format(url=web.url).replace("captcha", "/private"))
    assert run(DUMMY)[0].accounts.failed == {"blocked": 1}


def test_what_a_host_said_that_the_config_names_does_not_count_when_it_no_longer_does(folder):
    def open_cache(*named_hosts):
        settings = Settings(httpcache_policy="dummy")
        return HttpCache(Path("cache"), settings, NO_SECRETS, frozenset(named_hosts), lambda _: ())

    request = Request("http://127.0.0.1/", kind="list")
    page = Page(request.url, 200, (), b"told in private", time.time())
    open_cache("127.0.0.1").settle(open_cache("127.0.0.1").find(request), page, Parsed(()))
    assert open_cache("127.0.0.1").find(request).cached.is_unasked
    assert not open_cache("example.com").find(request).cached.is_used, "its address is to be judged again"


# --------------------------------------------------------------------------- beside other options


def test_a_replay_answers_alone(web, run):
    _, first = run(record="saved")
    for path in stored():
        path.unlink()
    web.log.clear()
    report, second = run(replay="saved")
    assert (second, web.asked(), stored(), report.unasked) == (first, [], [], 0)


@pytest.mark.parametrize("policy", [{}, DUMMY], ids=["rfc2616", "dummy"])
def test_what_comes_out_of_the_cache_is_recorded_too(web, run, policy):
    _, first = run(policy)
    run(policy | {"parse_in": "worker"}, record="saved")
    assert run(replay="saved")[1] == first


def test_records_are_dated_by_when_their_page_was_true(web, run, config):
    config(CONFIG.format(url=web.url) + "output: {provenance: true}\n")
    for path in PATHS[:2]:
        web.pages.put(path, board(("tea", "1.0")), cache_control="max-age=3600")
    before = [json.loads(line)["_fetched_at"] for line in run()[1].splitlines()]
    after = [json.loads(line)["_fetched_at"] for line in run()[1].splitlines()]
    assert (after[:2], after[2] > before[2]) == (before[:2], True)


def test_a_policy_that_there_is_not_is_a_mistake(config):
    path = config("start_urls: [http://a.example/]\nrecords: {fields: {a: b}}\nsettings: {httpcache_policy: rfc9111}\n")
    with pytest.raises(ConfigError, match="dummy"):
        package.load_config(path)


def test_a_folder_without_a_name_is_a_mistake(mistake):
    text = "start_urls: [http://a.example/]\nrecords: {fields: {a: b}}\nsettings: {httpcache_dir: ' '}\n"
    assert mistake(text) == "expected a folder, such as ./httpcache"
