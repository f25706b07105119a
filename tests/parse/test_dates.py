"""Dates and times: nothing is guessed, and the machine's zone and language never count."""

import pytest

from scraper.errors import Malformed, PatternError
from scraper.job import Field, Selection
from scraper.parse.dates import check_format, check_locale, compile_dates

FETCHED_AT = 1_566_432_000.0  # 2019-08-22T00:00:00Z


def read(value, type_, *formats, **options):
    field = Field("x", Selection(), type=type_, formats=formats, **options)
    return compile_dates(field, with_time=type_ == "datetime")(value, FETCHED_AT)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch):
    """A machine in another zone and language."""
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setenv("LC_ALL", "C")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "value", ["2019-07-26", "2019-7-26", "2019/07/26", "2019.07.26", "2019年7月26日", "2019年07月26"]
)
def test_a_date_is_year_month_day(value):
    assert read(value, "date") == "2019-07-26"


@pytest.mark.parametrize(
    "value",
    ["26-07-2019", "07/26/2019", "2019-07/26", "2019-02-30", "2019-07", "2019-07-26 10:00", "1993-01-01(中国香港)"],
)
def test_other_orders_and_remnants_are_no_dates(value):
    with pytest.raises(Malformed):
        read(value, "date")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-07-26 10:00", "2019-07-26T10:00:00"),
        ("2019-07-26T10:00:05.25Z", "2019-07-26T10:00:05.250000Z"),
        ("2019-07-26T10:00+0800", "2019-07-26T10:00:00+08:00"),
        ("2019/7/26 9:05:01 +08:00", "2019-07-26T09:05:01+08:00"),
        ("2019年7月26日10:00", "2019-07-26T10:00:00"),
    ],
)
def test_a_datetime_is_written_as_rfc_3339_and_without_offset_where_no_zone_is_known(value, expected):
    assert read(value, "datetime") == expected


def test_the_zone_of_the_field_fills_in_and_converts():
    assert read("2019-07-26 10:00", "datetime", timezone="Asia/Shanghai") == "2019-07-26T10:00:00+08:00"
    assert read("2019-07-26T02:00Z", "datetime", timezone="Asia/Shanghai") == "2019-07-26T10:00:00+08:00"
    assert read("1566403200", "date", "unix", timezone="Asia/Shanghai") == "2019-08-22"
    assert read("1566403200", "date", "unix") == "2019-08-21"


@pytest.mark.parametrize("value", ["2019-07-26", "2019-07-26 25:00", "10:00", "now"])
def test_a_datetime_needs_both_halves(value):
    with pytest.raises(Malformed):
        read(value, "datetime")


def test_formats_are_tried_in_their_order():
    assert read("26.07.2019", "date", "%d/%m/%Y", "%d.%m.%Y") == "2019-07-26"
    assert read("26/07/2019", "date", "%d/%m/%Y", "%d.%m.%Y") == "2019-07-26"
    with pytest.raises(Malformed, match=r"%d/%m/%Y"):
        read("July 26", "date", "%d/%m/%Y", "%d.%m.%Y")


def test_epochs_are_instants():
    assert read("1566432000", "datetime", "unix") == "2019-08-22T00:00:00Z"
    assert read("1566432000123", "datetime", "unix_ms") == "2019-08-22T00:00:00.123000Z"
    for value in ("soon", "9" * 16, "1e9"):
        with pytest.raises(Malformed):
            read(value, "datetime", "unix")


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [("08-20", "%m-%d", "2019-08-20"), ("12-31", "%m-%d", "2019-12-31"), ("01-15", "%m-%d", "2020-01-15"),
     ("03-01", "%m-%d", "2019-03-01"), ("02-29", "%m-%d", "2020-02-29")],
)  # fmt: skip
def test_without_a_year_it_is_the_date_nearest_to_the_fetch(value, pattern, expected):
    assert read(value, "date", pattern) == expected


@pytest.mark.parametrize(
    ("value", "pattern", "locale"),
    [
        ("5 juillet 2019", "%d %B %Y", "fr"),
        ("ven. 5 juil. 2019", "%a %d %b %Y", "fr"),
        ("Freitag, 5. Juli 2019", "%A, %d. %B %Y", "de"),
        ("5 июля 2019", "%d %B %Y", "ru"),
        ("5 de julho de 2019", "%d de %B de %Y", "pt-BR"),
        ("July 5, 2019", "%B %d, %Y", None),
    ],
)
def test_names_of_months_and_days_are_read_in_their_language(value, pattern, locale):
    assert read(value, "date", pattern, locale=locale) == "2019-07-05"


@pytest.mark.parametrize("pattern", ["%Q", "%", "soon", "%Y%Y", "epoch"])
def test_a_format_that_strptime_does_not_know_is_told(pattern):
    with pytest.raises(PatternError, match="no format"):
        check_format(pattern)


@pytest.mark.parametrize("pattern", ["%Y-%m-%d", "unix", "unix_ms", "%d. %B", "%H:%M"])
def test_good_formats_pass(pattern):
    check_format(pattern)


def test_a_locale_must_be_known():
    check_locale("fr")
    check_locale("zh_Hans_CN")
    with pytest.raises(PatternError, match="no locale"):
        check_locale("klingon")


@pytest.mark.parametrize("value", ["9999-12-31 23:59", "0001-01-01 00:00"])
def test_the_ends_of_time_are_no_crash(value):
    for zone in ("Asia/Shanghai", "America/New_York", None):
        for form in ((), ("%Y-%m-%d %H:%M",)):
            try:
                assert read(value + ("Z" if not form else ""), "datetime", *form, timezone=zone)
            except Malformed as error:
                assert "beyond" in str(error)  # noqa: PT017


@pytest.mark.parametrize("type_", ["date", "datetime"])
def test_a_text_without_end_is_no_date(type_):
    with pytest.raises(Malformed, match="longer than 1000"):
        read("2019-01-01" + " " * 100_000 + "x", type_)
