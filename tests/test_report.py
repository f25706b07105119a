"""Accounts, alarms and the exit code they lead to."""

import pytest

from scraper.errors import Reason
from scraper.job import Expect
from scraper.report import Accounts, Exit, FieldReport, exit_code, find_alarms
from scraper.tally import Tally


def accounts(fetched=10, **failed):
    failed = {name.replace("_", " "): count for name, count in failed.items()}
    return Accounts(fetched + sum(failed.values()), fetched, failed, {}, 0)


def tally(records=10):
    tally = Tally()
    tally.records["hot"] = records
    return tally


def names(expect=Expect(), accounts_=None, tally_=None, fields=(), last_good=None):
    alarms = find_alarms(expect, accounts_ or accounts(), tally_ or tally(), fields, last_good)
    return [alarm.name for alarm in alarms]


def test_a_run_with_records_and_no_failures_is_well():
    assert names() == []
    assert exit_code(accounts(), ()) == Exit.OK


def test_no_records_at_all_is_never_well_by_default():
    assert names(tally_=tally(0)) == ["min_records"]


def test_min_records_tells_what_was_dropped():
    lost = tally(0)
    lost.dropped["hot", "title"] = 10
    alarm = find_alarms(Expect(), accounts(), lost, (), None)[0]
    assert "expected at least 1 records, got 0" in alarm.message
    assert "10 for want of hot.title" in alarm.message


@pytest.mark.parametrize(("failed", "expected"), [(10, []), (11, ["max_error_rate"])])
def test_half_of_the_pages_may_fail_by_default_and_no_more(failed, expected):
    assert names(accounts_=accounts(10, http_500=failed)) == expected


def test_failed_pages_alone_leave_a_published_but_incomplete_run():
    assert exit_code(accounts(10, http_404=1), ()) == Exit.INCOMPLETE


def test_one_blocked_page_breaks_the_run():
    blocked = accounts(10, **{Reason.BLOCKED: 1})
    assert names(accounts_=blocked) == ["blocked"]


@pytest.mark.parametrize(("filled", "expected"), [(9, []), (8, ["field_coverage"])])
def test_field_coverage_is_a_share_that_must_be_reached(filled, expected):
    field = FieldReport("hot", "score", 10, filled)
    assert names(Expect(field_coverage={"score": 0.9}), fields=(field,)) == expected


def test_the_alarm_names_the_field_and_its_figures():
    field = FieldReport("hot", "score", 10, 0)
    alarm = find_alarms(Expect(field_coverage={"score": 0.9}), accounts(), tally(), (field,), None)[0]
    assert alarm.message == "hot.score is filled in 0 of 10 records (0%), expected at least 90%"


def test_a_rule_without_records_has_no_coverage_to_miss():
    assert names(Expect(field_coverage={"score": 1.0}), fields=(FieldReport("hot", "score", 0, 0),)) == []


@pytest.mark.parametrize(("before", "expected"), [(10, ["field_gone"]), (0, [])])
def test_a_field_that_the_last_good_run_had_and_this_one_has_not_is_an_alarm(before, expected):
    last_good = {"fields": [{"rule": "hot", "name": "score", "filled": before}]}
    assert names(fields=(FieldReport("hot", "score", 10, 0),), last_good=last_good) == expected


def test_an_alarm_goes_before_failed_pages():
    alarms = find_alarms(Expect(min_records=99), accounts(10, http_404=1), tally(), (), None)
    assert exit_code(accounts(10, http_404=1), alarms) == Exit.REJECTED
