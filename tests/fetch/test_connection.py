"""Connections: kept and closed at the right time, shared by threads, cut at the deadline, behind TLS and proxies."""

import base64
import contextlib
import gc
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

import pycurl
import pytest
import trustme

from scraper.errors import Reason
from scraper.fetch.curl import OPTIONS
from scraper.models import Failure, Page, Request
from tests.conftest import ROOT
from tests.support.faultserver import FAULTS, HTML, FaultServer, closed_port
from tests.support.fetchers import WAYS, open_fetcher

MAXSIZE = 1 << 20
BROKEN = sorted(set(FAULTS) - {"/hang", "/hang-after-head", "/drip", "/drip-head", "/drip-interim", "/gzip-crowd"})


@pytest.fixture(scope="module")
def server():
    with FaultServer(("127.0.0.1", "127.0.0.2")) as server:
        yield server


@pytest.fixture(params=WAYS)
def library(request):
    """All transports stand every test that takes this, or a fixture made of it."""
    return request.param


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


def descriptors():
    gc.collect()
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def wait_until(is_so):
    """Wait for the server's threads, which see a closed connection a little later."""
    deadline = time.monotonic() + 60
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


def run_all(*functions):
    """Run functions side by side."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --------------------------------------------------------------------------- bodiless answers, kept connections


@pytest.mark.parametrize(
    ("first", "method"),
    [
        ("/page", "HEAD"),
        ("/status?code=204", "GET"),
        ("/status?code=304", "GET"),
        ("/status?code=404", "GET"),
        ("/empty", "GET"),
        ("/gzip-empty", "GET"),
        ("/gzip-garbage-behind", "GET"),
        ("/length-and-chunked", "GET"),
        ("/chunked", "GET"),
        ("/chunked-nothing", "GET"),
        ("/interim-kept", "GET"),
    ],
)
def test_a_connection_whose_answer_was_read_serves_the_next_request(get, server, first, method):
    assert isinstance(get(first, method=method), Page)
    assert get("/page").body == HTML
    assert server.log[-1][3] == server.log[-2][3]


def test_an_interim_answer_is_not_taken_for_the_page(get):
    """http.client takes a 103 for the answer; the next request would then get this one's page."""
    assert [get(f"/interim-kept?{n}").body for n in range(3)] == [b"/interim-kept?%d" % n for n in range(3)]


@pytest.mark.parametrize("path", ["/endless", "/brotli", "/gzip-crowd", "/length?a=many"])
def test_a_connection_whose_answer_was_not_read_is_closed(get, server, library, path):
    """By curl a body is read to its end before it is decompressed, so a wrong one costs no connection."""
    assert isinstance(get(path), Failure)
    assert get("/page").body == HTML
    is_read = library != "requests" and path == "/gzip-crowd"
    assert (server.log[-1][3] == server.log[-2][3]) == is_read


@pytest.mark.parametrize("path", ["/stale", "/stale-reset"])
def test_a_request_on_a_connection_that_was_closed_meanwhile_is_sent_again(get, server, path):
    before = len(server.log)
    assert get(path).body == HTML
    assert get(path).body == HTML
    assert len(server.log) == before + 3


@pytest.mark.parametrize("path", ["/stale", "/stale-reset"])
def test_a_post_takes_a_fresh_connection(get, server, path):
    """A kept one may be closed by now, and nobody could tell whether the server has seen the request."""
    assert get("/page").body == HTML
    before = len(server.log)
    assert [get(path, method="POST", body=b"order=1").body for _ in range(3)] == [HTML] * 3
    assert len(server.log) == before + 3
    assert [get(path).body for _ in range(3)] == [HTML] * 3, "a GET is sent again, also after a POST"


def test_a_post_is_never_sent_again(get, server):
    assert get("/page").body == HTML
    before = len(server.log)
    assert get("/reset", method="POST", body=b"order=1").reason == Reason.CONNECTION
    assert get("/close-before-head", method="POST", body=b"order=1").reason == Reason.CONNECTION
    assert len(server.log) == before + 2


