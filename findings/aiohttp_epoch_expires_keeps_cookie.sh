#!/usr/bin/env bash
# aiohttp 3.14.5: a cookie deleted with "Expires=Thu, 01 Jan 1970 00:00:00 GMT" is NOT deleted; it lives on.
#
# Surprise:  the most common way to delete a cookie (the Unix epoch itself) stores the "deleted" value as a session
#            cookie and sends it with every later request; one second later (00:00:01) deletes as it should.
# Expected:  RFC 6265 section 5.3 steps 3 and 11 and section 4.1.2: an expiry date in the past removes the cookie.
# Seen:      after /login and /logout the next request carries "sid=deleted". requests 2.34.2 sends no cookie.
# Package:   aiohttp 3.14.5 (the parsed time is 0, which reads as "no date"; an open upstream pull request, #13692).
# Why it matters: a scraper that logs out, changes account or leaves a consent wall goes on as a broken session, and
#            what it then gets is the answer of the site to a bogus cookie (a log-in page with status 200).
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'aiohttp==3.14.5' 'requests==2.34.2'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import threading, http.server
class Handler(http.server.BaseHTTPRequestHandler):
    """A loopback server: answer(path, n, headers, method) -> (status, [(name, value)], bytes)."""
    protocol_version = "HTTP/1.1"
    hits = {}
    def log_message(self, *a): pass
    def do_GET(self):
        n = Handler.hits[self.path] = Handler.hits.get(self.path, 0) + 1
        status, headers, body = answer(self.path, n, self.headers, self.command)
        self.send_response(status)
        for k, v in headers: self.send_header(k, v)
        if status not in (204, 304): self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in (204, 304): self.wfile.write(body)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = "http://127.0.0.1:%d" % server.server_port
import asyncio, importlib.metadata as md, aiohttp, requests
GONE = {"/logout0": "Thu, 01 Jan 1970 00:00:00 GMT", "/logout1": "Thu, 01 Jan 1970 00:00:01 GMT"}
def answer(path, n, headers, method):
    if path == "/login": return 200, [("Set-Cookie", "sid=42; Path=/")], b"in"
    if path in GONE: return 200, [("Set-Cookie", "sid=deleted; Path=/; Expires=" + GONE[path])], b"out"
    return 200, [], (headers.get("Cookie") or "(no cookie)").encode()
async def with_aiohttp(logout):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as s:  # unsafe: allows an IP as host
        for p in ("/login", logout, "/page"):
            async with s.get(BASE + p) as r: text = await r.text()
    return text
def with_requests(logout):
    with requests.Session() as s:
        return [s.get(BASE + p).text for p in ("/login", logout, "/page")][-1]
print("aiohttp", md.version("aiohttp"), "| requests", md.version("requests"))
seen = {}
for logout, when in GONE.items():
    seen[logout] = asyncio.run(with_aiohttp(logout)), with_requests(logout)
    print(f"deleted with Expires={when}: aiohttp then sends {seen[logout][0]!r}, requests sends {seen[logout][1]!r}")
assert seen["/logout0"] == ("sid=deleted", "(no cookie)")
assert seen["/logout1"] == ("(no cookie)", "(no cookie)")
PYTHON_END
echo "SEEN AGAIN: aiohttp_epoch_expires_keeps_cookie"
