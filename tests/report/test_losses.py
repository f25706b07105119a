"""What was asked for and did not come: its names, its shares, and what of it is too much."""

import pytest

from scraper.errors import Reason
from scraper.export.tally import Tally
from scraper.job.expect import Expect
from scraper.report.expectations import Past, find_breaches
from scraper.report.losses import BY_KEY, UNMERGED, Loss
from tests.report.test_accounts import accounts


def names(*losses, expect=Expect(min_records=0)):
    return [alarm.name for alarm in find_breaches(expect, accounts(), Tally(), (), Past(), losses)]


@pytest.mark.parametrize(
    ("name", "sort", "alarm", "most"),
    [
        (Reason.REDIRECTED, "skipped", "max_redirected_rate", 3),
        ("http 404", "skipped", "max_gone_rate", 5),
        (BY_KEY, "records", "max_duplicate_rate", 9),
        (UNMERGED, "records", "max_unmerged_rate", 5),
        ("http 500", "failed", "max_error_rate", 5),
        (Reason.NO_LINKS, "failed", "max_error_rate", 5),
    ],
)
def test_a_share_may_be_reached_and_not_exceeded(name, sort, alarm, most):
    assert names(Loss(name, "x", most, 10, "http://a/", sort)) == []
    assert names(Loss(name, "x", most + 1, 10, "http://a/", sort)) == [alarm]


def test_two_pages_are_no_share_unless_none_may_be_lost():
    lost = Loss(Reason.REDIRECTED, "detail", 2, 2, "http://a/p")
    assert names(lost) == []
    assert names(lost, expect=Expect(min_records=0, max_redirected_rate=0.0)) == ["max_redirected_rate"]


def test_failures_of_one_kind_are_taken_together():
    lost = [Loss(reason, "detail", 3, 10, "http://a/p", "failed") for reason in ("empty", "timeout")]
    (alarm,) = find_breaches(Expect(min_records=0), accounts(), Tally(), (), Past(), tuple(lost))
    assert alarm.message == "6 of 10 pages of detail failed (60%), at most 50% may; empty, such as http://a/p"
    assert alarm.subject == "detail"


def test_a_loss_is_told_with_its_figures_and_an_example():
    assert str(Loss(BY_KEY, "item", 3, 12, "http://a/1", "records")) == (
        "3 of 12 records of item: dropped by key, such as http://a/1"
    )