@pytest.mark.parametrize("path", ["/afterthought", "/afterthought?late", "/afterthought?late&blank"])
def test_what_lies_on_a_kept_connection_costs_no_page(get, path):
    for _ in range(4):
        assert get(path).body == HTML
        time.sleep(0.03)


def test_a_bad_status_line_on_a_fresh_connection_is_a_failure_and_asked_for_once(get, server):
    before = len(server.log)
    assert get("/bad-status").reason == Reason.BAD_RESPONSE
    assert len(server.log) == before + 1


@pytest.mark.parametrize("path", ["/headless?status=302", "/headless?status=404"])
def test_a_connection_whose_body_nobody_waits_for_is_closed(get, server, path):
    assert get(path).body == b""
    assert get("/page").body == HTML
    assert server.log[-1][3] != server.log[-2][3]


def test_what_a_proxy_says_is_not_told_as_the_sites(server, fetcher, monkeypatch):
    monkeypatch.setitem(FAULTS, "/page", lambda talk: talk.answer(b"who are you", "407 Proxy Authentication Required"))
    failure = fetcher.fetch(Request("http://www.example.com/page", proxy=proxy_of(server, "me:wrong@")))
    assert (failure.reason, failure.is_transient) == (Reason.CONNECTION, True)
    assert ("the proxy answered 407" in failure.detail, "wrong" in failure.detail) == (True, False)
    assert fetcher.fetch(Request(server.url("/page"))).status == 407, "a site may say so, too"


@pytest.mark.live
def test_a_request_is_sent_again_once_and_on_a_fresh_connection(fetcher):
    """With four stale connections kept, the second try must not take the next of them."""
    with FaultServer() as own:
        run_all(*[lambda: fetcher.fetch(Request(own.url("/slow?s=0.2")))] * 4)
        assert len({number for *_, number in own.log}) == 4
        assert fetcher.fetch(Request(own.url("/stale-reset"))).body == HTML
        assert len(own.log) == 6
        assert fetcher.fetch(Request(own.url("/reset"))).reason == Reason.CONNECTION
        assert len(own.log) == 8


def test_a_reset_on_a_new_connection_is_a_failure_at_once(get, server):
    before = len(server.log)
    assert get("/reset").reason == Reason.CONNECTION
    assert len(server.log) == before + 1


@pytest.mark.live
def test_threads_have_no_more_connections_than_the_domain_may_have(library):
    paths = ["/slow", "/reset", "/gzip-cut", "/close-in-body", "/slow", "/endless", "/brotli", "/status?code=404"]
    few = {"concurrent_requests": 8, "concurrent_requests_per_domain": 4}
    fetcher = open_fetcher(library, **few, download_maxsize=MAXSIZE)
    with FaultServer() as busy:

        def crawl(paths):
            for path in paths:
                fetcher.fetch(Request(busy.url(path)))

        run_all(*[lambda: crawl(["/slow"] * 5)] * 4)
        assert busy.most_open <= 4
        assert len({number for *_, number in busy.log}) <= 4, "kept, not made anew"
        run_all(*[lambda n=n: crawl(paths[n:] + paths[:n]) for n in range(4)])
        run_all(*[lambda: crawl(["/slow"] * 5)] * 4)
        assert wait_until(lambda: busy.open <= 4), busy.open
        assert len(busy.log) >= 72
    fetcher.close()


def test_threads_do_not_mix_their_pages(server, fetcher):
    wrong = []

    def crawl(thread):
        for n in range(50):
            path = f"/interim-kept?{thread}-{n}"
            page = fetcher.fetch(Request(server.url(path, thread % 2)))
            if not isinstance(page, Page) or page.body != path.encode():
                wrong.append(page)

    run_all(*[lambda n=n: crawl(n) for n in range(8)])
    assert not wrong


# --------------------------------------------------------------------------- addresses


