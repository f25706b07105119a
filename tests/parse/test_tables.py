"""Tables by the names of their columns."""

import json

import pytest

from scraper.errors import Malformed
from scraper.parse import tables
from scraper.parse.trees.parsers import engine_of
from tests.conftest import records

RATES = """
<table id=rates><thead><tr><th>货币</th><th colspan=2>价格</th></tr>
<tr><th>货币</th><th>买入</th><th>卖出</th></tr></thead>
<tbody><tr><td>USD</td><td>7.10</td><td>7.20</td></tr><tr><td>EUR</td><td colspan=2>—</td></tr>
<tr><td rowspan=2><a href=/hk>HKD</a></td><td>0.90</td><td>0.91</td></tr><tr><td>0.89</td><td>0.92</td></tr>
<tr><th colspan=3>Asia</th></tr><tr><td>JPY</td></tr></tbody>
<tfoot><tr><td>sum</td><td>9</td><td>9</td></tr></tfoot></table>
<table class=other><tr><td>x<td>y<tr><td>1<td>2</table>
"""
ENGINES = pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])


def rule(fields="", each="{table: '#rates'}", more=""):
    fields = f"\n  fields: {{{fields}}}" if fields else ""
    return f"start_urls: [https://a.example/]\nrecords:\n  each: {each}{fields}\n{more}"


def cells(markup, parser, selector="table"):
    """Return the rows of a table as names → texts."""
    engine = engine_of(parser)
    read = engine.read["text"]
    rows = tables.TableReader(selector, engine, is_page=True).find(engine.parse(markup))
    return [{name: None if cell is None else read(cell) for name, cell in row.cells.items()} for row in rows]


def test_a_row_is_read_by_the_names_of_its_columns(parse):
    fields = (
        "unit: {column: 货币}, buy: {column: 价格 买入, type: float, na_values: [—]},"
        " url: {column: 货币, css: a, attr: href}, has_link: {column: 货币, css: a, get: exists},"
        " digits: {column: 价格 卖出, regex: '\\.(\\d+)'}, n: {value: '{_position}'}, whole: {}, last: 'td:last-child'"
    )
    found = records(parse(rule(fields), RATES))
    assert found[0] == {
        "unit": "USD", "buy": 7.1, "url": None, "has_link": False, "digits": "20", "n": 1,
        "whole": "USD 7.10 7.20", "last": "7.20",
    }  # fmt: skip
    assert [(r["unit"], r["buy"], r["url"]) for r in found] == [
        ("USD", 7.1, None),
        ("EUR", None, None),
        ("HKD", 0.9, "/hk"),
        ("HKD", 0.89, "/hk"),
        ("JPY", None, None),
    ]


def test_without_fields_a_record_has_all_columns(parse):
    parsed = parse(rule(), RATES)
    assert records(parsed)[1] == {"货币": "EUR", "价格 买入": "—", "价格 卖出": "—"}
    assert records(parsed)[4] == {"货币": "JPY", "价格 买入": None, "价格 卖出": None}
    assert parsed.filled == ((),)
    assert records(parse(rule(each="{table: table.other}"), RATES)) == [{"x": "1", "y": "2"}]


def test_rows_lead_on_and_may_be_several_tables_or_a_list_in_a_record(parse):
    parsed = parse(
        rule("unit: {column: 货币}", each="{table: table}", more="  follow: [{column: 货币, css: a}]"), RATES
    )
    assert [(link.url, link.record) for link in parsed.links] == [
        ("https://a.example/hk", 2),
        ("https://a.example/hk", 3),
    ]
    assert [one["unit"] for one in records(parsed)][-2:] == ["JPY", None]
    page = "<div><h2>A</h2><table><tr><th>n<tr><td>1<tr><td>2</table></div><div><h2>B</h2></div>"
    fields = "name: h2, rows: {each: {table: table}, fields: {n: {column: n, type: int}}}"
    assert records(parse(rule(fields, each="div"), page)) == [
        {"name": "A", "rows": [{"n": 1}, {"n": 2}]},
        {"name": "B", "rows": []},
    ]


