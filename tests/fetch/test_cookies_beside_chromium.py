# ruff: noqa: E501
"""Cookies beside those of a real headless Chromium: the same lines set, the same header sent."""

import http.server
import threading

import pytest

from scraper.fetch.chromium import find_program
from scraper.fetch.cookies import Cookies
from tests.conftest import NO_CHROMIUM

if NO_CHROMIUM:
    pytest.skip("no Chromium here", allow_module_level=True)

SHOP, LOCAL = "shop.example.com", "localhost"
FUTURE, PAST = "Wed, 01 Jan 2098 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:10 GMT"
LINES = [
    "a=1", "a = 1 ", " a=1", "a=", "=1", "a", "a=1=2", 'a="1"', 'a="1;2"', "a=1;", "a=1;;", "a= ", "a\t=\t1", "a b=1 2", "a=1,b=2",
    "a=1; Max-Age=3600", "a=1; Max-Age=3600.5", "a=1; Max-Age=", 'a=1; Max-Age="60"', "a=1; Max-Age=session", "a=1; Max-Age=0",
    "a=1; Max-Age=-1", "a=1; Max-Age=+1", "a=1; Max-Age=-", "a=1; Max-Age=- 1", "a=1; Max-Age=00", "a=1; Max-Age= 60 ", "a=1; Max-Age=1e9",
    "a=1; Max-Age=99999999999999999999", "a=1; Max-Age", "a=1; max-age=0; Max-Age=60", "a=1; Max-Age=60; Max-Age=0", "a=1; Max-Age=60; Max-Age=x",
    f"a=1; Expires={FUTURE}", f"a=1; Expires={PAST}", f"a=1; Expires={FUTURE}; Max-Age=0", f"a=1; Expires={PAST}; Max-Age=60",
    f"a=1; Max-Age=0; Expires={FUTURE}", "a=1; Expires=", "a=1; Expires", "a=1; Expires=never", "a=1; Expires=0", "a=1; Expires=-1",
    "a=1; Expires=Mon, 01 Jan 0001 00:00:00 GMT", "a=1; Expires=Thu, 01-Jan-70 00:00:10 GMT", "a=1; Expires=Thu, 01-Jan-1970 00:00:10",
    "a=1; Expires=Jan 1 1970 00:00:10", "a=1; Expires=1970 Jan 1 00:00:10", "a=1; Expires=01/Jan/1970 0:0:1", "a=1; Expires=01 Jan 98 00:00:00 GMT",
    "a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", 'a=1; Expires="Thu, 01 Jan 1970 00:00:10 GMT"', "a=1; Expires=Thu, 01 Jan 1970 24:00:00 GMT",
    "a=1; Expires=Thu, 32 Jan 1970 00:00:00 GMT", "a=1; Expires=Thu, 01 Foo 1970 00:00:00 GMT", "a=1; Expires=Sunday, 01-Feb-1970 00:00:00 GMT",
    "a=1; expires=thu, 01 jan 1970 00:00:10 gmt", "a=1; Expires=Thu, 01 January 1970 00:00:10 GMT", "a=1; Expires=Thu Jan 01 1970 00:00:10 GMT+0200",
    "a=1; Path", "a=1; Path=", "a=1; Path=/", 'a=1; Path="/"', "a=1; Path=/set", "a=1; Path=/set/", "a=1; Path=/se", "a=1; Path=set", "a=1; Path=/other; Path=/",
    "a=1; Path=/; Path=/other", "a=1; Path=/; Path", "a=1; Path= / ", "a=1; path=/; PATH=/SET", "a=1; Path=/%73et", "a=1; Path=/set?x",
    "a=1; Domain", "a=1; Domain=", "a=1; Domain=.", "a=1; Domain={host}", "a=1; Domain=.{host}", "a=1; Domain={HOST}", "a=1; Domain=example.com",
    "a=1; Domain=.example.com", "a=1; Domain=com", "a=1; Domain=.com", "a=1; Domain=localhost", "a=1; Domain=ample.com", "a=1; Domain=x.{host}",
    "a=1; Domain=other.org", "a=1; Domain=example.com; Domain=", "a=1; Domain=; Domain=example.com", "a=1; Domain=example.com; Domain=other.org",
    'a=1; Domain="{host}"', "a=1; Domain={host}:80", "a=1; Domain={host}.", "a=1; Domain=..example.com", "a=1; Domain=127.0.0.1",
    "a=1; Secure", "a=1; Secure=no", "a=1; secure ; HttpOnly", "a=1; HttpOnly", "a=1; HttpOnly=false", "a=1; SameSite=None", "a=1; SameSite=None; Secure",
    "a=1; SameSite=Lax", "a=1; SameSite=Strict", "a=1; SameSite=x", "a=1; SameSite", "a=1; Partitioned", "a=1; Version=2", 'a=1; Port="80"', "a=1; Comment=x; Discard",
    "a=1; Priority=High", "a=1; unknown; =; ==", "__Secure-a=1", "__Secure-a=1; Secure", "__Host-a=1; Secure; Path=/", "__Host-a=1; Secure",
    "__Host-a=1; Secure; Path=/; Domain={host}", "__host-a=1; Path=/", "__HOST-a=1; Secure; Path=/", "=__Host-a=1", "__Secure-a", "a=\x80\xff",
    "a=" + "x" * 4095, "a=" + "x" * 4096, "a" * 4096 + "=", "a=1; Path=/" + "x" * 1023, "a=1; Path=/" + "x" * 1024, "a=1; Domain=" + "x" * 1025,
]  # fmt: skip
"""What servers write; `{host}` is the host's own name."""
PLAIN = "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable"
"""Chromium would try https first."""
PATHS = ("/set/x", "/set", "/", "/other/", "/SET")


class Site(http.server.ThreadingHTTPServer):
    """Sets the line of a number, and remembers what it was sent."""

    def __init__(self):
        self.sent = {}
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = self.headers["Host"].partition(":")[0]
        path, _, number = self.path.partition("?")
        self.server.sent[host, self.path] = self.headers["Cookie"]
        self.send_response_only(200)
        if path == "/set/it":
            self.wfile.flush()
            self._headers_buffer.append(f"Set-Cookie: {said(int(number), host)}\r\n".encode("latin-1"))
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def said(number, host):
    return LINES[number].replace("{host}", host).replace("{HOST}", host.upper())


@pytest.fixture(scope="module")
def site():
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    rules = f"--host-resolver-rules=MAP {SHOP} 127.0.0.1, MAP example.com 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program(None), args=[rules, PLAIN, "--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("host", [SHOP, LOCAL])
def test_what_is_sent_is_what_chromium_sends(site, chromium, host):
    base, different = f"http://{host}:{site.server_port}", {}
    for number, line in enumerate(LINES):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{base}/set/it?{number}")
        page.evaluate("paths => Promise.all(paths.map(path => fetch(path)))", PATHS)
        if host == SHOP and "example.com" in line:
            page.goto(f"http://example.com:{site.server_port}/set/x")
        context.close()
        ours = Cookies()
        ours.take(f"{base}/set/it?{number}", (("Set-Cookie", said(number, host).strip(" \t")),))
        for (name, path), theirs in site.sent.items():
            own = ours.header(f"http://{name}:{site.server_port}{path}")
            if not path.startswith("/set/it") and theirs != own:
                different.setdefault(said(number, host), []).append((name, path, theirs, own))
        site.sent.clear()
    assert different == {}
