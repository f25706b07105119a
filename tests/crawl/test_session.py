"""A session that ends in the middle of a crawl: the site shows its login where nobody asked for it."""

import itertools
import json

import pytest

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
            sid = handler.headers.get("Cookie", "")
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
