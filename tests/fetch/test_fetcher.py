"""One HTTP exchange: whatever a server does, a Page or a Failure comes back, in time and within bounds."""

import gzip
import socket
import threading

import pycurl
import pytest
import requests
import responses

from scraper.errors import Reason
from scraper.fetch.fetcher import Fetcher
from scraper.job import Settings
from scraper.job.user_agent import user_agent
from scraper.models import Failure, Page, Request
from tests.support.faultserver import FAULTS, HTML, PROMISES, FaultServer, closed_port
from tests.support.fetchers import WAYS, open_fetcher

MAXSIZE = 1 << 20
SIZE = len(HTML)
LIBCURL_8_23 = 0x081700


@pytest.fixture(scope="module")
def server():
    with FaultServer(("127.0.0.1", "127.0.0.2")) as server:
        yield server


@pytest.fixture(params=WAYS)
def library(request):
    """All transports stand every test that takes this, or a fixture made of it."""
    return request.param


only_requests = pytest.mark.parametrize("library", ["requests"], indirect=True)
only_curl = pytest.mark.parametrize("library", ["curl", "curl loop"], indirect=True)


@pytest.fixture
def fetcher(library):
    fetcher = open_fetcher(library, download_timeout=10, download_maxsize=MAXSIZE)
    yield fetcher
    fetcher.close()


@pytest.fixture
def hasty(library):
    """A fetcher with half a second."""
    fetcher = open_fetcher(library, download_timeout=0.5, download_maxsize=MAXSIZE)
    yield fetcher
    fetcher.close()


@pytest.fixture
def get(server, fetcher):
    """A function that fetches a path of the fault server."""
    return lambda path, **options: fetcher.fetch(Request(server.url(path), **options))


@pytest.mark.parametrize("then", ["hang", "drip", "close"])
@pytest.mark.parametrize("what", PROMISES)
def test_a_redirect_is_a_redirect_whatever_becomes_of_its_body(server, get, what, then):
    answer = get(f"/redirect-promising?what={what}&then={then}")
    assert isinstance(answer, Page), answer
    assert (answer.status, answer.header("location")) == (302, "/page")
    assert get("/page").body == HTML


def test_the_connection_of_a_redirect_is_kept_if_its_body_comes(server, get):
    server.log.clear()
    for _ in range(3):
        assert get("/redirect?to=/page").status == 302
        assert get("/page").status == 200
    assert len({number for *_, number in server.log}) == 1


def sent(server):
    """Return the head of the last request, as lines."""
    return server.log[-1][2].decode("latin-1").split("\r\n")


# --------------------------------------------------------------------------- what becomes of each fault

