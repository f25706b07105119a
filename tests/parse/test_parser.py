"""The configuration language's rules on pages, each a test: YAML in, records out."""

import json

import pytest

from scraper.errors import Reason
from scraper.models import Failure
from tests.conftest import URL, records
from tests.support.fuzzing import bounded, little_memory

# --------------------------------------------------------------------------- scope


def test_an_item_is_read_below_itself_and_its_ancestors_do_not_help(fields):
    page = '<ul id="u"><li id="1"><b>one</b><li id="2"><i>x</i></ul>'
    text = 'b: b\nnot_found: "ul b"\nnor_this: "li b"\nown: {css: ":scope > b"}\nid: {attr: id}'
    assert fields(text, page) == [
        {"b": "one", "not_found": None, "nor_this": None, "own": "one", "id": "1"},
        {"b": None, "not_found": None, "nor_this": None, "own": None, "id": "2"},
    ]


def test_xpath_may_step_out_of_its_item(fields):
    page = "<div><h2>A</h2><ul><li>1<li>2</ul></div><div><h2>B</h2><ul><li>3</ul></div>"
    text = 'group: {xpath: "../preceding-sibling::h2"}\nn: {type: int}'
    assert fields(text, page) == [{"group": "A", "n": 1}, {"group": "A", "n": 2}, {"group": "B", "n": 3}]


def test_xpath_counts_in_items_inside_items_too(fields):
    page = '<div class="c"><p>A</p><div class="c"><p>B</p></div></div>'
    assert fields('n: {xpath: "count(.//p)"}', page, each=".c") == [{"n": 2}, {"n": 1}]


def test_from_page_reads_the_page_from_inside(fields):
    page = "<h1>Top</h1><ul><li>1<li>2</ul>"
    assert fields("top: {from: page, css: h1}\nn: {}", page) == [{"top": "Top", "n": "1"}, {"top": "Top", "n": "2"}]


COMMENTS = (
    '<div class="c"><p class="author">A</p>a<div class="c"><p>none</p>b'
    '<div class="c"><p class="author">C</p>c</div></div></div>'
)
AUTHORS = [{"author": "A", "text": "A a"}, {"author": None, "text": "none b"}, {"author": "C", "text": "C c"}]


def test_items_inside_each_other_end_at_the_time_limit_and_take_little_memory(parse, request):
    """Each of 500 items holds all below it, and so many stand side by side."""
    yaml = "start_urls: [http://a/]\nrecords: {each: div, fields: {t: p, u: {css: p, attr: id}}}\n"
    deep, wide = {"html5": (15_000, 20_000), "lxml": (200, 20_000), "soup": (200, 1_000)}[
        request.node.callspec.params["parse"]
    ]
    with bounded(), little_memory():
        for page in ("<div>" * deep + "<p>x", "<div>" * 200 + "<div><p>x</p></div>" * wide):
            outcome = parse(yaml, page, regex_timeout=0.2)
            assert not isinstance(outcome, Failure) or outcome.reason in (Reason.PARSE_TIMEOUT, Reason.TOO_DEEP)


def test_of_items_inside_items_an_element_belongs_to_the_innermost(fields):
    assert fields("author: .author\ntext: {}", COMMENTS, each=".c") == AUTHORS


@pytest.mark.parametrize("path", [".//*[@class='author']", ".//*[@class='author']/text()"])
def test_of_items_inside_items_xpath_finds_those_of_the_innermost_too(fields, path):
    assert fields(f'author: {{xpath: "{path}"}}\ntext: {{}}', COMMENTS, each=".c") == AUTHORS


def test_without_each_the_page_is_the_one_item(value):
    assert value("h1", "<h1>A</h1><h1>B</h1>") == "A"
    assert value("html", "<p>all</p>") == "all"
    assert value("{css: html, attr: lang}", '<html lang="zh"><p>') == "zh"


def test_contains_works_on_every_parser(value):
    page = "<p>minutes: 171</p><p><i>year</i>: 1993</p>"
    assert value("""{css: 'p:contains("year:")', regex: '\\d+', type: int}""", page) == 1993


# --------------------------------------------------------------------------- sources and their order


