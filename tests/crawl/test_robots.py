"""robots.txt as RFC 9309 says."""

import pytest

from scraper.crawl.robots import Robots, read_robots
from scraper.errors import Reason
from scraper.job.user_agent import product_token
from scraper.models import Failure, Page
from tests.support.fuzzing import bounded, little_memory


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


def test_a_robots_txt_that_no_memory_holds_is_not_read():
    agents = "".join(f"User-agent: a{n}\n\n# x\nSitemap: y\n" for n in range(5_000))
    with bounded(), little_memory():
        bomb = robots(agents + "Allow: /b\n" * 20_000)
        many_names = robots("".join(f"user agent a{n}\n" for n in range(20_000)))
        fine = robots("".join(f"User-agent: a{n}\n" for n in range(200)) + "Disallow: /b\n" * 500, "a7")
    assert (bomb.reason, many_names.reason) == (Reason.ROBOTS_UNREACHABLE, Reason.ROBOTS_UNREACHABLE)
    assert not fine.allows("http://a/b")


def test_wildcards_are_matched_in_time_that_grows_with_the_url():
    known = robots("User-agent: *\nDisallow: /" + "*a" * 40 + "*b$\n")
    with bounded():
        assert known.allows("http://a/" + "a" * 5_000)
