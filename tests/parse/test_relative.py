"""Times told from the moment of fetching, in English and Chinese."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scraper.parse.values.relative import compile_relative, reached, read_relative

NOW = datetime.fromisoformat("2024-03-31T20:00:00.7+00:00").timestamp()
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("just now", "2024-03-31T20:00:00+00:00"),
        ("3 hours ago", "2024-03-31T17:00:00+00:00"),
        ("An hour ago", "2024-03-31T19:00:00+00:00"),
        ("about two hours ago", "2024-03-31T18:00:00+00:00"),
        ("5 min. ago", "2024-03-31T19:55:00+00:00"),
        ("5m", "2024-03-31T19:55:00+00:00"),
        ("2d ago", "2024-03-29T20:00:00+00:00"),
        ("1 hour, 20 minutes ago", "2024-03-31T18:40:00+00:00"),
        ("1h 20m ago", "2024-03-31T18:40:00+00:00"),
        ("a month ago", "2024-02-29T20:00:00+00:00"),
        ("13 months\u00a0ago", "2023-02-28T20:00:00+00:00"),
        ("2 years ago", "2022-03-31T20:00:00+00:00"),
        ("1mo ago", "2024-02-29T20:00:00+00:00"),
        ("in 2 weeks", "2024-04-14T20:00:00+00:00"),
        ("3 days from now", "2024-04-03T20:00:00+00:00"),
        ("yesterday", "2024-03-30T00:00:00"),
        ("Yesterday at 12:30", "2024-03-30T12:30:00"),
        ("today, 9:05 pm", "2024-03-31T21:05:00"),
        ("tomorrow 12:00 am", "2024-04-01T00:00:00"),
        ("刚刚", "2024-03-31T20:00:00+00:00"),
        ("剛剛", "2024-03-31T20:00:00+00:00"),
        ("3分钟前", "2024-03-31T19:57:00+00:00"),
        ("3 分鐘前", "2024-03-31T19:57:00+00:00"),
        ("半小时前", "2024-03-31T19:30:00+00:00"),
        ("半个小时前", "2024-03-31T19:30:00+00:00"),
        ("两天前", "2024-03-29T20:00:00+00:00"),
        ("1个月前", "2024-02-29T20:00:00+00:00"),
        ("半年前", "2023-09-30T20:00:00+00:00"),
        ("3周以前", "2024-03-10T20:00:00+00:00"),
        ("2小时后", "2024-03-31T22:00:00+00:00"),
        ("昨天 08:05", "2024-03-30T08:05:00"),
        ("前天23:59", "2024-03-29T23:59:00"),
        ("今天 下午3:05", "2024-03-31T15:05:00"),
        ("昨天", "2024-03-30T00:00:00"),
        ("昨天 凌晨12:30", "2024-03-30T00:30:00"),
        ("昨天上午12:30", "2024-03-30T00:30:00"),
        ("昨天早上12:30", "2024-03-30T00:30:00"),
        ("昨天 晚上12:30", "2024-03-31T00:30:00"),
        ("昨天 晚上8:30", "2024-03-30T20:30:00"),
        ("昨天 中午12:30", "2024-03-30T12:30:00"),
        ("昨天 下午12:30", "2024-03-30T12:30:00"),
        ("昨天 24:00", "2024-03-31T00:00:00"),
        ("十五分钟前", "2024-03-31T19:45:00+00:00"),
        ("二十一天前", "2024-03-10T20:00:00+00:00"),
        ("3个月", "2023-12-31T20:00:00+00:00"),
        ("1.5 hours ago", "2024-03-31T18:30:00+00:00"),
        ("half an hour ago", "2024-03-31T19:30:00+00:00"),
        ("Posted 3 days ago", "2024-03-28T20:00:00+00:00"),
        ("yesterday at 3:05 p.m.", "2024-03-30T15:05:00"),
        ("today at 3 PM", "2024-03-31T15:00:00"),
        ("3年2个月前", "2021-01-31T20:00:00+00:00"),
    ],
)
def test_a_relative_time_is_counted_from_the_time_of_fetching(text, expected):
    assert read_relative(text, NOW, None).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("vor 2 Stunden", "de", "2024-03-31T18:00:00+00:00"), ("vor 2 Std.", "de", "2024-03-31T18:00:00+00:00"),
        ("vor einem Monat", "de", "2024-02-29T20:00:00+00:00"), ("gestern um 12:30", "de", "2024-03-30T12:30:00"),
        ("in 3 Tagen", "de", "2024-04-03T20:00:00+00:00"), ("il y a une heure", "fr", "2024-03-31T19:00:00+00:00"),
        ("hier à 8:05", "fr", "2024-03-30T08:05:00"), ("há 2 horas", "pt-BR", "2024-03-31T18:00:00+00:00"),
        ("منذ 3 أيام", "ar", "2024-03-28T20:00:00+00:00"), ("قبل ساعتين", "ar", "2024-03-31T18:00:00+00:00"),
        ("3ヶ月前", "ja", "2023-12-31T20:00:00+00:00"), ("5 分前", "ja", "2024-03-31T19:55:00+00:00"),
        ("2 hours ago", "de", "2024-03-31T18:00:00+00:00"), ("3 godz. temu", "pl", "2024-03-31T17:00:00+00:00"),
        ("3時間前", "ja", "2024-03-31T17:00:00+00:00"), ("час назад", "ru", "2024-03-31T19:00:00+00:00"),
        ("bir saat önce", "tr", "2024-03-31T19:00:00+00:00"), ("2 hari lalu", "id", "2024-03-29T20:00:00+00:00"),
        ("gestern, 20:15 Uhr", "de", "2024-03-30T20:15:00"), ("hier à 14h30", "fr", "2024-03-30T14:30:00"),
        ("1カ月前", "ja", "2024-02-29T20:00:00+00:00"), ("1ケ月前", "ja", "2024-02-29T20:00:00+00:00"),
        ("godzinę temu", "pl", "2024-03-31T19:00:00+00:00"),
    ],
)  # fmt: skip
def test_a_locale_tells_its_own_language(text, locale, expected):
    assert reached(compile_relative(locale)(text), datetime.fromtimestamp(NOW, UTC), None).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("vor 2 Stunden", "fr"),
        ("vor 2", "de"),
        ("часа назад", "ru"),
        ("назад", "ru"),
        ("2 Stunden", "de"),
        ("vor zwei oder drei Tagen", "de"),
        ("morgens", "de"),
    ],
)
def test_of_another_language_nothing_is_guessed(text, locale):
    with pytest.raises(ValueError, match="is no relative time"):
        reached(compile_relative(locale)(text), datetime.fromtimestamp(NOW, UTC), None)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("今天 08:00", SHANGHAI, "2024-04-01T08:00:00+08:00"),  # it is the next day there
        ("1 day ago", BERLIN, "2024-03-30T22:00:00+01:00"),  # the clocks were changed in between
        ("24 hours ago", BERLIN, "2024-03-30T21:00:00+01:00"),
        ("a month ago", SHANGHAI, "2024-03-01T04:00:00+08:00"),
    ],
)
def test_days_are_those_of_the_zone(text, zone, expected):
    assert read_relative(text, NOW, zone).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["", "3", "ago", "hours ago", "-3 hours ago", "3 parsecs ago", "in 3 days ago", "3 hours ago x", "2024-03-01", "前",
     "yesterday 25:00", "today 13:00 pm", "99999 years ago", "999999 weeks ago", "3 daysago", "last week", "1h " * 999,
     "12月15日前", "5月15日以前", "1月1日后", "3月前", "2024年5月前", "3号前", "3+ days ago",
     "5月", "12月15日", "2024年5月3日", "3天 5月",
     "2024年前", "3M ago", "1.5 months ago", "昨天 晚上2:30", "昨天 上午13:30", "昨天 24:30",
     "30+ days ago", "last month"],
)  # fmt: skip
def test_what_is_no_relative_time_is_told(text):
    with pytest.raises((ValueError, OverflowError)):
        read_relative(text, NOW, None)


def test_a_field_reads_relative_times_beside_other_formats(fields):
    page = "<ul><li>3小时前<li>yesterday 12:30<li>2019-01-02 03:04<li>soon</ul>"
    text = 'at: {type: datetime, format: [relative, "%Y-%m-%d %H:%M"], timezone: Asia/Shanghai}'
    assert [one["at"] for one in fields(text, page)] == [
        "2019-08-22T05:00:00+08:00",
        "2019-08-21T12:30:00+08:00",
        "2019-01-02T03:04:00+08:00",
        None,
    ]
    assert [one["at"] for one in fields("at: {type: date, format: relative}", page)][:2] == ["2019-08-21", "2019-08-21"]