def test_sources_run_left_to_right_each_on_what_the_one_before_gave(parse):
    page = """<script>var x = 1;</script>
        <script>window.__DATA__ = {"items": [{"id": 1, "t": "a  b"}, {"id": 2, "t": "<b>"}]};</script>"""
    yaml = """
start_urls: [https://a.example/]
records:
  each: {css: script, regex: '__DATA__ = (\\{.*\\})', json: 'items[]'}
  fields: {id: {json: id}, t: {json: t}, digit: {json: t, regex: '\\w'}}
"""
    assert records(parse(yaml, page)) == [{"id": 1, "t": "a  b", "digit": "a"}, {"id": 2, "t": "<b>", "digit": "b"}]


def test_the_first_value_counts_not_the_first_element(value):
    page = "<ul><li>剧情<li>171分钟<li>99分钟</ul>"
    assert value("{css: li, regex: '(\\d+)分钟', type: int}", page) == 171


def test_attr_skips_elements_without_it(value):
    assert value("{css: a, attr: href}", "<a>x</a><a href=1>y</a>") == "1"
    assert value("{css: a, attr: href, many: true}", "<a href=0>x</a><a>x</a><a href=1>y</a>") == ["0", "1"]


def test_a_regex_with_groups_gives_each_group_that_took_part(value):
    page = '<i class="integer">9.</i><i class="fraction">6</i>'
    assert value("""{regex: 'integer">(.*?)</i>.*?fraction">(.*?)</i>', join: "", type: float}""", page) == 9.6
    assert value("{css: p, regex: '(\\d+)(?:-(\\d+))?', many: true}", "<p>1-2 3</p>") == ["1", "2", "3"]


def test_a_regex_alone_reads_the_source_and_resolves_character_references(value):
    page = '<a title="A &amp; B&#39;s">x</a>'
    assert value("""{regex: 'title="(.*?)"'}""", page) == "A & B's"
    assert value("{css: a, get: html, regex: 'title=\"(.*?)\"'}", page) == "A & B's"


def test_what_json_reads_keeps_its_references(value):
    page = '<script>x = {"t": "a &amp; b"}</script>'
    assert value("{regex: 'x = (\\{.*?\\})', json: t}", page) == "a &amp; b"


def test_a_regex_item_is_read_by_regex_and_by_its_groups(fields):
    page = '<dd>1 <a title="A &amp; B">x</a></dd><dd>2</dd>'
    each = r"""{regex: '<dd>(?P<n>\d)(?P<rest>.*?)</dd>'}"""
    text = """n: {group: n, type: int}\ntitle: {regex: 'title="(.*?)"'}\nboth: {group: [n, rest], join: "|"}"""
    assert fields(text, page, each=each) == [
        {"n": 1, "title": "A & B", "both": '1|<a title="A & B">x</a>'},
        {"n": 2, "title": None, "both": "2"},
    ]


def test_json_pages_are_read_by_jmespath_and_values_keep_their_types(parse):
    body = '{"data": [{"n": 1, "f": 0.5, "b": true, "s": " x ", "l": [1, null, 2], "o": {"k": 1}, "e": "", "z": null}]}'
    yaml = """
start_urls: [https://a.example/api]
records:
  each: {json: 'data[]'}
  fields:
    n: {json: n}
    f: {json: f}
    b: {json: b}
    s: {json: s}
    l: {json: l}
    o: {json: o}
    e: {json: e, default: none}
    z: {json: z, default: none}
    as_text: {json: n, type: str}
    as_int: {json: f, type: int}
"""
    parsed = parse(yaml, body, content_type="application/json")
    assert records(parsed) == [
        {"n": 1, "f": 0.5, "b": True, "s": "x", "l": [1, 2], "o": {"k": 1}, "e": "none", "z": "none", "as_text": "1",
         "as_int": None}
    ]  # fmt: skip
    assert [(fault.field, fault.value) for fault in parsed.faults] == [("as_int", "0.5")]


