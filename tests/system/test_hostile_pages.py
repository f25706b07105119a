"""What pages hold, through the engine: every page ends, nothing is fetched for it, and its data stays data."""

import json
import re
from pathlib import Path

import pytest

import scraper as package
from scraper.config.load import load_config
from tests.conftest import ROOT, Site
from tests.support.faultserver import FaultServer

PARSERS = ["html5", "lxml", "soup"]
HEAVY = {
    "nested": "<div>" * 100_000 + "deep",
    "never closed": "<p><b><i>" * 20_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x",
    "attributes in all": "<p a=1 b=2 c=3 d=4 e=5 f>x" * 100_000,
    "texts": "<b>x</b>y" * 200_000,
    "one attribute": f"<p title='{'x' * 3_000_000}'>x",
    "one text": "<p>" + "x " * 1_500_000,
    "comments": "<!--" * 200_000,
    "closed comments": "<!-- x -->" * 50_000,
    "angles": "<" * 300_000,
    "references": "<p>" + "&amp;&#x1F600;&nosuch;" * 50_000,
    "end tags": "</div>" * 200_000,
    "plaintext": "<plaintext>" + "<p>x" * 200_000,
    "script": "<script>" + "<li>" * 100_000,
    "tables": "<table>" * 120 + "x",
    "formatting": "<a href=x><b><i><u>" * 500,
}
"""Up to 3 MB each: what takes some parser long, or deep."""


@pytest.fixture
def crawl(config):
    """A function that runs a config in this process."""

    def crawl(text, **settings):
        base = {"pool.engine": "threads", "robotstxt_obey": "false", "contact": "t@example.com", "retry_times": "0"}
        return package.run(package.load_config(config(text), base | settings))

    return crawl


@pytest.mark.parametrize("parser", ["lxml", "html5"])
def test_a_page_of_any_weight_ends_and_leaves_the_others_their_records(crawl, site, parser):
    for number, markup in enumerate(HEAVY.values()):
        site.pages[f"/{number}"] = f"<ul><li>first</ul>{markup}"
        site.pages[f"/good/{number}"] = "<ul><li>good</ul>"
    text = f"""
start_urls: ["{site.url}/{{n}}", "{site.url}/good/{{n}}"]
params: {{n: {{first: 0, last: {len(HEAVY) - 1}}}}}
records: {{each: ul > li, fields: {{t: {{}}, p: {{from: page, css: p, get: exists}}}}}}
expect: {{max_error_rate: 1}}
parser: {parser}
"""
    report = crawl(text, parse_in="worker")
    accounts = report.accounts
    assert accounts.failed.pop("too many attributes") == 1
    assert accounts.fetched + accounts.failed.get("too deep", 0) + 1 == accounts.planned == 2 * len(HEAVY)
    told = [json.loads(line)["t"] for line in Path(report.output).read_text().splitlines()]
    assert told == ["first"] * (len(told) - len(HEAVY)) + ["good"] * len(HEAVY)


def test_a_page_that_its_parser_cannot_end_costs_its_worker_and_no_other_page(crawl, site):
    """A selector's time may grow with the square of the elements, here a minute; only a process can be ended."""
    site.pages["/slow"] = "<dl>" + "<dd>x</dd>" * 10_000 + "</dl>"
    site.pages |= {f"/{n}": "<dl><dd>x</dd><dd>y</dd></dl>" for n in range(8)}
    urls = json.dumps([f"{site.url}{path}" for path in site.pages])
    text = f"start_urls: {urls}\nrecords: {{each: dd ~ dd, fields: {{t: {{}}}}}}\nparser: lxml\n"
    report = crawl(text, **{"parse_in": "worker", "parse_timeout": "0.5", "pool.engine": "processes"})
    assert (report.accounts.fetched, report.accounts.failed) == (8, {"parse timeout": 1})
    assert report.records == 8