@ENGINES
@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><th>a<th>b<tr><td>1<td>2<td>3<tr><td>4",
         [{"a": "1", "b": "2", "column_3": "3"}, {"a": "4", "b": None}]),
        ("<tr><th>a<th>column_3<tr><td>1<td colspan=9>2<td>3<tr><td colspan=99>4",
         [{"a": "1", "column_3": "2", "column_3_2": "3"}, {"a": "4", "column_3": "4"}]),
        ("<tr><th>a<th>a<th><th>_b<tr><td>1<td>2<td>3<td>4", [{"a": "1", "a_2": "2", "column_3": "3", "b": "4"}]),
        ("<tr><td>a_2<td>a<td>a<tr><td>1<td>2<td>3", [{"a_2": "1", "a": "2", "a_3": "3"}]),
        ("<thead><tr></thead><tr><th>a<tr><td>1", [{"a": "1"}]),
        ("<tr><th colspan=2>a<tr><td>1<td>2", [{"a": "1", "a_2": "2"}]),
        ("<tr><th>a<th colspan=2>b<tr><th>a<th>c<th>d<tr><td>1<td>2<td>3", [{"a": "1", "b c": "2", "b d": "3"}]),
        ("<tr><th colspan=3>Results 2026<tr><th>a<th>b<th>c<tr><td>1<td>2<td>3", [{"a": "1", "b": "2", "c": "3"}]),
        ("<tr><td colspan=2>Results<tr><th>a<th>b<tr><td>1<td>2", [{"a": "1", "b": "2"}]),
        ("<tr><td colspan=2>Results<tr><td>a<td>b<tr><td>1<td>2", [{"a": "1", "b": "2"}]),
        ("<tr><th>Results<tr><th>a<th>b<tr><td>1<td>2", [{"a": "1", "b": "2"}]),
        ("<tr><td>Results<tr><th>a<th>b<tr><td>1<td>2", [{"a": "1", "b": "2"}]),
        ("<tr><td>a<tr><td>1<tr><td>2", [{"a": "1"}, {"a": "2"}]),
        ("<tr><td>a<tr><td>1<td>2", [{"a": "1", "column_2": "2"}]),
        ("<thead><tr><th colspan=2>Results<tr><th>a<th>b</thead><tr><td>1<td>2", [{"a": "1", "b": "2"}]),
        ("<tr><th>a<th>b<tr><td>1<td>2<tr><th colspan=2>part<tr><td>3",
         [{"a": "1", "b": "2"}, {"a": "3", "b": None}]),
        ("<tr><th>a<th>b<th>c<tr><td rowspan=0>1<td rowspan=2>2<td>3<tr><td>4<tr><td>5<td>6",
         [{"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2", "c": "4"}, {"a": "1", "b": "5", "c": "6"}]),
        ("<thead><tr><th>a<th>b</tr></thead><tbody><tr><td rowspan=9>1<td>2</tr></tbody><tbody><tr><td>3<td>4",
         [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        ("<tr><th>a<th>b<th>c<tr><td>1<td>2<td rowspan=2>3<tr><td>4",
         [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": None, "c": "3"}]),
        ("<tr><th>a<tr><td>x<table><tr><th>b<tr><td>y</table>", [{"a": "x b y"}]),
        ("<tr><th>a<tr><td colspan=x>1<tr><td colspan=-1 rowspan=1e9>2<tr><td>3", [{"a": "1"}, {"a": "2"}, {"a": "3"}]),
        ("<tr><th>a<th>b<tr><td colspan=2px>1<tr><td colspan=' +2.5'>2", [{"a": "1", "b": "1"}, {"a": "2", "b": "2"}]),
        ("<tr><th>a", []),
        ("", []),
    ],
)  # fmt: skip
def test_names_and_spans_of_a_table(table, expected, parser):
    assert cells(f"<div><table>{table}</table></div>", parser, "div > table") == expected


def test_a_name_of_a_column_is_read_with_its_white_space_squeezed(parse):
    page = "<table><tr><th>unit<br>price<th>b<tr><td>1<td>2</table>"
    assert records(parse(rule("x: {column: 'unit  price '}", each="{table: table}"), page)) == [{"x": "1"}]


def test_a_column_that_no_table_has_is_told(parse):
    page = "<table><tr><th>a<th>b<tr><td>1<td>2</table><table><tr><th>c<tr><td>3</table>"
    parsed = parse(rule("a: {column: a}, c: {column: c}, x: {column: X, default: none}", each="{table: table}"), page)
    assert records(parsed) == [{"a": "1", "c": None, "x": None}, {"a": None, "c": "3", "x": None}]
    assert {(fault.field, fault.cause) for fault in parsed.faults} == {
        ("x", "no table has a column 'X', but 'a', 'b', 'c'")
    }


@pytest.mark.parametrize("parser", ["lxml", "html5"])
def test_spans_without_measure_end(parser):
    wide = "<tr>" + "<th colspan=1000>a" * 50
    assert len(cells(f"<table>{wide}<tr><td colspan=99999>1</table>", parser)[0]) == tables.MAX_COLUMNS
    heads = f"<thead>{wide * 500}</thead>"
    assert cells(f"<table>{heads}</table>", parser) == []
    tall = "<tr>" + "<td rowspan=65534>1" * 1000 + "<tr>" * 2000
    with pytest.raises(Malformed, match="more than 1,000,000 cells"):
        cells(f"<table><tr><th colspan=1000>a{tall}</table>", parser)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rule("a: {column: b}", each="li"), "column needs an `each` that says `table`"),
        (rule("a: {css: b, column: c}"), "column begins a selection"),
        (rule("a: {table: b}"), "table finds the items of an `each`"),
        (rule("a: a", each="{css: div, table: b}"), "table stands alone"),
        (rule("a: a", each="{column: b}"), "column finds no items"),
        (rule("a: a", each="{table: 'b >'}"), "is no CSS selector"),
        (rule("a: a", each="{table: b, attr: c}"), "an item is the whole element"),
        (rule("a: {from: page, column: b}"), "column needs an `each` that says `table`"),
        (rule(each="li"), "records need `fields`"),
        (rule("a: {each: {table: b}}"), "say fields"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(mistake, text, message):
    assert message in mistake(text)


@pytest.mark.parametrize("output", ["o/x.csv", "o/x.parquet"])
def test_a_file_of_columns_needs_their_names(mistake, output):
    told = mistake(f"{rule()}output: {{path: {output}}}")
    assert "the columns of" in told
    assert "name them in its `fields`, or write to .jsonl" in told


def test_records_of_all_columns_are_written_and_told(scraper, site, config, folder):
    site.pages["/t"] = "<table><tr><th>a<th>b<th>c<tr><td>1<td>2<td><tr><td>3<td><td></table>"
    done = scraper(config(f"start_urls: ['{site.url}/t']\nrecords: {{each: {{table: table}}}}"))
    assert done.returncode == 0, done.stderr
    lines = (folder / "output" / "board.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == ['{"a":"1","b":"2","c":null}', '{"a":"3","b":null,"c":null}']
    report = json.loads((folder / "output/.scraper/board/last-run.json").read_text(encoding="utf-8"))
    assert [(field["name"], field["filled"]) for field in report["fields"]] == [("a", 2), ("b", 1), ("c", 0)]
