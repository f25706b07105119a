"""What requests carry: forms, JSON and texts made of params, on their own origins only."""

import json
from urllib.parse import parse_qsl

import pytest

from scraper.config.load import load_config
from scraper.crawl import bodies, plan
from scraper.crawl.bodies import Bodies
from scraper.models import Request
from tests.conftest import Site, board

HEAD = "start_urls: [https://a.example/api]\nrecords: {each: dd, fields: {title: a}}\n"
fetchers = pytest.mark.parametrize("fetcher", ["requests", "curl"])


@pytest.fixture
def kind(tmp_path):
    """A function that gives the only kind of a config."""

    def kind(yaml):
        path = tmp_path / "x.yaml"
        path.write_text(HEAD + yaml, encoding="utf-8")
        (found,) = load_config(path).kinds.values()
        return found

    return kind


@pytest.mark.parametrize(
    ("request_", "params", "body", "kind_of_body"),
    [
        ('form: {q: "{q}", n: "{n}", "a b": "x&y"}', {"q": "茶", "n": None},
         b"q=%E8%8C%B6&a+b=x%26y", bodies.FORM_TYPE),
        ('json: {q: "{q}", n: "{n}", of: ["{q}!", 5, true, null]}', {"q": "茶", "n": 7},
         '{"q":"茶","n":7,"of":["茶!",5,true,null]}'.encode(), bodies.JSON_TYPE),
        ('json: {after: "{n}"}', {"n": 2**70, "q": 1}, b'{"after":1180591620717411303424}', bodies.JSON_TYPE),
        ('json: {after: "{n}"}', {"n": None, "q": 1}, b'{"after":null}', bodies.JSON_TYPE),
        ("json: []", {}, b"[]", bodies.JSON_TYPE),
        ('body: "<q>{q}</q>"', {"q": "茶"}, "<q>茶</q>".encode(), bodies.TEXT_TYPE),
        ('body: "{q}"', {"q": None}, b"", bodies.TEXT_TYPE),
    ],
)  # fmt: skip
def test_a_body_is_made_of_params_which_keep_their_types_in_json(kind, request_, params, body, kind_of_body):
    the_kind = kind(f"params: {{q: [x], n: [1]}}\nrequest: {{method: POST, {request_}}}")
    assert bodies.make(the_kind, params) == body
    assert bodies.content_type(the_kind) == kind_of_body


def test_a_form_is_written_in_the_encoding_of_the_pages(kind):
    the_kind = kind('encoding: gb18030\nparams: {q: [x]}\nrequest: {method: POST, form: {q: "{q}"}}')
    assert bodies.make(the_kind, {"q": "茶"}) == b"q=%B2%E8"


def test_params_that_only_a_body_uses_multiply_the_requests(kind, tmp_path):
    kind('params: {size: [5], page: {first: 1, last: 3}}\nrequest: {method: POST, json: {of: ["{size}", "{page}"]}}')
    requests = list(plan.requests(load_config(tmp_path / "x.yaml")))
    assert [(r.method, r.body) for r in requests] == [("POST", b'{"of":[5,%d]}' % n) for n in (1, 2, 3)]
    assert plan.count(load_config(tmp_path / "x.yaml")) == 3


def test_a_body_goes_to_the_origins_of_the_config_only(kind):
    kinds = {"x": kind('request: {method: POST, body: "secret"}')}
    put = Bodies(kinds, {("https", "a.example", 443)}).put
    assert put(Request("https://a.example/2", kind="x", method="POST")).body == b"secret"
    assert put(Request("https://b.example/2", kind="x", method="POST")).body is None
    assert put(Request("http://a.example/2", kind="x", method="POST")).body is None


