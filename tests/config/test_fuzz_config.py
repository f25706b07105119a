"""Whatever a config says, it is a job or every mistake is told: texts, mutilated configs, odd values for each key."""

# ruff: noqa: E501 - lists of values

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scraper.config import load as config
from scraper.crawl import plan
from scraper.errors import ConfigError
from scraper.job import yamldoc
from scraper.models import Request
from scraper.parse.parser import Parser
from tests.conftest import ROOT
from tests.support.fuzzing import assert_usable, bounded, little_memory, page

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "configs").glob("*.yaml"))]
WHOLE = """
name: whole
timezone: Asia/Shanghai
login: {url: "http://a.example/login", form: {user: me}, page_must_match: [Logout]}
pages:
  list:
    start_urls: ["http://a.example/{n}/{c}"]
    params: {n: {first: 1, last: 3, step: 1}, c: [a, b]}
    request: {method: POST, headers: {X-A: "{c}"}}
    parser: lxml
    encoding: gbk
    expect: {page_must_match: [x], blocked_if: ['y+'], allow_empty: true}
    records:
      name: films
      each: {css: li}
      key: [i]
      fields:
        i: {css: b, type: int, required: true, decimal: ",", default: 5}
        d: {xpath: ".//i", type: date, format: ["%d. %B %Y", unix], locale: de}
        t: {regex: '(\\d+)', type: datetime, timezone: Europe/Berlin}
        g: {first_of: [{css: h1, get: lines}, {css: h2, attr: title}]}
        v: {value: "{i} {n} {_url}"}
        m: {css: a, many: true, steps: [strip, {sub: ['a', 'b']}, {slice: "1:"}, {split: ","}], na_values: [x]}
        j: {css: script, json: "a.b[0]", join: "|"}
        w: {css: em, steps: [{map: {One: 1}}, {replace: [a, b]}, {remove_prefix: x}]}
        p: {from: page, css: h1, get: exists}
      follow: {css: a, page: film, merge: false, params: [i]}
    follow: [{css: a.next}]
  film: {records: {fields: {x: {value: "{i}"}}}}
output: {path: "output/{name}-{records}-{date}.jsonl", mode: append, provenance: true}
expect: {min_records: 1, max_error_rate: 0.5, field_coverage: {i: 0.5}}
settings:
  concurrent_requests: 4
  download_delay: 0.5
  retry_http_codes: [500]
  headers: {X-B: c}
  cookies: {a: b}
  auth: {user: me, password: x}
  proxies: {http: "http://127.0.0.1:1"}
  allowed_domains: [a.example]
  depth_limit: 3
  pool: {engine: threads, processes: 2}
"""
TEXTS.append(WHOLE)
ODD = [
    None, True, 0, -1, 1.5, 10**30, -(10**30), 1e308, "", " ", "\x00", "\ufeff", "霸", "x" * 5000, "{n}", "{", "{x.y.z}", "${HOME}", "${", "../../x",
    "http://[", "http://a:99999/", "http://\x00/", "(", "(?P<a>", "(a+)+$", "a{99999}", "[", "li >", ":not(" * 40, "//[", "(" * 300, "[" * 300,
    "%", "%Q", "%d" * 50, "unix", "utf-7", "hex", "en_XX", "Etc/../UTC", "::", "9" * 300, "\u2028", "=cmd()", "a\r\nb: c", [], [None], [[]], {}, {"": None},
    {"css": "a"}, {"regex": "("}, [1, "a"], {"a": {"b": {"c": 1}}}, ["strip"], [{"split": ""}],
]  # fmt: skip
values = st.sampled_from(ODD) | st.text(max_size=10) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
BODY = '<h1>x</h1><ul><li><b>5</b><i>1. Mai 2019</i><a href=/x title=y>z</a><script>{"a": 1}</script></ul>'


@pytest.fixture(scope="module", autouse=True)
def _little_memory():
    with little_memory():
        yield


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    """A function that reads a config's text, and if it is a job plans it and reads a page with it."""
    path = tmp_path_factory.mktemp("fuzz") / "job.yaml"

    def load(text):
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        with bounded():
            try:
                job = config.load_config(path)
            except ConfigError as error:
                "".join(str(problem) for problem in error.problems).encode("utf-8")
                return None
            _use(job)
        return job

    return load


def _use(job):
    for _, request in zip(range(5), plan.requests(job), strict=False):
        assert request.url
    for kind in job.kinds.values():
        params = dict.fromkeys("ncidx", "5") | {param.name: "7" for param in kind.params}
        try:
            parsed = Parser(kind, regex_timeout=0.2).parse(
                Request("http://a.example/1", kind=kind.name, params=params), page(BODY.encode(), None)
            )
        except KeyError as error:
            assume(error.args[0] not in params)  # a param that only another page hands on
            continue
        assert_usable(parsed)


def _paths(data, path=()):
    yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _paths(value, (*path, key))


def _replaced(data, path, value):
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], value)
    return copy


DATA = yamldoc.load(WHOLE, "whole.yaml").data
PATHS = list(_paths(DATA))


def test_the_config_that_is_mutilated_here_is_a_job(load):
    """Or nothing that is asserted here would be worth anything."""
    assert load(WHOLE).kinds.keys() == {"list", "film"}


@given(st.binary(max_size=200) | st.text(st.characters() | st.characters(categories=["Cs"]), max_size=200))
def test_any_text_is_a_job_or_its_mistakes(load, text):
    load(text)


@given(st.data())
def test_a_mutilated_config_is_a_job_or_its_mistakes(load, data):
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    load(
        text[:start]
        + data.draw(
            st.text(max_size=6) | st.sampled_from(["\t", "{", "*a", "&a ", "!!x ", "\n---\n", "<<: ", "? ", "- "])
        )
        + text[end:]
    )


@settings(max_examples=settings.default.max_examples // 3)
@given(st.sampled_from(PATHS), values)
def test_an_odd_value_for_any_key_is_accepted_or_told(load, path, value):
    load(yamldoc.dump(_replaced(DATA, path, value)))
