"""Params that are days: which they are, how they are written, and that a resumed run keeps those of its beginning."""

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import scraper as package
from scraper import runner
from scraper.authoring import explain
from scraper.config.load import load_config
from scraper.crawl import plan
from scraper.crawl.launch import Options
from scraper.crawl.progress import Stop
from scraper.errors import ConfigError, Malformed
from scraper.job.days import Days, day_of, read_day
from scraper.journal.journal import Journal

TODAY = date(2026, 3, 2)
CONFIG = """
start_urls: ["{url}/on/{{day}}"]
params: {{day: {span}}}
records: {{each: li, fields: {{title: b, day: {{value: "{{day}}"}}}}}}
settings: {{robotstxt_obey: false, pool: {{engine: threads}}}}
"""


@pytest.mark.parametrize(
    ("first", "last", "more", "expected"),
    [
        ("today-2", "today", {}, ["2026-02-28", "2026-03-01", "2026-03-02"]),
        ("today", "today", {}, ["2026-03-02"]),
        ("today - 1", "today + 1", {"step": 2}, ["2026-03-01", "2026-03-03"]),
        ("today", "today-2", {"step": -1}, ["2026-03-02", "2026-03-01", "2026-02-28"]),
        ("2026-02-27", "today-3", {}, ["2026-02-27"]),
        ("2024-02-28", "2024-03-01", {"format": "%d.%m."}, ["28.02.", "29.02.", "01.03."]),
        ("today-1", "today", {"format": "%Y/%-m/%-d%%"}, ["2026/3/1%", "2026/3/2%"]),
        ("today-60", "today", {"format": "%Y-%m"}, ["2026-01", "2026-02", "2026-03"]),
        ("today", "today-60", {"format": "%b %y", "step": -5}, ["Mar 26", "Feb 26", "Jan 26"]),
        ("9999-12-30", "9999-12-31", {}, ["9999-12-30", "9999-12-31"]),
    ],
)
def test_days_are_written_in_order_with_both_ends(first, last, more, expected):
    assert list(Days(first, last, TODAY, **more).texts()) == expected


@pytest.mark.parametrize("text", ["yesterday", "today-", "today-x", "2026-13-01", "2026-2-1", "Today", "today-٣", ""])
def test_what_is_no_day_is_said_to_be_none(text):
    with pytest.raises(Malformed, match=r"expected today, today-7 or a day such as 2026-11-26, got "):
        read_day(text, TODAY)


def test_a_day_beyond_the_calendar_is_said_to_be_so():
    with pytest.raises(Malformed, match="'today-999999' lies beyond the years 1 to 9999"):
        read_day("today-999999", TODAY)


def urls(job):
    return [request.url.rpartition("/")[2] for request in plan.requests(job)]


def job_of(config, span, more=""):
    return load_config(config(CONFIG.format(url="http://a.example", span=span) + more))


def test_today_is_the_day_on_which_the_run_began_in_the_zone_of_the_file(config):
    just_before_midnight = datetime(2026, 3, 1, 23, 30, tzinfo=UTC).timestamp()
    span = "{first: today-1, last: today}"
    assert urls(plan.as_of(job_of(config, span), just_before_midnight)) == ["2026-02-28", "2026-03-01"]
    for zone, expected in (("Asia/Shanghai", "2026-03-02"), ("America/New_York", "2026-03-01")):
        job = plan.as_of(job_of(config, span, f"timezone: {zone}\n"), just_before_midnight)
        assert urls(job)[-1] == expected
        assert plan.count(job) == 2


def test_the_zone_of_the_machine_does_not_count(monkeypatch):
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        assert datetime.fromtimestamp(noon).day == 2
        assert day_of(noon, None) == date(2026, 3, 1)
    time.tzset()


def test_an_end_may_come_from_the_environment(config, monkeypatch):
    monkeypatch.setenv("SINCE", "2026-02-27")
    assert urls(job_of(config, '{first: "${SINCE}", last: 2026-02-28}')) == ["2026-02-27", "2026-02-28"]