ARTICLE = load_config(ROOT / "configs/maoyan-article.yaml").kinds["maoyan-article"].rules[0].each.sources[0].pattern
"""The one regex over the whole film, as it is often shown."""
CSS = "records: {each: dd, fields: {t: {css: a, attr: title}}}"
SEARCHES = {
    "alone": "records: {each: {regex: 'ARTICLE'}, fields: {t: {group: title}}}",
    "field": "records: {each: dl, fields: {t: {get: html, regex: 'TITLE'}}}",
    "must": f"expect: {{page_must_match: ['ARTICLE']}}\n    {CSS}",
    "block": f"expect: {{blocked_if: ['ARTICLE.*?captcha']}}\n    {CSS}",
    "moved": f"expect: {{blocked_if: ['(a|aa)+$']}}\n    {CSS}",
}
"""Kind of page → how the pattern is used there."""


def film(title, fraction="fraction"):
    return (
        f'<dd><i class="board-index">1</i><a title="{title}">x</a><p class="star">s</p><p class="releasetime">t</p>'
        f'<i class="integer">9.</i><i class="{fraction}">1</i></dd>'
    )


@pytest.mark.parametrize(
    ("engine", "fetcher", "parse_in"),
    [
        ("processes", "requests", "parent"),
        ("processes", "requests", "worker"),
        ("processes", "curl", "worker"),
        ("threads", "requests", "parent"),
        ("threads", "curl", "worker"),
    ],
)
def test_a_regex_that_searches_for_ever_on_a_renamed_class_fails_that_page_only(crawl, site, engine, fetcher, parse_in):
    for kind in SEARCHES:
        site.pages |= {f"/{kind}/{n}": f"<dl>{film(f'{kind} {n}')}</dl>" for n in (0, 1, 3)}
        site.pages[f"/{kind}/2"] = f"<dl>{film('x', 'decimal') * 40}</dl>"
    site.pages["/moved/2"] = (302, {"Location": f"/{'a' * 60}b"}, "")
    text = "pages:\n"
    for kind, how in SEARCHES.items():
        urls = json.dumps([f"{site.url}/{kind}/{n}" for n in range(4)])
        text += f"  {kind}:\n    start_urls: {urls}\n    {how}\n"
    text = text.replace("ARTICLE", ARTICLE).replace("TITLE", re.sub(r"\?P<(?!title)\w+>", "?:", ARTICLE))
    settings = {"regex_timeout": "0.2", "pool.engine": engine, "fetcher": fetcher, "parse_in": parse_in}
    report = crawl(text, **settings)
    assert (report.exit_code, report.accounts.failed) == (3, {"parse timeout": len(SEARCHES)})
    assert all("regex" in detail and "0.2 s" in detail for _, _, detail in report.failures)
    told = [json.loads(line)["t"] for line in Path(report.output).read_text().splitlines()]
    assert told == [f"{kind} {n}" for kind in SEARCHES for n in (0, 1, 3)]


@pytest.mark.live
@pytest.mark.parametrize("parser", PARSERS)
def test_nothing_is_fetched_or_read_that_a_page_names(crawl, folder, parser):
    secret = folder / "secret"
    secret.write_text("hush")
    with FaultServer() as other:
        names = [other.url(f"/page?{n}") for n in range(9)]
        site = Site()
        site.pages["/p"] = (
            200,
            {"Link": f"<{names[0]}>; rel=preload"},
            f"""<?xml version="1.0"?>
<?xml-stylesheet href="{names[1]}" type="text/xsl"?>
<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}"> <!ENTITY y SYSTEM "{names[3]}">
<!ENTITY % d SYSTEM "{names[2]}"> %d;]>
<html xmlns:xi="http://www.w3.org/2001/XInclude"><head><link rel="stylesheet" href="{names[4]}"/>
<base href="{names[5]}"/><meta http-equiv="refresh" content="0;url={names[6]}"/></head>
<body><li>&x;&y;<xi:include href="{secret}" parse="text"/>
<xi:include href="{names[7]}"/><img src="{names[8]}"/><iframe src="{names[8]}"></iframe></li></body></html>""",
        )
        text = f'start_urls: ["{site.url}/p"]\nrecords: {{each: li, fields: {{t: {{get: html}}}}}}\nparser: {parser}\n'
        report = crawl(text)
        asked = site.asked()
        site.close()
        assert (report.records, asked, other.log) == (1, ["/p"], [])
        assert "hush" not in Path(report.output).read_text()


