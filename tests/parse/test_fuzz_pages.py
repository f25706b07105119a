"""Whatever a page holds, it is read or has failed: through every parser and every sort of field."""

# ruff: noqa: E501 - configs

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config.load import load_config
from scraper.models import Parsed, Request
from scraper.parse.parser import Parser
from tests.support import fuzzing
from tests.support.fuzzing import URL, assert_usable, bodies, bounded, content_types, json_values, page, texts

TYPES = """
i: {SELECT, type: int}
f: {SELECT, type: float, decimal: ","}
d: {SELECT, type: date}
t: {SELECT, type: datetime, timezone: Asia/Shanghai}
g: {SELECT, type: datetime, format: [unix, "%d. %B", "%d.%m.", unix_ms, "%H:%M", "%j %U"], locale: de, timezone: Europe/Berlin}
b: {SELECT, type: bool, many: true}
u: {SELECT, type: url, many: true}
j: {SELECT, type: json}
s: {SELECT, type: str}
plain: {SELECT}
many: {SELECT, many: true}
joined: {SELECT, join: "|"}
filled: {value: "{i} {s}"}
steps: {SELECT, steps: [unescape, strip_tags, {sub: ['(\\w)', '\\1\\1']}, {slice: ':50'}, {split: ' '}, {join: ','}, upper]}
""".strip().replace("\n", ", ")
HTML = """
expect: {allow_empty: true}
pages:
  list:
    parser: PARSER
    start_urls: [http://a.example/]
    records:
      - name: elements
        each: "li, dd, p, td, div"
        fields: {TYPES}
        follow: [{value: "http://a.example/{s}", page: film, params: [i, s, many]}, {css: a, page: film, params: {x: {css: b}}}]
      - name: items
        each: {regex: '<(li)(.*?)>'}
        fields: {name: {group: 1}, rest: {group: 2, type: float}, in_it: {regex: '=(.*)'}}
      - name: page
        fields:
          html: {css: body, get: html}
          inner: {css: "*", get: inner_html, many: true}
          lines: {css: body, get: lines}
          own: {css: "*", get: own_text, many: true}
          is_there: {css: "p ~ p", get: exists}
          titles: {css: "[title]", attr: title, many: true}
          within: {css: script, json: "a.b", regex: '\\d+', type: int}
          again: {css: p, get: html, regex: '>(.*)<', many: true}
          other: {OTHER, many: true}
          either: {first_of: [{css: h1}, {regex: '<title>(.*?)<'}]}
    follow: [{css: "a, li", attr: href}, {css: link}]
  film: {records: {fields: {n: {value: "{_url}"}}}}
"""
JSON = """
expect: {allow_empty: true}
pages:
  list:
    start_urls: [http://a.example/]
    records:
      - name: items
        each: {json: "a || b || @"}
        fields:
          {TYPES,
          html: {json: a, css: p, many: true},
          calculated: {json: "[sum([a]), avg(b), max(c)] | [0]"},
          sorted: {json: "sort(values(@))"},
          text: {json: to_string(@)},
          floor: {json: floor(a)}}
        follow: {value: "{s}", page: film, params: [i, s, j, plain, filled]}
    follow: {json: a, page: film, params: {x: {json: b}}}
  film: {records: {fields: {n: {value: "{_url}"}}}}
"""


@pytest.fixture(scope="module", autouse=True)
def _little_memory():
    with fuzzing.little_memory():
        yield


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A function that compiles a config and returns what reads its kind `list`."""

    def reader(text, select):
        path = tmp_path_factory.mktemp("fuzz") / "job.yaml"
        path.write_text(text.replace("TYPES", TYPES.replace("SELECT", select)), encoding="utf-8")
        return Parser(load_config(path).kinds["list"])

    return reader


@pytest.fixture(scope="module", params=["html5", "lxml", "soup"])
def html(reader, request):
    other = 'xpath: ".//a | .//@href | .//text()"'
    text = HTML.replace("PARSER", request.param).replace("OTHER", other)
    return reader(text, "css: 'a, b', attr: href" if request.param == "soup" else "css: 'b, p'")


@pytest.fixture(scope="module")
def json_kind(reader):
    return reader(JSON, "json: 'a || b'")


@given(bodies, content_types)
def test_any_html_is_read_or_has_failed(html, body, content_type):
    with bounded():
        assert_usable(html.parse(Request(URL, kind="list"), page(body, content_type)))


@given(json_values, st.booleans(), texts, content_types)
def test_any_json_is_read_or_has_failed(json_kind, value, is_ascii, garbage, content_type):
    text = json.dumps(value, ensure_ascii=is_ascii)
    for body in (text, text.replace("Infinity", "1e999").replace("NaN", "-1e999"), text[:-1], text + garbage):
        with bounded():
            outcome = json_kind.parse(
                Request(URL, kind="list"), page(body.encode("utf-8", "surrogatepass"), content_type)
            )
            assert_usable(outcome)


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":['])
def test_json_of_any_depth_is_read_or_has_failed(json_kind, opening):
    """Each step has a limit of its own: orjson writes 254 levels, Python reads and writes as many as its stack holds."""
    closing = {"[": "]", "{": "}"}
    for depth in (1, *range(120, 130), *range(245, 258), *range(470, 500, 3), *range(900, 1000, 9)):
        body = opening * depth + "1" + "".join(closing.get(sign, "") for sign in reversed(opening * depth))
        assert_usable(json_kind.parse(Request(URL, kind="list"), page(body.encode(), None)))


def test_the_pages_made_here_are_read_as_a_rule(html, json_kind):
    """Or nothing that is asserted here would be worth anything."""
    body = b"<p>9.6</p><li>2019-07-26<b>x</b><a href='/a'>x</a><li><b>5</b>"
    parsed = html.parse(Request(URL, kind="list"), page(body, None))
    assert isinstance(parsed, Parsed)
    assert [len(lines) for lines in parsed.lines] == [3, 2, 1]
    assert parsed.links
    parsed = json_kind.parse(Request(URL, kind="list"), page(b'{"a": [{"a": 1, "b": "/x"}]}', None))
    assert isinstance(parsed, Parsed)
    assert parsed.lines[0]