def test_markup_in_json_is_read_by_css(parse):
    yaml = """
start_urls: [https://a.example/api]
records: {each: {json: 'items[]'}, fields: {t: {json: html, css: 'li b', many: true}}}
"""
    body = json.dumps({"items": [{"html": "<li><b>1</b></li><li><b>2</b></li>"}, {"html": None}]})
    assert records(parse(yaml, body)) == [{"t": ["1", "2"]}, {"t": []}]


def test_half_a_character_in_json_loses_nothing_of_its_markup(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {json: '[]'}, fields: {t: {json: html, css: p}}}\n"
    assert records(parse(yaml, r'[{"html": "<p>a\ud83db"}]')) == [{"t": "a?b"}]


def test_items_may_stand_in_one_of_several_places(fields):
    each = "{first_of: [.new li, .old li]}"
    assert fields("t: b", "<ul class=old><li><b>x</b></ul>", each=each) == [{"t": "x"}]


def test_items_are_elements_not_the_values_that_xpath_gives(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {xpath: 'count(//li)'}, fields: {t: {}}}\n"
    assert parse(yaml, "<li>x").reason == Reason.NO_RECORDS


def test_first_of_takes_the_first_that_finds_anything(value, fields):
    page = '<span class="dra"> </span><meta name="description" content="plot">'
    assert value("{first_of: [span.dra, b, {css: 'meta[name=\"description\"]', attr: content}]}", page) == "plot"
    assert fields("x: {first_of: [b, i], default: none}", "<li>") == [{"x": "none"}]


def test_first_of_passes_over_what_is_malformed_and_tells_it_if_nothing_else_is_there(parse):
    yaml = "start_urls: [http://a/]\nrecords: {fields: {x: {first_of: [{css: script, json: a}, b]}, p: p}}\n"
    parsed = parse(yaml, "<script>{a</script><b>1</b><p>p")
    assert (records(parsed), parsed.faults) == ([{"x": "1", "p": "p"}], ())
    parsed = parse(yaml, "<script>{a</script><p>p")
    assert (records(parsed), parsed.faults[0].cause[:8]) == ([{"x": None, "p": "p"}], "no JSON:")
    table = yaml.replace("fields: ", "each: {table: table}, fields: ")
    table = table.replace("{css: script, json: a}, b", "{column: Preis}, {column: Price}").replace(", p: p", "")
    assert records(parse(table, "<table><tr><th>a<th>Price<tr><td>1<td>2</table>")) == [{"x": "2"}]


@pytest.mark.parametrize(
    ("get", "expected"),
    [
        ("text", "a b c"),
        ("own_text", "a"),
        ("lines", "a\nb\nc"),
        ("html", "<div>a<p>b</p><p>c</p></div>"),
        ("inner_html", "a<p>b</p><p>c</p>"),
        ("exists", True),
    ],
)
def test_get_says_what_to_read_of_an_element(value, get, expected):
    assert value(f"{{css: div, get: {get}}}", "<div>a<p>b</p><p>c</p></div>") == expected


def test_exists_is_true_or_false(value):
    assert value("{css: b, get: exists}", "<p>") is False
    assert value("{css: p, get: exists}", "<p>") is True


# --------------------------------------------------------------------------- missing and malformed


def test_missing_is_null_or_the_default_and_no_empty_string_is_written(fields):
    page = "<ul><li><b></b><li></ul>"
    text = "b: b\nd: {css: b, default: none}\nm: {css: b, many: true}\nj: {css: b, join: ','}"
    assert fields(text, page) == [{"b": None, "d": "none", "m": [], "j": None}] * 2


def test_malformed_is_null_in_spite_of_the_default_and_counted_with_its_cause(parse):
    yaml = """
start_urls: [https://a.example/]
records:
  each: li
  fields:
    n: {type: int, default: 0}
    m: {steps: [{map: {"1": one}}]}
"""
    parsed = parse(yaml, "<ul><li>1<li>many<li>2</ul>")
    assert records(parsed) == [{"n": 1, "m": "one"}, {"n": None, "m": None}, {"n": 2, "m": None}]
    assert [(f.rule, f.field, f.value, f.cause.split(" (")[0]) for f in parsed.faults] == [
        ("job", "n", "many", "is no number"),
        ("job", "m", "many", "is not in the map"),
        ("job", "m", "2", "is not in the map"),
    ]


