"""Types take the whole text or nothing."""

import pytest

from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for
from tests.support.fuzzing import bounded

PLACE = Place("https://a.example/list/page?x=1", "utf-8", 1_566_432_000.0)  # 2019-08-22


def cast(value, type_, **options):
    return cast_for(Field("x", Selection(), type=type_, **options))(value, PLACE)


NUMBERS = [
    ("7", 7), ("-7", -7), ("−7", -7), ("+7", 7), ("１２", 12), ("0012", 12), ("1,234,567", 1_234_567), ("1'234", 1234),
    ("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234), ("$12", 12), ("12 €", 12), ("￥12", 12), ("-$5", -5),
    ("$-5", -5), ("HK$5", 5), ("USD 12", 12), ("12EUR", 12), ("5元", 5), ("3千", 3000), ("3.5万", 35_000),
    ("1.2亿", 120_000_000), ("1万亿", 10**12), ("5k", 5000), ("2K", 2000), ("1.5M", 1_500_000), ("1.0", 1),
    (7, 7), (7.0, 7), ("1,23,456", 123_456), ("₹12,34,567", 1_234_567), ("1.234.567", 1_234_567), ("٣", 3),
    ("۱۲۳", 123),
    ("१२", 12), ("12 kr", 12), ("5 zł", 5), ("5 Kč", 5), ("Rs. 500", 500), ("US $5", 5), ("1,280円", 1280),
    ("Rs. 1,299", 1299),
    ("12,-", 12),    ("CHF 12.-", 12), ("1.299,-", 1299), ("–5", -5), ("\ufeff7", 7), ("1\u200b2", 12), ("1’234", 1234),
    ("120 K€", 120_000),
    ("500/-", 500), ("Rs 1,500/-", 1500), ("49:-", 49), ("12,— €", 12), ("‒5", -5), ("1‘234", 1234),
    ("\u2066$7\u2069", 7), ("1.000万", 10_000), ("(€5.-)", -5), ("2千万", 20_000_000),
    ("1.5億", 150_000_000), ("3萬", 30_000), ("5만", 50_000), ("(€5)", -5), ("$\n12", 12),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_whole_numbers_are_read_as_they_stand_on_pages(value, expected):
    assert cast(value, "int") == expected
    assert type(cast(value, "int")) is int
    assert cast(value, "float") == float(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.234,50", 1234.5),
        ("1 234,50 €", 1234.5),
        ("1’299.50", 1299.5),
        ("₹1,23,456.50", 123456.5),
        ("٣٫٥", 3.5),
        ("١٬٢٣٤٫٥", 1234.5),
        ("99¢", 0.99),
        ("12\u200b.50", 12.5),
        ("0.125", 0.125),
        ("3.1415", 3.1415),
        ("9.6", 9.6),
        (".5", 0.5),
        ("9．6", 9.6),
        ("0.1", 0.1),
        ("1,234.50", 1234.5),
        (0.1, 0.1),
    ],
)
def test_fractions_are_read_in_decimal(value, expected):
    assert cast(value, "float") == expected


def test_what_may_be_two_numbers_is_none_until_the_config_says_which():
    with pytest.raises(Malformed, match=r"1000 or 1\.000: say `decimal`"):
        cast("1.000", "int")
    assert cast("1.000", "int", decimal=",") == 1000
    assert cast("1.299", "float", decimal=".") == 1.299
    assert cast("1.299", "float", locale="de") == 1299
    assert cast("100.00", "int") == 100
    with pytest.raises(Malformed, match=r'`decimal: ","` it is 12\.50'):
        cast("12,50 zł", "float")
    assert cast("12,50 zł", "float", locale="pl") == 12.5


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [
        ("1.5B", "en", 1_500_000_000), ("$2B", "en", 2_000_000_000), ("2 million", "en", 2_000_000),
        ("1,5 B", "tr", 1500), ("3,25 Mr TL", "tr", 3_250_000_000), ("1,5 M", "id", 1_500_000_000),
        ("2 rb", "id", 2000), ("1,5 B", "es", 1_500_000_000_000), ("1.000 M€", "es", 1_000_000_000),
        ("10 MIL", "es", 10_000), ("2 mil millones", "es", 2_000_000_000), ("1,5 Mio. €", "de", 1_500_000),
        ("3 Mrd", "de", 3_000_000_000), ("1,5 млн ₽", "ru", 1_500_000), ("4.5 लाख", "hi", 450_000),
        ("3兆", "ja", 3 * 10**12), ("5k", "de", 5000),
        ("512B", "en", None), ("5 T", "en", None), ("5 t", "da", None), ("1.5B", "de", None), ("4.21 GB", "en", None),
        ("1,5 MİLYON", "tr", None), ("5 billion B", "en", None),
    ],
)  # fmt: skip
def test_a_language_says_what_its_words_multiply_by(value, locale, expected):
    if expected is None:
        with pytest.raises(Malformed, match="no number"):
            cast(value, "float", locale=locale)
    else:
        assert cast(value, "float", locale=locale) == expected


