"""Whatever a server says: heads, redirects, cookies, Retry-After and robots.txt made at random."""

# ruff: noqa: E501 - lists of pieces

import contextlib
import math
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawl.policy import Policy
from scraper.crawl.retry import RetryPolicy, retry_after
from scraper.crawl.robots import Robots, read_robots
from scraper.errors import Reason
from scraper.fetch.cookies import Cookies
from scraper.fetch.redirects import redirect_target
from scraper.job import Settings, urls
from scraper.models import Failure, Page, Request
from tests.support.fetchers import WAYS, open_fetcher
from tests.support.fuzzing import DATES, LINKS, NUMBERS, assert_text, bounded, little_memory, texts

URL = "http://a.example/list/page?x=1"
DATE = "Thu, 01 Jan 1970 00:01:00"
WAITS = [
    "120",
    "-1",
    "1e9",
    "inf",
    "soon",
    "9" * 20,
    "9" * 5000,
    DATE,
    *(f"{DATE} {zone}" for zone in ("GMT", "-0000", "+2500")),
]
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
waits = (
    st.sampled_from([*WAITS, *NUMBERS, *DATES])
    | latin
    | st.from_regex(r"\A\w{3}, \d+ (Jan|Feb) \d+ \d+:\d+:\d+ ?[+-]?\d*\Z")
)
links = st.sampled_from(LINKS) | st.text(max_size=20) | texts
HEADERS = [
    b"Content-Length: 5", b"Content-Length: -5", b"Content-Length: 5, 5", b"Content-Length: " + b"9" * 30, b"Content-Length:",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Content-Encoding: gzip", b"Content-Encoding: br",
    b"Content-Type: text/html; charset=hex", b"Location: /\xe9\xff", b"Location:", b"Set-Cookie: a=b; expires=" + b"9" * 99,
    b"Connection: close", b"Connection: keep-alive, upgrade", b" folded", b"\tfolded", b": no name", b"no colon", b"X:" + b"y" * 70_000,
    b"\x00: \x00", b"X\x0b: 1", b"\xff: \xff", b"Trailer: X", b"Upgrade: h2c", b"Age: " + b"9" * 5000,
]  # fmt: skip
STATUS = [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 302 Found", b"HTTP/1.1 204 x", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
          b"HTTP/1.1 101 x", b"HTTP/1.1 999 x", b"HTTP/1.1 099", b"HTTP/1.1 2000", b"HTTP/2 200", b"HTTP/9.9 200", b"ICY 200 OK",
          b"HTTP/1.1", b"", b"HTTP/1.1 \xff\x00", b"HTTP/1.1 -200 x", b"garbage"]  # fmt: skip
BODIES = [
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"-1\r\nx",
    b"ffffffffffffffffff\r\nx",
    b'5;x="\r\nhello',
    b"0\r\nX: y\r\n\r\n",
    b"\x1f\x8b\x08",
]
answers = st.binary(max_size=120) | st.builds(
    lambda status, headers, end, body: end.join([status, *headers, b"", b""]) + body,
    st.sampled_from(STATUS),
    st.lists(st.sampled_from(HEADERS) | st.binary(max_size=20), max_size=6),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
    st.sampled_from(BODIES) | st.binary(max_size=30),
)


@pytest.fixture(scope="module", autouse=True)
def _little_memory():
    with little_memory():
        yield


class Answering:
    """A server on loopback that sends `answer`, whatever that is, to each connection, and closes it."""

    def __init__(self):
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.settimeout(5)
                client.recv(65536)
                client.sendall(self.answer)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture(scope="module")
def server():
    server = Answering()
    yield server
    server.close()


@pytest.fixture(scope="module", params=WAYS)
def fetcher(request):
    fetcher = open_fetcher(request.param, download_timeout=5.0, download_maxsize=100_000)
    yield fetcher
    fetcher.close()


