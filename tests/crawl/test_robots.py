"""robots.txt as RFC 9309 says."""

import pytest

from scraper.crawl.robots import Robots, read_robots
from scraper.errors import Reason
from scraper.job.user_agent import product_token
from scraper.models import Failure, Page


def robots(text, agent="pool-scraper"):
    body = text if isinstance(text, bytes) else text.encode()
    return read_robots(Page("http://a/robots.txt", 200, (), body, 0.0), agent)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /private\n", "/private/x", False),
        ("User-agent: *\nDisallow: /private\n", "/public", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b\n", "/a/b/c", False),
        ("User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf?z", True),
        ("User-agent: other\nDisallow: /\n", "/", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: pool-scraper\nAllow: /\n", "/x", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: Pool-Scraper\nDisallow: /\n", "/x", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /x\n", "/x", False),
        ("<!DOCTYPE html><html><body>Not a robots file</body></html>", "/x", True),
        ("", "/x", True),
        (b"\xff\xfe\x00" * 50, "/x", True),
        ("User-agent: *\nDisallow: /电影\n", "/%E7%94%B5%E5%BD%B1", False),
    ],
)
def test_the_longest_match_of_the_own_group_decides(text, path, allowed):
    assert robots(text).allows("http://a" + path) is allowed


def test_rules_beyond_500_kilobytes_are_not_read():
    text = "User-agent: *\nDisallow: /early\n" + "# filler\n" * 60_000 + "Disallow: /late\n"
    assert not robots(text).allows("http://a/early")
    assert robots(text).allows("http://a/late")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refused_robots_txt_allows_everything(status):
    answer = read_robots(Failure(f"http {status}"), "pool-scraper")
    assert isinstance(answer, Robots)
    assert answer.allows("http://a/x")


@pytest.mark.parametrize("reason", ["http 500", "http 503", "http 429", Reason.CONNECTION, Reason.TIMEOUT])
def test_an_unreachable_robots_txt_denies_everything_and_is_loud(reason):
    answer = read_robots(Failure(reason, "why"), "pool-scraper")
    assert isinstance(answer, Failure)
    assert answer.reason == Reason.ROBOTS_UNREACHABLE
    assert reason in answer.detail


@pytest.mark.parametrize(
    ("line", "delay_s"),
    [("Crawl-delay: 2.5", 2.5), ("Crawl-delay: soon", 0.0), ("Crawl-delay: -3", 0.0), ("", 0.0)],
)
def test_crawl_delay_is_read(line, delay_s):
    assert robots(f"User-agent: *\n{line}\nDisallow: /x\n").crawl_delay_s == delay_s


@pytest.mark.parametrize(("agent", "token"), [("pool-scraper/1.0", "pool-scraper"), ("My Bot", "My"), ("", "*")])
def test_the_product_token_is_the_name_before_the_version(agent, token):
    assert product_token(agent) == token


def test_the_names_of_a_robots_txt_are_no_rules():
    """632 names and one rule are 633 lines, not one rule for each name."""
    known = robots(
        "".join(f"User-agent: bot{n}x\n" for n in range(632)) + "User-agent: pool-scraper/0.1.0\nDisallow: /b\n"
    )
    assert [known.allows("http://a/a"), known.allows("http://a/b")] == [True, False]


def test_the_line_that_the_limit_cuts_is_read_to_its_end_or_not_at_all():
    filler = "# filler, ten\n" * 36_571
    known = robots("User-agent: *\n" + filler[: 512_000 - 20] + "\nDisallow: /a/b\nDisallow: /c/" + "x" * 40_000)
    assert [known.allows(f"http://a/{path}") for path in ("a/b", "a/", "c/", "c/x")] == [False, True, True, True]


def test_the_robots_txt_itself_and_the_query_are_asked_about_by_their_own_names():
    known = robots("User-agent: *\nDisallow: /\nAllow: /?$\nAllow: /a?b=1")
    allowed = ["/robots.txt", "?", "/?", "/a?b=1&c", "/a?b=1#c"]
    denied = ["", "/", "/#?", "/robots.txt?x", "/a", "/a?b"]
    assert [path for path in allowed + denied if known.allows(f"http://a{path}")] == allowed
