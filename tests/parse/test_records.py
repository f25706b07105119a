"""Records that hold records: lists of objects, and lists whose objects become records."""

import csv
import json
import tracemalloc

import pytest

from scraper.models import Dropped
from tests.conftest import records

SHOP = """
<div class=product id=a><h2>Tea</h2><a href=/tea>more</a>
  <table><tr class=v><td class=size>S<td class=price>1.50<tr class=v><td class=size>L<td class=price>2.50</table></div>
<div class=product id=b><h2>Cup</h2></div>
<div class=product id=c><h2>Pot</h2><table><tr class=v><td class=price>x</table></div>
"""
VARIANTS = "variants: {each: tr.v, fields: {size: .size, price: {css: .price, type: float}}}"


def rule(fields, *more, each="div.product"):
    lines = [f"    {line}" for line in fields]
    return "\n".join(["start_urls: [https://a.example/]", "records:", f"  each: {each}", "  fields:", *lines, *more])


def test_a_field_with_fields_is_a_list_of_objects(parse):
    parsed = parse(rule(["name: h2", VARIANTS]), SHOP)
    assert records(parsed) == [
        {"name": "Tea", "variants": [{"size": "S", "price": 1.5}, {"size": "L", "price": 2.5}]},
        {"name": "Cup", "variants": []},
        {"name": "Pot", "variants": [{"size": None, "price": None}]},
    ]
    assert parsed.filled == ((3, 2),)
    assert [(fault.field, fault.value, fault.cause) for fault in parsed.faults] == [
        ("variants.price", "x", "is no number")
    ]


def test_a_list_may_hold_lists(parse):
    page = "<ul><li>1<ol><li class=b>2<p><i>x</i><i>y</i></p><li class=b>3</ol></ul>"
    inner = "subs: {each: .b, fields: {n: {get: own_text, type: int}, marks: {each: i, fields: {mark: {}}}}}"
    assert records(parse(rule(["n: {get: own_text, type: int}", inner], each="ul > li"), page)) == [
        {
            "n": 1,
            "subs": [{"n": 2, "marks": [{"mark": "x"}, {"mark": "y"}]}, {"n": 3, "marks": []}],
        }
    ]


def test_an_inner_field_sees_the_fields_above_inside_and_around_it(parse):
    inner = 'variants: {each: tr.v, fields: {_size: .size, label: {value: "{name}/{_size}/{_position}/{shop}"}}}'
    yaml = rule(["name: h2", inner]).replace(
        "[https://a.example/]", '["https://a.example/{shop}"]\nparams: {shop: [7]}'
    )
    found = records(parse(yaml, SHOP, params={"shop": 7}))
    assert found[0] == {"name": "Tea", "variants": [{"label": "Tea/S/1/7"}, {"label": "Tea/L/2/7"}]}
    assert found[2] == {"name": "Pot", "variants": [{"label": None}]}


def test_of_lists_inside_items_inside_items_an_element_belongs_to_the_innermost(parse):
    page = "<div class=c><p>A</p><div class=c><p>B<b>1</b></p><p>C</p></div><p>D</p></div>"
    found = records(parse(rule(["lines: {each: p, fields: {text: {get: own_text}}}"], each=".c"), page))
    assert [[line["text"] for line in one["lines"]] for one in found] == [["A", "D"], ["B", "C"]]
    page = "<div class=c><section><p>A</p><div class=c><section><p>B</p></section></div></section></div>"
    found = records(
        parse(rule(["parts: {each: section, fields: {p: {css: p, many: true}, text: {}}}"], each=".c"), page)
    )
    assert [one["parts"] for one in found] == [[{"p": ["A"], "text": "A"}], [{"p": ["B"], "text": "B"}]]


def test_a_list_may_be_read_from_the_page(parse):
    yaml = rule(["name: h2", "shops: {each: {css: nav a, from: page}, fields: {shop: {}}}"])
    found = records(parse(yaml, f"<nav><a>x</a><a>y</a></nav>{SHOP}"))
    assert [one["shops"] for one in found] == [[{"shop": "x"}, {"shop": "y"}]] * 3


