"""What servers do, through the whole engine: each page ends as it must, and those beside it are unharmed."""

import itertools
import json
import sqlite3
import time
from pathlib import Path

import pytest

import scraper as package
from scraper.models import State
from tests.conftest import Site
from tests.fetch.test_fetcher import FAILURES
from tests.support.faultserver import PACKED, FaultServer

GOOD = 12
GOOD_PAGES = [f"/page?{n}" for n in range(GOOD)]
CUTS = [
    f"/cut?framing={framing}&packing={packing}&at={at}"
    for framing, packing, at in itertools.product(
        ("length", "chunked", "close"), PACKED, ("nowhere", "head", "middle", "end", "inside")
    )
]


def cut_ends_as(path):
    """Return how a page must end that is cut there."""
    if "at=nowhere" in path:
        return "fetched"
    cannot_tell = "packing=plain" in path and ("at=inside" in path or "framing=close" in path) and "at=head" not in path
    return "fetched" if cannot_tell else "truncated"


BOMBS = {
    f"/bomb?in={form}&status={status}": "too large"
    for form, status in itertools.product(("gzip", "deflate"), (200, 401, 403, 404, 500))
}
REDIRECTS = {
    "/loop": "too many redirects",
    "/hops?left=30": "too many redirects",
    "/hops?left=9": "fetched",
    "/cookie-wall": "fetched",
    "/redirect-nowhere": "http 302",
    "/redirect?to=": "bad redirect",
    "/redirect?to=file:///etc/passwd": "bad redirect",
    "/redirect?to=data:text/html,x": "bad redirect",
    "/redirect?to=ftp://127.0.0.1/": "bad redirect",
    "/redirect?to=javascript:alert(1)": "bad redirect",
    "/redirect?to=http://": "bad redirect",
    "/redirect?to=http://127.0.0.1:0/": "bad url",
    "/redirect?to=http://169.254.169.254%5C@127.0.0.1/": "offsite redirect",
    "/redirect?to=%5C%5C127.0.0.1/page": "connection failed",
    "/redirect?to=/a%09b": "bad redirect",
    "/redirect?to=http://me:hush@127.0.0.1/": "bad url",
    "/redirect?to=http://169.254.169.254/latest/": "offsite redirect",
    "/redirect?to=http://2130706433/": "connection failed",
    "/redirect?to=//example.com/": "offsite redirect",
    "/redirect?to=http://127.0.0.1.example.com/": "offsite redirect",
    "/redirect?to=/page%0D%0ASet-Cookie:%20x=1": "fetched",  # the lines behind it are other lines
}
WALLS = {
    "/captcha": "blocked",
    "/json-error": "blocked",
    "/empty": "empty",
    "/gzip-empty": "empty",
    "/status?code=204": "empty",
}
STATUSES = {f"/status?code={code}": f"http {code}" for code in (304, 400, 401, 403, 404, 410, 418, 500, 503, 599, 999)}
SLOW = {"/hang": "timeout", "/drip": "timeout", "/drip-head": "timeout"}
ENDS = {
    **dict.fromkeys(GOOD_PAGES, "fetched"),
    **{path: str(reason) for path, (reason, *_) in FAILURES.items()},
    **{path: cut_ends_as(path) for path in CUTS},
    **BOMBS,
    **REDIRECTS,
    **WALLS,
    **STATUSES,
    **SLOW,
}
CONFIG = """
name: hostile
start_urls: {urls}
records: {{each: dd, fields: {{t: {{}}}}}}
expect: {{blocked_if: [验证中心, 请求过于频繁], max_error_rate: 1}}
settings:
  fetcher: {library}
  pool: {{engine: {engine}}}
  robotstxt_obey: false
  contact: t@example.com
  retry_times: 0
  download_timeout: 3
  download_maxsize: {maxsize}
"""

pytestmark = pytest.mark.live


@pytest.fixture(scope="module", params=["requests processes", "curl processes", "curl threads"])
def run(request, tmp_path_factory):
    """One run over all of them by each fetcher: the report, how each page ended, and the lines that were written."""
    library, engine = request.param.split()
    folder = tmp_path_factory.mktemp("hostile")
    with FaultServer(("127.0.0.1",)) as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        urls = json.dumps([server.url(path) for path in ENDS])
        text = CONFIG.format(urls=urls, library=library, engine=engine, maxsize=1 << 20)
        Path("hostile.yaml").write_text(text, encoding="utf-8")
        report = package.run(package.load_config("hostile.yaml"))
        with sqlite3.connect("output/.scraper/hostile/journal.db") as journal:
            pages = journal.execute("SELECT url, state, reason, detail, marks FROM page").fetchall()
        journal.close()
        ended = {url.removeprefix(server.origins[0]): tuple(rest) for url, *rest in pages}
        lines = Path(report.output).read_text(encoding="utf-8").splitlines()
        yield report, ended, lines


@pytest.mark.parametrize("path", ENDS)
def test_each_page_ends_as_it_must(run, path):
    _, ended, _ = run
    state, reason, detail, _ = ended[path]
    assert ("fetched" if state == State.FETCHED else reason) == ENDS[path], (State(state), detail)


