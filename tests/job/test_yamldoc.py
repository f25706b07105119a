"""YAML 1.2 comes out as plain data with the place of everything, or as mistakes with theirs."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ConfigError
from scraper.job import yamldoc
from scraper.job.yamldoc import Complaint


def problems(text):
    with pytest.raises(ConfigError) as caught:
        yamldoc.load(text, "x.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("12:30", "12:30"), ("12:30:45", "12:30:45"), ("=", "="),
        ("2024-01-01", "2024-01-01"), ("2024-01-01 10:00:00", "2024-01-01 10:00:00"), ("1_000", "1_000"),
        ("true", True), ("False", False), ("tRue", "tRue"), ("~", None), ("null", None), ("", None),
        ("0", 0), ("-7", -7), ("012", 12), ("0x1F", 31), ("0o17", 15), ("0o9", "0o9"), ("٣", "٣"),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), (".inf", ".inf"), (".nan", ".nan"),
        ("'5'", "5"), ('"null"', "null"), ("!!str 5", "5"), ("|\n  a\n  b\n", "a\nb\n"), ("茶 & more", "茶 & more"),
    ],
)  # fmt: skip
def test_only_what_yaml_1_2_calls_so_is_a_number_or_a_truth_value(text, value):
    data = yamldoc.load(f"a: {text}", "x.yaml").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_every_value_and_key_has_its_place():
    document = yamldoc.load("pages:\n  hot:\n    urls: [a, 'b']\n    each: {css: dd}\n", "x.yaml")
    assert document.where(("pages", "hot", "urls", 1)) == (3, 15)
    assert document.key_where(("pages", "hot", "each", "css")) == (4, 12)
    assert document.where(("pages", "hot", "each", "css")) == (4, 17)
    assert document.where(("pages", "hot", "gone", "away")) == (3, 5)


@pytest.mark.parametrize(
    ("path", "is_key", "place", "dotted"),
    [
        (("a", "b"), False, (2, 6), "a.b"),
        (("a", "b"), True, (2, 3), "a.b"),
        (("a",), False, (1, 1), "a"),
        (("a", 0, "b", "css"), False, (2, 6), "a.b"),
        (("a", "c", 1), False, (3, 10), "a.c[1]"),
        (("a", "c", 2), False, (3, 6), "a.c"),
        (("z",), False, (1, 1), ""),
    ],
)
def test_a_complaint_finds_its_place_whatever_short_form_was_used(path, is_key, place, dotted):
    document = yamldoc.load("a:\n  b: h1\n  c: [x, y]\n", "x.yaml")
    problem = document.problem(Complaint(path, "wrong", is_key=is_key))
    assert (problem.line, problem.column, problem.path) == (*place, dotted)


def test_a_comment_that_was_meant_as_text_is_told():
    document = yamldoc.load("a: #id\nb:   # nothing yet\nc:\n", "x.yaml")
    hints = ["#" in document.problem(Complaint((key,), "is null")).message for key in "abc"]
    assert hints == [True, True, False]


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("a: 1\nb:\n  c: 2\n  c: 3", "x.yaml:4:3: b.c", "duplicate key"),
        ("'a': 1\na: 2", "x.yaml:2:1: a", "duplicate key"),
        ("? [a]\n: b", "x.yaml:1:3", "quote a text that begins with [ or {"),
        ("<<: {a: 1}", "x.yaml:1:1", "merge keys"),
        ("a: !!python/object:os.system x", "x.yaml:1:4: a", "not allowed"),
        ("a: !secret x", "x.yaml:1:4: a", "not allowed"),
        ("a: [a-z]+", "x.yaml:1:9", "[ { or a quote"),
        ("a: *", "x.yaml:1:5", "quote a text that begins with *"),
        ("a: *b", "x.yaml:1:4", "quote a text that begins with *"),
        ("a: %d", "x.yaml:1:4", "quote a text that begins with %"),
        ("a: @x", "x.yaml:1:4", "quote a text that begins with % @"),
        ("a: b: c", "x.yaml:1:5", "a colon and a blank"),
        ('a: "\\d"', "x.yaml:1:6", "use single quotes"),
        ("a:\n\tb: 1", "x.yaml:2:1", "indented with spaces"),
        ("a: [1, 2", "x.yaml:1:9", "close the bracket"),
        ("a: 'x", "x.yaml:1:6", "not YAML"),
        ('a: "\\uD800"', "x.yaml:1:4: a", "surrogate"),
        ('"\\uD800": 1', "x.yaml:1:1", "surrogate"),
        ("a: 1e999", "x.yaml:1:4: a", "too large"),
        ("a: " + "9" * 6000, "x.yaml:1:4: a", "digits"),
        ("a: \x00", "x.yaml", "unacceptable character #x0000"),
        ("", "x.yaml:1:1", "an empty file"),
        ("# only this", "x.yaml:1:1", "an empty file"),
        ("a: 1\n---\nb: 2", "x.yaml:1:1", "several documents"),
        ("[" * 5000, "x.yaml", "nested deeper"),
        ("a: " + "[" * 70 + "]" * 70, "x.yaml:1:68: a[0][0]", "64 levels"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_its_place(text, place, fragment):
    (problem,) = problems(text)
    assert problem.startswith(place)
    assert fragment in problem
    assert "\n" not in problem


def test_every_duplicate_and_tag_is_told_at_once_and_the_rest_is_read():
    text = "a: 1\na: 2\nb: !x 3\nb: 4\nc: 5\n"
    assert [problem.split(":")[1] for problem in problems(text)] == ["2", "3", "4"]
    document = yamldoc.read(text, "x.yaml")
    assert document.data == {"a": 1, "b": None, "c": 5}
    assert len(document.problems) == 3


def test_an_alias_bomb_ends_at_once():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    (problem,) = problems(bomb)
    assert "are aliases (*) repeated?" in problem
    (problem,) = problems("a: &a [*a]")
    assert "levels" in problem


def test_aliases_that_a_person_writes_work():
    assert yamldoc.load("a: &x {css: h1}\nb: *x", "x.yaml").data == {"a": {"css": "h1"}, "b": {"css": "h1"}}


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_dumped_is_read_back(data):
    again = yamldoc.load(yamldoc.dump({"data": data}), "x.yaml").data["data"]
    assert again == data or (isinstance(data, float) and math.isclose(again, data))


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_config_errors(text):
    with contextlib.suppress(ConfigError):
        yamldoc.load(text, "x.yaml")
