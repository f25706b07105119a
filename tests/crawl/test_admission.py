"""robots.txt as the crawl obeys it: once an origin, before anything else of it."""

import pytest

from scraper.crawl.admission import Admission, Denied, Unknown
from scraper.crawl.robots import ENOUGH_BYTES
from scraper.errors import Reason
from scraper.job import Settings
from scraper.models import Failure, Page, Request

ROBOTS = "http://a.example/robots.txt"
DENY = b"User-agent: *\nDisallow: /private\n"


def admission(*, is_replay=False, **settings):
    return Admission(Settings(**settings), "pool-scraper", is_replay=is_replay)


def answer(body=b"", url=ROBOTS):
    return Page(url, 200, (), body, 0.0)


def test_requests_wait_for_robots_txt_which_is_asked_for_once():
    gate = admission()
    pages = [Request(f"http://a.example/{n}", id=n) for n in (1, 2)]
    assert gate.judge(pages[0]) == Unknown(Request(ROBOTS, is_anonymous=True, enough_bytes=ENOUGH_BYTES))
    assert gate.judge(pages[1]) == Unknown(None)
    assert gate.held("a.example") == 2
    assert gate.learn(ROBOTS, answer(DENY)) == pages
    assert gate.held("a.example") == 0
    assert gate.judge(pages[0]) is None
    assert gate.judge(Request("http://a.example/private/x", id=3)) == Denied("robots")


def test_each_origin_has_its_own():
    gate = admission()
    gate.judge(Request("http://a.example/"))
    gate.learn(ROBOTS, answer(DENY))
    assert gate.judge(Request("http://a.example:8080/private")).request.url == "http://a.example:8080/robots.txt"
    assert gate.judge(Request("https://a.example/private")).request.url == "https://a.example/robots.txt"


def test_an_unreachable_robots_txt_fails_the_pages_loudly():
    gate = admission()
    page = Request("http://a.example/1")
    gate.judge(page)
    gate.learn(ROBOTS, Failure("http 503", "down"))
    assert gate.judge(page).reason == Reason.ROBOTS_UNREACHABLE


def test_a_crawl_delay_is_told_and_one_that_is_too_long_fails():
    gate = admission(crawl_delay_max=60)
    page = Request("http://a.example/1")
    gate.judge(page)
    gate.learn(ROBOTS, answer(b"User-agent: *\nCrawl-delay: 7\n"))
    assert gate.judge(page) is None
    assert gate.crawl_delay_s(ROBOTS) == 7
    gate = admission(crawl_delay_max=60)
    gate.judge(page)
    gate.learn(ROBOTS, answer(b"User-agent: *\nCrawl-delay: 61\n"))
    assert gate.judge(page).reason == Reason.ASKED_TO_WAIT


def test_a_host_that_wants_to_be_left_alone_is():
    gate = admission(robotstxt_obey=False)
    gate.leave_alone("a.example", Failure(Reason.ASKED_TO_WAIT, "429"))
    assert gate.judge(Request("http://a.example/1")).reason == Reason.ASKED_TO_WAIT
    assert gate.judge(Request("http://b.example/1")) is None


def test_robots_txt_need_not_be_obeyed():
    assert admission(robotstxt_obey=False).judge(Request("http://a.example/private")) is None


@pytest.mark.parametrize(("is_replay", "expected"), [(True, type(None)), (False, Failure)])
def test_in_replay_a_robots_txt_that_was_not_recorded_allows_all(is_replay, expected):
    gate = admission(is_replay=is_replay)
    page = Request("http://a.example/1")
    gate.judge(page)
    gate.learn(ROBOTS, Failure(Reason.NOT_RECORDED, "not there"))
    assert isinstance(gate.judge(page), expected)


def test_what_many_robots_txts_say_is_kept_within_bounds_and_those_asked_for_last_stay(monkeypatch):
    monkeypatch.setattr("scraper.crawl.admission.KEPT_BYTES", 100_000)
    gate = admission()
    rules = b"User-agent: *\nDisallow: /private\n" + b"Disallow: /x\n" * 100
    for n in range(20):
        gate.judge(Request(f"http://h{n}.example/"))
        gate.learn(f"http://h{n}.example/robots.txt", answer(rules))
        assert gate.judge(Request("http://h0.example/private")) == Denied("robots"), "it is asked for all the time"
    known = [n for n in range(20) if not isinstance(gate.judge(Request(f"http://h{n}.example/private")), Unknown)]
    assert 0 in known
    assert 2 <= len(known) <= 6
