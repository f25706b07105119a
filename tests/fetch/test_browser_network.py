"""Nothing leaves the browser but through the exchange: sockets on loopback count what a page that tries sends."""

import contextlib
import json
import shutil
import socket
import threading
import time

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import NO_CHROMIUM

if NO_CHROMIUM:
    pytest.skip("no Chromium here", allow_module_level=True)

BUILDS = [found for name in ("chromium-headless-shell", "chromium") if (found := shutil.which(name))]
PAGE = """<!doctype html><meta charset=utf-8><title>t</title>
<link rel=dns-prefetch href="//127.0.0.1:{tcp}"><link rel=preconnect href="http://127.0.0.1:{tcp}">
<h1>here</h1><p></p><script>
const servers = ["stun:127.0.0.1:{udp}", "turn:127.0.0.1:{udp}", "turn:127.0.0.1:{tcp}?transport=tcp"];
(async () => {{
  try {{ new WebSocket("ws://127.0.0.1:{tcp}/") }} catch (e) {{}}
  try {{ await new WebTransport("https://127.0.0.1:{udp}/").ready }} catch (e) {{}}
  const near = new RTCPeerConnection({{iceServers: servers.map(urls => ({{urls, username: "a", credential: "b"}}))}});
  const far = new RTCPeerConnection();
  const gathered = new Promise(done => near.onicecandidate = e => e.candidate || done());
  near.createDataChannel("x");
  await near.setLocalDescription(await near.createOffer());
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription(await far.createAnswer());
  await near.setRemoteDescription(far.localDescription);
  await near.addIceCandidate({{candidate: "candidate:1 1 udp 2122260223 127.0.0.1 {udp} typ host", sdpMid: "0"}});
  await Promise.race([gathered, new Promise(done => setTimeout(done, 3000))]);
  document.querySelector("p").textContent = "tried";
}})();
</script>"""
CONFIG = """
name: board
start_urls: ["{url}/page"]
wait_for: p:not(:empty)
records:
  each: html
  fields: {{title: h1, end: p}}
settings:
  {{fetcher: browser, browser_path: {browser}, robotstxt_obey: false, contact: me@example.org, download_timeout: 100}}
"""


class Listener:
    """A UDP and a TCP port on loopback, and how often something arrived at either."""

    def __init__(self):
        self.datagrams = self.connections = 0
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp.bind(("127.0.0.1", 0))
        self.ports = {"udp": self._udp.getsockname()[1], "tcp": self._tcp.getsockname()[1]}
        self._is_open = True
        self._threads = [threading.Thread(target=take) for take in (self._take_datagrams, self._take_connections)]
        for one, sock in zip(self._threads, (self._udp, self._tcp), strict=True):
            sock.settimeout(0.1)
            one.start()

    def _take_datagrams(self):
        while self._is_open:
            with contextlib.suppress(TimeoutError):
                self._udp.recvfrom(2048)
                self.datagrams += 1

    def _take_connections(self):
        while self._is_open:
            with contextlib.suppress(TimeoutError):
                self._tcp.accept()[0].close()
                self.connections += 1

    def close(self):
        self._is_open = False
        for one in self._threads:
            one.join()
        self._udp.close()
        self._tcp.close()


@pytest.fixture
def listener():
    opened = Listener()
    yield opened
    opened.close()


@pytest.mark.parametrize("browser", BUILDS, ids=lambda path: path.rpartition("/")[2])
def test_nothing_leaves_the_browser_but_through_the_exchange(scraper, config, folder, site, listener, browser):
    site.pages["/page"] = PAGE.format(**listener.ports)
    done = scraper(config(CONFIG.format(url=site.url, browser=browser)))
    assert done.returncode == 0, done.stderr
    record = json.loads((folder / "output" / "board.jsonl").read_text("utf-8"))
    assert (record["title"], record["end"]) == ("here", "tried")
    assert (listener.datagrams, listener.connections) == (0, 0)


@pytest.mark.live
@pytest.mark.parametrize("browser", BUILDS, ids=lambda path: path.rpartition("/")[2])
def test_what_that_page_tries_does_arrive_from_a_browser_that_is_left_to_itself(site, listener, browser):
    """Or the test above could not fail."""
    site.pages["/page"] = PAGE.format(**listener.ports)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = started.new_page()
        page.goto(f"{site.url}/page")
        page.wait_for_function("document.querySelector('p').textContent == 'tried'", timeout=60_000)
        end = time.monotonic() + 30
        while not (listener.datagrams and listener.connections) and time.monotonic() < end:
            time.sleep(0.1)
        started.close()
    assert listener.datagrams
    assert listener.connections
