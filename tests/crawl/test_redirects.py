"""What a crawl makes of pages that come as another page: told apart, and read where they may differ."""

import pytest

import scraper as package
from scraper.errors import Reason
from tests.cli.test_run import records

OWN = "settings: {%s, robotstxt_obey: false, contact: t@example.com, retry_times: 0, pool: {engine: threads}}\n"


def to(path, **headers):
    return 302, {"Location": path, **headers}, b""


@pytest.fixture(params=["fetcher: requests", "fetcher: curl"])
def run(request, config, folder):
    def run(text):
        return package.run(package.load_config(config(OWN % request.param + text)))

    return run


@pytest.fixture
def shop(site):
    """A list of ten, and their details."""
    site.pages["/"] = "".join(f'<li><a href="/p/{n}">n{n}</a></li>' for n in range(10))
    for n in range(10):
        site.pages[f"/p/{n}"] = f"<h1>p{n}</h1>"
    return site


def listing(site, more=""):
    return f"""
pages:
  list:
    start_urls: ["{site.url}/"]
    records: {{each: li, fields: {{n: a}}, follow: {{css: a, page: detail{more}}}}}
  detail:
    records: {{fields: {{t: h1}}}}
"""


def test_details_that_are_redirected_to_the_list_join_nothing(run, shop, folder):
    for n in range(3):
        shop.pages[f"/p/{n}"] = to("/")
    report = run(listing(shop, ", merge: true"))
    assert report.accounts.skipped == {Reason.REDIRECTED: 3}
    assert (report.accounts.planned, report.accounts.fetched, report.unmerged) == (11, 8, 3)
    assert [record["t"] for record in records(folder)][:4] == [None, None, None, "p3"]


def test_a_start_url_that_is_redirected_to_another_one_is_failed(run, shop):
    shop.pages["/old"] = to("/")
    report = run(f'start_urls: ["{shop.url}/", "{shop.url}/old"]\nrecords: {{each: li, fields: {{n: a}}}}\n')
    assert report.exit_code == 3
    assert report.failures == (
        (f"{shop.url}/", Reason.REDIRECTED, f"{shop.url}/old redirects to {shop.url}/, which is a page of its own"),
    )


def test_a_link_to_where_the_start_url_was_redirected_is_no_failure(run, site):
    site.pages["/"] = to("/home")
    site.pages["/home"] = '<li><a href="/home">again</a></li>'
    text = f'start_urls: ["{site.url}/"]\nrecords: {{each: li, fields: {{n: a}}}}\nfollow: {{css: a}}\n'
    report = run(text)
    assert (report.exit_code, report.accounts.skipped) == (0, {"duplicate": 1})
    assert site.asked() == ["/", "/home"]


def test_start_urls_that_set_a_cookie_and_lead_to_one_list_are_all_read(run, site, folder):
    for n in range(3):
        site.pages[f"/set/{n}"] = to("/list", **{"Set-Cookie": f"currency={n}; Path=/"})
    site.pages["/list"] = lambda handler: f"<li><b>{handler.headers['Cookie']}</b></li>"
    text = f"""
start_urls: ["{site.url}/set/{{n}}"]
params: {{n: {{first: 0, last: 2}}}}
records: {{each: li, fields: {{c: b}}}}
"""
    report = run(text + "expect: {min_records: 3}\n")
    assert (report.exit_code, report.accounts.fetched, report.marks) == (0, 3, {})


def test_the_answers_to_two_forms_are_both_read(run, site, folder):
    answers = iter(["one", "two"])

    def send(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return 303, {"Location": "/result"}, b""

    site.pages["/s"] = send
    site.pages["/result"] = lambda _: f"<li><b>{next(answers)}</b></li>"
    text = f"""
start_urls: ["{site.url}/s"]
params: {{q: [a, b]}}
request: {{method: POST, form: {{q: "{{q}}"}}}}
records: {{each: li, fields: {{c: b}}}}
"""
    assert run(text).exit_code == 0
    assert sorted(record["c"] for record in records(folder)) == ["one", "two"]


def test_details_that_a_cookie_led_to_one_page_are_read_and_told(run, shop):
    for n in range(4):
        shop.pages[f"/p/{n}"] = to("/login", **{"Set-Cookie": f"flash={n}"})
    shop.pages["/login"] = "<h1>Please log in</h1>"
    report = run(listing(shop))
    assert (report.accounts.fetched, report.accounts.skipped, report.marks) == (11, {}, {"redirected": 3})
