"""Dates and times: nothing is guessed, and the machine's zone and language never count."""

# ruff: noqa: E501 - a case a line

from datetime import UTC, datetime

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.errors import Malformed, PatternError
from scraper.job import Field, Selection
from scraper.parse.values import plain_dates
from scraper.parse.values.dates import check_format, check_locale, compile_dates
from scraper.parse.values.moments import moment_of

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
    "value",
    [
        "2019-07-26",
        "2019-7-26",
        "2019/07/26",
        "2019.07.26",
        "2019年7月26日",
        "2019年07月26",
        "20190726",
        "2019-W30-5",
        "2019-07-26T10:00:00Z",
        "2019-07-26 10:00",
        "令和元年7月26日",
        "二〇一九年七月二十六日",
    ],
)
def test_a_date_is_year_month_day(value):
    assert read(value, "date") == "2019-07-26"


@pytest.mark.parametrize(
    "value",
    [
        "26-07-2019",
        "07/26/2019",
        "2019-07/26",
        "2019-02-30",
        "2019-07",
        "2019-00-10",
        "2019-07-00",
        "2019-00-00",
        "0000-00-00",
        "20190700",
        "2019年0月5日",
        "1993-01-01(中国香港)",
    ],
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
        ("2019年7月26日15时30分", "2019-07-26T15:30:00"),
        ("2019年7月26日 下午3:30", "2019-07-26T15:30:00"),
        ("2019-07-26T10:00+08", "2019-07-26T10:00:00+08:00"),
        ("20190726T100000Z", "2019-07-26T10:00:00Z"),
        ("2019-07-26 24:00", "2019-07-27T00:00:00"),
        ("2019-07-26 10:00 PM", "2019-07-26T22:00:00"),
        ("2019-07-26 12:05 a.m.", "2019-07-26T00:05:00"),
        ("2019-07-26 10:00 +5:30", "2019-07-26T10:00:00+05:30"),
        ("2019-07-26 10:00 GMT+5", "2019-07-26T10:00:00+05:00"),
        ("2019-07-26 10:00 UTC", "2019-07-26T10:00:00Z"),
        ("2019-07-26 10:00 -05:00", "2019-07-26T10:00:00-05:00"),
        ("2019-07-26 04:00:00-05:00", "2019-07-26T04:00:00-05:00"),
        ("2019-07-26T04:00-05:00", "2019-07-26T04:00:00-05:00"),
    ],
)
def test_a_datetime_is_written_as_rfc_3339_and_without_offset_where_no_zone_is_known(value, expected):
    assert read(value, "datetime") == expected


def test_the_zone_of_the_field_fills_in_and_converts():
    assert read("2019-07-26 10:00", "datetime", timezone="Asia/Shanghai") == "2019-07-26T10:00:00+08:00"
    assert read("2019-07-26T02:00Z", "datetime", timezone="Asia/Shanghai") == "2019-07-26T10:00:00+08:00"
    assert read("1566403200", "date", "unix", timezone="Asia/Shanghai") == "2019-08-22"
    assert read("1566403200", "date", "unix") == "2019-08-21"


