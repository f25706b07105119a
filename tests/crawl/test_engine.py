"""Crawls of a whole site, asserted on the server's own log and on the file that an analyst opens."""

import collections
import json
import multiprocessing
import random
import threading
import time

import pytest

from tests.conftest import Site, board
from tests.support import big_site


def records(folder, name="board"):
    return [json.loads(line) for line in (folder / f"output/{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def report(folder, name="board"):
    return json.loads((folder / f"output/.scraper/{name}/last-run.json").read_text())


@pytest.fixture
def big(site):
    return big_site.fill(site)


@pytest.mark.parametrize(("engine", "place"), [("processes", "parent"), ("threads", "parent"), ("processes", "worker")])
def test_a_site_of_500_pages_is_crawled_completely_and_each_page_once(scraper, config, folder, big, engine, place):
    done = scraper(config(big_site.config(big)), "-s", f"pool.engine={engine}", "-s", f"parse_in={place}")
    assert done.returncode == 0, done.stderr
    once, walled = big_site.allowed()
    asked = collections.Counter(big.asked())
    assert {path: asked[path] for path in once} == dict.fromkeys(once, 1)
    assert once | {f"/members/{n}" for n in range(1, 21)} <= set(asked) <= once | walled
    assert max(asked[path] for path in walled) <= 2
    accounts = report(folder)["accounts"]
    assert (accounts["fetched"], accounts["failed"], accounts["unfinished"]) == (480, {}, 0)
    assert accounts["skipped"]["robots"] == 20
    assert accounts["skipped"]["offsite"] == 20
    assert accounts["planned"] == accounts["fetched"] + sum(accounts["skipped"].values())
    got = records(folder)
    assert sorted(record["detail"] for record in got if "detail" in record) == list(range(1, big_site.DETAILS + 1))
    assert sum("member" in record for record in got) == big_site.MEMBERS
    assert {len(record["comments"] or ()) for record in got if record.get("comments")} == {2}


def test_the_output_does_not_depend_on_who_came_back_first(scraper, config, folder, big):
    chance = random.Random(7)

    def shuffled(answer):
        def late(handler):
            time.sleep(chance.random() * 0.03)
            return answer(handler) if callable(answer) else answer

        return late

    seen = set()
    for engine, place in (
        ("processes", "parent"),
        ("threads", "parent"),
        ("processes", "parent"),
        ("processes", "worker"),
    ):
        done = scraper(config(big_site.config(big)), "-s", f"pool.engine={engine}", "-s", f"parse_in={place}")
        assert done.returncode == 0, done.stderr
        seen.add((folder / "output/board.jsonl").read_bytes())
        big.pages = {path: answer if path == "/robots.txt" else shuffled(answer) for path, answer in big.pages.items()}
    assert len(seen) == 1
    assert 3 <= big.busiest <= 6


def test_the_first_in_plan_order_that_leads_to_a_page_decides_its_params(scraper, config, folder, big):
    assert scraper(config(big_site.config(big))).returncode == 0
    first = {}
    for record in records(folder):
        if "detail" in record:
            first.setdefault(record["detail"], record["from"])
    # list 1 leads to detail 22 as "shared", before list 2 does
    assert first[22] == 1
    assert first[1] == 1
    assert first[23] == 2


def test_starts_at_a_domain_keep_their_distance(scraper, config, folder, site):
    for n in range(40):
        site.pages[f"/{n}"] = board((f"f{n}", "1.0"))
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 39}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{download_delay: 0.1, concurrent_requests_per_domain: 8, contact: t@example.com}}
"""
    assert scraper(config(text)).returncode == 0
    assert len(site.log) == 41
    keep_their_distance(site, 0.1)


def keep_their_distance(site, delay_s):
    """Assert that no page came before its turn, as counted from robots.txt; on a busy machine any may come later."""
    (first, path), *starts = site.log
    assert path == "/robots.txt"
    early = [number for number, (at, _) in enumerate(starts) if at - first < number * delay_s * 0.95]
    assert early == []


def test_a_crawl_delay_is_kept(scraper, config, folder, site):
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.2\n"
    for n in range(8):
        site.pages[f"/{n}"] = board((f"f{n}", "1.0"))
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 7}}}}
records: {{each: dd, fields: {{t: a}}}}
"""
    assert scraper(config(text)).returncode == 0
    assert len(site.log) == 9
    keep_their_distance(site, 0.2)