def test_na_values_are_missing_not_malformed(parse):
    yaml = """
start_urls: [https://a.example/]
records: {each: li, fields: {n: {type: float, na_values: [暂无评分], default: -1.0}}}
"""
    parsed = parse(yaml, "<ul><li>9.6<li> 暂无评分 </ul>")
    assert records(parsed) == [{"n": 9.6}, {"n": -1.0}]
    assert parsed.faults == ()


def test_a_record_without_a_required_field_is_dropped_and_counted(parse):
    yaml = """
start_urls: [https://a.example/]
records: {each: li, fields: {n: {css: b, type: int, required: true}, l: {css: i, many: true}}}
"""
    parsed = parse(yaml, "<ul><li><b>1</b><li><b>x</b><li></ul>")
    assert records(parsed) == [{"n": 1, "l": []}]
    assert [(drop.rule, drop.field, drop.count) for drop in parsed.dropped] == [("job", "n", 2)]


def test_on_lists_steps_and_types_work_on_each_element_and_nulls_are_left_out(parse):
    yaml = """
start_urls: [https://a.example/]
records: {fields: {n: {css: li, many: true, steps: [{remove_suffix: 分}], type: int}}}
"""
    parsed = parse(yaml, "<ul><li>1分<li><li>x<li>3分</ul>")
    assert records(parsed) == [{"n": [1, 3]}]
    assert [fault.value for fault in parsed.faults] == ["x"]


def test_split_makes_a_list_and_join_a_text(value):
    page = "<p>a, b,,c</p>"
    assert value("{css: p, steps: [{split: ','}]}", page) == ["a", "b", "c"]
    assert value("{css: p, steps: [{split: ','}, upper, {join: '/'}]}", page) == "A/B/C"
    assert value("{css: p, steps: [{split: ','}], type: int}", "<p>1,2</p>") == [1, 2]


def test_one_films_missing_score_never_takes_its_neighbours(parse):
    def film(n, score):
        rated = f'<p class="score"><i class="integer">{score}.</i><i class="fraction">{n}</i></p>' if score else ""
        return f'<dd><a title="f{n}">x</a>{rated}</dd>'

    page = "<dl>" + "".join(film(n, 0 if n == 5 else 9) for n in range(1, 8)) + "</dl>"
    expected = [None if n == 5 else float(f"9.{n}") for n in range(1, 8)]
    css = "{each: dl > dd, fields: {score: {css: p.score, type: float}}}"
    regex = """{each: {regex: '<dd>.*?</dd>'},
        fields: {score: {regex: 'integer">(.*?)</i>.*?fraction">(.*?)</i>', join: "", type: float}}}"""
    for rule in (css, regex):
        got = records(parse(f"start_urls: [https://a.example/]\nrecords: {rule}\n", page))
        assert [record["score"] for record in got] == expected
    open_list = page.replace("</dd>", "")
    got = records(parse(f"start_urls: [https://a.example/]\nrecords: {css}\n", open_list))
    assert [record["score"] for record in got] == expected


# --------------------------------------------------------------------------- templates


def test_a_value_is_made_of_params_fields_above_and_the_page(parse):
    yaml = """
start_urls: ["https://a.example/{cat.id}"]
params: {cat: [{id: 7, name: 茶}]}
records:
  each: li
  fields:
    _day: b
    at: {value: "{_day} {cat.name}"}
    n: {value: "{cat.id}"}
    where: {value: "{_page} {_url} {_position} {_fetched_at}"}
    constant: {value: "{{literal}} {}"}
"""
    got = records(parse(yaml, "<ul><li><b>Mon</b><li></ul>", params={"cat": {"id": 7, "name": "茶"}}))
    assert got[0] == {
        "at": "Mon 茶",
        "n": 7,
        "where": f"job {URL} 1 2019-08-22T00:00:00.000Z",
        "constant": "{literal} {}",
    }
    assert got[1]["at"] is None
    assert got[1]["where"].split()[2] == "2"


BEYOND_JSON = r'{"inf": 1e999, "big": 18446744073709551616, "half": "\ud83d", "fine": [1.5, "\ud83d\ude00"]}'


