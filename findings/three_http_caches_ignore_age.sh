#!/usr/bin/env bash
# hishel 2.0.0 (rfc=True), requests-cache 1.3.3 and CacheControl 0.14.4: all three ignore the Age response header.
#
# Surprise:  an answer with "Cache-Control: max-age=100" and "Age: 200" (200 seconds old in a CDN: stale on arrival)
#            is stored and served as fresh by all three. hishel also rewrites Age: 99 to the seconds since it was
#            stored, so the user is told a wrong age.
# Expected:  RFC 9111 section 4.2.3: corrected_age_value = age_value + response_delay; current_age = the larger of that
#            and the apparent age, plus the resident time. Section 4.2: fresh only if freshness_lifetime > current_age.
# Seen:      1 request reaches the server; right is 2. A Date header that is 200 seconds old does work in two of them.
# Package:   hishel 2.0.0, requests-cache 1.3.3, CacheControl 0.14.4, requests 2.34.2.
# Why it matters: behind a CDN almost every page carries Age; the cache keeps prices up to twice as long as the site
#            allows, and no log line says so.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'hishel[requests]==2.0.0' 'requests-cache==1.3.3' 'CacheControl==0.14.4' 'requests==2.34.2'
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
import email.utils, importlib.metadata as md, time, requests, requests_cache
from cachecontrol import CacheControl
from hishel import SqliteStorage
from hishel.requests import CacheAdapter
def answer(path, n, headers, method):
    extra = [("Age", path.rsplit("=")[-1])] if "age=" in path else []
    return 200, [("Cache-Control", "max-age=100"), *extra], b"n%d" % n
def hishel_session():
    s = requests.Session(); s.mount("http://", CacheAdapter(storage=SqliteStorage(database_path="h.db"), rfc=True)); return s
print(*(f"{p} {md.version(p)};" for p in ("hishel", "requests-cache", "CacheControl")))
for name, make in (("hishel", hishel_session), ("requests-cache", lambda: requests_cache.CachedSession(backend="memory", cache_control=True)),
                   ("CacheControl", lambda: CacheControl(requests.Session()))):
    s = make(); p = f"/{name}?age=200"
    texts = [s.get(BASE + p).text for _ in range(2)]
    print(f"{name:15} max-age=100, Age: 200 -> {texts}, requests at the server: {Handler.hits[p]} (right: 2)")
    assert texts == ["n1", "n1"] and Handler.hits[p] == 1
s = hishel_session(); s.get(BASE + "/h?age=99"); time.sleep(2.1); r = s.get(BASE + "/h?age=99")
print("hishel, sent with Age: 99, read 2 s later: Age:", r.headers["Age"], "from cache:", r.headers["X-Hishel-From-Cache"], "(right: stale, 101)")
assert int(r.headers["Age"]) < 10 and r.text == "n1"
PYTHON_END
echo "SEEN AGAIN: three_http_caches_ignore_age"