PAGES = {
    "/page": HTML,
    "/page?size=300000": (HTML * 4000)[:300_000],
    "/no-length": HTML,
    f"/length?a={SIZE}": HTML,
    f"/length?a={SIZE}&b={SIZE}": HTML,
    f"/length?a={SIZE},%20{SIZE}": HTML,
    "/length?a=10": HTML[:10],
    "/length?a=0": b"",
    "/length-and-chunked": HTML,
    "/chunked": b"first" + HTML,
    "/chunked-nothing": b"",
    "/gzip": HTML,
    "/gzip-empty": b"",
    "/gzip-members": HTML,
    "/gzip-garbage-behind": HTML,
    "/x-gzip": HTML,
    "/deflate": HTML,
    "/deflate-bare": HTML,
    "/identity": HTML,
    "/no-headers": HTML,
    "/http10": HTML,
    "/interim": HTML,
    "/unusual-headers": HTML,
    "/evil-trailers": HTML,
    "/empty": b"",
    "/status?code=503": HTML,
    "/status?code=204": b"",
    "/status?code=304": b"",
    "/status?code=999": HTML,
    "/redirect?to=/page": b"",
    "/large-head?lines=200&size=50": HTML,
    "/large-head?lines=4000&size=50": HTML,
    "/large-head?lines=1&size=100000": HTML,
    "/large-head?lines=3&size=80000": HTML,
    "/raw-head?is=http/1.1+200+ok|content-length:+LENGTH": HTML,
    "/raw-head?kept&is=HTTP/1.1+200|Content-Length+:+LENGTH": HTML,
    "/raw-head?kept&is=HTTP/1.1+200|Content-Length%09:5": HTML[:5],
    "/raw-head?kept&is=HTTP/1.1+200|Content-Length+:+0": b"",
    "/raw-head?is=HTTP/1.1+200|Content-Encoding:+utf-8|Content-Length:+LENGTH": HTML,
    "/raw-head?is=HTTP/1.1+200|Content-Encoding:+text/html|Content-Length:+LENGTH": HTML,
    "/raw-head?kept&is=HTTP/1.1+200|Transfer-Encoding:+identity|Content-Length:+LENGTH": HTML,
    "/raw-head?is=HTTP/1.1+200|Transfer-Encoding:+identity|Connection:+close": HTML,
    "/transfer-encoding?is=chunked,+chunked": HTML,
    "/transfer-encoding?is=Chunked": HTML,
    "/transfer-encoding?is=identity,+chunked": HTML,
    "/bomb?status=302": b"",
    "/headless?status=302": b"",
    "/headless?status=308": b"",
    "/headless?status=404": b"",
    "/headless?status=503": b"",
    "/raw-head?is=HTTP/1.1+404+No|Connection:+close": HTML,
    "/raw-head?is=HTTP/1.1+401+No": HTML,
    "/raw-head?is=HTTP/1.1+206+All|Content-Length:+LENGTH|Content-Range:+bytes+0-96/97": HTML,
    "/raw-head?is=HTTP/1.1+206+All|Content-Length:+LENGTH": HTML,
}
FAILURES = {
    "/reset": (Reason.CONNECTION, True, "reset by peer"),
    "/reset-in-body": (Reason.CONNECTION, True, "reset by peer"),
    "/close-before-head": (Reason.CONNECTION, True, "without response"),
    "/close-in-head": (Reason.TRUNCATED, True, "IncompleteRead"),
    "/close-in-body": (Reason.TRUNCATED, True, f"{SIZE} bytes read, {1000 - SIZE} more expected"),
    f"/length?a={SIZE + 1}": (Reason.TRUNCATED, True, f"{SIZE} bytes read, 1 more expected"),
    "/length?a=many": (Reason.BAD_RESPONSE, False, "expected a Content-Length, got 'many'"),
    "/length?a=-1": (Reason.BAD_RESPONSE, False, "got '-1'"),
    "/length?a=98&b=97": (Reason.BAD_RESPONSE, False, "got '97, 98'"),
    "/length?a=98,97": (Reason.BAD_RESPONSE, False, "got '97, 98'"),
    "/length?a=0x62": (Reason.BAD_RESPONSE, False, "got '0x62'"),
    "/length?a=%2B98": (Reason.BAD_RESPONSE, False, "got '+98'"),
    f"/length?a={10**17}": (Reason.TOO_LARGE, False, str(MAXSIZE)),
    "/chunked-size?is=zz": (Reason.BAD_RESPONSE, False, "the size of a chunk, got 'zz"),
    "/chunked-size?is=": (Reason.BAD_RESPONSE, False, "the size of a chunk"),
    "/chunked-size?is=0x62": (Reason.BAD_RESPONSE, False, "the size of a chunk"),
    "/chunked-size?is=FFFFFFFFFFFFFFFFF": (Reason.BAD_RESPONSE, False, "the size of a chunk"),
    "/chunked-size?is=1000": (Reason.TRUNCATED, True, "IncompleteRead"),
    "/chunked-negative": (Reason.BAD_RESPONSE, False, "the size of a chunk, got '-1"),
    "/chunked-cut": (Reason.TRUNCATED, True, "IncompleteRead"),
    "/chunked-cut-in-chunk": (Reason.TRUNCATED, True, "IncompleteRead"),
    "/transfer-encoding?is=gzip,chunked": (Reason.BAD_RESPONSE, False, "got 'gzip,chunked'"),
    "/transfer-encoding?is=none": (Reason.BAD_RESPONSE, False, "got 'none'"),
    "/transfer-encoding?is=%C3%A9": (Reason.BAD_RESPONSE, False, "got '\xe9'"),
    "/endless": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/endless-chunked": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/gzip-cut": (Reason.TRUNCATED, True, "the end of the gzip body"),
    "/gzip-no-trailer": (Reason.TRUNCATED, True, f"the end of the gzip body, got {SIZE} bytes without it"),
    "/gzip-second-cut": (Reason.TRUNCATED, True, "the end of the gzip body"),
    "/gzip-wrong-crc": (Reason.BAD_RESPONSE, False, "incorrect data check"),
    "/gzip-is-plain": (Reason.BAD_RESPONSE, False, "incorrect header check"),
    "/gzip-crowd": (Reason.BAD_RESPONSE, False, "gzip members"),
    "/gzip-twice": (Reason.BAD_RESPONSE, False, "got 'gzip, gzip'"),
    "/deflate-cut": (Reason.TRUNCATED, True, "the end of the deflate body"),
    "/deflate-bare-cut": (Reason.TRUNCATED, True, "the end of the deflate body"),
    "/brotli": (Reason.BAD_RESPONSE, False, "got 'br'"),
    "/zstd": (Reason.BAD_RESPONSE, False, "got 'zstd'"),
    "/bomb?in=gzip": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/bomb?in=deflate": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/bomb?status=200": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/bomb?status=404": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/bomb?status=401": (Reason.TOO_LARGE, False, f"at most {MAXSIZE} bytes"),
    "/bad-status": (Reason.BAD_RESPONSE, False, "BadStatusLine"),
    "/long-status": (Reason.BAD_RESPONSE, False, "header lines of at most"),
    "/http09": (Reason.BAD_RESPONSE, False, "BadStatusLine"),
    "/many-headers": (Reason.BAD_RESPONSE, False, "at most 5000 header lines"),
    "/endless-headers?line=X:+1": (Reason.BAD_RESPONSE, False, "at most 5000 header lines"),
    "/endless-headers?line=+folded": (Reason.BAD_RESPONSE, False, "at most 5000 header lines"),
    "/endless-headers?line=nothing": (Reason.BAD_RESPONSE, False, "at most 5000 header lines"),
    "/long-header": (Reason.BAD_RESPONSE, False, "header lines of at most 102400 bytes"),
    "/large-head?lines=1&size=110000": (Reason.BAD_RESPONSE, False, "header lines of at most 102400 bytes"),
    "/large-head?lines=3&size=90000": (Reason.BAD_RESPONSE, False, "a head of at most 262144 bytes"),
    "/raw-head?is=HTTP/1.1+206+Part|Content-Length:+5|Content-Range:+bytes+0-4/97": (Reason.TRUNCATED, True, "0-4/97"),
    "/raw-head?is=HTTP/1.1+206+Part|Content-Length:+5|Content-Range:+bytes+0-4/*": (
        Reason.TRUNCATED,
        True,
        "whole page",
    ),
    "/raw-head?is=HTTP/1.1+206+End|Content-Length:+5|Content-Range:+bytes+92-96/97": (
        Reason.TRUNCATED,
        True,
        "92-96/97",
    ),
    "/switching": (Reason.BAD_RESPONSE, False, "BadStatusLine"),
}
CURL_SAYS = {
    "/length?a=many": "Invalid Content-Length",
    "/length?a=-1": "Invalid Content-Length",
    "/length?a=98&b=97": "Invalid Content-Length",
    "/length?a=98,97": "Invalid Content-Length",
    "/length?a=0x62": "Invalid Content-Length",
    "/length?a=%2B98": "Invalid Content-Length",
    "/chunked-size?is=zz": "the size of a chunk: chunk hex-length char not a hex digit",
    "/chunked-size?is=0x62": "eader",  # a last chunk of 0 bytes, and a trailer: "Header without colon"
    "/chunked-negative": "the size of a chunk: chunk hex-length char not a hex digit",
    "/transfer-encoding?is=gzip,chunked": "Transfer-Encoding (gzip)",
    "/transfer-encoding?is=none": "Transfer-Encoding (none)",
    "/bad-status": "Unsupported HTTP/1 subversion in response",
    "/long-status": "larger than allowed",
    "/http09": "Received HTTP/0.9 when not allowed",
    "/endless-headers?line=+folded": "larger than allowed",
    "/endless-headers?line=nothing": "Header without colon",
    "/long-header": "larger than allowed",
    "/many-headers": "oo many response headers",
    "/endless-headers?line=X:+1": "oo many response headers",
    "/large-head?lines=1&size=110000": "larger than allowed",
}
"""Where libcurl finds the fault first (it depends on its version), it tells of it in its own words."""