def test_a_stuck_host_holds_up_no_other(scraper, config, folder):
    """The stuck host answers only after all pages of the others were asked for: else this run would time out."""
    sites = [Site(f"127.0.0.{n}") for n in range(1, 21)]
    others_done = threading.Event()
    try:
        for number, site in enumerate(sites):
            for n in range(20):
                site.pages[f"/{n}"] = board((f"f{number}-{n}", "1.0"))
        stuck = sites[3]
        for n in range(20):
            stuck.pages[f"/{n}"] = lambda _: (others_done.wait(60), board(("late", "1.0")))[1]
        total = 19 * 20

        def watch():
            while sum(len(site.log) for site in sites if site is not stuck) < total:
                time.sleep(0.02)
            others_done.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        urls = json.dumps([f"{site.url}/{{n}}" for site in sites])
        text = f"""
start_urls: {urls}
params: {{n: {{first: 0, last: 19}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{concurrent_requests_per_domain: 2, robotstxt_obey: false, contact: t@example.com, retry_times: 0}}
"""
        done = scraper(config(text))
        assert done.returncode == 0, done.stderr
        assert others_done.is_set()
        assert all(site.busiest <= 2 for site in sites)
        assert len(records(folder)) == 400
    finally:
        others_done.set()
        for site in sites:
            site.close()


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_slow_down_is_left_in_peace_as_a_whole(scraper, config, folder, site, status):
    asked, all_four = [], threading.Barrier(4)

    def busy(handler):
        asked.append(time.monotonic())
        if len(asked) > 4:
            return board((handler.path, "1.0"))
        all_four.wait(100)
        return status, {"Retry-After": "1"}, ""

    for n in range(8):
        site.pages[f"/{n}"] = busy
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 7}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{concurrent_requests_per_domain: 4, robotstxt_obey: false, contact: t@example.com}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    first, later = asked[:4], asked[4:]
    assert min(later) - max(first) >= 0.9
    assert len(records(folder)) == 8


def test_a_host_that_asks_to_wait_too_long_is_asked_nothing_more(scraper, config, folder, site):
    for n in range(6):
        site.pages[f"/{n}"] = (429, {"Retry-After": "100000"}, "")
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 5}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{concurrent_requests_per_domain: 1, robotstxt_obey: false, contact: t@example.com}}
"""
    done = scraper(config(text))
    assert done.returncode == 4
    assert report(folder)["accounts"]["failed"] == {"asked to wait": 6}
    assert len(site.log) == 1


def test_an_unreachable_robots_txt_is_loud(scraper, config, folder, site):
    site.pages["/robots.txt"] = (500, {}, "")
    site.pages["/1"] = board(("x", "1.0"))
    text = f'start_urls: ["{site.url}/1"]\nrecords: {{each: dd, fields: {{t: a}}}}\n'
    done = scraper(config(text), "-s", "retry_times=0")
    assert done.returncode == 4
    assert report(folder)["accounts"]["failed"] == {"robots unreachable": 1}
    assert "/1" not in site.asked()


def test_followed_pages_that_are_gone_are_skipped_and_start_pages_fail(scraper, config, folder, site):
    site.pages["/1"] = '<ul><li><a href="/gone">x</a><li><a href="/2">y</a></ul>'
    site.pages["/2"] = "<h1>two</h1>"
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/1"]
    records: {{each: li, fields: {{t: a}}, follow: [{{css: a, page: film, merge: true}}]}}
  film: {{records: {{fields: {{h: h1}}}}}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    assert records(folder) == [{"t": "x", "h": None}, {"t": "y", "h": "two"}]
    assert report(folder)["accounts"]["skipped"] == {"http 404": 1}
    assert "left nulls in 1 records" in done.stderr
    del site.pages["/1"]
    assert scraper(config(text)).returncode == 4


@pytest.mark.parametrize(
    ("setting", "asked"),
    [("depth_limit=1", 2), ("depth_limit=2", 3), ("closespider_pagecount=4", 4), ("closespider_itemcount=9", 5)],
)
def test_limits_end_a_crawl_that_would_not(scraper, config, folder, site, setting, asked):
    class Calendar(dict):
        def get(self, path, default=None):
            day = int(path.strip("/") or 0)
            return f'<ul><li>{day}<li>x</ul><a href="/{day + 1}">next day</a>'

    site.pages = Calendar()
    text = f'start_urls: ["{site.url}/0"]\nrecords: {{each: li, fields: {{t: {{}}}}}}\nfollow: a\n'
    done = scraper(config(text), "-s", setting, "-s", "robotstxt_obey=false", "-s", "concurrent_requests=1")
    assert done.returncode == 0, done.stderr
    assert len(site.log) == asked
    accounts = report(folder)["accounts"]
    assert accounts["planned"] == accounts["fetched"] + sum(accounts["skipped"].values())
    assert list(accounts["skipped"]) == [setting.split("=")[0]]


def test_a_login_opens_the_pages_behind_it(scraper, config, folder, site):
    def private(handler):
        return "<ul><li>secret</ul>" if "sid=9" in handler.headers.get("Cookie", "") else (403, {}, "")

    def session(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        if body == "csrf=t1&user=me&password=hush":
            return 303, {"Location": "/home", "Set-Cookie": "sid=9; Path=/"}, ""
        return 200, {}, "wrong password"

    site.pages["/login"] = (
        '<form action="/session" method="post"><input type="hidden" name="csrf" value="t1">'
        '<input name="user"><input name="password"></form>'
    )
    site.pages |= {"/session": session, "/home": "Logout", "/private": private}
    text = f"""
