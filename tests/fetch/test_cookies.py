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


def test_what_is_too_long_is_left_out_and_harms_no_other():
    jar = Cookies()
    years = "a=b; expires=Wed, 01 Jan " + "9" * 5000 + " 00:00:00 GMT"
    jar.take("http://a.example/", (("Set-Cookie", years), ("Set-Cookie", "b=" + "x" * 5000), ("Set-Cookie", "c=1")))
    assert jar.header("http://a.example/") == "a=b; c=1"


@pytest.mark.parametrize(
    "attribute",
    ["Max-Age=3600.5", "Max-Age=", 'Max-Age="60"', "Max-Age=session", "Path", "Domain", 'Path="/"', "Domain=",
     "Path=/other; Path=/", "Port=80", "Version=2", "Comment=x", "Expires=soon", "Expires=1 Jan 2099 0:0:0; Expires=x"],
)  # fmt: skip
def test_an_odd_attribute_costs_itself_and_not_the_cookie(attribute):
    assert cookies("http://shop.example.com/login", f"sid=1; {attribute}").header("http://shop.example.com/") == "sid=1"


@pytest.mark.parametrize("host", ["localhost", "github.io", "com.cn"])
def test_a_host_that_is_a_public_suffix_has_cookies_of_its_own(host):
    jar = cookies(f"http://{host}/", f"sid=1; Domain={host}")
    assert jar.header(f"http://{host}/") == "sid=1"
    assert jar.header(f"http://x.{host}/") is None


@pytest.mark.parametrize(
    "date",
    ["Mon, 01 Jan 0001 00:00:00 GMT", "Thu, 01-Jan-70 00:00:10 GMT", "1970 Jan 1 0:0:10", "Thu, 01 Jan 1970 00:00:00"],
)
def test_a_date_of_the_past_deletes(date):
    jar = cookies("http://a.example/", "sid=1", f"sid=; Expires={date}")
    assert jar.header("http://a.example/") is None


def test_plain_http_lays_no_cookie_over_a_secure_one():
    jar = cookies("https://a.example/", "sid=1; Secure; Path=/shop")
    jar.take("http://a.example/shop/", (("Set-Cookie", "sid=2"),))
    jar.take("http://a.example/", (("Set-Cookie", "sid=3; Path=/"),))
    assert jar.header("https://a.example/shop/") == "sid=1; sid=3"


def test_the_longest_path_comes_first_then_the_oldest_cookie():
    jar = cookies("http://a.example/x/y", "c=1; Path=/", "b=1; Path=/", "a=1; Path=/x", "b=2; Path=/")
    assert jar.header("http://a.example/x/y") == "a=1; c=1; b=2"


def test_a_site_has_so_many_cookies_and_the_oldest_go():
    jar = cookies(
        "http://www.a.example/", *(f"c{n}=1; Domain=a.example" for n in range(100)), *(f"d{n}=1" for n in range(100))
    )
    sent = jar.header("http://www.a.example/").split("; ")
    assert len(sent) == 180
    assert sent[0] == "c20=1"
    jar.take("http://b.example/", (("Set-Cookie", "sid=1"),))
    assert jar.header("http://b.example/") == "sid=1"


def test_a_line_of_cookies_is_no_longer_than_servers_take_and_the_oldest_stay_behind():
    jar = cookies("http://a.example/", *(f"c{n}={'x' * 2000}" for n in range(9)), "last=é")
    line = jar.header("http://a.example/")
    assert [pair.partition("=")[0] for pair in line.split("; ")] == ["c5", "c6", "c7", "c8", "last"]
    assert len(b"Cookie: " + line.encode()) <= 8190


@pytest.mark.parametrize(("size", "sent"), [(4081, 2), (4082, 1)])
def test_a_line_may_be_as_long_as_servers_take(size, sent):
    jar = cookies("http://a.example/", "a=" + "x" * 4095, "b=" + "x" * size)
    line = jar.header("http://a.example/")
    assert line.count("; ") + 1 == sent


def test_what_is_kept_can_be_kept_elsewhere():
    jar = cookies("https://a.example/", "sid=1; Secure", "lang=zh; Domain=a.example; Path=/x", "old=1; Max-Age=0")
    again = Cookies(list(jar))
    again.take("https://a.example/", (("Set-Cookie", "new=1; Path=/"),))
    assert again.header("https://a.example/x/") == "lang=zh; sid=1; new=1"
    assert again.header("https://b.a.example/x/") == "lang=zh"