@pytest.mark.parametrize("name", ["inf", "big", "half"])
def test_what_a_json_line_cannot_say_is_null_and_told(parse, name):
    fields = f"x: {{json: {name}}}, n: {{json: {name}, type: int}}, y: {{json: fine}}"
    parsed = parse(f"start_urls: [http://a/]\nrecords: {{fields: {{{fields}}}}}", BEYOND_JSON)
    assert records(parsed) == [{"x": None, "n": None, "y": [1.5, "😀"]}]
    assert [fault.field for fault in parsed.faults] == ["n", "x"]
    assert all((fault.value + fault.cause).encode() for fault in parsed.faults)


def test_what_json_cannot_say_is_no_param_of_a_link(parse):
    yaml = """
pages:
  one:
    start_urls: [http://a/]
    records:
      fields: {_half: {json: half}, y: {json: fine}}
      follow: {value: /x, page: two, params: {a: {json: inf}, b: {json: big}, half: {json: half}, y: {json: fine}}}
  two: {records: {fields: {n: {value: "{a}{b}{half}{y}"}}}}
"""
    (link,) = parse(yaml, BEYOND_JSON).links
    assert link.params == {"a": None, "b": None, "half": None, "y": [1.5, "😀"]}


PAGE_RULE = "start_urls: [http://a/]\nrecords: {fields: {u: {value: '{_url}'}, t: h1, l: {css: p, default: none}}}\n"
LEADS = """
pages:
  list: {start_urls: [http://a/], follow: {css: a, page: film}}
  film: {records: {fields: {t: h1}}}
"""
HELPERS = LEADS.replace(
    "follow: {css: a, page: film}", "records: {each: li, fields: {_n: b}, follow: {css: a, page: film}}"
)


@pytest.mark.parametrize(
    ("yaml", "body", "reason", "detail"),
    [
        (PAGE_RULE, "", "empty", "the answer has no text"),
        (PAGE_RULE, " \n\t ", "empty", "the answer has no text"),
        (LEADS, "", "empty", "the answer has no text"),
        (PAGE_RULE, "<h2>Checking your browser</h2>", "no value in any field", "no field of job has a value"),
        (PAGE_RULE, "%PDF-1.7 \x00\x01", "no value in any field", "no field of job has a value"),
        (LEADS, "<h2>Checking your browser</h2>", "no links", "`follow` found no link"),
        (HELPERS, "<li><b>1</b></li>", "no links", "`follow` found no link"),
    ],
)
def test_a_page_that_holds_nothing_of_what_is_looked_for_is_failed(parse, yaml, body, reason, detail):
    failure = parse(yaml, body)
    assert isinstance(failure, Failure)
    assert (failure.reason, detail in failure.detail) == (reason, True), failure.detail
    kind = "start_urls: [http://a/]"
    allowed = parse(yaml.replace(kind, f"{kind}, expect: {{allow_empty: true}}"), body) if "pages" in yaml else None
    allowed = allowed or parse(f"{yaml}expect: {{allow_empty: true}}\n", body)
    assert (allowed.links, set(allowed.lines) <= {(), (b"{}",)}) == ((), True)


@pytest.mark.parametrize("more", ["", "expect: {allow_empty: true}\n"])
@pytest.mark.parametrize(
    "field", ["{json: a}", "{first_of: [{json: b}, h1]}", "{each: {json: a}, fields: {b: {json: b}}}"]
)
def test_a_page_of_broken_json_gives_none_of_its_fields(parse, field, more):
    yaml = f"start_urls: [http://a/]\nrecords: {{fields: {{t: {field}, r: {{regex: 'a'}}}}}}\n{more}"
    failure = parse(yaml, '{"a": ')
    assert (failure.reason, "no JSON: " in failure.detail) == (Reason.NOT_PARSED, True)


@pytest.mark.parametrize(
    "rule", ["each: {json: '[]'}, fields: {t: {json: a}}", "fields: {u: {value: x}, t: {json: a}}"]
)
def test_an_answer_without_text_is_empty_whatever_it_should_hold(parse, rule):
    yaml = f"start_urls: ['http://a/?p={{p}}']\nparams: {{p: {{first: 1}}}}\nrecords: {{{rule}}}\n"
    assert parse(yaml, " \n", params={"p": 1}).reason == Reason.EMPTY
    assert parse(yaml, " \n", params={"p": 2}).lines == ((),)
    assert parse(f"{yaml}expect: {{allow_empty: true}}\n", "", params={"p": 1}).lines == ((),)


