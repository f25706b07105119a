"""What is less than usual, by kind of page and rule, and what is not."""

import pytest

from scraper.report.comparison import KNOWN_RUNS, Figures, compare, find_stale

KINDS = {"item": "list", "film": "detail"}


def figures(pages=10, links=200, records=200, filled=180, **more):
    return Figures({"list": pages}, {"list": links}, {"item": records}, {("item", "price"): filled}, **more)


def alarms(now, past, share=None):
    return [alarm.message.partition(" of the ")[0] for alarm in compare(now, past, KINDS, share)]


USUAL = [figures()] * KNOWN_RUNS


def test_a_day_like_the_others_is_none():
    assert alarms(figures(), USUAL) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (figures(pages=4), "list gave 4 pages, 40%"),
        (figures(links=100), "list gave 100 links in 10 pages, 50%"),
        (figures(records=100), "item gave 100 records, 50%"),
        (figures(records=400, filled=380), "item gave 400 records, 200%"),
        (figures(filled=40), "item.price gave 40 values in 200 records, 22%"),
        (figures(pages=20, links=400), "item gave 200 records in 20 pages, 50%"),
    ],
)
def test_each_figure_is_told_by_its_name(now, told):
    assert told in alarms(now, USUAL)


@pytest.mark.parametrize(
    "now",
    [figures(records=160, filled=150), figures(filled=100), figures(pages=11, links=240, records=240, filled=200)],
)
def test_a_fifth_fewer_or_more_is_none(now):
    assert alarms(now, USUAL) == []


def test_without_five_good_runs_nothing_is_compared_unless_a_share_is_said():
    now = figures(records=100, filled=90)
    assert alarms(now, USUAL[1:]) == []
    assert alarms(now, USUAL[:1], 0.8)[0] == "item gave 100 records, 50%"
    assert alarms(now, USUAL, 0.0) == []


def test_the_least_of_the_good_runs_is_usual_and_of_few_things_less_is_asked():
    weekend = [figures(records=60, links=60, filled=54), *USUAL]
    assert alarms(figures(records=60, links=60, filled=54), weekend) == []
    assert alarms(Figures(records={"item": 3}), [Figures(records={"item": 6})] * KNOWN_RUNS) == []


def test_rules_and_kinds_that_no_run_had_before_are_not_compared():
    assert alarms(Figures({"new": 0}, {}, {"other": 0}, {}), USUAL) == []


def test_records_that_are_an_earlier_runs_to_the_letter_are_stale():
    past = [figures(run=f"r{n}", content=str(n)) for n in range(7)]
    assert [alarm.name for alarm in find_stale("6", past)] == ["stale"]
    assert "run r3" in next(find_stale("3", past)).message
    assert list(find_stale("0", past)) == [], "nothing has changed since the last run"
    assert list(find_stale("new", past)) == []
    calm = [figures(run=f"r{n}", content=str(n % 2)) for n in range(7)]
    assert list(find_stale("1", calm)) == [], "a site that goes to and fro"