@given(answers)
def test_any_answer_is_a_page_or_a_failure(server, fetcher, answer):
    server.answer = answer
    got = fetcher.fetch(Request(server.url))
    if isinstance(got, Failure):
        assert got.reason in {*Reason} - {Reason.INTERNAL, Reason.TIMEOUT}, got
        assert_text([got.reason, got.detail])
        assert got.detail.isprintable()
    else:
        assert 200 <= got.status <= 999
        assert all(isinstance(text, str) for header in got.headers for text in header)


def test_a_good_answer_is_a_page(server, fetcher):
    """Or nothing that is asserted here would be worth anything."""
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    assert fetcher.fetch(Request(server.url)).body == b"hello"


@given(waits, st.sampled_from([0.0, 1.7e9, 1e11]))
def test_any_retry_after_is_a_time_to_wait(value, now):
    with bounded():
        asked_s = retry_after(value, now)
        assert asked_s >= 0
        assert not math.isnan(asked_s)
        rules = Policy(RetryPolicy(Settings(), lambda: now, lambda: 0.5), frozenset({"a.example"}), lambda *_: None)
        verdict = rules.judge(Request(URL), Page(URL, 503, (("Retry-After", value),), b"", 0.0))
    assert isinstance(verdict, Failure) or 0 <= verdict.delay_s <= Settings().retry_after_max


@given(links, st.sampled_from([301, 302, 303, 307, 308]))
def test_any_location_leads_to_the_web_or_nowhere(value, status):
    rules = Policy(RetryPolicy(Settings(), lambda: 0.0, lambda: 0.5), frozenset({"a.example"}), lambda *_: None)
    with bounded():
        verdict = rules.judge(Request(URL), Page(URL, status, (("Location", value),), b"", 0.0))
    if isinstance(verdict, Failure):
        assert verdict.reason in (Reason.BAD_REDIRECT, Reason.OFFSITE_REDIRECT)
    else:
        assert verdict.request.url.isascii()
        assert urls.host(verdict.request.url).endswith("a.example")


cookies = st.lists(
    st.sampled_from(["a=b", "a", "=", ";", "Domain=", "Domain=.example", "Domain=a.example", "Domain=é", "Domain=..", "Path=/", "Max-Age=", "Version=1",
                     "Max-Age=" + "9" * 5000, "Max-Age=-1", "Expires=", "Expires=Mon, 99 Foo 99999 99:99:99", "Secure", "HttpOnly", "Port=\"99999\"",
                     "Expires=Wed, 01 Jan " + "9" * 5000 + " 00:00:00 GMT", "a=\"\\", "Domain=" + "a." * 200, "Domain=xn--\xff"])
    | waits.map("Expires={}".format) | latin,
    max_size=6,
).map("; ".join)  # fmt: skip


@given(st.lists(cookies, max_size=4))
def test_any_cookie_is_kept_or_not(values):
    jar = Cookies()
    with bounded():
        jar.take(URL, tuple(("Set-Cookie", value) for value in values))
        header = jar.header(URL)
        assert jar.header("http://other.test/") is None
    assert header is None or ("\n" not in header and "\r" not in header)


WORDS = ["User-agent: *", "user agent pool-scraper", "User-agent:", "Disallow: /", "Disallow: *$", "Allow: /%zz%", "Allow: /\u2028", "Disallow:/a?b#c",
         "Crawl-delay: 1", "Crawl-delay: 1e999", "Crawl-delay: nan", "Crawl-delay: -5", "Request-rate: 1/0", "Visit-time: 9999-0", "Sitemap: http://[",
         "<html>", "Host: \x00", "Disallow: /" + "*a" * 50 + "$", "User-agent: " + "x" * 1000, "Disallow: http://[::1"]  # fmt: skip
robots_txts = st.binary(max_size=200) | st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=15).map(
    lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass")
)


@given(robots_txts, links)
def test_any_robots_txt_allows_or_denies(body, link):
    target = redirect_target(URL, link) or URL
    with bounded():
        robots = read_robots(Page("http://a.example/robots.txt", 200, (), body, 0.0), "pool-scraper")
        assert isinstance(robots, Robots)
        assert robots.allows(target) in (True, False)
        assert robots.crawl_delay_s >= 0