def test_lists_of_json_and_of_regex_matches(parse):
    page = json.dumps({"data": [{"id": 1, "of": [{"n": 1}, {"n": None}, None]}, {"id": 2}]})
    yaml = rule(["id: {json: id}", "of: {each: {json: of}, fields: {n: {json: n}}}"], each="{json: data}")
    assert records(parse(yaml, page, content_type="application/json")) == [
        {"id": 1, "of": [{"n": 1}, {"n": None}]},
        {"id": 2, "of": []},
    ]
    yaml = rule([r"pairs: {each: {regex: '(\w)=(\w)'}, fields: {key: {group: 1}, value: {group: 2}}}"], each="li")
    assert records(parse(yaml, "<ul><li>a=1 b=2</ul>")) == [
        {"pairs": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]}
    ]


def test_what_is_required_inside_a_list_drops_the_object_and_what_is_required_of_it_the_record(parse):
    inner = "variants: {each: tr.v, required: true, fields: {size: {css: .size, required: true}}}"
    parsed = parse(rule(["name: h2", inner]), SHOP)
    assert records(parsed) == [{"name": "Tea", "variants": [{"size": "S"}, {"size": "L"}]}]
    assert sorted(parsed.dropped, key=lambda one: one.field) == [
        Dropped("job", "variants", 2),
        Dropped("job", "variants.size", 1),
    ]


def test_a_list_that_cannot_be_read_is_malformed_and_the_record_stays(parse):
    yaml = rule(["name: h2", "parts: {each: {css: a, json: 'x[]'}, fields: {n: {json: n}}}"])
    parsed = parse(yaml, SHOP)
    assert [one["parts"] for one in records(parsed)] == [[], [], []]
    assert [fault.field for fault in parsed.faults] == ["parts"]


def test_a_value_in_a_list_that_json_cannot_say_becomes_null_alone(parse):
    page = '{"data": [{"of": [{"n": 1, "m": 123456789012345678901}, {"n": 2, "m": 3}]}]}'
    yaml = rule(["of: {each: {json: of}, fields: {n: {json: n}, m: {json: m}}}"], each="{json: 'data'}")
    parsed = parse(yaml, page)
    assert records(parsed) == [{"of": [{"n": 1, "m": None}, {"n": 2, "m": 3}]}]
    assert [fault.field for fault in parsed.faults] == ["of.m"]


# --------------------------------------------------------------------------- explode


def test_explode_makes_a_record_of_each_object_with_the_fields_around_it(parse):
    parsed = parse(rule(["name: h2", VARIANTS, "id: {attr: id}"], "  explode: variants"), SHOP)
    assert parsed.lines[0] == (
        b'{"name":"Tea","size":"S","price":1.5,"id":"a"}',
        b'{"name":"Tea","size":"L","price":2.5,"id":"a"}',
        b'{"name":"Pot","size":null,"price":null,"id":"c"}',
    )
    assert parsed.filled == ((3, 2, 2, 3),)
    assert parsed.dropped == (Dropped("job", "variants", 1),)
    assert [fault.field for fault in parsed.faults] == ["price"]


def test_each_exploded_record_has_its_own_links(parse):
    inner = "variants: {each: tr.v, fields: {_size: {css: .size, required: true}}}"
    follow = '  follow: [{css: a, page: job}, {value: "https://a.example/{name}/{_size}"}]'
    parsed = parse(rule(["name: h2", inner], "  explode: variants", follow), SHOP)
    assert records(parsed) == [{"name": "Tea"}] * 2
    assert [(link.url, link.record) for link in parsed.links] == [
        ("https://a.example/tea", 0),
        ("https://a.example/Tea/S", 0),
        ("https://a.example/tea", 1),
        ("https://a.example/Tea/L", 1),
    ]