@pytest.mark.parametrize("path", PAGES)
def test_what_is_legal_is_a_page(get, server, path):
    page = get(path)
    assert isinstance(page, Page), page
    assert (page.url, page.body) == (server.url(path), PAGES[path])


@pytest.mark.parametrize("path", FAILURES)
def test_what_is_broken_is_a_failure_that_says_why(get, server, library, path):
    failure = get(path)
    reason, is_transient, words = FAILURES[path]
    told = [words, CURL_SAYS[path]] if library != "requests" and path in CURL_SAYS else [words]
    assert isinstance(failure, Failure), failure
    assert (failure.reason, failure.is_transient) == (reason, is_transient), failure
    assert any(words in failure.detail for words in told), failure
    assert failure.detail.startswith(server.url(path) + ": ")
    assert "\n" not in failure.detail
    assert len(failure.detail) < 500


TIMEOUTS = ["/hang", "/hang-after-head", "/drip", "/drip?close=1", "/drip-head", "/drip-interim"]


@pytest.mark.parametrize("path", TIMEOUTS)
def test_a_slow_server_ends_at_the_total_deadline(hasty, server, path):
    failure = hasty.fetch(Request(server.url(path)))
    late = f"{server.url(path)}: not complete within download_timeout (0.5 s)"
    assert failure == Failure(Reason.TIMEOUT, late, is_transient=True)


