"""Limits on a whole crawl."""

import pytest

from scraper.crawl.limits import Limits
from scraper.job import Settings
from scraper.models import Failure, Finished, Parsed, Request

PAGE = Finished(Request("http://a/"), parsed=Parsed(((b"{}", b"{}"), (b"{}",))))
FAILED = Finished(Request("http://a/"), failure=Failure("timeout"))
SKIPPED = Finished(Request("http://a/"), skipped="robots")


@pytest.mark.parametrize(
    ("setting", "finished", "reached"),
    [
        ({"closespider_pagecount": 2}, [PAGE], False),
        ({"closespider_pagecount": 2}, [PAGE, FAILED, SKIPPED, PAGE], True),
        ({"closespider_itemcount": 4}, [PAGE], False),
        ({"closespider_itemcount": 4}, [PAGE, PAGE], True),
        ({"closespider_errorcount": 1}, [PAGE, SKIPPED], False),
        ({"closespider_errorcount": 1}, [FAILED], True),
        ({}, [PAGE, FAILED] * 9, False),
    ],
)
def test_a_limit_is_reached_by_what_it_counts(setting, finished, reached):
    limits = Limits(Settings(**setting))
    for one in finished:
        limits.count(one)
    assert limits.reached == (next(iter(setting)) if reached else None)


def test_seconds_count_from_the_start():
    now = [100.0]
    limits = Limits(Settings(closespider_timeout=5.0), clock=lambda: now[0])
    assert limits.reached is None
    now[0] = 105.0
    assert limits.reached == "closespider_timeout"
