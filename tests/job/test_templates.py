"""Templates: what is a placeholder, what is text, and how values go in."""

import pickle

import pytest

from scraper.errors import Malformed, OutputError
from scraper.job.templates import Template


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{a}/{b}", ("a", "b")),
        ("{a}{a}", ("a",)),
        ("{cat.id}", ("cat.id",)),
        ("{+path}", ("path",)),
        ("{_url}", ("_url",)),
        ("{页码}", ("页码",)),
        ("{}{1}{a b}{a-b}{ a }{a.}{.a}{a!r}{a:>9}{a[0]}{0.__class__}", ()),
        ("{{a}}", ()),
        ('{"x":{a}}', ("a",)),
        ("plain", ()),
        ("", ()),
    ],
)
def test_only_identifiers_in_braces_are_placeholders(text, names):
    assert Template(text).names == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{a}}", "{a}"),
        ("{{cat.id}}", "{cat.id}"),
        ("{{+a}}", "{+a}"),
        ("{{{a}}}", "{{a}}"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("{{ }}", "{{ }}"),
        ("{a.__class__}", None),
        (r"\d{4}", r"\d{4}"),
        ("", ""),
    ],
)
def test_every_other_brace_is_text(text, expected):
    assert Template(text).fill({"a": "x"}) == expected


@pytest.mark.parametrize("value", [7, 1.5, True, [1], {"k": 1}, "x", None])
def test_one_placeholder_alone_keeps_the_type(value):
    assert Template("{a}").fill({"a": value}) == value
    assert type(Template("{a}").fill({"a": value})) is type(value)


def test_one_null_makes_the_whole_null():
    assert Template("{a} {b}").fill({"a": "x", "b": None}) is None
    assert Template("{cat.id}!").fill({"cat": {"name": "x"}}) is None
    assert Template("{a.key}!").fill({"a": "not a mapping"}) is None


def test_a_value_that_looks_like_a_template_stays_data():
    assert Template("<{a}>").fill({"a": "{b} {0.__class__} ${HOME}", "b": "!"}) == "<{b} {0.__class__} ${HOME}>"


def test_a_name_nobody_gives_is_a_programming_error():
    with pytest.raises(KeyError):
        Template("{a}").fill({})


@pytest.mark.parametrize(
    ("text", "value", "encoding", "expected"),
    [
        ("/{a}", "x/y?z#w", "utf-8", "/x%2Fy%3Fz%23w"),
        ("/{a}", 7, "utf-8", "/7"),
        ("/{a}", True, "utf-8", "/true"),
        ("/{a}", "茶", "gb18030", "/%B2%E8"),
        ("/{a}", "a\r\nb\\", "utf-8", "/a%0D%0Ab%5C"),
        ("/{a}", "%41", "utf-8", "/%2541"),
        ("/{+a}", "x/y?z=1&w=[2]#f", "utf-8", "/x/y?z=1&w=[2]#f"),
        ("/{+a}", "茶/b c", "utf-8", "/%E8%8C%B6/b%20c"),
        ("/{+a}", "%41 100%", "utf-8", "/%41%20100%25"),
        ("/{{a}}", "x", "utf-8", "/{a}"),
        ("/{a}", "", "utf-8", "/"),
    ],
)
def test_values_in_a_url_are_percent_encoded(text, value, encoding, expected):
    assert Template(text).fill_url({"a": value}, encoding) == expected


@pytest.mark.parametrize(
    ("value", "message"), [(None, r"\{a\} has no value"), ("€", "'€' cannot be written in latin-1")]
)
def test_a_value_that_cannot_stand_in_a_url_is_named(value, message):
    with pytest.raises(Malformed, match=message):
        Template("/{a}").fill_url({"a": value}, "latin-1")


@pytest.mark.parametrize("value", ["../x", "a/b", "..", "a\\b", "a\0b", None])
def test_a_value_in_a_path_leads_nowhere_else(value):
    with pytest.raises(OutputError, match=r"\{name\}"):
        Template("output/{name}.jsonl").fill_path({"name": value})


def test_the_operators_own_path_may_lead_anywhere():
    assert Template("../{name}/x.jsonl").fill_path({"name": "a..b"}) == "../a..b/x.jsonl"


def test_a_template_is_a_value():
    one = Template("{a}/{+b}")
    assert one == Template("{a}/{+b}") != Template("{a}")
    assert hash(one) == hash(Template("{a}/{+b}"))
    assert pickle.loads(pickle.dumps(one)).fill_url({"a": 1, "b": "c/d"}) == "1/c/d"
    with pytest.raises(AttributeError):
        one.text = "x"