@pytest.fixture
def reaching(server, library, monkeypatch):
    """A function that makes fetchers to which these hosts are the addresses of www.example.com; and a URL there."""
    port = server.origins[0].rpartition(":")[2]
    made = []

    def make(timeout_s, *hosts):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, int(port))) for host in hosts]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
        names = (pycurl.RESOLVE, [f"www.example.com:{port}:{','.join(hosts)}"])
        monkeypatch.setattr("scraper.fetch.curl.OPTIONS", (*OPTIONS, names))
        made.append(open_fetcher(library, download_timeout=timeout_s))
        return made[-1], f"http://www.example.com:{port}/page"

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def silent(server):
    """A host that answers no connect at the server's port: its queue is full."""
    place = ("127.0.0.8", int(server.origins[0].rpartition(":")[2]))
    with socket.create_server(place, backlog=0) as listener, contextlib.ExitStack() as held:
        for _ in range(4):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield place[0]


def test_the_next_address_is_tried_when_one_refuses(reaching):
    fetcher, url = reaching(10, "127.0.0.9", "127.0.0.1")
    assert fetcher.fetch(Request(url)).body == HTML


def test_an_address_that_is_silent_leaves_time_for_the_next(reaching, silent):
    fetcher, url = reaching(2, silent, "127.0.0.1")
    assert fetcher.fetch(Request(url)).body == HTML


def test_silent_addresses_end_at_the_deadline(reaching, silent):
    fetcher, url = reaching(0.5, silent, silent, silent)
    failure = fetcher.fetch(Request(url))
    assert (failure.reason, "download_timeout" in failure.detail) == (Reason.TIMEOUT, True)


# --------------------------------------------------------------------------- leaks, memory


def test_no_descriptor_is_left_behind(hasty, server):
    hasty.fetch(Request(server.url("/page")))
    with FaultServer() as own:
        before = descriptors()
        for path in ["/hang", "/drip?close=1", *BROKEN * 3]:
            hasty.fetch(Request(own.url(path + "?is=1&a=2&to=/x&left=1&value=1&code=500&s=0&line=x")))
            hasty.fetch(Request(f"http://127.0.0.1:{closed_port()}/"))
        assert len(own.log) > 200
        assert wait_until(lambda: own.open <= 1)
        assert descriptors() <= before + 2, "one kept connection has two ends here"


@pytest.mark.live
def test_closing_leaves_no_connection(library):
    with FaultServer(("127.0.0.1", "127.0.0.2")) as own:
        before = descriptors()
        fetcher = open_fetcher(library)
        for host in (0, 1):
            assert isinstance(fetcher.fetch(Request(own.url("/page", host))), Page)
        assert (own.open, descriptors() > before) == (2, True)
        fetcher.close()
        assert wait_until(lambda: descriptors() == before)


@pytest.mark.live
def test_many_origins_do_not_keep_many_connections(fetcher):
    hosts = [f"127.0.1.{n}" for n in range(1, 201)]
    with FaultServer(hosts) as crowd:
        for host in range(len(hosts)):
            assert isinstance(fetcher.fetch(Request(crowd.url("/page", host))), Page)
        assert wait_until(lambda: crowd.open <= 128)


BOMBED = """
import resource, sys
from tests.support.fetchers import open_fetcher
from scraper.models import Request
fetcher = open_fetcher(sys.argv[2], download_maxsize=10 * 2**20)
fetcher.fetch(Request(sys.argv[1].replace(sys.argv[1].rpartition("/")[2], "page")))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(fetcher.fetch(Request(sys.argv[1])).reason, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    "path", ["/bomb?in=gzip", "/bomb?in=deflate", "/bomb?status=401", "/endless", "/endless-chunked"]
)
def test_a_bomb_leaves_memory_flat(server, library, path):
    command = [sys.executable, "-c", BOMBED, server.url(path), library]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=ROOT)
    reason, _, grown_kib = run.stdout.strip().rpartition(" ")
    assert reason == Reason.TOO_LARGE, run.stderr
    assert int(grown_kib) < (3 * 10 + 30) * 1024


# --------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def secure(authority):
    """A fault server behind TLS, with a certificate for 127.0.0.1 and none for 127.0.0.2."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(("127.0.0.1", "127.0.0.2"), context) as server:
        yield server


