"""No step and no pattern puts one number together of two that stand in two places of a page."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from scraper.parse.selectors.breaks import JOINED, LINE, cut, replaced, shown, told
from tests.conftest import records

CELL = "<p>5<br>100</p>"
PRICES = "<p><s>$5</s><br><b>$100</b> each</p>"
CENTS = "<p>12<sup>99</sup></p>"
ONE = "<p><b>1&nbsp;234</b> pieces<br>of 5</p>"


@pytest.mark.parametrize(
    ("markup", "field", "expected"),
    [
        (CELL, "css: p", None),
        (CELL, "css: p, regex: '(.*)'", None),
        (CELL, "css: p, regex: '[\\d ]+'", None),
        (CELL, "css: p, regex: '^(\\d+) '", 5),
        (CELL, "css: p, regex: '(\\d+)$'", 100),
        (CELL, "css: p, regex: '^(\\d+)\\s(\\d+)$', join: '.', decimal: '.'", 5.1),
        (CELL, "css: p, regex: '\\d+', join: ' '", None),
        (CELL, "css: p, steps: [{sub: ['\\s+', '']}]", None),
        (CELL, "css: p, steps: [{sub: ['[^\\d]', '']}]", None),
        (CELL, "css: p, steps: [{replace: [' ', '']}]", None),
        (CELL, "css: p, steps: [{replace: [' ', '.']}], decimal: '.'", 5.1),
        (CELL, "css: p, steps: [{sub: ['(\\d+) (\\d+)', '\\2']}]", 100),
        (CELL, "css: p, steps: [{sub: ['(.+)', 'EUR \\1']}]", None),
        (CELL, "css: p, steps: [{split: /}], many: true", []),
        (CELL, "css: p, steps: [{split: ' '}], many: true", [5, 100]),
        (CELL, "css: p, get: inner_html, steps: [strip_tags]", None),
        ("<p>5<i>1</i></p>", "css: p, get: inner_html, steps: [strip_tags]", 51),
        (CELL, "css: p, get: own_text, steps: [{sub: ['\\s', '']}]", None),
        (PRICES, "css: p, steps: [{sub: ['[^\\d]', '']}]", None),
        (PRICES, "css: p, steps: [{replace: [$, '']}, {remove_suffix: each}]", None),
        (PRICES, "css: p, regex: '\\$(\\d+) each'", 100),
        (PRICES, "css: p, steps: [{sub: ['^.*\\$', '']}, {sub: [' ?each', '']}]", 100),
        (CENTS, "css: p, steps: [{sub: ['x', '']}]", None),
        (CENTS, "css: p, regex: '(\\d{4})'", None),
        (CENTS, "css: p, regex: '^(\\d\\d)'", 12),
        (CENTS, "css: p, steps: [{sub: ['(\\d\\d)$', '.\\1']}]", 12.99),
        (ONE, "css: p, regex: '[\\d ]+'", 1234),
        (ONE, "css: p, steps: [{sub: ['of', '']}, {sub: ['pieces.*', '']}]", 1234),
        (ONE, "css: p, regex: '([\\d ]+)pieces', steps: [{replace: [' ', '']}]", 1234),
    ],
)
def test_two_numbers_stay_two(parse, markup, field, expected):
    yaml = f"start_urls: [https://a.example/]\nrecords: {{fields: {{y: i, x: {{type: float, {field}}}}}}}"
    parsed = parse(yaml, f"{markup}<i>y</i>")
    assert records(parsed)[0]["x"] == expected
    assert bool(parsed.faults) == (expected in (None, []))


@pytest.mark.parametrize(
    ("item", "steps", "expected"),
    [
        ("5\n100", "", None), ("5<br>100", "", None), ("5<br>100", "steps: [strip_tags], ", None),
        ("5&#10;100", "steps: [strip_tags], ", None), ("5\r\n100", "", None), ("5\t100", "", None),
        ("5</p><p>100", "steps: [strip_tags, {replace: [' ', '']}], ", None),
        ("<s>5</s> <b>100</b>", "steps: [strip_tags, {sub: ['\\s', '']}], ", None), ("5&#8232;100", "", None),
        ("5 100", "", 5100), ("5&nbsp;100", "", 5100), ("<b>5&nbsp;100</b>", "steps: [strip_tags], ", 5100),
        ("<b>5</b> <b>100</b>", "steps: [strip_tags], ", None), ("5\n<!-- -->100", "steps: [strip_tags], ", None),
        ("<b>٥</b><br>١٠٠", "steps: [strip_tags], ", None), ("<b>5</b>100", "steps: [strip_tags], ", 5100),
        ("<a>5</a><a>100</a>", "steps: [strip_tags], ", None), ("5<img src=x>100", "steps: [strip_tags], ", None),
    ],
)  # fmt: skip
def test_no_group_puts_a_number_together_over_a_break(parse, item, steps, expected):
    yaml = "start_urls: [https://a.example/]\nrecords: {each: {regex: '<li>(?P<a>.*?)</li>'}, fields: {y: {regex: '.'},"
    (record,) = records(parse(f"{yaml} x: {{group: a, {steps}type: int}}}}}}", f"<li>{item}</li>"))
    assert record["x"] == expected


def test_what_is_told_of_two_numbers_shows_them_as_two(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {fields: {y: i, x: {css: p, regex: '.*', type: int}}}"
    (fault,) = parse(yaml, f"{CELL}<i>y</i>").faults
    assert (fault.value, "a break between elements" in fault.cause) == ("5\n100", True)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("css: p, steps: [{sub: ['\\s', '']}]", "5100"),
        ("css: p, regex: '.*'", "5 100"),
        ("css: 'p, i', join: ' '", "5 100 y"),
        ("css: p, get: inner_html, steps: [strip_tags]", "5 100"),
        ("css: p, get: inner_html, steps: [strip_tags, {sub: ['\\s', '']}]", "5100"),
        ("css: p, steps: [{map: {5 100: z}}]", "z"),
    ],
)
def test_a_text_is_what_its_steps_make_of_it(value, field, expected):
    assert value(f"{{{field}}}", f"{CELL}<i>y</i>") == expected


texts = st.lists(st.sampled_from(["5", "12", " ", "a", LINE, JOINED]), max_size=8).map("".join)


@given(texts, st.data())
def test_a_cut_of_a_text_is_shown_as_the_cut_of_what_is_shown(text, data):
    plain = shown(text)
    start = data.draw(st.integers(0, len(plain)))
    end = data.draw(st.integers(start, len(plain)))
    assert shown(cut(text, start, end)) == plain[start:end]
    assert shown(cut(text, start, end, with_edges=True)) == plain[start:end]


@given(texts)
def test_what_is_replaced_by_itself_stays_as_it_is(text):
    matches = regex.finditer(r"\d+| ", shown(text))
    same = replaced(text, matches, lambda match: match.group())
    assert shown(same) == shown(text)
    assert bool(regex.search(r"\d\n", told(same))) == bool(regex.search(r"\d\n", told(text)))
