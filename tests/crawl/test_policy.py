"""What an answer means: tests of time take no time, chance is a constant."""

import time

import pytest
from msgspec.structs import replace

from scraper.crawl.policy import Policy
from scraper.crawl.retry import Again, RetryPolicy, judge_error, retry_after
from scraper.errors import PatternTimeout, Reason, TaskFailed, TaskStuck, WorkerLost
from scraper.fetch.redirects import redirect_target
from scraper.job import Settings
from scraper.job.urls import origin
from scraper.models import Failure, Page, Request

START = "https://www.maoyan.com/board/7"


def policy(settings=Settings(), *, now=0.0, blocked=None):
    return Policy(
        RetryPolicy(settings, now=lambda: now, random=lambda: 1.0),
        allowed_domains=frozenset({"maoyan.com"}),
        blocked_if=lambda kind, url: blocked if blocked and blocked in url else None,
    )


def page(status=200, url=START, **headers):
    return Page(url, status, tuple((k.replace("_", "-"), v) for k, v in headers.items()), b"", fetched_at=0.0)


def test_a_page_of_status_200_is_accepted_as_it_is():
    answer = page()
    assert policy().judge(Request(START), answer) is answer


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522, 524, 408, 429])
def test_a_passing_trouble_is_tried_again_with_exponential_backoff_and_then_given_up(status):
    request, delays = Request(START), []
    while isinstance(verdict := policy().judge(request, page(status)), Again):
        delays.append(verdict.delay_s)
        request = verdict.request
    assert delays == [1.0, 2.0]
    assert verdict.reason == f"http {status}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_a_lasting_refusal_is_not_tried_again(status):
    verdict = policy().judge(Request(START), page(status))
    assert isinstance(verdict, Failure)
    assert verdict.reason == f"http {status}"


def test_only_transient_failures_are_tried_again():
    refused, bad = Failure(Reason.CONNECTION, "refused", is_transient=True), Failure(Reason.BAD_URL, "no")
    assert isinstance(policy().judge(Request(START), refused), Again)
    assert policy().judge(Request(START), bad) is bad


@pytest.mark.parametrize(
    ("value", "delay_s"),
    [("120", 120.0), ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0), ("0", 1.0), ("-1", 1.0), ("soon", 1.0), ("", 1.0)],
)
def test_retry_after_is_obeyed_in_both_forms_and_nonsense_means_the_ordinary_backoff(value, delay_s):
    verdict = policy().judge(Request(START), page(503, retry_after=value))
    assert isinstance(verdict, Again)
    assert verdict.delay_s == delay_s


@pytest.mark.parametrize(
    ("asked", "date", "delay_s"),
    [
        ("Thu, 01 Jan 1970 01:02:00 GMT", "Thu, 01 Jan 1970 01:00:00 GMT", 120),  # an hour ahead
        ("Thu, 01 Jan 1970 00:02:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", 120),  # an hour behind
        ("Thu, 01 Jan 1970 01:02:00 GMT", "today", 120),  # by this machine's clock, which is one o'clock
        ("Thu, 01 Jan 1970 01:02:00 GMT", None, 120),
        ("90", "Thu, 01 Jan 1970 09:00:00 GMT", 90),
    ],
)
def test_a_date_to_wait_for_is_counted_from_the_answers_own_clock(asked, date, delay_s):
    answer = page(503, retry_after=asked, **({"date": date} if date else {}))
    assert policy(now=3600.0).judge(Request(START), answer).delay_s == delay_s


