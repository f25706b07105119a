"""Objects of a type in a page's linked data."""

import json

import pytest

from scraper.models import Failure
from tests.conftest import records
from tests.support.fuzzing import bounded


def block(data, kind="application/ld+json"):
    return f'<script type="{kind}">{data if isinstance(data, str) else json.dumps(data)}</script>'


def rule(fields="name: {json: name}", each="{json_ld: Recipe}"):
    return f"start_urls: [https://a.example/]\nrecords: {{each: {each}, fields: {{{fields}}}}}\n"


@pytest.mark.parametrize(
    "page",
    [
        block({"@type": "Recipe", "name": "tea"}),
        block({"@type": ["Thing", "Recipe"], "name": "tea"}),
        block({"@type": "https://schema.org/Recipe", "name": "tea"}),
        block({"@type": "schema:Recipe", "name": "tea"}),
        block([{"@type": "WebSite", "name": "site"}, {"@type": "Recipe", "name": "tea"}]),
        block({"@graph": [{"@type": "WebSite"}, {"@type": "Recipe", "name": "tea"}]}),
        block({"@type": "ItemList", "itemListElement": [{"item": {"@type": "Recipe", "name": "tea"}}]}),
        block({"@type": "Recipe", "name": "tea", "isRelatedTo": {"@type": "Recipe", "name": "cake"}}),
        block({"@type": "Recipe", "name": "tea"}, "Application/LD+JSON; charset=utf-8"),
        block('<!-- {"@type": "Recipe", "name": "tea"} -->'),
        block('\n//<![CDATA[\n{"@type": "Recipe", "name": "tea"};\n//]]>\n'),
        block('{"@type": "Recipe", "name": "tea", "text": "two\nlines"}'),
        block('{"@type": "Recipe", "name": "tea", /* a comment */ }'),
        block('// a comment\n{"@type": "Recipe", "name": "tea",}'),
        block('{"@type": "WebSite"}\n{"@type": "Recipe", "name": "tea"}'),
        block("{&quot;@type&quot;: &quot;Recipe&quot;, &quot;name&quot;: &quot;tea&quot;}"),
        block('\ufeff{"@type": "Recipe", "name": "tea"}'),
        block("") + block({"@type": "Recipe", "name": "tea"}),
        block("{broken") + block({"@type": "Recipe", "name": "tea"}),
        block({"@type": "Recipe", "name": "no"}, "application/json") + block({"@type": "Recipe", "name": "tea"}),
    ],
)
def test_an_object_is_found_wherever_it_stands(parse, page):
    assert records(parse(rule(), f"<html><head>{page}</head><body><p>x</body></html>")) == [{"name": "tea"}]


def test_all_objects_are_items_in_the_order_of_the_page(parse):
    page = block([{"@type": "Recipe", "name": n} for n in "ab"]) + "<p>" + block({"@type": "Recipe", "name": "c"})
    assert [one["name"] for one in records(parse(rule(), page))] == ["a", "b", "c"]


def test_a_field_may_read_linked_data_beside_elements(parse):
    page = "<h1>Tea</h1>" + block({"@type": "Offer", "price": 3.5, "seller": {"name": "x"}})
    fields = "price: {json_ld: Offer, json: price}, seller: {json_ld: Offer, json: seller.name}"
    fields += ", title: h1, no: {json_ld: Person}"
    assert records(parse(f"start_urls: [https://a.example/]\nrecords: {{fields: {{{fields}}}}}", page)) == [
        {"price": 3.5, "seller": "x", "title": "Tea", "no": None}
    ]
    inside = (
        "<ul><li>" + block({"@type": "Offer", "price": 1}) + "<li>" + block({"@type": "Offer", "price": 2}) + "</ul>"
    )
    assert records(parse(rule("price: {json_ld: Offer, json: price}", each="li"), inside)) == [
        {"price": 1},
        {"price": 2},
    ]


def test_a_page_whose_only_block_is_broken_is_not_parsed(parse):
    failure = parse(rule(), block('{"@type": "Recipe", "name": '))
    assert isinstance(failure, Failure)
    assert (failure.reason, "no JSON: " in failure.detail) == ("not parsed", True)


def test_deep_data_ends(parse):
    deep = '{"a":' * 300 + '{"@type": "Recipe", "name": "deep"}' + "}" * 300
    assert records(parse(rule(), block(deep))) == [{"name": "deep"}]
    assert parse(rule(), block('{"a":' * 100_000 + "1" + "}" * 100_000)).reason == "not parsed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rule(each="{regex: x, json_ld: Recipe}"), "json_ld reads a page or its elements"),
        (rule("a: {json_ld: Offer}", each="{json: x}"), "json_ld reads a page or its elements"),
        (rule("a: {json: 'a['}"), "is no JMESPath"),
        (rule(each="{json_ld: 3}"), "expected text, got the number 3"),
    ],
)
def test_what_is_wrong_with_linked_data_is_told(mistake, text, message):
    assert message in mistake(text)


def test_a_reference_is_the_object_that_it_names(parse):
    graph = {"@graph": [
        {"@type": "Recipe", "@id": "#r", "name": "tea", "author": {"@id": "#p"}},
        {"@type": "Person", "@id": "#p", "name": "Ann", "knows": {"@id": "#q"}, "wrote": {"@id": "#r"}},
    ]}  # fmt: skip
    page = block(graph) + block({"@type": "Person", "@id": "#q", "name": "Bo", "knows": {"@id": "#p"}})
    fields = "a: {json: author.name}, b: {json: author.knows.name}, back: {json: author.wrote}"
    fields += ", end: {json: author.knows.knows}, none: {json: author.lost}"
    assert records(parse(rule(fields), page)) == [
        {"a": "Ann", "b": "Bo", "back": {"@id": "#r"}, "end": {"@id": "#p"}, "none": None}
    ]


def test_a_reference_may_say_its_type_and_an_object_be_said_in_pieces(parse):
    page = block({"@type": "Recipe", "@id": "#r", "name": "tea", "author": {"@type": "Person", "@id": "#p"}})
    page += block({"@type": "Review", "itemReviewed": {"@type": "Recipe", "@id": "#r"}})
    page += block({"@type": "Person", "@id": "#p", "name": "Ann"}) + block({"@id": "#p", "name": "B", "email": "a@b"})
    fields = "a: {json: author.name}, b: {json: author.email}, t: {json: 'author.\"@type\"'}, n: {json: name}"
    assert records(parse(rule(fields), page)) == [{"a": "Ann", "b": "a@b", "t": "Person", "n": "tea"}]
    alone = block({"@type": "Recipe", "@id": "#x"})
    assert records(parse(rule("id: {json: '\"@id\"'}"), alone)) == [{"id": "#x"}], "of which nothing else is told"


def test_references_without_end_end(parse):
    nodes = [{"@type": "Recipe", "@id": f"#{n}", "all": [{"@id": f"#{m}"} for m in range(20)]} for n in range(20)]
    with bounded():
        assert len(records(parse(rule("id: {json: '\"@id\"'}"), block({"@graph": nodes})))) == 20


@pytest.mark.parametrize("text", ["", "  ", "<!-- -->"])
def test_an_empty_block_is_nothing(value, text):
    field = "{json_ld: Recipe, json: name, default: none, type: str}, all: {css: p}"
    assert value(field, block(text) + "<p>x</p>") == "none"