@pytest.mark.parametrize(
    "value",
    [
        "2019-07-26",
        "2019-07-26 25:00",
        "2019-07-26 24:01",
        "2019-07-26 13:00 PM",
        "2019-07-26 10:00-11:00",
        "2019-07-26 10:00 IST",
        "2019-07-26 10:00 +99:00",
        "2019-07-26 10:00 +5",
        "10:00",
        "now",
    ],
)
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
    assert read("1566432000", "datetime", "unix_ms", "unix") == "2019-08-22T00:00:00Z"
    assert read("1566432000123", "datetime", "unix", "unix_ms") == "2019-08-22T00:00:00.123000Z"
    with pytest.raises(Malformed, match="is a number of seconds; say `format: unix`"):
        read("1566432000", "datetime", "unix_ms")
    for value in ("soon", "9" * 16, "1e9", "1566432000123"):
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


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("12:30", "%H:%M", "2019-08-21T12:30:00"), ("11:00", "%H:%M", "2019-08-22T11:00:00"),
        ("23:50", "%H:%M", "2019-08-21T23:50:00"), ("3:30 PM", "%I:%M %p", "2019-08-21T15:30:00"),
        ("Tuesday 10:30", "%A %H:%M", "2019-08-20T10:30:00"), ("Sunday 10:30", "%A %H:%M", "2019-08-25T10:30:00"),
        ("05 10:30", "%d %H:%M", "2019-09-05T10:30:00"), ("31 10:30", "%d %H:%M", "2019-08-31T10:30:00"),
        ("Feb 29 10:00", "%b %d %H:%M", "2020-02-29T10:00:00"), ("Sat 22 Aug", "%a %d %b", "2020-08-22T00:00:00"),
        ("Thu 22 Aug", "%a %d %b", "2019-08-22T00:00:00"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_that_of_the_moment_nearest_to_the_fetch(value, pattern, expected):
    assert read(value, "datetime", pattern) == expected


def test_the_nearest_day_is_one_of_the_zone():
    assert read("07:00", "datetime", "%H:%M", timezone="Asia/Shanghai") == "2019-08-22T07:00:00+08:00"
    assert read("21:00", "datetime", "%H:%M", timezone="Asia/Shanghai") == "2019-08-21T21:00:00+08:00"
    assert read("23:00 EDT", "datetime", "%H:%M %Z") == "2019-08-21T23:00:00-04:00"


@pytest.mark.parametrize("pattern", ["%a, %d %b %Y %H:%M:%S %Z", "%a, %d %b %Y %H:%M:%S %z"])
@pytest.mark.parametrize(
    ("zone", "expected"),
    [("GMT", "18:00:00"), ("UTC", "18:00:00"), ("Z", "18:00:00"), ("+01", "17:00:00"), ("+0100", "17:00:00"),
     ("CET", "17:00:00"), ("EST", "23:00:00"), ("GMT+2", "16:00:00"), ("JST", "09:00:00"), ("CST", "10:00:00")],
)  # fmt: skip
def test_a_zone_that_stands_there_counts(zone, expected, pattern):
    found = read(f"Tue, 03 Mar 2026 10:00:00 {zone}", "datetime", pattern, timezone="Asia/Shanghai")
    assert found == f"2026-03-03T{expected}+08:00"


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("2026-03-03T10:00:00Z", "%Y-%m-%dT%H:%M:%SZ"), ("2026-03-03T10:00:00.5Z", "%Y-%m-%dT%H:%M:%S.%fZ"),
        ("Tue, 03 Mar 2026 10:00:00 GMT", "%a, %d %b %Y %H:%M:%S GMT"), ("10:00 UTC, 03/03/2026", "%H:%M UTC, %d/%m/%Y"),
        ("2026-062 10:00 GMT", "%Y-%j %H:%M %Z"), ("2026-062T10:00Z", "%Y-%jT%H:%MZ"), ("10:00 AM GMT 3.3.2026", "%I:%M %p GMT %d.%m.%Y"),
    ],
)  # fmt: skip
def test_a_zone_that_stands_in_the_format_counts_too(value, pattern):
    half = ".500000" if ".5" in value else ""
    assert read(value, "datetime", pattern) == f"2026-03-03T10:00:00{half}Z"
    assert read(value, "datetime", pattern, timezone="Asia/Shanghai") == f"2026-03-03T18:00:00{half}+08:00"


def test_a_zone_of_several_countries_is_that_of_the_config_or_none():
    assert read("2026-07-03 10:00 CDT", "datetime", timezone="America/Chicago") == "2026-07-03T10:00:00-05:00"
    assert read("2026-07-03 10:00 IST", "datetime", timezone="Asia/Kolkata") == "2026-07-03T10:00:00+05:30"
    for zone in (None, "America/Chicago"):
        with pytest.raises(Malformed, match="say `timezone`"):
            read("2026-07-03 10:00 CST", "datetime", timezone=zone)


def test_years_of_another_count_are_ours_without_a_format_too():
    assert read("2562-07-26", "date", locale="th") == read("2019-07-26", "date", locale="th") == "2019-07-26"
    assert read("2562-07-26 10:00", "datetime", locale="th") == "2019-07-26T10:00:00"
    for text, locale in (("1403/02/15", "fa"), ("1445-08-24", "ar")):
        with pytest.raises(Malformed, match="calendar, which is not read"):
            read(text, "date", locale=locale)
    assert read("1403/02/15", "date") == "1403-02-15"


def test_an_offset_is_written_without_seconds():
    assert read("1890-01-01 10:00", "datetime", timezone="Asia/Shanghai") == "1890-01-01T01:54:17Z"
    assert read("1901-01-01 10:00", "datetime", timezone="Asia/Shanghai") == "1901-01-01T10:00:00+08:00"
    assert read("1890-01-01", "date", timezone="Asia/Shanghai") == "1890-01-01"