def test_a_server_that_does_not_read_ends_at_the_total_deadline(hasty, server):
    """The request's body fills the buffers of the sockets, and nobody takes it."""
    with FaultServer() as deaf:
        deaf.lock.acquire()  # every talk waits
        try:
            failure = hasty.fetch(Request(deaf.url("/page"), method="POST", body=bytes(1 << 25)))
        finally:
            deaf.lock.release()
    assert failure.reason == Reason.TIMEOUT


@pytest.mark.parametrize("path", ["/endless", "/endless-chunked", "/bomb?in=gzip", "/bomb?in=deflate"])
def test_of_a_body_whose_beginning_will_do_no_more_is_read(get, path):
    page = get(path, enough_bytes=100_000)
    assert isinstance(page, Page), page
    assert 100_000 < len(page.body) <= 500_000
    assert get("/page").body == HTML


@pytest.mark.parametrize("path", ["/close-in-body", "/chunked-cut", "/gzip-cut", "/reset-in-body"])
def test_a_body_that_ends_before_its_beginning_is_there_is_cut_short(get, path):
    failure = get(path, enough_bytes=100_000)
    assert failure.reason == FAILURES[path][0]
    assert get("/page", enough_bytes=5000).body == HTML, "all of a smaller one"


def test_the_fault_table_knows_every_fault():
    others = {"/slow", "/echo", "/stale", "/stale-reset", "/interim-kept", "/wrong-charset", "/redirect-nowhere"}
    others |= {"/latin-location", "/odd-headers", "/cut", "/afterthought", "/raw-bytes", "/redirect-promising"}
    crawls = {"/loop", "/hops", "/cookie-wall", "/cookie-wall-set", "/retry-after", "/captcha", "/json-error"}
    known = {path.partition("?")[0] for path in [*PAGES, *FAILURES, *TIMEOUTS]}
    assert set(FAULTS) == known | others | crawls


@pytest.mark.live
def test_a_refused_connection_is_a_failure(fetcher):
    failure = fetcher.fetch(Request(f"http://127.0.0.1:{closed_port()}/"))
    assert (failure.reason, failure.is_transient) == (Reason.CONNECTION, True)
    assert "Connection refused" in failure.detail


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 64 + ".invalid", "a..b"])
def test_a_name_that_is_none_is_a_failure(fetcher, host):
    failure = fetcher.fetch(Request(f"http://{host}/"))
    assert failure.reason in (Reason.NAME_NOT_FOUND, Reason.BAD_URL)


