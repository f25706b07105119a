#!/usr/bin/env bash
# requests 2.34.2, httpx 0.28.1, niquests 3.21.2, aiohttp 3.14.5: response.links has no "next" for valid Link headers.
#
# Surprise:  rel="next last" is one key "next last"; REL=Next is no relation at all, and the key is the URL. requests, httpx and
#            niquests cut the URL inside the angle brackets at ";" and lose rel with it: </p;2>; rel="next" is {"/p": {"url": "/p"}}.
# Expected:  RFC 8288 3.3: rel is a list of relation types with blanks between them, one link for each; 2.1.1: they are compared
#            case-insensitively; appendix B.2: parameter names are made lower case, and the target is all up to ">".
#            RFC 3986 3.3: ";" is a character of paths like any other.
# Seen:      no "next" in any of the three headers of the script (aiohttp: in two of them), no error.
# Package:   requests 2.34.2, httpx 0.28.1, niquests 3.21.2 (whose docs give response.links["next"]["url"] for paging), aiohttp 3.14.5.
# Why it matters: while "next" in response.links: the crawl ends after page 1, and looks whole.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'requests==2.34.2' 'httpx==0.28.1' 'niquests==3.21.2' 'aiohttp==3.14.5'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import asyncio, http.server, threading
from importlib.metadata import version
import aiohttp, httpx, niquests, requests
print(*(f"{name} {version(name)}" for name in ("requests", "httpx", "niquests", "aiohttp")), sep=" | ")
class Page(http.server.BaseHTTPRequestHandler):
    link = ""
    def do_GET(self):
        self.send_response(200)
        self.send_header("Link", self.link)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
site = f"http://127.0.0.1:{server.server_port}"
async def by_aiohttp():
    async with aiohttp.ClientSession() as session, session.get(site + "/") as response:
        return {rel: str(link["url"]).removeprefix(site) for rel, link in response.links.items()}
def all_links(link):
    Page.link = link
    got = {client.__name__: {rel: found["url"] for rel, found in client.get(site + "/").links.items()} for client in (requests, httpx, niquests)}
    got["aiohttp"] = asyncio.run(by_aiohttp())
    print(link)
    for client, links in got.items():
        print(f"    {client:9} {links}")
    return got
same = ("requests", "httpx", "niquests")
got = all_links('</p/2>; rel="next last"')
assert all(links == {"next last": "/p/2"} for links in got.values())
got = all_links("</p/2>; REL=Next")
assert all(links == {"/p/2": "/p/2"} for links in got.values())
got = all_links('</p;2>; rel="next"')
assert all(got[client] == {"/p": "/p"} for client in same) and got["aiohttp"] == {"next": "/p;2"}
got = all_links('</p/2>; rel="next", </p/9>; rel="last"')
assert all(links == {"next": "/p/2", "last": "/p/9"} for links in got.values())
server.shutdown()
PYTHON_END
echo "SEEN AGAIN: four_clients_lose_link_next"
