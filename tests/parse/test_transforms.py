"""The steps, each alone; how they work on lists is the field's."""

import pytest

from scraper.errors import Malformed, PatternError, PatternTimeout
from scraper.job import Step
from scraper.parse.selectors.select import Clock
from scraper.parse.transforms import compile_step


def apply(name, argument, text):
    return compile_step(Step(name, argument))(text, Clock(5))


@pytest.mark.parametrize(
    ("name", "argument", "text", "expected"),
    [
        ("strip", None, " a ", "a"),
        ("lower", None, "ÄB", "äb"),
        ("upper", None, "äb", "ÄB"),
        ("unescape", None, "a &amp; &#39;b&#39;", "a & 'b'"),
        ("unescape", None, f"&#{'9' * 5000};&#{'0' * 5000}65;", "\ufffdA"),
        ("strip_tags", None, "a<br/>b <b>c</b>", "ab c"),
        ("replace", ("a", "x"), "aba", "xbx"),
        ("sub", (r"(\d+)-(\d+)", r"\2/\1"), "7-8", "8/7"),
        ("sub", (r"\s+", ""), "a b\nc", "abc"),
        ("slice", "3:", "abcdef", "def"),
        ("slice", ":-1", "abc", "ab"),
        ("slice", "::2", "abcdef", "ace"),
        ("split", ",", "a, b,,c ,", ["a", "b", "c"]),
        ("remove_prefix", "主演：", "主演：张国荣", "张国荣"),
        ("remove_prefix", "x", "abc", "abc"),
        ("remove_suffix", "分", "9.6分", "9.6"),
        ("srcset", "largest", "a.jpg 1x, b.jpg 2x", "b.jpg"),
        ("map", {"One": 1, "Two": [2]}, "One", 1),
    ],
)
def test_a_step_does_what_its_name_says(name, argument, text, expected):
    assert apply(name, argument, text) == expected


def test_what_is_not_in_a_map_is_malformed_and_the_map_is_told():
    with pytest.raises(Malformed, match=r"not in the map \(One, Two\)"):
        apply("map", {"One": 1, "Two": 2}, "Three")


def test_a_sub_that_never_ends_is_stopped():
    with pytest.raises(PatternTimeout):
        compile_step(Step("sub", ("(a|aa)+$", "")))("a" * 60 + "b", Clock(0.1))


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("sub", ("(", ""), "no regex"),
        ("sub", ("a", r"\3"), "cannot replace"),
        ("sub", ("a", r"\g<x>"), "cannot replace"),
        ("srcset", "biggest", "none of largest, smallest"),
        ("slice", "a:b", "no slice"),
        ("slice", "3", "no slice"),
        ("slice", "1:2:3:4", "no slice"),
        ("slice", "::0", "no slice"),
        ("split", "", "no separator"),
    ],
)
def test_a_step_that_cannot_work_is_told(name, argument, message):
    with pytest.raises(PatternError, match=message):
        compile_step(Step(name, argument))