# --------------------------------------------------------------------------- marks, headers


@only_requests
def test_blank_lines_before_a_status_line_are_skipped(get):
    """RFC 9112 section 2.2. libcurl refuses them on a new connection, see below for a kept one."""
    for number, end in ((1, "HTTP"), (2, "HTTP"), (16, "HTTP")):
        path = "/raw-head?is=" + "|" * number + "HTTP/1.1+200+OK|Content-Length:+LENGTH"
        assert get(path).body == HTML, (number, end)
    assert get("/raw-head?is=" + "|" * 17 + "HTTP/1.1+200+OK").reason == Reason.BAD_RESPONSE


@only_requests
def test_an_empty_length_is_none(get):
    page = get("/raw-head?is=HTTP/1.1+200|Content-Length:|Connection:+close")
    assert (page.body, page.marks) == (HTML, ("no length",))


@only_requests
@pytest.mark.parametrize("head", ["HTTP/1.2+200|", "HTTP/2+200|", "HTTP/1.1++200|", "HTTP/1.1+200|X:+a%0Db|"])
def test_odd_versions_and_a_stray_cr_are_read(get, head):
    assert get(f"/raw-head?is={head}Content-Length:+LENGTH").body == HTML


@only_curl
def test_curl_refuses_what_it_cannot_be_told_to_read(get):
    """docs/reference/running.md lists these; `fetcher: requests` reads them but for the last, whose end is not sure."""
    for lines in (
        "|HTTP/1.1+200|Content-Length:+LENGTH",
        "HTTP/1.1++200|Content-Length:+LENGTH",
        "HTTP/1.1+200|Content-Length:|Connection:+close",
        "HTTP/1.2+200|Content-Length:+LENGTH",
    ):
        assert get(f"/raw-head?is={lines}").reason == Reason.BAD_RESPONSE
    stray = get("/raw-head?is=HTTP/1.1+200|X:+a%0Db|Content-Length:+LENGTH")
    if pycurl.version_info()[2] >= LIBCURL_8_23:  # of constraints.txt; 8.16, the oldest allowed, reads it
        assert stray.reason == Reason.BAD_RESPONSE
    failure = get("/raw-head?is=HTTP/1.1+200|Transfer-Encoding+:+chunked")
    assert (failure.reason, "colon" in failure.detail) == (Reason.BAD_RESPONSE, True)


CHUNKED = "/raw-bytes?is=HTTP/1.1+200+OK|Transfer-Encoding:+chunked|Connection:+close||"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("3%0Atea%0A0%0A%0A", b"tea"),
        ("3|tea|0|X:+y||", b"tea"),
        ("3+|tea|000||", b"tea"),
        ("3;x=%22y%22|tea|0;z||", b"tea"),
        ("3|tea|0|", Reason.TRUNCATED),
        ("3|tea|0|X:+y|", Reason.TRUNCATED),
        ("3|tea|", Reason.TRUNCATED),
        ("3|tea", Reason.TRUNCATED),
        ("3|te", Reason.TRUNCATED),
        ("3|team|0||", Reason.BAD_RESPONSE),
        ("3|tea0||", Reason.BAD_RESPONSE),
        ("0x3|tea|0||", Reason.BAD_RESPONSE),
        ("%2B3|tea|0||", Reason.BAD_RESPONSE),
        ("-1|tea|0||", Reason.BAD_RESPONSE),
    ],
)
def test_chunks_end_as_they_say(get, rest, expected):
    answer = get(CHUNKED + rest)
    assert (answer.body if isinstance(answer, Page) else answer.reason) == expected


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.1+200+OK|X:+a%00b|Content-Length:+LENGTH",
        "HTTP/1.1+200+OK|X%00:+a|Content-Length:+LENGTH",
        "HTTP/1.1+200+O%00K|Content-Length:+LENGTH",
        "HTTP/1.1+200+OK|Transfer-Encoding:+%0Bchunked|Content-Length:+LENGTH",
        "HTTP/1.1+200+OK|Content-Length:+%0B97",
        "HTTP/1.1+101+Switching|Upgrade:+websocket|Connection:+Upgrade",
        "%00HTTP/1.1+200+OK|Content-Length:+LENGTH",
        "abcdHTTP/1.1+200+OK|Content-Length:+LENGTH",
        "ICY+200+OK|Content-Length:+LENGTH",
        "HTTP/1.1+302+Found|Location:+/page|Location:+/loop|Content-Length:+0",
        "HTTP/1.1+200abc|Content-Length:+LENGTH",
    ],
)
def test_a_head_that_is_not_sure_is_no_answer(get, head):
    assert get(f"/raw-head?is={head}").reason == Reason.BAD_RESPONSE