@pytest.fixture
def trusting(authority, library, monkeypatch, tmp_path):
    """A function that makes fetchers which trust the authority of the tests."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setattr("scraper.fetch.fetcher.certifi.where", lambda: str(tmp_path / "ca.pem"))
    made = []

    def make(timeout_s):
        made.append(open_fetcher(library, download_timeout=timeout_s, download_maxsize=MAXSIZE))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


def test_pages_come_over_tls_on_a_kept_connection(secure, trusting):
    fetcher = trusting(10)
    for size in (100, 500_000):
        assert len(fetcher.fetch(Request(secure.url(f"/page?size={size}"))).body) == size
    assert len({number for *_, number in secure.log[-2:]}) == 1
    posted = fetcher.fetch(Request(secure.url("/echo"), method="POST", body=b"x" * 900_000))
    assert posted.body.endswith(b"x" * 900_000)


@pytest.mark.parametrize("path", ["/stale", "/stale-reset"])
def test_a_stale_tls_connection_is_replaced(secure, trusting, path):
    fetcher = trusting(10)
    assert [fetcher.fetch(Request(secure.url(path))).body for _ in range(2)] == [HTML, HTML]


@pytest.mark.parametrize("path", ["/drip", "/drip?close=1", "/drip-head", "/hang", "/hang-after-head"])
def test_a_slow_server_ends_at_the_deadline_behind_tls(secure, trusting, path):
    assert trusting(0.5).fetch(Request(secure.url(path))).reason == Reason.TIMEOUT


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/close-in-body", Reason.TRUNCATED),
        ("/close-in-head", Reason.TRUNCATED),
        ("/chunked-cut", Reason.TRUNCATED),
        ("/close-before-head", Reason.CONNECTION),
        ("/reset", Reason.CONNECTION),
        ("/length?a=many", Reason.BAD_RESPONSE),
        ("/bomb", Reason.TOO_LARGE),
        ("/gzip-cut", Reason.TRUNCATED),
        ("/chunked-negative", Reason.BAD_RESPONSE),
    ],
)
def test_faults_are_the_same_behind_tls(secure, trusting, path, reason):
    assert trusting(10).fetch(Request(secure.url(path))).reason == reason


def test_a_page_without_length_may_end_without_farewell_behind_tls(secure, trusting):
    """Many servers just close, which OpenSSL calls unexpected."""
    page = trusting(10).fetch(Request(secure.url("/no-length")))
    assert (page.body, page.marks) == (HTML, ("no length",))


def test_a_certificate_of_another_host_or_an_unknown_authority_is_refused(secure, fetcher, trusting):
    before = len(secure.log)
    for failure in (trusting(10).fetch(Request(secure.url("/page", 1))), fetcher.fetch(Request(secure.url("/page")))):
        assert (failure.reason, failure.is_transient) == (Reason.TLS, False)
        assert "certificate" in failure.detail
    assert len(secure.log) == before


def test_a_handshake_that_never_comes_ends_at_the_deadline(server, hasty):
    failure = hasty.fetch(Request(server.url("/page").replace("http:", "https:")))
    assert failure.reason == Reason.TIMEOUT


@pytest.mark.live
def test_a_server_without_tls_is_a_failure(fetcher, monkeypatch):
    monkeypatch.setattr(
        "tests.support.faultserver.Talk.read_request", lambda talk: talk.send(b"HTTP/1.1 400 Bad\r\n\r\n")
    )
    with FaultServer() as plain:
        assert fetcher.fetch(Request(plain.url("/page").replace("http:", "https:"))).reason == Reason.TLS


# --------------------------------------------------------------------------- proxies


def proxy_of(server, userinfo=""):
    return server.url("").replace("//", f"//{userinfo}")


def test_a_proxy_is_asked_by_the_whole_url(server, fetcher):
    """The fault server plays the proxy: it looks at the path only."""
    url = "http://www.example.com:8080/page?a=%e4#top"
    page = fetcher.fetch(Request(url, proxy=proxy_of(server, "me:secret@")))
    assert (page.url, page.body) == (url, HTML)
    lines = server.log[-1][2].decode().split("\r\n")
    assert lines[0] == "GET http://www.example.com:8080/page?a=%e4 HTTP/1.1"
    assert "Host: www.example.com:8080" in lines
    assert "Proxy-Authorization: Basic " + base64.b64encode(b"me:secret").decode() in lines


def test_each_request_takes_its_own_way(server, fetcher):
    """Connections to an origin are not shared between proxies, nor with those who come straight."""
    with FaultServer() as one, FaultServer() as two:
        for number, proxy in enumerate([None, one, two, one, None]):
            url = server.url(f"/page?{number}")
            assert fetcher.fetch(Request(url, proxy=proxy and proxy_of(proxy))).body == HTML
        assert [target for _, target in one.asked()] == [server.url("/page?1"), server.url("/page?3")]
        assert [target for _, target in two.asked()] == [server.url("/page?2")]
        assert server.asked()[-2:] == [("GET", "/page?0"), ("GET", "/page?4")]


def test_the_environment_takes_no_host_from_the_proxy(server, fetcher, monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    assert fetcher.fetch(Request("http://www.example.com/page", proxy=proxy_of(server))).body == HTML


def test_a_proxy_learns_nothing_but_the_host_of_an_https_page(server, fetcher):
    request = Request(
        "https://www.example.com/secret?key=1",
        headers=(("Cookie", "a=secret"), ("Authorization", "secret")),
        proxy=proxy_of(server, "me:word@"),
    )
    failure = fetcher.fetch(request)
    assert failure.reason == Reason.CONNECTION
    assert "unnel" in failure.detail
    assert "404" in failure.detail
    assert "word" not in failure.detail
    method, target, head, _ = server.log[-1]
    assert (method, target) == ("CONNECT", "www.example.com:443")
    assert b"Proxy-Authorization: Basic " in head
    assert b"curl" not in head.lower()
    assert b"secret" not in head
    assert b"key" not in head


def test_a_page_comes_over_tls_through_a_proxy(secure, trusting, monkeypatch):
    """The proxy opens a tunnel to the server and carries the bytes."""
    monkeypatch.setitem(FAULTS, "CONNECT", tunnel)
    fetcher = trusting(10)
    with FaultServer(("127.0.0.3",)) as proxy:
        pages = [fetcher.fetch(Request(secure.url("/page"), proxy=proxy_of(proxy))) for _ in range(2)]
        assert [(page.body, page.marks) for page in pages] == [(HTML, ()), (HTML, ())]
        stale = [fetcher.fetch(Request(secure.url("/stale"), proxy=proxy_of(proxy))) for _ in range(2)]
        assert [page.body for page in stale] == [HTML, HTML]
        assert {method for method, _ in proxy.asked()} == {"CONNECT"}
        fetcher.close()


def test_a_proxy_behind_tls_is_verified_and_asked(secure, fetcher, trusting):
    request = Request("http://www.example.com/page", proxy=secure.origins[0])
    assert fetcher.fetch(request).reason == Reason.TLS
    assert trusting(10).fetch(request).body == HTML


def tunnel(talk):
    host, _, port = talk.target.rpartition(":")
    with socket.create_connection((host, int(port))) as far:
        talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=carry, args=(far, talk.socket))
        back.start()
        carry(talk.socket, far)
        back.join()


def carry(here, there):
    with contextlib.suppress(OSError):
        while data := here.recv(1 << 16):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


def test_a_proxy_that_drips_ends_at_the_deadline(server, hasty, monkeypatch):
    monkeypatch.setitem(FAULTS, "CONNECT", FAULTS["/drip-head"])
    assert hasty.fetch(Request("https://www.example.com/", proxy=proxy_of(server))).reason == Reason.TIMEOUT
    assert hasty.fetch(Request("http://www.example.com/drip", proxy=proxy_of(server))).reason == Reason.TIMEOUT


@pytest.mark.live
def test_a_proxy_that_is_none_is_a_failure(fetcher):
    refused = fetcher.fetch(Request("http://www.example.com/", proxy=f"http://127.0.0.1:{closed_port()}"))
    assert (refused.reason, refused.is_transient) == (Reason.CONNECTION, True)
    for proxy in ("socks5://me:secret@127.0.0.1:1", "127.0.0.1:1"):
        failure = fetcher.fetch(Request("http://www.example.com/", proxy=proxy))
        assert failure.reason == Reason.BAD_URL
        assert "secret" not in failure.detail
