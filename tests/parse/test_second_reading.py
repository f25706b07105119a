"""No text makes a type give a value that a second reading, made in another way, contradicts."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for

PLACE = Place("https://a.example/", "utf-8", datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
TIMES = {"": 1, "k": 10**3, "M": 10**6, "万": 10**4, "億": 10**8}


def read(text, type_, *formats, **options):
    try:
        return cast_for(Field("x", Selection(), type=type_, formats=formats, **options))(text, PLACE)
    except Malformed:
        return None


def readings(amount):
    """Return what digits and marks may mean, by the sign before the fraction: each way that somebody writes numbers."""
    found = {}
    for point in ".,":
        whole, mark, part = amount.rpartition(point)
        if not mark or not part.isdigit():
            whole, part = amount, ""
        for thousands in {".,"[point == "."], "'", " ", ""}:
            groups = whole.split(thousands) if thousands else [whole]
            if not all(group.isdigit() for group in groups) and whole:
                continue
            in_threes = len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and len(groups[0]) < 4
            in_twos = len(groups) > 2 and [len(group) for group in groups[1:]] == [2] * (len(groups) - 2) + [3]
            if len(groups) == 1 or (
                groups[0][0] != "0" and (in_threes or (in_twos and thousands == "," and len(groups[0]) < 3))
            ):
                found[point] = Decimal(f"{''.join(groups) or '0'}.{part or '0'}")
    return found


groups = st.sampled_from(["1", "12", "123", "000", "234", "0", "56", "1234"])
amounts = st.lists(st.tuples(groups, st.sampled_from([".", ",", "'", " ", ".", ","])), min_size=1, max_size=4).map(
    lambda pairs: "".join(map("".join, pairs))[:-1]
)


@given(
    amounts,
    st.sampled_from(
        [
            ("", ""),
            ("-", ""),
            ("−", " €"),
            ("+", ""),
            ("(", " €"),
            ("(", ""),
            ("- $", ""),
            ("", "%"),
            ("€", ".-"),
            ("", " GB"),
        ]
    ),
    st.just("") | st.sampled_from(sorted(TIMES)),
    st.none() | st.sampled_from([".", ","]),
)
def test_a_number_is_one_that_somebody_writes_so(amount, around, times, decimal):
    before, behind = around
    value = read(f"{before}{amount}{times}{behind}{')' if before == '(' else ''}", "float", decimal=decimal)
    if value is None:
        return
    assert behind not in ("%", " GB")
    trimmed = amount.strip(" ")
    meant = readings(trimmed)
    told = meant if decimal is None else {point: number for point, number in meant.items() if point == decimal}
    sign = -1 if before[:1] in ("-", "−") or before == "(" else 1
    assert value in {float(number * TIMES[times] * sign) for number in told.values()}, (amount, meant)
    is_doubtful = decimal is None and re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", trimmed) and not times > "z"
    assert not is_doubtful


@given(
    st.integers(0, 2500), st.integers(0, 14), st.integers(0, 33), st.sampled_from(["-", "/", ".", "年"]), st.booleans()
)
def test_a_day_is_one_of_the_calendar(year, month, day, mark, is_wide):
    numbers = f"{year:04}", f"{month:02}" if is_wide else f"{month}", f"{day:02}" if is_wide else f"{day}"
    text = "{}年{}月{}日".format(*numbers) if mark == "年" else mark.join(numbers)
    try:
        meant = date(year, month, day).isoformat()
    except ValueError:
        meant = None
    assert read(text, "date") == meant


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%b %d, %Y %I:%M %p",
    "%A, %d %B %Y",
    "%d/%m/%y",
    "%Y%m%d",
    "%a %d %b %Y",
]
PIECES = [
    *"0123456789",
    " ",
    "-",
    ":",
    ".",
    "/",
    ", ",
    "Mar",
    "March",
    "Tue",
    "Tuesday",
    "PM",
    "am",
    "2024",
    "05",
    "29",
    "Feb",
]
days = st.datetimes(datetime(1970, 1, 1), datetime(2060, 12, 31))
days |= days.map(lambda moment: moment.replace(hour=moment.hour // 12 * 12))  # noon and midnight


@given(days, st.sampled_from(FORMATS), st.integers(0, 30), st.just([]) | st.lists(st.sampled_from(PIECES), max_size=2))
def test_what_strptime_reads_is_read_as_it_does_or_refused(moment, pattern, at, pieces):
    text = moment.strftime(pattern)
    text = text[:at] + "".join(pieces) + text[at + len(pieces) :]
    try:
        meant = datetime.strptime(text.strip(), pattern)
    except ValueError:
        return
    assert read(text, "datetime", pattern) in (None, meant.isoformat())


@pytest.mark.parametrize("amount", ["1.000", "1,234.5", "1.234.567", "1'234", "0,500", "12,34,567", "1.2.3", "5,5"])
def test_the_second_reading_knows_how_numbers_are_written(amount):
    expected = {
        "1.000": {".": 1, ",": 1000}, "1,234.5": {".": Decimal("1234.5")}, "1.234.567": {",": 1234567},
        "1'234": {".": 1234, ",": 1234}, "0,500": {",": Decimal("0.5")}, "12,34,567": {".": 1234567}, "1.2.3": {},
        "5,5": {",": Decimal("5.5")},
    }  # fmt: skip
    assert readings(amount) == expected[amount]