@pytest.mark.parametrize(
    "value", ["301", "1000000000", "99999999999999999999", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"]
)
def test_a_page_that_asks_to_wait_too_long_fails_and_is_never_asked_earlier(value):
    verdict = policy().judge(Request(START), page(429, retry_after=value))
    assert isinstance(verdict, Failure)
    assert verdict.reason == Reason.ASKED_TO_WAIT


def test_a_date_without_a_zone_is_in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert retry_after("Thu, 01 Jan 1970 00:01:00 -0000", 0.0) == 60.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_port_that_there_is_not_is_another_origin():
    assert origin("http://a.example:99999/") not in {origin("http://a.example/"), origin("http://a.example:1/")}


@pytest.mark.parametrize(("status", "pauses"), [(429, True), (503, True), (500, False)])
def test_a_host_that_asks_all_to_slow_down_is_paused_as_a_whole(status, pauses):
    verdict = policy().judge(Request(START), page(status))
    assert isinstance(verdict, Again)
    assert (verdict.pause_s > 0) is pauses


def test_a_redirect_becomes_a_new_request_that_remembers_where_it_came_from():
    verdict = policy().judge(Request(START, id=7, attempt=3), page(302, location="/board/4?offset=0#top"))
    assert isinstance(verdict, Again)
    assert verdict.request.url == "https://www.maoyan.com/board/4?offset=0"
    assert (verdict.request.id, verdict.request.attempt, verdict.request.hops) == (7, 1, (START,))


def test_redirects_end_at_their_limit():
    request = Request(START)
    for _ in range(10):
        verdict = policy().judge(request, page(302, location="/loop"))
        assert isinstance(verdict, Again)
        request = verdict.request
    verdict = policy().judge(request, page(302, location="/loop"))
    assert isinstance(verdict, Failure)
    assert verdict.reason == Reason.TOO_MANY_REDIRECTS


def test_the_redirect_to_a_verification_site_is_blocked_and_any_other_site_is_offsite():
    away = page(302, location="https://verify.meituan.com/v2/web/general_page?action=spiderindefence")
    last_try = Request(START, attempt=3)
    assert policy(blocked="verify.meituan").judge(last_try, away).reason == Reason.BLOCKED
    assert policy().judge(Request(START), away).reason == Reason.OFFSITE_REDIRECT


def test_a_pattern_that_never_ends_on_where_a_redirect_leads_fails_the_page_only():
    def search(kind, url):
        raise PatternTimeout("regex '(a|aa)+$' reached the time limit of 2 s")

    verdict = replace(policy(), blocked_if=search).judge(Request(START), page(302, location="/" + "a" * 60_000))
    assert (verdict.reason, verdict.is_transient) == (Reason.PARSE_TIMEOUT, False)
    assert "(a|aa)+$" in verdict.detail


def test_a_blocked_page_is_tried_again_later_and_its_host_is_paused():
    away = page(302, location="https://verify.meituan.com/v2/web/general_page")
    verdict = policy(blocked="verify.meituan").judge(Request(START), away)
    assert isinstance(verdict, Again)
    assert (verdict.request.url, verdict.request.attempt, verdict.pause_s) == (START, 2, 1.0)


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "data:text/html,x", "ftp://maoyan.com/", "javascript:alert(1)", "", "  ", "http://",
     "/a\r\nX: y", "http://[::1", "http://maoyan.com:99999/"],
)  # fmt: skip
def test_a_redirect_goes_to_plain_http_urls_only(location):
    verdict = policy().judge(Request(START), page(302, location=location))
    assert isinstance(verdict, Failure)
    assert verdict.reason == Reason.BAD_REDIRECT


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_redirected_post_keeps_its_method_and_body_only_where_rfc_9110_says_so(status, method):
    request = Request(START, method="POST", body=b"q=1")
    verdict = policy().judge(request, page(status, location="/x"))
    assert isinstance(verdict, Again)
    assert verdict.request.method == method
    assert verdict.request.body == (b"q=1" if method == "POST" else None)


@pytest.mark.parametrize(
    "location", ["http://www.maoyan.com/x", "https://m.maoyan.com/x", "https://www.maoyan.com:8443/x"]
)
def test_headers_and_bodies_stay_on_their_origin(location):
    request = Request(START, method="POST", body=b"secret", headers=(("X-Api-Key", "secret"),))
    verdict = policy().judge(request, page(307, location=location))
    assert isinstance(verdict, Again)
    assert (verdict.request.headers, verdict.request.body) == ((), None)


def test_a_location_is_written_as_browsers_ask_for_it():
    assert (
        redirect_target(START, "https://www.maoyan.com/a/../../b/./c?x=/../#top") == "https://www.maoyan.com/b/c?x=/../"
    )
    assert redirect_target(START, "/电影?q=霸 王") == (
        "https://www.maoyan.com/%E7%94%B5%E5%BD%B1?q=%E9%9C%B8%20%E7%8E%8B"
    )
    assert redirect_target(START, "?") == "https://www.maoyan.com/board/7?"


@pytest.mark.parametrize("location", ["http://169.254.169.254\\@maoyan.com/", "http:\\\\169.254.169.254\\@maoyan.com/"])
def test_a_backslash_hides_no_host(location):
    verdict = policy().judge(Request(START), page(302, location=location))
    assert verdict.reason == Reason.OFFSITE_REDIRECT
    assert "redirects to http://169.254.169.254/@maoyan.com/" in verdict.detail


@pytest.mark.parametrize(
    ("deaths", "error", "verdict"),
    [
        (0, WorkerLost("died", alone=False), (0, True)),
        (0, WorkerLost("died", alone=True), (1, True)),
        (1, WorkerLost("died", alone=True), (2, True)),
        (2, WorkerLost("died", alone=True), Reason.WORKER_LOST),
        (2, WorkerLost("died", alone=False, is_suspect=False), (2, False)),
        (0, TaskStuck("too long"), Reason.PARSE_TIMEOUT),
        (0, TaskFailed("KeyError: 'x'"), Reason.INTERNAL),
    ],
)
def test_a_task_without_an_answer_is_tried_alone_at_once_or_not_again(deaths, error, verdict):
    got = judge_error(Request("http://a.example/1", deaths=deaths), error)
    if isinstance(got, Failure):
        assert got.reason == verdict
        assert got.detail.startswith("http://a.example/1: ")
    else:
        assert (got.request.deaths, got.is_alone) == verdict
