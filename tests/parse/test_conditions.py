"""What `where` keeps: records whose fields are as it says."""

import json

import pytest

from scraper.errors import PatternTimeout
from scraper.job import Condition
from scraper.models import Dropped
from scraper.parse.conditions import Choice
from scraper.parse.selectors.select import Clock
from tests.conftest import records

LIST = (
    "<ul><li><b>a</b><i>1</i><li><b>b</b><i>5</i><a href=/b>x</a><li><b>c</b><li><b>d</b><i>9</i><a href=/d>x</a></ul>"
)


def rule(fields, where, more=""):
    head = f"start_urls: [https://a.example/]\nrecords:\n  each: li\n  fields: {{{fields}}}\n"
    return f"{head}  where: {{{where}}}\n{more}"


def condition(**parts):
    return Condition(**{name: condition(**part) if name == "negated" else part for name, part in parts.items()})


@pytest.mark.parametrize(
    ("parts", "kind", "kept", "filtered"),
    [
        ({"min": 2}, "int", [2, 2.5, [1, 2]], [1, None, [], [1], "3", True, {"a": 1}]),
        ({"max": 2.5}, "float", [2, 2.5], [3, None]),
        ({"min": 2, "max": 3}, "int", [2, [1, 2, 4]], [[1, 4]]),
        ({"min": "2024-01-02"}, "date", ["2024-01-02", "2024-10-01"], ["2024-01-01", None]),
        (
            {"min": "2024-01-02T00:00:00+08:00"},
            "datetime",
            ["2024-01-01T16:00:00Z"],
            ["2024-01-01T15:59:59Z", "2024-01-02T00:00:00"],
        ),
        (
            {"max": "2024-01-02"},
            "datetime",
            ["2024-01-02T00:00:00Z", "2024-01-01T23:00:00"],
            ["2024-01-02T01:00:00+09:00"],
        ),
        ({"members": (1, "a", False)}, None, [1, 1.0, "a", False, ["b", "a"]], [True, 0, "b", "1", None, []]),
        ({"members": ("a",), "negated": {"members": ("b",)}}, None, ["a", ["a", "c"]], ["b", ["a", "b"]]),
        ({"regex": "^a"}, "str", ["ab", ["b", "a"]], ["ba", None]),
        ({"regex": "true"}, "bool", [True], [False]),
        ({"negated": {"regex": "x"}}, None, ["a", 1, ["a"]], ["x", ["a", "x"], None, [], [None]]),
        ({"negated": {"negated": {"min": 5}}}, "int", [5], [4, None]),
    ],
)
def test_a_condition_keeps_what_it_says_and_never_null(parts, kind, kept, filtered):
    choice = Choice(condition(**parts), kind)
    assert [value for value in kept if not choice.holds(value, Clock(5))] == []
    assert [value for value in filtered if choice.holds(value, Clock(5))] == []


def test_the_regex_of_a_condition_is_stopped_like_others():
    with pytest.raises(PatternTimeout):
        Choice(Condition(regex="(a|aa)+$"), "str").holds("a" * 60 + "b", Clock(0.1))


def test_records_that_where_does_not_keep_are_counted_and_not_followed(parse):
    fields = "name: b, n: {css: i, type: int}, _has_link: {css: a, get: exists}"
    follow = "  follow: [{css: a}]"
    parsed = parse(rule(fields, "n: {min: 2}, name: {not: {in: [d]}}", follow), LIST)
    assert records(parsed) == [{"name": "b", "n": 5}]
    assert parsed.filled == ((1, 1),)
    assert parsed.dropped == (Dropped("job", "n", 2, True), Dropped("job", "name", 1, True))
    assert [(link.url, link.record) for link in parsed.links] == [("https://a.example/b", 0)]
    assert records(parse(rule(fields, "_has_link: {in: [true]}, n: {max: 5}"), LIST)) == [{"name": "b", "n": 5}]


def test_where_sees_the_fields_that_explode_lifts(parse):
    page = "<ul><li>x<p>1<p>2<p>3</ul>"
    fields = "_name: {get: own_text}, parts: {each: p, fields: {n: {type: int}}}"
    parsed = parse(rule(fields, "n: {min: 2}", "  explode: parts"), page)
    assert records(parsed) == [{"n": 2}, {"n": 3}]
    assert parsed.dropped == (Dropped("job", "n", 1, True),)


def test_a_page_whose_records_are_all_filtered_is_no_failure(parse):
    assert records(parse(rule("n: i", "n: {in: [z]}"), LIST)) == []


def test_the_report_counts_what_was_filtered(scraper, config, folder, site):
    site.pages["/"] = LIST
    text = rule("n: {css: i, type: int}", "n: {min: 5}").replace("https://a.example/", f"{site.url}/")
    done = scraper(config(f"{text}expect: {{min_records: 3}}\nsettings: {{robotstxt_obey: false}}\n"))
    assert done.returncode == 4
    assert "filtered 2 records by board.n\n" in done.stderr
    assert "ALARM min_records: expected at least 3 records, got 2; dropped: 2 by where (board.n)" in done.stderr
    assert json.loads((folder / "output/.scraper/board/last-run.json").read_text())["filtered"] == {"board.n": 2}


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ("price: b", "prise: {in: [a]}", "no field of this rule is called 'prise'; did you mean 'price'?"),
        ("price: b", "price: {}", "expected min, max, in, regex or not"),
        ("price: b", "price: {min: 3}", "min and max are for numbers and dates; this field is str: say its `type`"),
        ("price: {css: b, type: int}", "price: {min: cheap}", "expected a number"),
        ("price: {css: b, type: int}", "price: {min: true}", "expected a number"),
        ("day: {css: b, type: date}", "day: {max: 2024-1-1}", "expected YYYY-MM-DD"),
        ("at: {css: b, type: datetime}", "at: {max: now}", "expected YYYY-MM-DDThh:mm:ss"),
        ("price: {css: b, type: int}", "price: {in: [1, x]}", "expected a value of type int"),
        ("price: b", "price: {in: []}", "expected at least one, got none"),
        ("price: b", "price: {in: a}", "expected a list, got the text 'a'"),
        ("price: b", "price: {regex: (}", "is no regex"),
        ("price: b", "price: {not: {min: 1}}", "min and max are for numbers and dates"),
        ("price: b", "price: {not: {}}", "expected min, max, in, regex or not"),
        ("price: b", "price: {least: 1}", "unknown key; expected min, max, in, regex, not"),
        ("price: b", "price: {min: }", "expected a value, got nothing (null)"),
        ("parts: {each: b, fields: {n: {}}}", "parts: {in: [1]}", "is a list of objects"),
    ],
)
def test_what_is_wrong_with_a_condition_is_told(mistake, fields, where, message):
    assert message in mistake(rule(fields, where))
