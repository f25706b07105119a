"""Accounts, and the exit code they lead to."""

import pytest

from scraper.errors import Reason
from scraper.report.accounts import Accounts, Alarm, Exit, FieldReport, exit_code


def accounts(fetched=10, **failed):
    failed = {name.replace("_", " "): count for name, count in failed.items()}
    return Accounts(fetched + sum(failed.values()), fetched, failed, {}, 0)


def test_a_run_with_records_and_no_failures_is_well():
    assert exit_code(accounts(), ()) == Exit.OK


def test_failed_pages_alone_leave_a_published_but_incomplete_run():
    assert exit_code(accounts(10, http_404=1), ()) == Exit.INCOMPLETE


def test_an_alarm_goes_before_failed_pages():
    assert exit_code(accounts(10, **{Reason.BLOCKED: 1}), (Alarm("blocked", "1 of 11"),)) == Exit.REJECTED


@pytest.mark.parametrize(("records", "coverage"), [(10, 0.8), (0, 1.0)])
def test_a_field_without_records_has_nothing_to_miss(records, coverage):
    assert FieldReport("hot", "score", records, 8 * bool(records)).coverage == coverage
