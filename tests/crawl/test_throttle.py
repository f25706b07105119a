"""AutoThrottle: a site that answers slowly is asked less."""

import itertools
import json
import time

import pytest

from scraper.crawl.frontier import Frontier
from scraper.crawl.throttle import KEPT_HOSTS, Throttle
from scraper.job import Settings
from scraper.models import Request
from tests.conftest import board


def throttle(**settings):
    return Throttle(Settings(autothrottle_enabled=True, **settings))


def heard(known, *answers):
    """Return the delay after each answer: its seconds, negative for an error."""
    delays = []
    for latency_s in answers:
        known.hear("a", abs(latency_s), is_good=latency_s > 0)
        delays.append(known.delay_s("a"))
    return delays


@pytest.mark.parametrize(
    ("settings", "answers", "delays"),
    [
        ({}, [1, 1, 1], [3, 2, 1.5]),
        ({"autothrottle_start_delay": 1.0}, [3, 1], [3, 2]),
        ({"autothrottle_start_delay": 1.0, "autothrottle_target_concurrency": 4.0}, [2, 8], [0.75, 2]),
        ({"autothrottle_start_delay": 1.0, "download_delay": 0.8}, [0.1, 0.1], [0.8, 0.8]),
        ({"autothrottle_start_delay": 1.0, "autothrottle_max_delay": 2.0}, [30, 30], [2, 2]),
        ({"autothrottle_start_delay": 1.0}, [-0.1, -0.1, -4], [1, 1, 4]),
        ({"autothrottle_start_delay": 0.0, "download_delay": 3.0}, [], []),
    ],
)
def test_the_delay_goes_with_the_time_of_the_answers(settings, answers, delays):
    assert heard(throttle(**settings), *answers) == delays


def test_it_begins_with_the_longer_of_both_delays_and_is_off_by_default():
    assert throttle().delay_s("a") == 5
    assert throttle(download_delay=7.0).delay_s("a") == 7
    off = Throttle(Settings(download_delay=0.5))
    off.hear("a", 30, is_good=True)
    assert off.delay_s("a") == 0.5


def test_each_host_has_its_own_and_only_so_many_are_remembered():
    known = throttle()
    known.hear("slow", 50, is_good=True)
    assert (known.delay_s("slow"), known.delay_s("other")) == (50, 5)
    for n in range(KEPT_HOSTS):
        known.hear(f"h{n}", 1, is_good=True)
    assert known.delay_s("slow") == 5


def test_a_crawl_delay_that_is_longer_is_kept():
    frontier = Frontier(Settings(autothrottle_enabled=True, autothrottle_start_delay=1.0), random=lambda: 0.5)
    frontier.slow_down("a", 10)
    for n in range(2):
        frontier.push("a", Request(f"http://a/{n}"))
    assert frontier.pop(0.0)
    assert frontier.pop(9.9) is None
    assert frontier.pop(10.0)


def test_a_site_whose_answers_get_slower_is_asked_less(scraper, config, folder, site):
    def page(handler):
        number = int(handler.path.rpartition("/")[2])
        time.sleep(0.02 if number < 10 else 0.4)
        return board((f"f{number}", "1.0"))

    site.pages |= {f"/{n}": page for n in range(26)}
    settings = (
        "robotstxt_obey: false, contact: me@a.example, autothrottle_enabled: true, autothrottle_start_delay: 0.05"
    )
    path = config(f"""
start_urls: {json.dumps([f"{site.url}/{n}" for n in range(26)])}
records: {{each: dd, fields: {{name: {{css: .name}}}}}}
settings: {{{settings}}}
""")
    done = scraper(path)
    assert done.returncode == 0, done.stderr
    starts = [moment for moment, _ in sorted(site.log)]
    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert sum(gaps[1:9]) / 8 < 0.2 < sum(gaps[-5:]) / 5, gaps
    assert site.busiest <= 8
