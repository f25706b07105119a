"""Pages that lead to the next by params: open params, which go on until a page gives no record, and cursors."""

import json
import os
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import ROOT, board

SETTINGS = "settings: {robotstxt_obey: false, contact: t@example.com}\n"


def published(folder):
    return [json.loads(line) for line in (folder / "output/board.jsonl").read_text().splitlines()]


def report(folder):
    return json.loads((folder / "output/.scraper/board/last-run.json").read_text())


def shelves(site, **pages):
    """Let `/SHELF?p=N` list two films up to a last page; behind it is an empty list, or nothing for a shelf `gone`."""
    for shelf, last in pages.items():
        for n in range(1, last + 1):
            site.pages[f"/{shelf}?p={n}"] = board((f"{shelf}{n}a", 1), (f"{shelf}{n}b", 2))
        if shelf != "gone":
            site.pages[f"/{shelf}?p={last + 1}"] = board()


def listed(site, cats, more="", span="{first: 1}"):
    return f"""
start_urls: ["{site.url}/{{cat}}?p={{page}}"]
params: {{cat: [{cats}], page: {span}}}
records: {{each: dd, fields: {{title: a, n: {{value: "{{page}}"}}}}{more}}}
{SETTINGS}"""


@pytest.mark.parametrize("options", [[], ["-s", "parse_in=worker"], ["-s", "pool.engine=threads"]])
def test_an_open_param_goes_on_until_a_page_gives_no_record(scraper, config, folder, site, options):
    shelves(site, tea=3, cups=1, gone=2)
    done = scraper(config(listed(site, "tea, cups, gone")), *options)
    assert done.returncode == 0, done.stderr
    expected = [(shelf, n) for shelf, last in (("tea", 3), ("cups", 1), ("gone", 2)) for n in range(1, last + 1)]
    assert [(r["title"], r["n"]) for r in published(folder)] == [
        (f"{shelf}{n}{x}", n) for shelf, n in expected for x in "ab"
    ]
    assert sorted(site.asked()) == sorted(
        f"/{s}?p={n}" for s, last in (("tea", 3), ("cups", 1), ("gone", 2)) for n in range(1, last + 2)
    )
    accounts = report(folder)["accounts"]
    assert (accounts["fetched"], accounts["failed"], accounts["skipped"]) == (8, {}, {"http 404": 1})


def test_the_first_page_without_records_is_a_failure(scraper, config, folder, site):
    site.pages |= {"/tea?p=1": board(("a", 1)), "/tea?p=2": board(), "/cups?p=1": board()}
    done = scraper(config(listed(site, "tea, cups")))
    assert done.returncode == 3
    assert report(folder)["accounts"]["failed"] == {"no records": 1}


def test_a_page_that_fails_ends_its_row_loudly(scraper, config, folder, site):
    shelves(site, tea=4)
    site.pages["/tea?p=3"] = (500, {}, "no")
    done = scraper(config(listed(site, "tea")), "-s", "retry_times=0")
    assert done.returncode == 3
    assert [r["n"] for r in published(folder)] == [1, 1, 2, 2]
    shelves(site, tea=4)
    done = scraper(config(listed(site, "tea")), "-s", "retry_times=0", "--resume")
    assert (done.returncode, [r["n"] for r in published(folder)][::2]) == (0, [1, 2, 3, 4]), done.stderr


def test_filtered_records_are_records_and_steps_may_go_down(scraper, config, folder, site):
    for n in (30, 20, 10):
        site.pages[f"/tea?p={n}"] = board((f"f{n}", n))
    done = scraper(config(listed(site, "tea", ", where: {title: {not: {in: [f20]}}}", "{first: 30, step: -10}")))
    assert done.returncode == 0, done.stderr
    assert [r["title"] for r in published(folder)] == ["f30", "f10"]


