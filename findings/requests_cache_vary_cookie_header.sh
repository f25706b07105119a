#!/usr/bin/env bash
# requests-cache 1.3.3: "Vary: Cookie" holds for cookies of the jar, but not for a Cookie header.
#
# Surprise:  two requests that differ in their Cookie HEADER get one answer: the second user sees the first one's page,
#            though Vary is otherwise obeyed by default (Authorization, User-Agent). The same two cookies given as
#            cookies= or in session.cookies are told apart.
#            match_headers=True (off by default) is a way round.
# Expected:  RFC 9111 section 4.1: the cache MUST NOT use the stored response unless all request header fields that Vary
#            names match those of the stored request. On the wire both forms are the same Cookie field.
# Seen:      "hello A" for the request with Cookie: u=B.
# Package:   requests-cache 1.3.3, requests 2.34.2.
# Why it matters: a Cookie line pasted from the browser is the usual way to scrape behind a log-in, a currency or a
#            region choice; the prices of one region are then written under the other.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'requests-cache==1.3.3' 'requests==2.34.2'
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
import importlib.metadata as md, requests_cache
def answer(path, n, headers, method):
    return 200, [("Cache-Control", "max-age=100"), ("Vary", "Cookie")], ("hello " + (headers.get("Cookie") or "-")[2:]).encode()
print("requests-cache", md.version("requests-cache"))
for i, kw in enumerate(({}, {"cache_control": True}, {"match_headers": True})):
    s = requests_cache.CachedSession(backend="memory", **kw)
    h = [s.get(f"{BASE}/h{i}", headers={"Cookie": "u=" + u}).text for u in "AB"]
    s = requests_cache.CachedSession(backend="memory", **kw)
    c = [s.get(f"{BASE}/c{i}", cookies={"u": u}).text for u in "AB"]
    print(f"CachedSession({kw or ''}): Cookie as a header {h}; as cookies= {c}")
    assert h == ["hello A", "hello B" if "match_headers" in kw else "hello A"] and c == ["hello A", "hello B"]
PYTHON_END
echo "SEEN AGAIN: requests_cache_vary_cookie_header"