def test_one_value_makes_a_record_of_a_page(parse):
    assert records(parse(PAGE_RULE, "<h1>x</h1>")) == [{"u": URL, "t": "x", "l": "none"}]
    assert records(parse(PAGE_RULE.replace("t: h1", "t: {css: h1, get: exists}"), "<p>x</p>"))[0]["l"] == "x"


def test_an_infinite_sum_is_malformed(parse):
    parsed = parse(
        "start_urls: [http://a/]\nrecords: {fields: {x: {value: '1'}, y: {json: 'sum(@)'}, z: {json: '[0]'}}}",
        "[1e308, 1e308]",
    )
    assert records(parsed) == [{"x": "1", "y": None, "z": 1e308}]
    assert "no JSON number" in parsed.faults[0].cause


def test_an_infinite_number_of_xpath_is_nothing(parse):
    parsed = parse("start_urls: [http://a/]\nrecords: {fields: {x: {value: '1'}, y: {xpath: '1 div 0'}, z: p}}", "<p>z")
    assert (records(parsed), parsed.filled) == ([{"x": "1", "y": None, "z": "z"}], ((1, 0, 1),))


def test_a_link_without_its_value_is_no_link_and_harms_no_record(parse):
    yaml = """
pages:
  list:
    start_urls: [http://a/]
    records: {each: li, fields: {id: b}, follow: {value: "/f/{id}", page: film}}
  film: {records: {fields: {t: h1}}}
"""
    parsed = parse(yaml, "<ul><li><b>1</b><li>none<li><b>3</b></ul>")
    assert records(parsed) == [{"id": "1"}, {"id": None}, {"id": "3"}]
    assert [link.url for link in parsed.links] == ["https://a.example/f/1", "https://a.example/f/3"]


def test_values_from_pages_are_data_never_templates(fields):
    page = "<ul><li>{0.__class__} {n} ${HOME} =cmd()</ul>"
    got = fields('t: {}\nagain: {value: "{t}"}', page)
    assert got == [{"t": "{0.__class__} {n} ${HOME} =cmd()", "again": "{0.__class__} {n} ${HOME} =cmd()"}]


# --------------------------------------------------------------------------- links and places


def test_urls_are_joined_to_base(value):
    page = '<base href="/films/"><a href="1">x</a>'
    assert value("{css: a, attr: href, type: url}", page) == "https://a.example/films/1"
    assert (
        value("{css: a, attr: href, type: url}", page.replace("/films/", "http://[bad")) == "https://a.example/list/1"
    )


def test_many_bases_take_no_time(value):
    with bounded():
        assert value("{regex: 'to=(.)', type: url}", "<base " * 20_000 + "to=1") == "https://a.example/list/1"


LIST = """
pages:
  list:
    start_urls: [https://a.example/]
    records:
      each: li
      fields: {n: {css: b, type: int, required: true}, href: {css: a, attr: href, type: url}}
      follow: [{css: a, page: film, merge: true, params: [n]}]
    follow: [{css: a.next}, {css: "#more a", page: other, params: {title: {css: h1}}}]
  film: {records: {fields: {t: {value: "{n}"}}}}
  other: {records: {fields: {t: {value: "{title}"}}}}
"""


def test_links_of_records_come_before_those_of_the_page_and_hand_params_on(parse):
    page = """<h1>Top</h1><ul><li><b>1</b><a href="/f/1#x">x</a><li><b>no</b><a href="/f/2">x</a><li><b>3</b>
        <li><b>4</b><a href="javascript:void(0)">x</a><li><b>5</b><a href="mailto:a@b">m</a><a href="/f/5">x</a></ul>
        <a class="next" href="?p=2">next</a><div id="more"><a href="/o/1">o</a><a href="/o/2">o</a></div>"""
    links = parse(LIST, page).links
    assert [(link.url, link.kind, link.params, link.rule, link.record, link.is_merged) for link in links] == [
        ("https://a.example/f/1", "film", {"n": 1}, 0, 0, True),
        ("https://a.example/f/5", "film", {"n": 5}, 0, 3, True),
        ("https://a.example/list/page?p=2", "list", {}, None, None, False),
        ("https://a.example/o/1", "other", {"title": "Top"}, None, None, False),
        ("https://a.example/o/2", "other", {"title": "Top"}, None, None, False),
    ]