def test_depth_counts_links_and_not_the_pages_of_an_open_param(scraper, config, folder, site):
    shelves(site, tea=3)
    for n in (1, 2, 3):
        for x in "ab":
            site.pages[f"/films/tea{n}{x}"] = f"<h1>tea{n}{x}</h1>"
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/{{cat}}?p={{page}}"]
    params: {{cat: [tea], page: {{first: 1}}}}
    records: {{each: dd, fields: {{title: a}}, follow: [{{css: a, page: film}}]}}
  film: {{records: {{fields: {{name: h1}}}}}}
{SETTINGS}"""
    done = scraper(config(text), "-s", "depth_limit=1")
    assert done.returncode == 0, done.stderr
    assert [r.get("title") or r["name"] for r in published(folder)] == [f"tea{n}{x}" for n in (1, 2, 3) for x in "abab"]


def test_limits_end_an_open_param_and_a_trial_takes_its_first_page(scraper, config, folder, site):
    site.pages |= {f"/tea?p={n}": board((f"f{n}", 1)) for n in range(1, 100)}
    path = config(listed(site, "tea"))
    assert scraper(path, "-s", "closespider_pagecount=5").returncode == 0
    assert [r["n"] for r in published(folder)] == [1, 2, 3, 4, 5]
    site.log.clear()
    assert scraper(path, "--limit", "1").returncode == 0
    assert site.asked() == ["/tea?p=1"]


def test_a_killed_run_goes_on_where_it_was(scraper, config, folder, site):
    shelves(site, tea=8)
    path = config(listed(site, "tea"))
    command = [sys.executable, "-m", "scraper", str(path), "-s", "download_delay=0.15"]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    ) as run:
        while len(site.log) < 5:
            assert run.poll() is None
            time.sleep(0.01)
        run.kill()
    done = scraper(path, "--resume", "-s", "download_delay=0.15")
    assert done.returncode == 0, done.stderr
    assert "resumed run" in done.stderr
    assert [r["title"] for r in published(folder)] == [f"tea{n}{x}" for n in range(1, 9) for x in "ab"]


# --------------------------------------------------------------------------- cursors


def cursor_site(site, asks):
    """Let `/api` answer with the reviews behind the cursor that it is sent, three pages of them."""
    following = {"": "b/1", "b/1": "c&2", "c&2": None}

    def answer(handler):
        if handler.command == "POST":
            asked = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        else:
            asked = {"after": parse_qs(urlsplit(handler.path).query).get("after", [""])[0]}
        asks.append(asked)
        after = asked["after"]
        return (
            200,
            {"Content-Type": "application/json"},
            json.dumps({"data": [{"t": f"<{after}>"}], "next": following[after]}),
        )

    site.pages["/api"] = answer
    site.pages |= {f"/api?after={quoted}": answer for quoted in ("", "b%2F1", "c%262")}


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_a_cursor_is_sent_in_the_body_until_it_is_null(scraper, config, folder, site, fetcher):
    asks = []
    cursor_site(site, asks)
    text = f"""
start_urls: [{site.url}/api]
params: {{cursor: [""]}}
request: {{method: POST, json: {{after: "{{cursor}}", size: 50}}}}
records: {{each: {{json: 'data[]'}}, fields: {{t: {{json: t}}}}}}
follow: [{{params: {{cursor: {{json: next}}}}}}]
{SETTINGS}"""
    done = scraper(config(text), "-s", f"fetcher={fetcher}")
    assert done.returncode == 0, done.stderr
    assert [r["t"] for r in published(folder)] == ["<>", "<b/1>", "<c&2>"]
    assert asks == [{"after": after, "size": 50} for after in ("", "b/1", "c&2")]


def test_a_cursor_in_the_url_is_encoded_and_other_params_stay(scraper, config, folder, site):
    cursor_site(site, asks := [])
    text = f"""
start_urls: ["{site.url}/api?after={{cursor}}"]
params: {{cursor: [""]}}
records: {{each: {{json: 'data[]'}}, fields: {{t: {{json: t}}}}}}
follow: [{{params: {{cursor: {{json: next}}}}}}]
{SETTINGS}"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    assert [r["t"] for r in published(folder)] == ["<>", "<b/1>", "<c&2>"]
    assert len(asks) == 3


CURSOR = 'start_urls: ["https://a.example/{shelf}?c={cursor}"]\nparams: {shelf: [tea], cursor: [""]}\n' \
    "records: {each: {json: 'd[]'}, fields: {n: {json: n}}}\nfollow: [{params: {cursor: {json: next}}}]"  # fmt: skip


@pytest.mark.parametrize("cursor", ["null", '""', "18446744073709551616"])
def test_a_cursor_that_is_none_ends(parse, cursor):
    page = f'{{"d": [{{"n": 1}}], "next": {cursor}}}'
    parsed = parse(CURSOR, page, params={"shelf": "tea", "cursor": ""})
    assert parsed.links == ()


def test_a_cursor_leads_to_the_kinds_own_url_with_the_params_of_the_page(parse):
    parsed = parse(CURSOR, '{"d": [{"n": 1}], "next": 7}', params={"shelf": "t a", "cursor": ""})
    assert [(link.url, link.params) for link in parsed.links] == [("https://a.example/t%20a?c=7", {"cursor": 7})]
    assert parse(CURSOR, '{"d": [{"n": 1}], "next": 7}').links == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('start_urls: ["https://a/{p}"]\nparams: {p: {first: 1}, q: [1]}', "stands behind all others"),
        ('start_urls: ["https://a/{p}", "https://a/x{p}"]\nparams: {p: {first: 1}}', "needs a single start URL"),
        ('start_urls: ["https://a/"]\nparams: {p: {first: 1}}', "it would never end"),
        ('start_urls: ["https://a/{p}"]\nparams: {p: {first: 1, step: 0}}', "expected a step other than 0"),
        ('start_urls: ["https://a/", "https://b/"]\nfollow: [{params: {c: {json: n}}}]', "which needs a single one"),
        ("start_urls: [https://a/]\nfollow: [{page: x}]", "a follow needs css, xpath"),
        (
            'start_urls: [https://a/]\npages: {l: {start_urls: ["https://a/"], follow: [{page: x, params: {c: h1}}]}, '
            'x: {start_urls: ["https://a/{d}/{c}"], params: {c: [1], d: [2]}, records: {fields: {a: a}}}}',
            "needs the param 'd', which is not given here",
        ),
    ],
)
def test_what_is_wrong_with_further_pages_is_told(mistake, text, message):
    if "pages:" in text:
        text = text.partition("\n")[2]
    else:
        text += "\nrecords: {fields: {a: a}}"
    assert message in mistake(text)
