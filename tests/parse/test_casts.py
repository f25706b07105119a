"""Types take the whole text or nothing."""

import pytest

from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.casts import Place
from scraper.parse.types import cast_for
from tests.support.fuzzing import bounded

PLACE = Place("https://a.example/list/page?x=1", "utf-8", 1_566_432_000.0)  # 2019-08-22


def cast(value, type_, **options):
    return cast_for(Field("x", Selection(), type=type_, **options))(value, PLACE)


NUMBERS = [
    ("7", 7), ("-7", -7), ("−7", -7), ("+7", 7), ("１２", 12), ("0012", 12), ("1,234,567", 1_234_567), ("1'234", 1234),
    ("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234), ("$12", 12), ("12 €", 12), ("￥12", 12), ("-$5", -5),
    ("$-5", -5), ("HK$5", 5), ("USD 12", 12), ("12EUR", 12), ("5元", 5), ("3千", 3000), ("3.5万", 35_000),
    ("1.2亿", 120_000_000), ("1万亿", 10**12), ("5k", 5000), ("2K", 2000), ("1.5M", 1_500_000), ("1.0", 1),
    (7, 7), (7.0, 7),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_whole_numbers_are_read_as_they_stand_on_pages(value, expected):
    assert cast(value, "int") == expected
    assert type(cast(value, "int")) is int
    assert cast(value, "float") == float(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("9.6", 9.6), (".5", 0.5), ("9．6", 9.6), ("0.1", 0.1), ("1,234.50", 1234.5), (0.1, 0.1)]
)
def test_fractions_are_read_in_decimal(value, expected):
    assert cast(value, "float") == expected


def test_decimal_swaps_comma_and_point():
    assert cast("1.234,5 €", "float", decimal=",") == 1234.5
    assert cast("1,5", "float", decimal=",") == 1.5
    with pytest.raises(Malformed):
        cast("1.5", "float", decimal=",")


@pytest.mark.parametrize(
    "value",
    ["1,5", "1,23", "12,34,567", "1,234 567", "2 for 5", "9-10", "12%", "NaN", "inf", "1e5", "9.", "--5", "-$-5", "",
     "万", "$", "٣",
     "0x10", "1_000", "twelve", "1" + " " * 10**6 + "x", "1" + ",000" * 10**6, True, None, [1]],
)  # fmt: skip
def test_what_is_no_number_is_malformed(value):
    for type_ in ("int", "float"):
        with pytest.raises(Malformed, match="number"):
            cast(value, type_)


def test_an_int_must_come_out_whole_and_fit_64_bits():
    assert cast("3.5万", "int") == 35_000
    with pytest.raises(Malformed, match="whole"):
        cast("3.5", "int")
    assert cast("18446744073709551615", "int") == 2**64 - 1
    with pytest.raises(Malformed, match="64 bits"):
        cast("18446744073709551616", "int")
    with pytest.raises(Malformed, match="too large"):
        cast("9" * 400, "float")
    for type_ in ("int", "float"):
        for value in ("1" + "亿" * 130_000, "1" + ",000" * 100_000 + "x", "+" + " " * 1_000_000 + "$1x"):
            with pytest.raises(Malformed, match="is no number"), bounded():
                cast(value, type_)
    with pytest.raises(Malformed, match="too large"):
        cast("1" + "亿" * 999, "float")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("Yes", True), ("1", True), ("是", True), ("有", True), (True, True), (1, True),
     ("FALSE", False), ("no", False), ("0", False), ("否", False), ("无", False), (False, False)],
)  # fmt: skip
def test_truth_has_few_words(value, expected):
    assert cast(value, "bool") is expected


@pytest.mark.parametrize("value", ["maybe", "on", "2", "y"])
def test_other_words_are_no_truth(value):
    with pytest.raises(Malformed, match="neither"):
        cast(value, "bool")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/films/1", "https://a.example/films/1"),
        ("2", "https://a.example/list/2"),
        ("?p=2", "https://a.example/list/page?p=2"),
        ("//b.example/x", "https://b.example/x"),
        (" https://b.example/x ", "https://b.example/x"),
        ("\\\\b.example\\x", "https://b.example/x"),
        ("///b.example/x", "https://b.example/x"),
        ("a//b", "https://a.example/list/a//b"),
        ("?q=a\\b", "https://a.example/list/page?q=a\\b"),
        ("/Films/A%20B", "https://a.example/Films/A%20B"),
        ("/电影", "https://a.example/%E7%94%B5%E5%BD%B1"),
        ("#top", "https://a.example/list/page?x=1#top"),
    ],
)
def test_a_url_is_joined_to_its_page(value, expected):
    assert cast(value, "url") == expected


@pytest.mark.parametrize(
    "value",
    ["javascript:void(0)", "mailto:a@b.c", "ftp://a/b", "data:text/html,x", "http://", "http://[::1"],
)
def test_only_web_addresses_are_urls(value):
    with pytest.raises(Malformed, match="URL"):
        cast(value, "url")


def test_json_is_parsed_from_text_and_str_is_made_of_any_value():
    assert cast('{"a": [1]}', "json") == {"a": [1]}
    assert cast([1], "json") == [1]
    assert cast(7, "str") == "7"
    assert cast(True, "str") == "true"
    with pytest.raises(Malformed):
        cast("{", "json")


def test_dates_go_by_their_module():
    assert cast("2019年8月2日", "date") == "2019-08-02"
    assert cast(1_566_432_000, "datetime", formats=("unix",)) == "2019-08-22T00:00:00Z"
