"""Items of several brothers: an element and what stands behind it, up to the next."""

import pytest

from scraper.parse.trees import tree
from scraper.parse.trees.sibling_groups import groups
from tests.conftest import records

NEWS = """<table><tr class=athing id=1><td><a href=/1>One</a></td></tr><tr><td><b class=score>5 points</b></td></tr>
<tr class=athing id=2><td><a href=/2>Two</a></td></tr><tr><td>job</td></tr><tr class=spacer></tr>
<tr class=athing id=3><td><a href=/3>Three</a></td></tr></table>"""


def rule(fields, each, more=""):
    return f"start_urls: [https://a.example/]\nrecords:\n  each: {each}\n  fields: {{{fields}}}\n{more}"


def test_a_row_and_its_second_row_are_one_item(parse):
    fields = "title: a, score: {css: .score, regex: '\\d+', type: int}, id: {css: '.athing', attr: id}"
    fields += ", n: {value: '{_position}'}, rows: {xpath: 'count(./tr)'}, first: ':scope > tr:first-child'"
    parsed = parse(rule(fields, "{css: tr.athing, with_siblings: true}", "  follow: a"), NEWS)
    assert records(parsed) == [
        {"title": "One", "score": 5, "id": "1", "n": 1, "rows": 2, "first": "One"},
        {"title": "Two", "score": None, "id": "2", "n": 2, "rows": 3, "first": "Two"},
        {"title": "Three", "score": None, "id": "3", "n": 3, "rows": 1, "first": "Three"},
    ]
    assert [link.url for link in parsed.links] == [f"https://a.example/{n}" for n in (1, 2, 3)]


def test_a_term_and_its_descriptions_are_one_item_with_all_texts_between(parse):
    page = (
        "<dl><dt>24.12.<dd>Mass <i class=time>22:00</i><dd>Vigil<!-- x --> late<dt>25.12.<dd>Lunch</dl><dl><dt>x</dl>"
    )
    fields = """_day: dt, _time: {css: .time, default: "19:30"}, text: {}, dd: {css: dd, many: true},
      at: {value: "{_day} {_time}", type: datetime, format: "%d.%m. %H:%M"}"""
    assert records(parse(rule(fields, "{css: dt, with_siblings: true}"), page)) == [
        {"text": "24.12. Mass 22:00 Vigil late", "dd": ["Mass 22:00", "Vigil late"], "at": "2019-12-24T22:00:00"},
        {"text": "25.12. Lunch", "dd": ["Lunch"], "at": "2019-12-25T19:30:00"},
        {"text": "x", "dd": [], "at": None},
    ]


def test_of_groups_inside_groups_an_element_belongs_to_the_innermost(parse):
    page = "<div><h2>A</h2><p>1</p><div><p>2</p><h2>B</h2><p>3</p></div><p>4</p></div><p>5</p>"
    assert records(parse(rule("text: {}", "{css: h2, with_siblings: true}"), page)) == [
        {"text": "A 1 2 4"},
        {"text": "B 3"},
    ]


def test_the_page_is_left_as_it_was_and_a_list_may_be_of_groups(parse):
    page = "<ul><li>x<dl><dt>a<dd>1<dt>b<dd>2</dl><li>y</ul>"
    fields = "all: {from: page, css: dl}, parts: {each: {css: dt, with_siblings: true}, fields: {k: dt, v: dd}}"
    found = records(parse(rule(fields, "li"), page))
    assert found[0] == {"all": "a 1 b 2", "parts": [{"k": "a", "v": "1"}, {"k": "b", "v": "2"}]}
    assert found[1] == {"all": "a 1 b 2", "parts": []}


def test_items_deep_in_items_are_copied_once():
    root = tree.parse("<div><p>" * 60 + "<b>x</b>" * 1000)
    found = groups(list(root.iter("div")))
    assert len(found) == 60
    assert sum(len(list(group.iter("b"))) for group in found) == 1000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rule("a: {}", "{regex: x, with_siblings: true}"), "only elements have siblings"),
        (rule("a: {}", "{table: x, with_siblings: true}"), "only elements have siblings"),
        (rule("a: {css: b, with_siblings: true}", "li"), "unknown key"),
    ],
)
def test_what_is_wrong_with_siblings_is_told(mistake, text, message):
    assert message in mistake(text)
