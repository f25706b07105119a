"""What the values of a field are like: their kind, alphabet, signs, length, language."""

import itertools

import pytest

from scraper.export.spread import LONGEST, MOST, Spread
from scraper.report.shapes import shape_of
from tests.cli.test_run import css
from tests.report.test_alarms import run

PARTS = "parts: {each: p, fields: {kind: {attr: class}}}"
ENGLISH = ["The leaves of this tea are picked with care", "It was made by the people that are from here"] * 3
GERMAN = ["Der Tee ist mit viel Sorgfalt von Hand gepflückt", "Das ist für den Morgen und nicht für die Nacht"] * 3


def only(counts):
    (name,) = counts
    return name


@pytest.mark.parametrize(
    ("value", "kind", "script", "mix", "sign"),
    [
        ("Lapsang", "text", "Latin", "words", ""),
        ("Earl Grey No. 7 of the year", "text", "Latin", "words", ""),
        ("Tea 77", "text", "Latin", "words and numbers", ""),
        ("2 400", "text", "", "numbers", ""),
        ("★ ★", "text", "", "signs", ""),
        ("<b>Tea</b>", "text", "Latin", "markup", ""),
        ("{{ tea.name }}", "text", "Latin", "markup", ""),
        ("a < b, b > c", "text", "Latin", "words", ""),
        ("霸王别姬", "text", "Han", "words", ""),
        ("お茶の話", "text", "Kana", "words", ""),
        ("Чай", "text", "Cyrillic", "words", ""),
        ("Ωραίο τσάι", "text", "Greek", "words", ""),
        ("ქართული ჩაი", "text", "other letters", "words", ""),
        ("£ 12", "text", "", "numbers", "£"),
        ("12,50 EUR", "text", "Latin", "words and numbers", "EUR"),
        ("12 %", "text", "", "numbers", "%"),
        ("Europe", "text", "Latin", "words", ""),
    ],
)
def test_a_text_has_an_alphabet_words_or_numbers_and_a_sign(value, kind, script, mix, sign):
    shape = shape_of([value])
    assert tuple(map(only, (shape.kinds, shape.scripts, shape.mixes, shape.signs))) == (kind, script, mix, sign)


def test_numbers_and_truths_are_no_texts():
    shape = shape_of([1, 2.5, True])
    assert (shape.kinds, shape.scripts, shape.lengths) == ({"number": 2, "boolean": 1}, {}, (0, 0, 0))


def test_a_language_is_known_by_its_frequent_words_and_not_by_a_few():
    assert (shape_of(ENGLISH).language, shape_of(GERMAN).language) == ("English", "German")
    assert shape_of(ENGLISH[:1]).language == shape_of(ENGLISH + GERMAN).language == shape_of(["Tea"]).language == ""


def test_dates_may_all_be_the_same_and_names_are_counted():
    assert shape_of(["2024-01-01"] * 5).commonest == shape_of([True] * 5).commonest == 0
    shape = shape_of(["Ann", "Bo", "Ann"])
    assert (shape.distinct, shape.commonest, shape.example, shape.lengths) == (2, 2, "Ann", (2.5, 3, 3))


def test_the_values_of_a_run_are_taken_from_everywhere_lists_and_inner_fields_too(config, boards):
    path = config(css(boards))
    shapes = run(path).shapes
    assert (shapes["board.title"].count, shapes["board.title"].distinct) == (9, 9)
    path.write_text(path.read_text().replace("  fields:\n", f"  fields:\n    {PARTS}\n"))
    shapes = run(path).shapes
    assert shapes["board.parts.kind"].count > shapes["board.title"].count


def test_a_sample_is_bounded_and_spread_and_passes_over_what_is_long():
    spread = Spread()
    for start in range(0, 5000, 7):
        spread.add(b"%d" % n for n in range(start, start + 7))
    numbers = [int(line) for line in spread.lines]
    assert MOST / 2 <= len(numbers) <= MOST
    assert {after - before for before, after in itertools.pairwise(numbers)} == {32}
    spread = Spread()
    spread.add([b"x" * (LONGEST + 1), b"y"])
    assert spread.lines == [b"y"]
