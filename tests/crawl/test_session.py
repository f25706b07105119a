"""A session that ends in the middle of a crawl: the site shows its login where nobody asked for it."""

import itertools
import json

import pytest

from scraper import runner
from scraper.config.load import load_config
from scraper.crawl.launch import Options
from scraper.crawl.progress import Stop
from scraper.errors import LoginFailed
from tests.conftest import board

FORM = '<form method="post" action="/session"><input name="user"><input type="password" name="password"></form>'
SETTINGS = "robotstxt_obey: false, retry_times: 0, contact: me@a.example, download_delay: 0"
PAGES = 20


def as_redirect(handler):
    return 302, {"Location": f"/login?next={handler.path}"}, ""


def as_redirect_elsewhere(handler):
    return 302, {"Location": "/account/login"}, ""


def as_401(handler):
    return 401, {}, FORM


def as_page(handler):
    return FORM


@pytest.fixture
def members(site):
    """A function that makes the site: a session is good for so many pages, then they are shown otherwise."""
    sessions = itertools.count(1)
    served = {}

    def log_in(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        number = next(sessions)
        served[f"sid={number}"] = 0
        return 302, {"Location": "/home", "Set-Cookie": f"sid={number}; Path=/"}, ""

    def make(good_for, otherwise, forbidden=()):
        def page(handler):
            sid = next((pair for pair in handler.headers.get("Cookie", "").split("; ") if pair.startswith("sid=")), "")
            served[sid] = served.get(sid, good_for) + 1
            if served[sid] > good_for or handler.path in forbidden:
                return otherwise(handler)
            return board((handler.path.removeprefix("/film/"), "1.0"))

        site.pages |= {"/login": FORM, "/session": log_in, "/home": "Logout", "/account/login": FORM}
        site.pages |= {f"/login?next=/film/{n}": FORM for n in range(PAGES)}
        site.pages |= {f"/film/{n}": page for n in range(PAGES)}
        return site

    return make


def run(scraper, config, site, fetcher="requests", more=""):
    path = config(f"""
start_urls: {json.dumps([f"{site.url}/film/{n}" for n in range(PAGES)])}
records: {{each: dd, fields: {{name: {{css: .name}}}}}}
{more}
login: {{url: "{site.url}/login", form: {{user: me, password: pw}}, page_must_match: [Logout]}}
settings: {{{SETTINGS}, fetcher: {fetcher}, concurrent_requests: 4, concurrent_requests_per_domain: 4}}
""")
    return scraper(path)


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
@pytest.mark.parametrize("otherwise", [as_redirect, as_redirect_elsewhere, as_401, as_page])
def test_it_is_logged_in_again_and_the_pages_are_asked_for_again(scraper, config, folder, members, otherwise, fetcher):
    site = members(13, otherwise)
    done = run(scraper, config, site, fetcher)
    assert done.returncode == 0, done.stderr
    names = [json.loads(line)["name"] for line in (folder / "output/board.jsonl").read_text().splitlines()]
    assert names == [str(n) for n in range(PAGES)]
    assert site.asked().count("/session") == 2, "once before, once in the middle"


def test_a_login_page_is_not_published_as_a_page_without_records(scraper, config, folder, members):
    site = members(13, as_page)
    done = run(scraper, config, site, more="expect: {allow_empty: true}")
    assert done.returncode == 0, done.stderr
    assert len((folder / "output/board.jsonl").read_text().splitlines()) == PAGES


def test_pages_that_are_closed_to_this_user_fail_and_logins_end(scraper, config, members):
    site = members(1000, as_401, {f"/film/{n}" for n in range(0, PAGES, 2)})
    done = run(scraper, config, site)
    assert done.returncode == 3, done.stderr
    assert "http 401" in done.stderr
    assert 2 <= site.asked().count("/session") <= 12
    assert all(site.asked().count(f"/film/{n}") <= 3 for n in range(PAGES))


def test_a_login_page_that_is_asked_for_is_a_page(scraper, config, folder, members):
    site = members(1000, as_401)
    path = config(f"""
start_urls: ["{site.url}/login?next=/film/1", "{site.url}/film/1"]
records: {{each: "form, dd", fields: {{name: {{css: .name, default: none}}}}}}
login: {{url: "{site.url}/login", form: {{user: me, password: pw}}, page_must_match: [Logout]}}
settings: {{{SETTINGS}}}
""")
    assert scraper(path).returncode == 0
    assert len((folder / "output/board.jsonl").read_text().splitlines()) == 2
    assert site.asked().count("/session") == 1


# --------------------------------------------------------------------------- a run that is gone on with


def interrupted(job, after=5):
    """Run a job until so many pages have come."""
    stop = Stop()
    runner.run(job, stop=stop, on_progress=lambda progress: progress.fetched >= after and stop.request(15))


def resumed(job, folder):
    """Go on with a run; return the names that it publishes."""
    assert runner.run(job, Options(resume=True)).exit_code == 0
    return [json.loads(line)["name"] for line in (folder / "output/board.jsonl").read_text().splitlines()]


def job_of(config, site, fetcher="requests", login="form: {user: me, password: pw}, page_must_match: [Logout]"):
    return load_config(
        config(f"""
start_urls: {json.dumps([f"{site.url}/film/{n}" for n in range(PAGES)])}
records: {{each: dd, fields: {{name: {{css: .name}}}}}}
login: {{url: "{site.url}/login", {login}}}
settings: {{{SETTINGS}, fetcher: {fetcher}, concurrent_requests: 2, pool: {{engine: threads}}}}
""")
    )


ALL_NAMES = [str(n) for n in range(PAGES)]


def for_those_outside(site):
    """Let a site show its login to those alone who are not logged in."""
    site.pages["/login"] = lambda handler: FORM if "sid=" not in handler.headers.get("Cookie", "") else "Home. Logout"


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_a_resumed_run_goes_on_with_its_session(config, folder, members, fetcher):
    site = members(1000, as_redirect)
    for_those_outside(site)
    job = job_of(config, site, fetcher)
    interrupted(job)
    assert resumed(job, folder) == ALL_NAMES
    assert site.asked().count("/session") == 1


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
@pytest.mark.parametrize("otherwise", [as_redirect, as_401])
def test_a_resumed_run_whose_session_has_ended_logs_in(config, folder, members, otherwise, fetcher):
    site = members(1000, otherwise)
    job = job_of(config, site, fetcher)
    interrupted(job)
    site.pages["/login"] = FORM  # for everybody
    assert resumed(job, folder) == ALL_NAMES
    assert site.asked().count("/session") == 2


def test_a_page_that_is_neither_the_login_nor_what_must_be_there_is_no_session(config, folder, members):
    site = members(1000, as_redirect)
    job = job_of(config, site)
    interrupted(job)
    site.pages["/login"] = lambda handler: FORM if site.asked().count("/login") > 2 else "Down for maintenance"
    with pytest.raises(LoginFailed):
        resumed(job, folder)
    assert resumed(job, folder) == ALL_NAMES


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_no_login_is_sent_where_the_site_shows_that_it_holds(config, folder, members, fetcher):
    """A page that is closed to this user leads to the login as well."""
    site = members(1000, as_redirect, {"/film/3", "/film/7"})
    sent = []

    def log_in(handler):
        sent.append(handler.command)
        return FORM if "sid=" not in handler.headers.get("Cookie", "") else "Home. Logout"

    site.pages["/login"] = log_in
    report = runner.run(job_of(config, site, fetcher))
    assert report.exit_code in (3, 4)
    assert report.accounts.fetched == PAGES - 2
    assert set(sent) == {"GET"}
    assert site.asked().count("/session") == 1


def test_an_interrupted_login_is_none(config, folder, members):
    site = members(1000, as_redirect)
    job, stop = job_of(config, site), Stop()
    log_in = site.pages["/session"]
    site.pages["/session"] = lambda handler: (stop.request(15), log_in(handler))[1]
    assert runner.run(job, stop=stop).exit_code == 143
    for_those_outside(site)
    site.pages["/session"] = log_in
    assert resumed(job, folder) == ALL_NAMES


def test_cookies_are_kept_as_long_as_a_run_may_be_gone_on_with_and_are_for_its_owner_alone(config, folder, members):
    site = members(1000, as_redirect)
    site.pages["/login"] = lambda _: (200, {"Set-Cookie": "hush=Xqjz-hush-hush; Path=/"}, FORM)
    job, home = job_of(config, site), folder / "output/.scraper/board"
    interrupted(job)
    kept = [path for path in home.glob("journal.db*") if b"Xqjz-hush-hush" in path.read_bytes()]
    assert kept
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}
    resumed(job, folder)
    assert not [path for path in home.rglob("*") if path.is_file() and b"Xqjz" in path.read_bytes()]