def test_check_tells_the_days_and_what_it_takes_for_today(config):
    job = plan.as_of(job_of(config, "{first: today-6, last: today, step: 3, format: '%d.%m.'}"), 86400.0 * 20_000)
    lines = list(explain.lines(job))
    assert lines[1:4] == [f"  http://a.example/on/{day}." for day in ("28.09", "01.10", "04.10")]
    days = "the days from 2024-09-28 to 2024-10-04, every 3 days, written '%d.%m.'; today is 2024-10-04"
    assert f"  day: {days}" in lines


@pytest.mark.parametrize(
    ("span", "place", "message"),
    [
        (
            "{first: yesterday, last: today}",
            "first",
            "today-7 or a day such as 2026-11-26, got 'yesterday'",
        ),
        ("{first: today, last: 2026-02-30}", "last", "got '2026-02-30': day "),  # the rest is Python's
        ("{first: today-3}", "", "days need a `last`, such as today"),
        ("{first: today, last: 3}", "first", "expected a whole number, like the other end; or both as today, today-7"),
        ("{first: 3, last: today}", "last", "expected a whole number, like the other end; or both as today, today-7"),
        ("{first: 1.5, last: 2}", "first", "expected a whole number, or today, today-7 or a day such as 2026-11-26"),
        ("{first: true, last: 2}", "first", "expected a whole number, or today"),
        ("{first: 1, last: 2, format: '%d'}", "format", "a format is for days; numbers are written as they are"),
        ("{first: today, last: today, format: '%H'}", "format", "'%H' writes nothing of a day; such as %Y-%m-%d"),
        ("{first: today, last: today, format: '%'}", "format", "'%' writes nothing of a day"),
        ("{first: today, last: today, format: day}", "format", "holds no sign of a day"),
        ("{first: today, last: today, step: 0}", "step", "expected a step other than 0"),
        (
            "{first: 2026-11-26, last: 2026-11-20}",
            "",
            "from 2026-11-26 the step leads away from 2026-11-20",
        ),
        ("{first: today-9, last: today, step: -1}", "", "this range holds nothing"),
    ],
)
def test_a_mistake_in_a_range_of_days_is_told_with_its_place(config, span, place, message):
    with pytest.raises(ConfigError) as error:
        load_config(config(CONFIG.format(url="http://a.example", span=span)))
    (problem,) = error.value.problems
    assert problem.path == f"params.day{f'.{place}' if place else ''}"
    assert (problem.line, problem.column > 9) == (3, True)
    assert message in problem.message


@pytest.mark.parametrize(
    "span", ["{first: x, last: today}", "{first: today, last: today, step: 0}", "{first: 1, last: 2, step: 0}"]
)
def test_a_mistake_in_a_range_is_told_where_its_values_are_looked_at_for_secrets_and_hosts_too(config, span):
    for url in ("http://a.example/{day}", "http://{day}.example/"):
        text = CONFIG.format(url="", span=span).replace("/on/{day}", url)
        with pytest.raises(ConfigError, match=r"expected (today|a step)"):
            load_config(config(text + 'request: {headers: {X-Token: "{day}"}}\n'))


def test_a_resumed_run_keeps_the_days_of_its_beginning(site, config):
    config(CONFIG.format(url=site.url, span="{first: today-1, last: today}"))
    site.pages = dict.fromkeys((f"/on/2026-01-{day:02}" for day in (10, 11)), "<li><b>tea</b>")
    job, stop = package.load_config("board.yaml"), Stop()
    stop.request(15)
    assert runner.run(job, stop=stop).exit_code == 143
    began = datetime(2026, 1, 11, 12, tzinfo=UTC).timestamp()
    with Journal(Path("output/.scraper/board/journal.db")) as journal:
        journal.remember(started=repr(began))
    report = runner.run(job, Options(resume=True))
    assert (report.exit_code, sorted(site.asked())) == (0, ["/on/2026-01-10", "/on/2026-01-11"])
    assert Path("output/board.jsonl").read_text().count("2026-01-1") == 2