def test_a_link_may_be_built_of_values(parse):
    yaml = """
pages:
  list:
    start_urls: [https://a.example/]
    records:
      each: li
      fields: {id: {type: str}}
      follow: [{value: "https://a.example/film/{id}", page: film}]
  film: {records: {fields: {t: h1}}}
"""
    links = parse(yaml, "<ul><li>7<li>a/b 茶</ul>").links
    assert [link.url for link in links] == [
        "https://a.example/film/7",
        "https://a.example/film/a%2Fb%20%E8%8C%B6",
    ]


# --------------------------------------------------------------------------- pages that fail


SIMPLE = "start_urls: [https://a.example/]\nrecords: {each: li, fields: {t: {}}}\n"


@pytest.mark.parametrize(
    ("more", "body", "reason", "detail"),
    [
        ("", "<p>nothing</p>", Reason.NO_RECORDS, "`each` found no items"),
        ("expect: {blocked_if: [验证中心]}", "<li>x<title>验证中心</title>", Reason.BLOCKED, "验证中心"),
        ("expect: {blocked_if: [list/page]}", "<li>x", Reason.BLOCKED, "list/page"),
        ("expect: {page_must_match: ['</html>']}", "<html><li>x", Reason.BLOCKED, "</html>"),
        ("", "<div>" * 20_000 + "<li>x", Reason.TOO_DEEP, "deeper"),
    ],
)
def test_a_page_that_is_not_what_was_wanted_fails_with_the_reason(parse, more, body, reason, detail):
    failure = parse(f"{SIMPLE}{more}\n", body)
    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert detail in failure.detail


def test_an_empty_page_may_be_allowed(parse):
    assert records(parse(f"{SIMPLE}expect: {{allow_empty: true}}\n", "<p>nothing</p>")) == []


def test_a_page_without_records_says_what_its_items_lacked(parse):
    failure = parse(SIMPLE.replace("{t: {}}", "{t: {css: b, required: true}}"), "<ul><li>1<li>2</ul>")
    assert failure.reason == Reason.NO_RECORDS
    assert "2 dropped for want of job.t" in failure.detail


def test_a_page_that_should_be_json_and_is_not_fails(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {json: 'items[]'}, fields: {t: {json: t}}}\n"
    failure = parse(yaml, "<html>Oops</html>")
    assert failure.reason == Reason.NOT_PARSED
    assert "no JSON" in failure.detail


def test_patterns_that_never_end_stop_at_their_time_limit(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {regex: '(a|aa)+$'}, fields: {t: {}}}\n"
    failure = parse(yaml, "a" * 80 + "b", regex_timeout=0.2)
    assert failure.reason == Reason.PARSE_TIMEOUT
    assert "(a|aa)+$" in failure.detail


def test_many_slow_patterns_share_one_limit(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {regex: '[ab]+ '}, fields: {t: {regex: '(a|aa)+$'}}}\n"
    failure = parse(yaml, ("a" * 60 + "b ") * 50, regex_timeout=0.2)
    assert failure.reason == Reason.PARSE_TIMEOUT


# --------------------------------------------------------------------------- odd pages


def test_pages_are_decoded_before_they_are_parsed(parse):
    body = '<html><head><meta charset="gb2312"></head><li>镕喆€</html>'.encode("gb18030")
    parsed = parse(SIMPLE, body, content_type="text/html")
    assert records(parsed) == [{"t": "镕喆€"}]
    assert (parsed.encoding, parsed.replaced) == ("gbk", 0)


