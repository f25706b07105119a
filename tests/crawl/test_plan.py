"""Start URLs × params become requests: in written order, lazily, percent-encoded."""

import itertools
import tracemalloc
from pathlib import Path

import pytest

from scraper.config.load import load_config
from scraper.crawl import plan
from scraper.errors import Malformed, OutputError
from scraper.job import Job, Kind, Output, Param, ParamFile, RequestSpec, Settings, Span, params
from scraper.job.templates import Template


def job(*urls, params=(), headers=(), encoding=None, **settings):
    spec = RequestSpec("POST" if headers else "GET", tuple((name, Template(text)) for name, text in headers))
    start = tuple(map(Template, urls))
    kind = Kind("list", (), start_urls=start, params=tuple(params), request=spec, encoding=encoding)
    return Job("board", Path("board.yaml"), {"list": kind}, Output(Template("x.jsonl")), settings=Settings(**settings))


def urls(job):
    found = [request.url for request in plan.requests(job)]
    assert plan.count(job) == len(found)
    return found


def test_the_last_param_is_the_fastest_and_a_url_takes_only_its_own():
    params = [Param("a", (1, 2)), Param("b", Span(0, 20, 10)), Param("unused", (7, 8, 9))]
    assert urls(job("http://x/{b}/{a}", "http://x/{a}", "http://x/", params=params)) == [
        "http://x/0/1", "http://x/10/1", "http://x/20/1", "http://x/0/2", "http://x/10/2", "http://x/20/2",
        "http://x/1", "http://x/2", "http://x/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("span", "values"),
    [
        (Span(0, 90, 10), list(range(0, 91, 10))),
        (Span(1, 3), [1, 2, 3]),
        (Span(1, 4, 2), [1, 3]),
        (Span(3, 1, -1), [3, 2, 1]),
        (Span(5, 5), [5]),
        (Span(5, 5, -2), [5]),
        (Span(-2, 0), [-2, -1, 0]),
    ],
)
def test_a_span_includes_both_ends(span, values):
    param = Param("n", span)
    assert list(params.values(param)) == values
    assert params.length(param) == len(values)


def test_a_request_carries_its_params_and_method_and_its_headers_can_be_made_of_them():
    rows = Param("cat", ({"id": 7, "name": "茶"}, {"id": 9, "name": None}))
    the_job = job("http://x/{cat.id}", params=[rows], headers=[("X-Cat", "{cat.name}"), ("A", "b")])
    requests = list(plan.requests(the_job))
    kind = the_job.kinds["list"]
    assert [(r.url, r.kind, r.method, plan.headers(kind, r.params)) for r in requests] == [
        ("http://x/7", "list", "POST", (("X-Cat", "茶"), ("A", "b"))),
        ("http://x/9", "list", "POST", (("A", "b"),)),
    ]
    assert requests[0].params == {"cat": {"id": 7, "name": "茶"}}


def test_a_param_that_only_a_header_uses_multiplies_too():
    tokens = Param("token", ("a", "b"))
    assert urls(job("http://x/", params=[tokens], headers=[("X-Token", "{token}")])) == ["http://x/", "http://x/"]


@pytest.mark.parametrize(
    ("template", "value", "encoding", "url"),
    [
        ("http://x/?q={q}", "茶 & more", None, "http://x/?q=%E8%8C%B6%20%26%20more"),
        ("http://x/?q={q}", "茶", "gb18030", "http://x/?q=%B2%E8"),
        ("http://x/?q=茶", "", "gb18030", "http://x/?q=%B2%E8"),
        ("http://x/{q}", "../a?b#c", None, "http://x/..%2Fa%3Fb%23c"),
        ("{+q}", "http://x/a?b=1", None, "http://x/a?b=1"),
        ("http://bücher.example/", "", None, "http://xn--bcher-kva.example/"),
    ],
)
def test_urls_are_encoded_in_the_pages_encoding(template, value, encoding, url):
    assert urls(job(template, params=[Param("q", (value,))], encoding=encoding)) == [url]


