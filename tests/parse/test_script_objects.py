"""Objects of JavaScript in scripts: what is a value comes as that value, what is none as its text, and nothing is run."""

# ruff: noqa: E501 - a case a line

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Malformed
from scraper.parse.script_objects import read
from tests.conftest import records


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, 'b': undefined,}", {"a": 1, "b": None}),
        ("{b: NaN, c: -Infinity, d: void 0, e: !0, f: !1}", {"b": None, "c": None, "d": None, "e": True, "f": False}),
        ("{b: 'undefined', c: ': undefined,'}", {"b": "undefined", "c": ": undefined,"}),
        ("[true,1,[null,2],[false,false],{a:true,b:[null]}]", [True, 1, [None, 2], [False, False], {"a": True, "b": [None]}]),
        ("[undefined,undefined , 1]", [None, None, 1]),
        ("{b: 0x10, c: .5, d: +5, e: -1.50, f: 1_000}", {"b": 16, "c": 0.5, "d": 5, "e": -1.5, "f": 1000}),
        ("{b: 12345678901234567890123}", {"b": 12345678901234567890123}),
        (r"{b: '\x41\u0042\u{1F600}\0\v\q\'', c: 'a\\b'}", {"b": "AB\U0001f600\0\x0bq'", "c": "a\\b"}),
        ("{b: 'a\\\nb', c: `x\ny`, d: 'tab\there'}", {"b": "ab", "c": "x\ny", "d": "tab\there"}),
        ("{b: 'a', /* c: 1 */ d: 2 // x: 3\n}", {"b": "a", "d": 2}),
        ("// {x: 1}\nwindow.d = {a: [1, 2,], b: {c: {}}}; g({z: 1})", {"a": [1, 2], "b": {"c": {}}}),
        ("{f: function(){ return 1 }, g: x => 1, h: new Date(1), i: foo.bar, j: /a/g}",
         {"f": "function(){ return 1 }", "g": "x => 1", "h": "new Date(1)", "i": "foo.bar", "j": "/a/g"}),
        ('{"a": "<!-- x -->", b: "it\'s"}', {"a": "<!-- x -->", "b": "it's"}),
        ("var x = [];", []),
    ],
)  # fmt: skip
def test_an_object_is_its_value(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    "text", ["", "no object", "[1, 2", "{a: {b: }}", "[1,,2]", "{a: 1n}", "[" * 100_000, "{a:" * 100_000]
)
def test_what_is_no_object_is_malformed(text):
    with pytest.raises(Malformed, match="no object of JavaScript"):
        read(text)


@pytest.mark.parametrize("piece", ['\\"', "/*", "'", "`", "[ ", ": ", ",undefined", "\\", "{", "//\n", " " * 10 + ","])
def test_the_time_grows_with_the_text_alone(piece):
    for head in ("", '{a: "', "{a: [1"):
        try:
            read(head + piece * (200_000 // len(piece)))
        except Malformed:
            continue


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(st.lists(values, max_size=5) | st.dictionaries(st.text(), values, max_size=5))
def test_json_is_read_as_json_reads_it(value):
    text = json.dumps(value, ensure_ascii=False)
    assert read(text) == json.loads(text)


def test_a_script_gives_records(parse):
    page = """<script>var shop = {name: 'x', items: [{n: 'a', p: 1.5}, {n: 'b', p: undefined,},]}; run(shop)</script>"""
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {css: script, js: 'items[]'}, fields: %s}"
    assert records(parse(yaml % "{n: {json: n}, p: {json: p}}", page)) == [{"n": "a", "p": 1.5}, {"n": "b", "p": None}]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{css: script, js: name}", "x"),
        ("{css: script, regex: 'b = (.*);', js: '@'}", {"c": [1]}),
        ("{regex: 'b = (.*);', js: 'c[0]'}", 1),
        ("{css: i, attr: data-x, js: d}", "&"),
    ],
)
def test_it_goes_where_json_goes(value, field, expected):
    page = """<script>a = {name: 'x'}; b = {c: [1]};</script><i data-x="{d: '&amp;'}">y</i>"""
    assert value(field, page) == expected


def test_a_whole_file_is_read_too(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {js: 'items[]'}, fields: {n: {json: n}}}"
    assert records(parse(yaml, "callback({items: [{n: 1}, {n: 2}]});", content_type="text/javascript")) == [
        {"n": 1},
        {"n": 2},
    ]
