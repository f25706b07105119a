"""What babel writes in a language and is read in it comes back, or is refused: never another value."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for

LOCALES = """af ar bg bn ca cs cy da de de_CH el en en_IN es es_MX et eu fa fi fr fr_CH ga gl he hi hr hu id is it ja ko
    lt lv ms nb nl pl pt pt_PT ro ru sk sl sq sr sv sw ta th tr uk ur vi zh zh_Hant""".split()
PATTERNS = [
    ("d MMMM y", "%d %B %Y"), ("EEEE, d MMM y", "%A, %d %b %Y"), ("E d LLLL y", "%a %d %B %Y"), ("y/MM/dd", "%Y/%m/%d"),
    ("EEE LLL d y", "%a %b %d %Y"),
]  # fmt: skip
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACE = Place("https://a.example/", "utf-8", NOW.timestamp())
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
locales = st.sampled_from(LOCALES)


def read(text, type_, locale, *formats):
    try:
        return cast_for(Field("x", Selection(), type=type_, locale=locale, formats=formats))(text, PLACE)
    except Malformed:
        return None


@given(st.decimals(-(10**9), 10**9, places=3), locales, st.sampled_from(["latn", "default"]))
def test_a_number_comes_back_or_is_refused(number, locale, digits):
    text = format_decimal(number, "#,##0.###", locale=locale, numbering_system=digits)
    if locale in ("en_IN", "hi", "bn"):
        text = format_decimal(number, locale=locale, numbering_system=digits)
    assert read(text, "float", locale) in (None, float(number))


@given(st.decimals(0, 10**8, places=2), locales, st.sampled_from(["EUR", "USD", "JPY", "INR", "SEK", "PLN"]))
def test_a_price_comes_back_or_is_refused(number, locale, currency):
    text = format_currency(number, currency, locale=locale, currency_digits=False, decimal_quantization=False)
    assert read(text, "float", locale) in (None, float(number))


@given(
    st.integers(1000, 10**14),
    st.sampled_from([*LOCALES, "jv", "la", "to", "bew", "lld"]),
    st.sampled_from(["short", "long"]),
    st.integers(0, 2),
)
def test_a_shortened_number_comes_back_or_is_refused(number, locale, width, places):
    assume(width in Locale.parse(locale).compact_decimal_formats)
    text = format_compact_decimal(number, format_type=width, locale=locale, fraction_digits=places)
    found = read(text, "float", locale)
    assert found is None or abs(found - number) <= number / 10 * 10**-places * 5.1, text


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), locales, st.sampled_from(PATTERNS))
def test_a_date_comes_back_or_is_refused(day, locale, patterns):
    theirs, ours = patterns
    assert read(format_date(day, theirs, locale=locale), "date", locale, ours) in (None, day.isoformat())


@given(st.integers(1, 40), st.sampled_from(sorted(UNITS)), locales, st.booleans(), st.sampled_from(["long", "short"]))
def test_an_age_comes_back_or_is_refused(count, unit, locale, is_past, width):
    delta = timedelta(seconds=count * UNITS[unit] * (-1 if is_past else 1))
    try:
        text = format_timedelta(
            delta, granularity=unit, threshold=10**9, add_direction=True, locale=locale, format=width
        )
    except KeyError:  # Babel has no such words in this language: Hungarian's short ones of the future
        reject()
    found = read(text, "datetime", locale, "relative")
    assert found in (None, (NOW + delta).isoformat().replace("+00:00", "Z"))


@pytest.mark.parametrize("locale", LOCALES)
def test_most_of_what_is_written_is_read(locale):
    days = [date(2024, month, month * 2) for month in range(1, 13)]
    texts = [(day, format_date(day, theirs, locale=locale), ours) for day in days for theirs, ours in PATTERNS]
    refused = [text for day, text, ours in texts if read(text, "date", locale, ours) is None]
    assert len(refused) <= len(texts) // 5, refused
    assert read(format_decimal(1234567.5, locale=locale), "float", locale) == 1234567.5
