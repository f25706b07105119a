"""Cookies stay where they belong."""

import pytest

from scraper.fetch.cookies import Cookies


def cookies(url, *lines):
    jar = Cookies()
    jar.take(url, tuple(("Set-Cookie", line) for line in lines))
    return jar


def test_a_cookie_comes_back_to_its_host_and_to_no_other():
    jar = cookies("http://shop.example.com/login", "sid=1; HttpOnly", "lang=zh; Path=/cn")
    assert jar.header("http://shop.example.com/") == "sid=1"
    assert jar.header("http://shop.example.com/cn/x") == "lang=zh; sid=1"
    for other in ("http://example.com/", "http://www.example.com/", "http://evil.com/", "http://a.shop.example.com/"):
        assert jar.header(other) is None


def test_a_domain_cookie_is_for_the_hosts_below_it():
    jar = cookies("http://shop.example.com/", "sid=1; Domain=example.com")
    assert jar.header("http://www.example.com/") == "sid=1"
    assert jar.header("http://example.org/") is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [("shop.com.cn", "com.cn"), ("a.co.uk", ".co.uk"), ("me.github.io", "github.io"), ("a.com", "com"),
     ("shop.example.com", "other.com"), ("shop.example.com", "a.shop.example.com")],
)  # fmt: skip
def test_cookies_for_public_suffixes_and_for_others_hosts_are_refused(host, domain):
    jar = cookies(f"http://{host}/", f"sid=1; Domain={domain}")
    assert jar.header(f"http://{host}/") is None
    assert jar.header(f"http://x.{domain.lstrip('.')}/") is None


def test_a_secure_cookie_does_not_go_over_plain_http():
    jar = cookies("https://example.com/", "sid=1; Secure")
    assert jar.header("http://example.com/") is None
    assert jar.header("https://example.com/") == "sid=1"


def test_a_cookie_can_be_deleted():
    jar = cookies("http://example.com/", "sid=1")
    jar.take("http://example.com/", (("set-cookie", "sid=; Max-Age=0"),))
    assert jar.header("http://example.com/") is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080"])
def test_loopback_servers_have_cookies_too(host):
    jar = cookies(f"http://{host}/", "sid=1")
    assert jar.header(f"http://{host}/x") == "sid=1"


@pytest.mark.parametrize("line", ["", ";;;", "=", "a" * 100_000, "a=\x00", "a=b; Expires=never", "a=b; Max-Age=x"])
def test_broken_cookies_break_nothing(line):
    cookies("http://example.com/", line).header("http://example.com/")


def test_a_cookie_without_end_is_not_kept_and_harms_no_other():
    jar = Cookies()
    years = "a=b; expires=Wed, 01 Jan " + "9" * 5000 + " 00:00:00 GMT"
    jar.take("http://a.example/", (("Set-Cookie", years), ("Set-Cookie", "b=" + "x" * 5000), ("Set-Cookie", "c=1")))
    assert jar.header("http://a.example/") == "c=1"