def test_a_range_that_was_asked_for_is_a_page(get):
    path = "/raw-head?is=HTTP/1.1+206+Part|Content-Length:+5|Content-Range:+bytes+0-4/97"
    assert get(path, headers=(("Range", "bytes=0-4"),)).body == HTML[:5]


def test_a_body_without_length_is_marked(get):
    marked = {path: get(path).marks for path in ("/no-length", "/no-headers", "/page", "/chunked", "/status?code=204")}
    assert marked == {
        "/no-length": ("no length",),
        "/no-headers": ("no length",),
        "/page": (),
        "/chunked": (),
        "/status?code=204": (),
    }
    assert get("/no-length", method="HEAD").marks == ()


def test_header_lines_stay_as_they_were_sent(get):
    headers = get("/unusual-headers").headers
    assert [pair for pair in headers if pair[0] == "Set-Cookie"] == [("Set-Cookie", "a=1, 2"), ("Set-Cookie", "b=2")]
    wanted = {"X-Space": "1", "X-Folded": "one two", "X-Empty": "", "X-Latin": "caf\xe9", "X-Last": "1"}
    assert {name: value for name, value in headers if name.startswith("X-")} == wanted


@only_requests
def test_lines_that_are_no_headers_are_ignored(get):
    page = get("/odd-headers")
    assert (page.body, page.header("x-last"), page.header("x-folded")) == (HTML, "1", "one two")


@only_curl
def test_curl_takes_no_head_with_lines_that_are_no_headers(get):
    """Where browsers ignore the line, libcurl cannot be told to; who meets such a site has `fetcher: requests`."""
    failure = get("/odd-headers")
    assert failure.reason == Reason.BAD_RESPONSE
    assert "Header without colon" in failure.detail


def test_the_bytes_of_a_location_are_kept_as_escapes(get, server):
    page = get("/redirect?to=/%E6%A6%9C%E5%8D%95&status=301")
    assert (page.status, page.header("Location")) == (301, "/%E6%A6%9C%E5%8D%95")
    assert get("/redirect?to=/%C3%A0").header("Location") == "/%C3%A0", "its last byte is a white space of Unicode"
    assert get("/latin-location").header("location") == "/caf%E9"


def test_the_length_of_what_is_not_sent_is_no_matter(get):
    """HEAD tells the length of a page that it does not send."""
    page = get(f"/length?a={10**15}", method="HEAD")
    assert (page.status, page.body, page.header("content-length")) == (200, b"", str(10**15))


def test_a_redirect_is_not_followed(get, server):
    before = len(server.log)
    assert get("/redirect?to=/page").status == 302
    assert len(server.log) == before + 1


# --------------------------------------------------------------------------- what is sent


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/"),
        ("/", "/"),
        ("?x=1", "/?x=1"),
        ("/a/../b/./c//d", "/a/../b/./c//d"),
        ("/%e4%BD%a0%2F%41?q=%7e+a%20b&=&&", "/%e4%BD%a0%2F%41?q=%7e+a%20b&=&&"),
        ("/p?", "/p?"),
        ("/p?#top", "/p?"),
        ("#top", "/"),
        ("/p#a?b#c", "/p"),
        ("/p;v=1?a='\"<>[]{}|^`", "/p;v=1?a='\"<>[]{}|^`"),
        ("/@user:80", "/@user:80"),
        ("/%", "/%"),
    ],
)
def test_the_bytes_of_the_url_are_sent_as_they_are(get, server, path, target):
    assert isinstance(get(path), Page)
    assert sent(server)[0] == f"GET {target} HTTP/1.1"