@pytest.mark.parametrize(
    ("name", "text", "template", "expected"),
    [
        ("ids.txt", "7\n\n  9 \r\n茶\n", "http://x/{id}", ["7", "9", "%E8%8C%B6"]),
        ("ids.csv", 'no,name\r\n7,"a,b"\r\n9,c,extra\r\n', "http://x/{id.no}/{id.name}", ["7/a%2Cb", "9/c"]),
        ("ids.jsonl", '{"no": 7}\n\n{"no": "x"}\n', "http://x/{id.no}", ["7", "x"]),
        ("ids.txt", "\ufeff7\n", "http://x/{id}", ["7"]),
        ("ids.txt", "", "http://x/{id}", []),
    ],
)
def test_a_file_gives_a_value_a_line_or_rows(tmp_path, name, text, template, expected):
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert urls(job(template, params=[Param("id", ParamFile(path))])) == [f"http://x/{end}" for end in expected]


def test_a_row_with_too_many_cells_can_be_stored(tmp_path):
    import orjson

    path = tmp_path / "ids.csv"
    path.write_text("no\n7,more\n", encoding="utf-8")
    rows = Param("id", ParamFile(path))
    (request,) = plan.requests(job("http://x/{id.no}", params=[rows], headers=[("X-No", "{id.no}")]))
    assert orjson.loads(orjson.dumps(request.params))["id"]["no"] == "7"


@pytest.mark.parametrize(("name", "data"), [("gone.txt", None), ("ids.txt", b"\xff\xfe"), ("ids.jsonl", b"{no}\n")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, data):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(OutputError, match=name):
        list(plan.requests(job("http://x/{id.no}", params=[Param("id", ParamFile(tmp_path / name))])))


def test_a_row_without_a_value_names_the_start_url(tmp_path):
    path = tmp_path / "ids.csv"
    path.write_text("no,name\n7\n", encoding="utf-8")
    with pytest.raises(Malformed, match=r"http://x/\{id.name\}"):
        list(plan.requests(job("http://x/{id.name}", params=[Param("id", ParamFile(path))])))


def test_a_plan_without_end_is_made_lazily():
    billions = [Param("a", Span(0, 10**9)), Param("b", Span(0, 10**9))]
    endless = job("http://x/{a}/{b}", params=billions)
    assert plan.count(endless) == (10**9 + 1) ** 2
    tracemalloc.start()
    last = [request.url for request in itertools.islice(plan.requests(endless), 5000)][-1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert last == "http://x/0/4999"
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("templates", "params", "domains"),
    [
        (["https://www.maoyan.com/board/7", "https://maoyan.com/{n}"], [Param("n", Span(0, 10**12))], ("maoyan.com",)),
        (["https://www.maoyan.com?n={n}"], [Param("n", Span(0, 10**12))], ("maoyan.com",)),
        (["https://{h}.example/", "http://B.example:8000"], [Param("h", ("a", "www.c"))], ("a.example", "b.example", "c.example")),  # noqa: E501
        (["{+url}"], [Param("url", ("http://x.example/a", "http://y.example/b"))], ("x.example", "y.example")),
        (["http://bücher.example/"], [], ("xn--bcher-kva.example",)),
        (["http://[::1]:80/"], [], ("::1",)),
    ],
)  # fmt: skip
def test_the_domains_are_those_of_the_start_urls(templates, params, domains):
    assert plan.allowed_domains(job(*templates, params=params)) == domains


def test_the_domains_of_the_config_win():
    assert plan.allowed_domains(job("http://x.example/", allowed_domains=("y.example",))) == ("y.example",)


def test_kinds_come_in_written_order():
    first = job("http://x/1").kinds["list"]
    both = Job("b", Path("b"), {"z": first, "a": job("http://x/2").kinds["list"]}, Output(Template("x")))
    assert [request.url for request in plan.requests(both)] == ["http://x/1", "http://x/2"]


@pytest.mark.parametrize(
    ("fields", "are_kept"),
    [
        ('{n: {value: "{n}"}}', True),  # no field above has this name: it is the param's
        ('{l: {each: p, fields: {n: {value: "{n}"}}}}', True),
        ('{m: h1, o: {value: "{m}"}}', False),
    ],
)
def test_a_page_keeps_its_params_if_a_field_is_made_of_one_even_under_its_own_name(config, fields, are_kept):
    text = f'start_urls: ["http://a.example/{{n}}"]\nparams: {{n: [7]}}\nrecords: {{each: li, fields: {fields}}}\n'
    (request,) = plan.requests(load_config(config(text)))
    assert request.params == ({"n": 7} if are_kept else {})