def test_a_weekday_that_contradicts_its_date_is_malformed():
    assert read("Fri 5 Jul 2019", "date", "%a %d %b %Y") == "2019-07-05"
    with pytest.raises(Malformed, match="is a Friday and no Thursday"):
        read("Thu 5 Jul 2019", "date", "%a %d %b %Y")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("03:00 PM", "15:00"), ("15:00 PM", "15:00"), ("12:00 AM", "00:00"), ("15:00 AM", None), ("00:30 PM", None)],
)
def test_pm_counts_beside_an_hour_of_24(value, expected):
    if expected is None:
        with pytest.raises(Malformed):
            read(f"2019-07-26 {value}", "datetime", "%Y-%m-%d %H:%M %p")
    else:
        assert read(f"2019-07-26 {value}", "datetime", "%Y-%m-%d %H:%M %p") == f"2019-07-26T{expected}:00"


@pytest.mark.parametrize(
    ("value", "pattern", "locale", "expected"),
    [
        ("segunda-feira, 22 de julho de 2019", "%A, %d de %B de %Y", "pt", "2019-07-22"),
        ("mar. 23 juil. 2019", "%a %d %b %Y", "fr", "2019-07-23"),
        ("mar 19 mar 2019", "%a %d %b %Y", "gl", "2019-03-19"),
        ("mar 19 mar 2019", "%a %d %b %Y", "ast", "2019-03-19"),
        ("سه\u200cشنبه 23 2019-07", "%A %d %Y-%m", "fa", "2019-07-23"),
        ("سه شنبه 23 2019-07", "%A %d %Y-%m", "fa", None), ("23 जुल॰ 2019", "%d %b %Y", "hi", "2019-07-23"),
        ("Thứ Ba, 23 tháng 7, 2019", "%A, %d %B, %Y", "vi", "2019-07-23"),
        ("Dé Máirt 23 Iúil 2019", "%A %d %B %Y", "ga", "2019-07-23"),
        ("23 d’octubre del 2019", "%d d'%B del %Y", "ca", "2019-10-23"),
        ("5 fevrier 2024", "%d %B %Y", "fr", "2024-02-05"), ("5 AOUT 2024", "%d %B %Y", "fr", "2024-08-05"),
        ("5 ΜΑΡΤΙΟΥ 2024", "%d %B %Y", "el", "2024-03-05"), ("Miercoles, 6 de marzo de 2024", "%A, %d de %B de %Y", "es", "2024-03-06"),
        ("5 AGUSTOS 2024", "%d %B %Y", "tr", "2024-08-05"), ("5 unora 2024", "%d %B %Y", "cs", "2024-02-05"),
        ("2024年12月1日", "%Y年%m月%d日", "ko", "2024-12-01"),
        ("2024年12月1日", "%Y年%B%d日", "ja", "2024-12-01"),
        ("3:05 μ.μ. 23/7/2019", "%I:%M %p %d/%m/%Y", "el", "2019-07-23"),
    ],
)  # fmt: skip
def test_names_are_found_where_the_pattern_has_them(value, pattern, locale, expected):
    if expected is None:
        with pytest.raises(Malformed):
            read(value, "date", pattern, locale=locale)
    else:
        assert read(value, "date", pattern, locale=locale) == expected


def test_what_only_strptime_knows_is_left_to_it():
    assert read("2019 207", "date", "%Y %j") == "2019-07-26"
    assert read("2019-W30-5", "date", "%G-W%V-%u") == "2019-07-26"
    assert read("207", "date", "%j") == "2019-07-26"
    with pytest.raises(Malformed):
        read("999", "date", "%j")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("0123456789-年月日T :Z+", max_size=25)
    | st.from_regex(
        r"\A[0-9]{4}[-年][0-9]{1,2}[-月][0-9]{1,2}日?([T ][0-2][0-9]:[0-5][0-9](:[0-9]{2}([Z]|[+-][01][0-9]:?[0-9]{2})?)?)?\Z"
    ),
    st.booleans(),
)
def test_what_most_dates_are_is_read_quickly_and_not_otherwise(text, needs_time):
    def reading():  # as the value or nothing
        try:
            return moment_of(
                plain_dates.read_plain(text, needs_time=needs_time), datetime(2026, 11, 30, tzinfo=UTC), None
            )
        except ValueError:
            return None

    quickly = reading()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_dates, "_usual", regex.compile("(?!)"))
        assert reading() == quickly


def test_a_text_that_comes_again_is_read_again_beside_another_moment():
    read = compile_dates(Field("x", Selection(), type="datetime", formats=("relative", "%H:%M")), with_time=True)
    assert [read(text, at) for at in (86400.0, 172800.0) for text in ("1 hour ago", "10:30", "1 hour ago")] == [
        "1970-01-01T23:00:00Z", "1970-01-02T10:30:00", "1970-01-01T23:00:00Z",
        "1970-01-02T23:00:00Z", "1970-01-03T10:30:00", "1970-01-02T23:00:00Z",
    ]  # fmt: skip
    for _ in range(2):
        with pytest.raises(Malformed, match="no relative time"):
            read("whenever", 86400.0)