def heard(site, page, log):
    """Let a path answer with a page and note the method, type and body of what was asked."""

    def answer(handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        log.append((handler.command, handler.path, handler.headers.get("Content-Type"), body))
        return page

    return answer


@fetchers
def test_every_page_is_asked_for_with_its_own_body(scraper, config, folder, site, fetcher):
    def answer(handler):
        form = dict(parse_qsl(handler.rfile.read(int(handler.headers["Content-Length"])).decode()))
        assert handler.headers["Content-Type"] == bodies.FORM_TYPE
        return board((f"film {form['page']} {form['q']}", 1))

    site.pages["/api"] = answer
    text = f"""
start_urls: [{site.url}/api]
params: {{page: {{first: 1, last: 3}}, q: ["a&b", "${{SECRET}}"]}}
request: {{method: POST, form: {{page: "{{page}}", q: "{{q}}"}}}}
records: {{each: dd, fields: {{title: a}}}}
settings: {{robotstxt_obey: false}}
"""
    done = scraper(config(text), "-s", f"fetcher={fetcher}", env={"SECRET": "s3cret"})
    assert done.returncode == 0, done.stderr
    lines = (folder / "output/board.jsonl").read_text().splitlines()
    assert [json.loads(line)["title"] for line in lines] == [
        f"film {n} {q}" for n in (1, 2, 3) for q in ("a&b", "s3cret")
    ]


@fetchers
def test_redirects_keep_or_drop_the_body_and_never_take_it_elsewhere(scraper, config, folder, site, fetcher):
    log, there = [], Site("127.0.0.2")
    try:
        for status in (301, 302, 303, 307, 308):
            site.pages[f"/{status}"] = heard(site, (status, {"Location": f"/to/{status}"}, ""), [])
            site.pages[f"/to/{status}"] = heard(site, board((f"f{status}", 1)), log)
        site.pages["/away"] = heard(site, (307, {"Location": f"{there.url}/to/away"}, ""), [])
        there.pages["/to/away"] = heard(there, board(("away", 1)), log)
        text = f"""
start_urls: ["{site.url}/{{path}}"]
params: {{path: [301, 302, 303, 307, 308, away]}}
request: {{method: POST, json: {{token: secret}}}}
records: {{each: dd, fields: {{title: a}}}}
settings: {{robotstxt_obey: false, allowed_domains: [127.0.0.1, 127.0.0.2]}}
"""
        done = scraper(config(text), "-s", f"fetcher={fetcher}")
    finally:
        there.close()
    assert done.returncode == 0, done.stderr
    gone, kept = ("GET", None, b""), ("POST", bodies.JSON_TYPE, b'{"token":"secret"}')
    assert {path: (method, kind, body) for method, path, kind, body in log} == {
        "/to/301": gone,
        "/to/302": gone,
        "/to/303": gone,
        "/to/307": kept,
        "/to/308": kept,
        "/to/away": ("POST", None, b""),
    }


def test_a_resumed_run_makes_the_bodies_anew_and_stores_none(scraper, config, folder, site):
    site.pages["/api"] = lambda handler: (
        (500, {}, "no") if len(site.log) < 3 else heard(site, board(("a", 1)), log)(handler)
    )
    log = []
    text = f"""
start_urls: [{site.url}/api]
params: {{n: [1, 2]}}
request: {{method: POST, json: {{n: "{{n}}", token: "${{SECRET}}"}}}}
records: {{each: dd, fields: {{title: a}}}}
expect: {{max_error_rate: 1, min_records: 0}}
settings: {{robotstxt_obey: false, retry_times: 0}}
"""
    path = config(text)
    assert scraper(path, env={"SECRET": "s3cret"}).returncode == 3
    state = folder / "output/.scraper/board"
    assert not any(b"s3cret" in file.read_bytes() for file in state.rglob("*") if file.is_file())
    done = scraper(path, "--resume", env={"SECRET": "s3cret"})
    assert done.returncode == 0, done.stderr
    assert sorted(body for *_, body in log) == [b'{"n":1,"token":"s3cret"}', b'{"n":2,"token":"s3cret"}']


@fetchers
def test_a_page_that_a_link_leads_to_is_asked_for_as_its_kind_says(scraper, config, folder, site, fetcher):
    log = []
    site.pages |= {"/": '<a href="/x" id=7>x</a>', "/x": heard(site, board(("x", 1)), log)}
    text = f"""
pages:
  list:
    start_urls: ["{site.url}/"]
    follow: [{{css: a, page: film, params: {{id: {{css: a, attr: id}}}}}}]
  film:
    request: {{method: POST, json: {{id: "{{id}}"}}}}
    records: {{each: dd, fields: {{title: a}}}}
settings: {{robotstxt_obey: false}}
"""
    done = scraper(config(text), "-s", f"fetcher={fetcher}")
    assert done.returncode == 0, done.stderr
    assert log == [("POST", "/x", bodies.JSON_TYPE, b'{"id":"7"}')]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ("form: {a: b}", "a GET carries no body; say method: POST"),
        ("method: POST, form: {a: b}, body: c", "a request carries one of form, json and body"),
        ('method: POST, json: {a: ["{b}"]}', "unknown name {b}"),
        ('method: POST, form: {a: "{b}"}', "unknown name {b}"),
        ("method: POST, json: ", "expected a value, got nothing (null)"),
        ("method: POST, form: {a: 5}", "expected text, got the number 5"),
    ],
)
def test_what_is_wrong_with_a_body_is_told(mistake, request_, message):
    assert message in mistake(f"{HEAD}request: {{{request_}}}")