def test_the_header_lines_are_the_own_and_the_requests(get, server):
    get("/page", headers=(("accept", "*/*"), ("Cookie", "a=b"), ("X-Key", "caf\xe9")))
    host = server.origins[0].removeprefix("http://")
    assert sorted(sent(server)[1:]) == sorted(
        [
            f"Host: {host}",
            f"User-Agent: {user_agent(Settings())}",
            "accept: */*",
            "Accept-Encoding: gzip, deflate",
            "Cookie: a=b",
            "X-Key: caf\xe9",
        ]
    )


def test_a_body_is_sent_with_its_length(get, server):
    page = get("/echo", method="POST", body="片名=霸王别姬".encode(), headers=(("Content-Type", "x/y"),))
    assert page.body.endswith("\r\n\r\n片名=霸王别姬".encode())
    assert b"Content-Length: 19\r\n" in page.body
    assert b"Content-Length: 0" in get("/echo", method="POST").body


def test_a_header_without_value_is_sent(get, server):
    get("/page", headers=(("X-Empty", ""), ("X-Blank", " "), ("Accept", "")))
    lines = [line.rstrip() for line in sent(server)]
    assert {"X-Empty:", "X-Blank:", "Accept:"} <= set(lines)


def test_an_exchange_leaves_nothing_to_the_next(get, server):
    """A handle of libcurl keeps what it was told."""
    others = [("HEAD", None), ("POST", b"a=1"), ("PUT", b""), ("PATCH", None), ("DELETE", None), ("OPTIONS", None)]
    for method, body in others:
        get("/page", method=method, body=body, headers=(("X-Key", "secret"), ("Content-Type", "x/y")))
        assert sent(server)[0] == f"{method} /page HTTP/1.1"
        assert get("/page").body == HTML
        assert sent(server)[0] == "GET /page HTTP/1.1"
        assert {line.partition(":")[0] for line in sent(server)[1:]} == {
            "Host",
            "User-Agent",
            "Accept",
            "Accept-Encoding",
        }


def test_nothing_is_asked_for_that_is_not_said(get, server):
    get("/page", method="POST", body=b"x" * 2_000_000)
    assert {line.partition(":")[0] for line in sent(server)[1:]} == {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Content-Length",
    }


def test_nothing_is_taken_from_the_environment(fetcher, server, tmp_path, monkeypatch):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    assert isinstance(fetcher.fetch(Request(server.url("/page"))), Page)
    assert not any("uthorization" in line for line in sent(server))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://h/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http://", "a host"),
        ("http:///p", "a host"),
        ("http://:80/", "a host"),
        ("http://h:99999/", "port"),
        ("http://h:0/", "port"),
        ("http://h:80a/", "a host"),
        ("http://127.0.0%2e1/", "a host"),
        ("http://169.254.169.254\\@h/", "backslash"),
        ("http://h/a b", "ASCII"),
        ("http://h/a\nb", ""),
        ("http://h/榜单", "ASCII"),
        ("http://me:secret@h/", "`auth`"),
        ("http://me:sec@ret@h/", ""),
        ("http://me:sec/ret@h/", ""),
    ],
)
def test_a_url_that_cannot_be_asked_is_a_failure_without_secrets(fetcher, url, words):
    failure = fetcher.fetch(Request(url))
    assert (failure.reason, failure.is_transient) == (Reason.BAD_URL, False)
    assert words in failure.detail
    assert "sec" not in failure.detail
    assert "\n" not in failure.detail


@pytest.mark.parametrize("header", [("A", "b\r\nc: d"), ("A", "榜"), ("A\n", "b"), ("", "b"), ("A b", "c"), ("A:", "")])
def test_a_header_that_cannot_be_sent_is_a_failure_without_its_value(get, server, header):
    before = len(server.log)
    failure = get("/page", headers=(header,))
    assert failure.reason == Reason.BAD_URL
    assert "cannot be sent" in failure.detail
    assert len(server.log) == before