def test_what_a_page_holds_is_shown_to_no_terminal_as_it_is(scraper, config, folder, site):
    evil = "\x1b[31m\x1b]0;owned\x07\x9b1m\u202e\r"
    site.pages["/p"] = f"<li>{evil}<a href='/{evil}'>x</a></li>"
    site.pages["/q"] = (302, {"Location": "/" + evil.encode().decode("latin-1").replace("\r", "")}, "")
    text = f"""
start_urls: ["{site.url}/p", "{site.url}/q"]
records: {{each: li, fields: {{t: {{}}, n: {{type: int}}}}}}
follow: a
settings: {{robotstxt_obey: false, contact: t@example.com, retry_times: 0}}
"""
    for arguments in (["-v"], ["-v", "--log-format", "json"]):
        done = scraper(config(text), *arguments, encoding="utf-8")
        assert "owned" in done.stderr
        assert [each for each in done.stderr.replace("\n", "") if not each.isprintable()] == [], done.stderr
    line = (folder / "output/board.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(line)["t"].startswith("\x1b[31m\x1b]0;owned\x07\x9b1m\u202e"), "the data is what the page holds"
    assert "\x1b" not in line


LINKS = {
    "javascript:alert(1)": None,
    "mailto:me@example.com": None,
    "data:text/html,<li>x": None,
    "file:///etc/passwd": None,
    "ftp://127.0.0.1/": None,
    "http:\\\\127.0.0.1:{port}\\x\\y": "/x/y",
    "\\\\127.0.0.1:{port}/x/y": "/x/y",
    "http://169.254.169.254\\@127.0.0.1/": None,
    "http:///etc/passwd": None,
    "http://[::1": None,
    "http://127.0.0.1:99999/": None,
    "http://127.0.0.1:0/": None,
    "http://169.254.169.254/latest/meta-data/": None,
    "http://2130706433:{port}/x/y": "/x/y",
    "//example.com/": None,
    "http://me:hush@127.0.0.1:{port}/user": None,
    "#top": "/base/",
    "": None,
    "one": "/base/one",
    "ONE": "/base/ONE",
    "./one#top": "/base/one",
    "//127.0.0.1:{port}/base/one": "/base/one",
    "HTTP://127.0.0.1:{port}/base/../base/one": "/base/one",
    " on\r\ne ": "/base/one",
    "?b=2&a=1": "/base/?b=2&a=1",
    "?a=1&b=2": "/base/?a=1&b=2",
    "/a\r\nX-Evil: 1": "/aX-Evil:%201",
    "/\x00nul": "/%EF%BF%BDnul",
    "/base/../../x/./y": "/x/y",
    "http://127.0.0.1:{port}/./base/x/../one": "/base/one",
}
"""Link → the path that is asked for, None for none."""


def test_links_are_followed_as_a_browser_would_and_to_web_pages_only(crawl, site):
    port = site.url.rpartition(":")[2]
    anchors = "".join(f'<a href="{link}">x</a>'.replace("{port}", port) for link in LINKS)
    site.pages["/p"] = f"<html><base href='/base/'><body><ul><li>x</ul>{anchors}"
    site.pages |= {path: "<ul><li>y</ul>" for path in LINKS.values() if path}
    report = crawl(f'start_urls: ["{site.url}/p"]\nrecords: {{each: li, fields: {{t: {{}}}}}}\nfollow: a\n')
    assert sorted(site.asked()) == sorted({"/p", *filter(None, LINKS.values())})
    assert report.accounts.failed == {"bad url": 2}, "a port and a password, never asked for"
    assert report.accounts.unfinished == 0