start_urls: ["{site.url}/private"]
login: {{url: "{site.url}/login", form: {{user: me, password: "${{PW}}"}}, page_must_match: [Logout]}}
records: {{each: li, fields: {{t: {{}}}}}}
"""
    done = scraper(config(text), env={"PW": "hush"})
    assert done.returncode == 0, done.stderr
    assert records(folder) == [{"t": "secret"}]
    done = scraper(config(text), env={"PW": "wrong"})
    assert done.returncode == 1
    assert "Logout" in done.stderr
    assert "wrong" not in done.stderr.replace("wrong password", "")
    for path in folder.rglob("*"):
        assert not path.is_file() or b"hush" not in path.read_bytes(), path


def test_abandoning_the_iterator_of_records_ends_its_pool(config, folder, site, monkeypatch):
    import scraper as package

    for n in range(200):
        site.pages[f"/{n}"] = board((f"f{n}", "1.0"))
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 199}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{robotstxt_obey: false, contact: t@example.com, pool: {{start_method: spawn}}}}
"""
    job = package.load_config(config(text))
    some = package.records(job)
    assert [next(some)["t"] for _ in range(3)] == ["f0", "f1", "f2"]
    assert multiprocessing.active_children()
    some.close()
    assert not multiprocessing.active_children()
    assert len(site.log) < 200
    assert list((folder).glob("output/*")) == []
    assert [record["t"] for record in package.records(job)] == [f"f{n}" for n in range(200)]


@pytest.mark.parametrize(("status", "asked"), [(200, 1), (503, 1)])
def test_a_slow_robots_txt_that_denies_many_pages_ends_the_crawl(scraper, config, folder, site, status, asked):
    site.pages["/robots.txt"] = lambda _: (time.sleep(1.3), (status, {}, "User-agent: *\nDisallow: /p/\n"))[1]
    text = f"""
start_urls: ["{site.url}/p/{{n}}"]
params: {{n: {{first: 1, last: 60}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{retry_times: 0}}
"""
    assert scraper(config(text)).returncode == 4
    accounts = report(folder)["accounts"]
    assert (accounts["planned"], accounts["unfinished"], len(site.log)) == (60, 0, asked)


def test_a_limit_leaves_nothing_unfinished_in_what_is_published(scraper, config, folder, big):
    done = scraper(config(big_site.config(big)), "-s", "closespider_pagecount=150")
    assert done.returncode == 0, done.stderr
    accounts = report(folder)["accounts"]
    assert accounts["unfinished"] == 0
    assert accounts["planned"] == accounts["fetched"] + sum(accounts["skipped"].values())