@pytest.mark.live
def test_an_ipv6_host_is_reached(fetcher):
    with FaultServer(("::1",)) as six:
        assert fetcher.fetch(Request(six.url("/page"))).body == HTML
        assert f"Host: {six.origins[0][7:]}" in sent(six)


@only_requests
def test_a_trailing_dot_is_for_the_resolver_only(fetcher, server, monkeypatch):
    asked = []
    real = socket.getaddrinfo

    def resolve(host, *rest, **options):
        asked.append(host)
        return real("127.0.0.1", *rest, **options)

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    url = server.url("/page").replace("127.0.0.1", "www.example.com.")
    assert fetcher.fetch(Request(url)).body == HTML
    assert asked == ["www.example.com."]
    assert f"Host: {url[7:-5].replace('.com.', '.com')}" in sent(server)


@pytest.mark.parametrize("bug", [TypeError("bug"), ValueError("bug"), AttributeError("bug"), KeyError("bug")])
@pytest.mark.parametrize(
    "place", ["adapter.read_body", "head_reader.framing", "curl_incoming.decoded", "curl_incoming.framing"]
)
def test_a_bug_is_loud(server, monkeypatch, bug, place):
    def broken(*_):
        raise bug

    monkeypatch.setattr(f"scraper.fetch.{place}", broken)
    fetcher = Fetcher(Settings(fetcher="curl" if place.startswith("curl") else "requests"))
    with pytest.raises(type(bug)):
        fetcher.fetch(Request(server.url("/page")))
    fetcher.close()


# --------------------------------------------------------------------------- mocked by `responses`

URL = "http://www.example.com/board/4?offset=0"


@only_requests
@responses.activate
def test_a_fetcher_works_under_responses(fetcher):
    responses.get(URL, body="<p>霸王别姬</p>", headers={"Content-Encoding": "identity", "Content-Length": "19"})
    page = fetcher.fetch(Request(URL, headers=(("Cookie", "a=b"),)))
    assert (page.status, page.body.decode(), page.marks) == (200, "<p>霸王别姬</p>", ())
    assert page.header("content-type") == "text/plain; charset=utf-8"
    assert dict(responses.calls[0].request.headers)["Cookie"] == "a=b"


@only_requests
@responses.activate
def test_mocked_redirects_cookies_and_statuses_come_back_as_they_are(fetcher):
    responses.get(URL, status=302, headers={"Location": "/x"})
    responses.post(URL, status=503, headers={"Retry-After": "7"})
    assert fetcher.fetch(Request(URL)).header("location") == "/x"
    posted = fetcher.fetch(Request(URL, method="POST", body=b"a=1"))
    assert (posted.status, posted.header("retry-after")) == (503, "7")
    assert responses.calls[1].request.body == b"a=1"
    assert fetcher.fetch(Request(URL, method="HEAD")).reason == Reason.CONNECTION


@only_requests
@responses.activate
def test_mocked_errors_are_failures(fetcher):
    mocked = {
        requests.ConnectTimeout("slow"): Reason.TIMEOUT,
        requests.exceptions.SSLError("bad"): Reason.TLS,
        requests.ConnectionError("gone"): Reason.CONNECTION,
        requests.exceptions.ChunkedEncodingError("cut"): Reason.TRUNCATED,
    }
    for error in mocked:
        responses.get(URL, body=error)
    assert [fetcher.fetch(Request(URL)).reason for _ in mocked] == list(mocked.values())


@only_requests
@responses.activate
def test_mocked_compression_is_read(fetcher):
    responses.get(URL, body=gzip.compress(HTML), headers={"Content-Encoding": "gzip"})
    responses.get(URL, body=gzip.compress(HTML)[:-9], headers={"Content-Encoding": "gzip"})
    answers = [fetcher.fetch(Request(URL)) for _ in range(2)]
    assert (answers[0].body, answers[1].reason) == (HTML, Reason.TRUNCATED)


@only_requests
@responses.activate
def test_mocks_reach_every_thread(fetcher):
    """As the `threads` engine needs it."""
    responses.get(URL, body=HTML)
    pages = []
    threads = [threading.Thread(target=lambda: pages.append(fetcher.fetch(Request(URL)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [page.body for page in pages] == [HTML] * 4