def test_every_page_is_accounted_for_and_the_good_ones_are_unharmed(run):
    report, ended, lines = run
    accounts = report.accounts
    assert accounts.planned == len(ENDS)
    assert set(ended) - set(ENDS) == {"/page", "/hops?left=0"}, "where redirects have led"
    assert accounts.planned == accounts.fetched + sum(accounts.failed.values()) + sum(accounts.skipped.values())
    assert "internal error" not in accounts.failed
    assert "worker lost" not in accounts.failed
    films = [json.loads(line)["t"] for line in lines]
    assert films[:GOOD] == ["film"] * GOOD
    assert [alarm.name for alarm in report.alarms] == ["blocked"]
    assert report.exit_code == 4


def test_a_page_that_may_be_cut_is_marked(run):
    """It has no length, and the connection has ended: that is legal, and may be told by `page_must_match` only."""
    report, ended, _ = run
    marked = {path for path, (*_, marks) in ended.items() if marks}
    assert marked == {path for path in CUTS if ENDS[path] == "fetched" and "framing=close" in path}
    assert report.marks == {"no length": len(marked)}


ROBOTS = {
    "a redirect to another path": ((301, {"Location": "/rules"}, ""), False),
    "a redirect to another host": ((302, {"Location": "{away}/rules"}, ""), False),
    "a chain of redirects": ((302, {"Location": "/once"}, ""), False),
    "a page in HTML": ("<!doctype html><html><body>Disallow: /film</body></html>", True),
    "a byte order mark": (b"\xef\xbb\xbfUser-agent: *\nDisallow: /film\n", False),
    "half a megabyte": ("User-agent: *\n" + "# filler\n" * 60_000 + "Disallow: /film\n", True),
    "larger than any page may be": ("User-agent: *\nDisallow: /films\n" + "# filler\n" * 200_000, True),
    "larger than any page may be, and denies": ("User-agent: *\nDisallow: /film\n" + "# filler\n" * 200_000, False),
    "401": ((401, {}, ""), True),
    "403": ((403, {}, ""), True),
    "404": ((404, {}, ""), True),
}
"""What a robots.txt is → whether /film may be fetched."""


def test_a_robots_txt_is_found_where_it_leads_and_read_as_it_is(folder):
    rules = {"/rules": "User-agent: *\nDisallow: /film\n", "/once": (302, {"Location": "/rules"}, "")}
    sites = {name: Site(f"127.0.0.{10 + number}") for number, name in enumerate(ROBOTS)}
    away = Site("127.0.0.9")
    away.pages |= rules
    for name, site in sites.items():
        answer = ROBOTS[name][0]
        if isinstance(answer, tuple):
            status, headers, body = answer
            answer = status, {key: value.format(away=away.url) for key, value in headers.items()}, body
        site.pages |= {"/robots.txt": answer, "/film": "<dl><dd>film</dd></dl>"} | rules
    urls = [site.url for site in sites.values()]
    Path("robots.yaml").write_text(f"""
start_urls: {json.dumps([f"{url}/film" for url in urls])}
records: {{each: dd, fields: {{t: {{}}}}}}
settings: {{cookies: {{sid: hush}}, headers: {{X-Key: hush}}, retry_times: 0, pool: {{engine: threads}},
  download_maxsize: 10000,
  allowed_domains: {json.dumps([f"127.0.0.{number}" for number in range(9, 30)])}}}
""")
    report = package.run(package.load_config("robots.yaml"))
    for site in [*sites.values(), away]:
        site.close()
    allowed = {name: "/film" in site.asked() for name, site in sites.items()}
    assert allowed == {name: is_allowed for name, (_, is_allowed) in ROBOTS.items()}
    assert all(site.asked().count("/robots.txt") == 1 for site in sites.values())
    assert report.accounts.skipped == {"robots": list(allowed.values()).count(False)}
    assert away.asked() == ["/rules"]


@pytest.mark.timeout(150)
@pytest.mark.parametrize("jump_s", [-86_400, 86_400])
def test_a_clock_that_jumps_changes_nothing(folder, site, monkeypatch, jump_s):
    """It does when the fifth page is asked for: waits that went by it would last a day."""
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + (jump_s if len(site.log) >= 5 else 0))
    site.pages |= {f"/{n}": f"<li>{n}" for n in range(30)} | {"/7": (503, {"Retry-After": "0"}, "")}
    Path("clock.yaml").write_text(f"""
start_urls: ["{site.url}/{{n}}"]
params: {{n: {{first: 0, last: 29}}}}
records: {{each: li, fields: {{t: {{type: int}}}}}}
settings: {{retry_times: 1, download_delay: 0.01, robotstxt_obey: false, contact: a@b.example,
  pool: {{engine: threads}}}}
""")
    report = package.run(package.load_config("clock.yaml"))
    assert (report.exit_code, report.accounts.failed) == (3, {"http 503": 1})
    assert 0 < report.seconds < 3600
    lines = Path("output/clock.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["t"] for line in lines] == [n for n in range(30) if n != 7]