def test_no_cookie_is_stored_with_a_page_that_is_kept(scraper, config, folder, big):
    page = big.pages["/d/1"]
    big.pages["/d/1"] = (200, {"Set-Cookie": "sid=hush; Path=/"}, page)
    assert scraper(config(big_site.config(big))).returncode == 0
    assert b"hush" not in (folder / "output/.scraper/board/journal.db").read_bytes()


def test_start_urls_that_a_limit_left_unplanned_are_accounted_for(scraper, config, folder, site):
    for n in range(3):
        site.pages[f"/{n}"] = board((f"f{n}", "1.0"))
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 1999}}}}
records: {{each: dd, fields: {{t: a}}}}
settings: {{closespider_pagecount: 2, concurrent_requests: 1, robotstxt_obey: false}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    accounts = report(folder)["accounts"]
    assert accounts["fetched"] in (2, 3)
    assert (accounts["planned"], accounts["unfinished"]) == (2000, 0)
    assert accounts["skipped"] == {"closespider_pagecount": 2000 - accounts["fetched"]}


def test_a_start_page_that_a_link_led_to_first_fails_all_the_same(scraper, config, folder, site):
    site.pages["/0"] = '<dl><dd><a href="/599">x</a></dl>'
    for n in range(1, 599):
        site.pages[f"/{n}"] = "<dl><dd><a>y</a></dl>"
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/{{n}}"]
    params: {{n: {{first: 0, last: 599}}}}
    records: {{each: dd, fields: {{t: a}}}}
    follow: [{{css: "a[href]", page: list}}]
settings: {{robotstxt_obey: false, concurrent_requests: 2}}
"""
    done = scraper(config(text))
    assert done.returncode == 3, done.stderr
    accounts = report(folder)["accounts"]
    assert (accounts["failed"], accounts["skipped"]) == ({"http 404": 1}, {"duplicate": 1})


def test_params_that_a_kind_makes_nothing_of_do_not_make_its_pages_differ(scraper, config, folder, site):
    site.pages["/1"] = '<ul><li><a href="/f">x</a></ul><a class=next href="/2">2</a>'
    site.pages["/2"] = '<ul><li><a href="/f">x</a></ul>'
    site.pages["/f"] = lambda _: (time.sleep(0.3), "<h1>film</h1>")[1]
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/2", "{site.url}/1"]
    records:
      each: li
      fields: {{t: a, from: {{value: "{{_url}}"}}}}
      follow: [{{css: a, page: film, params: [from]}}]
    follow: a.next
  film: {{records: {{fields: {{h: h1}}}}}}
settings: {{robotstxt_obey: false}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    assert sorted(site.asked()) == ["/1", "/2", "/f"]


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_a_page_that_outlasts_its_limit_costs_its_process_and_not_the_run(scraper, config, folder, site, fetcher):
    for n in range(12):
        site.pages[f"/{n}"] = f"<ul><li>{n}</ul>"
    site.pages["/5"] = "<ul><li>5" + "<p></p>" * 4000 + "</ul>"
    text = f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 11}}}}
records: {{each: li, fields: {{t: {{}}, x: {{xpath: "count(.//p[count(../p[count(../p) > 1]) > 1])"}}}}}}
settings:
  {{robotstxt_obey: false, fetcher: {fetcher}, parse_in: worker, parse_timeout: 1, regex_timeout: 1}}
"""
    done = scraper(config(text))
    assert done.returncode == 3, done.stderr
    assert report(folder)["accounts"]["failed"] == {"parse timeout": 1}
    assert [record["t"] for record in records(folder)] == [str(n) for n in range(12) if n != 5]


def test_requests_that_differ_in_a_header_only_are_not_taken_for_one(scraper, config, folder, site):
    site.pages["/api"] = lambda handler: f"<ul><li>{handler.headers['X-Page']}</ul>"
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/api"]
    params: {{n: {{first: 1, last: 3}}}}
    request: {{headers: {{X-Page: "{{n}}"}}}}
    records: {{each: li, fields: {{t: {{}}}}}}
settings: {{robotstxt_obey: false}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    assert [record["t"] for record in records(folder)] == ["1", "2", "3"]