def test_bytes_that_are_no_text_are_replaced_and_counted(parse):
    parsed = parse(SIMPLE, b"<li>a\xff\xfeb<li>c")
    assert [record["t"][0] for record in records(parsed)] == ["a", "c"]
    parsed = parse(SIMPLE + "encoding: utf-8\n", b"<li>a\xffb<li>c")
    assert parsed.replaced == 1


def test_a_guessed_encoding_is_told_in_the_report(parse, scraper, config, folder, site):
    rows, says_so = ("<li>最新电影排行榜：霸王别姬".encode("gbk"), {"Content-Type": "text/html"})
    site.pages |= {
        "/1": (200, says_so, rows),
        "/2": (200, says_so, rows + b"<li>2"),
        "/3": (200, says_so, b"<li>plain"),
    }
    urls = ", ".join(f"{site.url}/{n}" for n in (1, 2, 3))
    text = f"start_urls: [{urls}]\nrecords: {{each: li, fields: {{t: {{css: ':scope'}}}}}}\n"
    done = scraper(config(f"{text}settings: {{robotstxt_obey: false}}\n"))
    assert done.returncode == 0, done.stderr
    assert "doubtful 2 pages: encoding guessed: gbk\n" in done.stderr
    report = json.loads((folder / "output/.scraper/board/last-run.json").read_text("utf-8"))
    assert report["marks"] == {"encoding guessed: gbk": 2}


@pytest.mark.parametrize("body", ["<li>a\x00b", "<li>&#xD800;x", "<li>\u2028x", "<li>\x01\x0bx", "<li>x\x1b[31m"])
def test_any_page_gives_valid_json_lines(parse, body):
    parsed = parse(SIMPLE, body)
    for line in parsed.lines[0]:
        assert "\n" not in line.decode()
        json.loads(line)


def test_what_json_of_64_bits_cannot_say_is_null_and_a_fault(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {json: '[]'}, fields: {a: {json: a}, b: {json: b}}}\n"
    parsed = parse(yaml, '[{"a": 123456789012345678901234567890, "b": 1}, {"a": "\\ud800", "b": 2}]')
    assert records(parsed) == [{"a": None, "b": 1}, {"a": None, "b": 2}]
    assert [fault.field for fault in parsed.faults] == ["a", "a"]


def test_filled_fields_are_counted_as_the_page_is_read(parse):
    yaml = """
start_urls: [https://a.example/]
records: {each: li, fields: {_h: b, t: b, n: {css: i, type: int}, m: {css: u, many: true}}}
"""
    parsed = parse(yaml, "<ul><li><b>x</b><i>1</i><li><b>y</b><i>z</i><u>u</u><li></ul>")
    assert parsed.filled == ((2, 1, 1),)


def test_several_rules_read_one_page(parse):
    yaml = """
start_urls: [https://a.example/]
records:
  - {name: films, each: li, fields: {t: {}}}
  - {name: news, each: p, fields: {n: {}}}
"""
    parsed = parse(yaml, "<ul><li>a</ul><p>b</p>")
    assert (records(parsed), records(parsed, 1)) == ([{"t": "a"}], [{"n": "b"}])


@pytest.mark.parametrize("value", ['"\\ud83d"', "123456789012345678901"])
def test_a_record_that_cannot_be_written_without_what_it_must_have_is_none(parse, value):
    page = f'<script type="application/json">{{"rows": [{{"id": {value}, "n": "a"}}, {{"id": 2, "n": "b"}}]}}</script>'
    start = "start_urls: [https://a.example/]\nrecords:\n"
    one = "  fields: {id: {css: script, json: 'rows[0].id'}}"
    failure = parse(start + one, page)
    assert isinstance(failure, Failure), failure
    assert failure.reason == Reason.NO_VALUES
    many = "  each: {css: script, json: rows}\n  fields: {id: {json: id, required: true}, n: {json: n}}"
    parsed = parse(start + many, page)
    assert records(parsed) == [{"id": 2, "n": "b"}]
    assert [(drop.field, drop.count) for drop in parsed.dropped] == [("id", 1)]
    assert [fault.field for fault in parsed.faults] == ["id"]
    assert parsed.filled == ((1, 1),)
    assert [one["id"] for one in records(parse(start + many.replace(", required: true", ""), page))] == [None, 2]