def test_cookies_of_a_run_that_is_set_aside_are_forgotten(config, folder, members):
    site = members(1000, as_redirect)
    site.pages["/login"] = lambda _: (200, {"Set-Cookie": "hush=Xqjz-hush-hush; Path=/"}, FORM)
    job, home = job_of(config, site), folder / "output/.scraper/board"
    interrupted(job)
    runner.run(job)
    assert list(home.glob("set-aside/*.db"))
    assert not [path for path in home.rglob("*") if path.is_file() and b"Xqjz" in path.read_bytes()]


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_failed_pages_are_tried_again_with_the_cookies_of_their_run(config, folder, site, fetcher):
    site.pages = {
        "/enter": (200, {"Set-Cookie": "currency=EUR"}, board(("enter", "1.0")) + "<a href=/price>"),
        "/price": (500, {}, ""),
    }
    job = load_config(
        config(f"""
start_urls: ["{site.url}/enter"]
records: {{each: dd, fields: {{name: {{css: .name}}}}}}
follow: [a]
settings: {{{SETTINGS}, fetcher: {fetcher}, pool: {{engine: threads}}}}
""")
    )
    assert runner.run(job).exit_code == 3
    site.pages["/price"] = lambda handler: board((handler.headers.get("Cookie", "none"), "2.0"))
    assert resumed(job, folder) == ["enter", "currency=EUR"]