@pytest.mark.parametrize(
    ("value", "decimal"),
    [
        ("0,500", "."),
        ("0.125", ","),
        ("000,000", "."),
        ("01,234", "."),
        ("1.299,-", "."),
        ("1,234.5", ","),
        ("1.5", ","),
    ],
)
def test_what_the_said_sign_makes_no_number_of_is_malformed(value, decimal):
    with pytest.raises(Malformed, match="no number"):
        cast(value, "float", decimal=decimal)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("5<br>100", None), ("<p>1</p><p>999</p>", None), ("<s>100</s> <b>200</b>", None), ("12<sup>99</sup>", None),
        ("<table><tr><td>12<td>345</table>", None), ("5\n100", None), ("1234<sup>2</sup>", None), ("5&nbsp; 100", None),
        ("<a>5</a><a>100</a>", None), ("12<a href='#fn'>1</a>", None), ("<button>5</button><button>1</button>", None),
        ("5<img src=x>100", None), ("5<input>100", None), ("<ruby>5<rt>100</rt></ruby>", None), ("5<svg></svg>1", None),
        ("5<small>00</small>", 500), ("<a>$</a>12", 12), ("5<wbr>100", 5100),
        ("5 100", 5100), ("5&nbsp;100", 5100), ("<b>5</b>&#8239;100", None), ("5&#8239;100", 5100),
        ("<b>$</b> <i>12</i>", 12),
        ("<i>9.</i><i>6</i>", 9.6), ("12<sup>,50</sup>&nbsp;€", 12.5), ("12<sup>.50</sup>", 12.5),
        ("<b>7</b> <i>kr</i>", 7),
    ],
)  # fmt: skip
def test_a_break_between_elements_is_no_thousands_mark(value, markup, expected):
    decimal = "," if "," in markup else "."
    for more in ("", "steps: [strip], ", "first_of: [{css: em}, {css: div}], "):
        source = "" if "first_of" in more else "css: div, "
        field = f"{{{source}{more}type: float, decimal: '{decimal}'}}, all: {{css: div}}"
        assert value(field, f"<div>{markup}</div>") == expected


def test_decimal_swaps_comma_and_point():
    assert cast("1.234,5 €", "float", decimal=",") == 1234.5
    assert cast("1,5", "float", decimal=",") == 1.5
    with pytest.raises(Malformed):
        cast("1.5", "float", decimal=",")


@pytest.mark.parametrize(
    "value",
    ["1,5", "1,23", "1,234 567", "5-", "(5)", "1٣", "0,500", "000,000", "NOV 30", "1.5 MIO", "10 MIL", "M€ 5",
     "5\n100", "1.5B", "1.000 M€", "1.500 k€", "1.234M", "(-€5)", "(€-5)", "(+$5)", "12:50", "3/-5",
     "-.95", "–.50", "CHF -.50", "-,95", "512B", "$2.5B",
     "10–20", "4.21 GB", "1.000", "12.000", "1.299", "$ 45.990", "1,234.567,8", "1.23.456", "2 for 5", "9-10", "12%",
     "NaN", "inf", "1e5", "9.", "--5", "-$-5", "",
     "万", "$",
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


def test_long_integers_inside_json_keep_their_digits(value):
    page = '<p>{"a": [123456789012345678901], "b": 1}</p>'
    assert value("{css: p, type: json}", page) == {"a": ["123456789012345678901"], "b": 1}
    assert value("{css: p, type: json}, y: {css: p}", page.replace("123456789012345678901", "1e400")) is None
    assert value("{css: p, json: 'a[0]'}, y: {css: p}", page) is None