def test_an_exploded_record_may_be_keyed_by_what_was_lifted_and_covered_too(scraper, config, folder, site):
    site.pages["/"] = SHOP
    text = rule([f"    {VARIANTS}"], "  explode: variants", "  key: [price]").replace(
        "https://a.example/", f"{site.url}/"
    )
    done = scraper(config(text + "\nexpect: {field_coverage: {size: 0.6}}\nsettings: {robotstxt_obey: false}\n"))
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "output/.scraper/board/last-run.json").read_text())
    assert [(f["name"], f["filled"], f["records"], f["malformed"]) for f in report["fields"]] == [
        ("size", 2, 3, 0),
        ("price", 2, 3, 1),
    ]
    assert report["dropped"] == {"board.variants": 1}
    lines = (folder / "output/board.jsonl").read_text().splitlines()
    assert [json.loads(line)["price"] for line in lines] == [1.5, 2.5, None]


# --------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("fields", "more", "message"),
    [
        (["a: {fields: {b: b}}"], "", "needs `each`"),
        (["a: {each: b}"], "", "say fields"),
        (["a: {each: b, fields: {}}"], "", "say fields"),
        (["a: {each: b, fields: {c: c}, many: true}"], "", "many cannot stand beside `fields`"),
        (["a: {each: b, fields: {c: c}, css: d}"], "", "css cannot stand beside `fields`"),
        (["a: {each: b, fields: {c: c}, default: []}"], "", "default cannot stand beside `fields`"),
        (["a: {each: b, fields: {c: {css: 'd >'}}}"], "", "is no CSS selector"),
        (["a: {each: b, fields: {c: {xpath: //d}}}"], "", "does not begin with `/`"),
        (["a: {each: {value: x}, fields: {c: c}}"], "", "value finds no items"),
        (['a: {each: b, fields: {c: {value: "{d}"}, d: d}}'], "", "sees the fields above it only"),
        (["a: {each: b, fields: {c: {group: 1}}}"], "", "group needs an `each` that ends with a regex"),
        (["a: a"], "  explode: a", "expected the name of a field with `each` and `fields`"),
        (["lists: {each: b, fields: {c: c}}"], "  explode: list", "did you mean 'lists'?"),
        (["c: c", "a: {each: b, fields: {c: c}}"], "  explode: a", "the record has a field 'c' already"),
        (["a: {each: b, fields: {c: c}}"], "  explode: a\n  key: [a]", "no field of this record is called 'a'"),
    ],
)
def test_what_is_wrong_with_a_list_is_told(mistake, fields, more, message):
    assert message in mistake(rule(fields, more))


def test_one_field_of_a_list_has_one_type_in_all_rules(mistake):
    one, two = "a: {each: b, fields: {c: {type: int}}}", "a: {each: b, fields: {c: c}}"
    text = (
        f"start_urls: [https://a.example/]\nrecords: [{{name: x, fields: {{{one}}}}}, {{name: y, fields: {{{two}}}}}]"
    )
    assert mistake(text) == "'a.c' is str here and int in 'x'; one file, one type"


def test_a_list_of_objects_is_json_in_a_table(scraper, site, config, folder):
    site.pages["/m"] = "<dl><dd><p>Ran<i>s</i><i>m</i><dd><p>Ikiru</dl>"
    fields = "fields: {name: {css: p, get: own_text}, sizes: {each: i, fields: {size: {}}}}"
    text = f"start_urls: ['{site.url}/m']\nrecords: {{each: dd, {fields}}}\noutput: {{path: o.csv}}"
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    with (folder / "o.csv").open(newline="", encoding="utf-8") as file:
        assert [row["sizes"] for row in csv.DictReader(file)] == ['[{"size":"s"},{"size":"m"}]', "[]"]


def test_the_lines_of_a_page_take_no_more_memory_than_they_are_long(parse):
    page = "".join(f"<div class=product><h2>{n}</h2></div>" for n in range(2000))
    parse(rule(["name: h2"]), page)
    tracemalloc.start()
    parsed = parse(rule(["name: h2"]), page)
    whole, _ = tracemalloc.get_traced_memory()
    length = sum(map(len, parsed.lines[0]))
    del parsed
    held = whole - tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert length < held < 2000 * 300
