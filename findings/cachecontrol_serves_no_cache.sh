#!/usr/bin/env bash
# CacheControl 0.14.4: an answer with "Cache-Control: no-cache, max-age=100" is served from the cache unasked.
#
# Surprise:  the response directive no-cache does nothing as soon as max-age or Expires stands beside it, even when the
#            answer has an ETag to ask with. And directive names are case-sensitive: MAX-AGE=100 is not a lifetime.
# Expected:  RFC 9111 section 5.2.2.4: the stored response MUST NOT be used for another request without a successful
#            validation at the origin. Section 5.2: directive names are case-insensitive.
# Seen:      1 request at the server; right is 2 (hishel 2.0.0 with rfc=True and requests-cache 1.3.3 make 2).
# Package:   CacheControl 0.14.4 (also inside pip), hishel 2.0.0, requests-cache 1.3.3, requests 2.34.2.
# Why it matters: "no-cache" is what sites send for baskets, prices and stock; the scraper writes old ones.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'CacheControl==0.14.4' 'hishel[requests]==2.0.0' 'requests-cache==1.3.3' 'requests==2.34.2'
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
import importlib.metadata as md, requests, requests_cache
from cachecontrol import CacheControl
from hishel import SqliteStorage
from hishel.requests import CacheAdapter
CC = {"plain": "no-cache, max-age=100", "order": "max-age=100, no-cache", "etag": "no-cache, max-age=100", "upper": "MAX-AGE=100"}
def answer(path, n, headers, method):
    kind = path.split("/")[2]
    return 200, [("Cache-Control", CC[kind])] + ([("ETag", '"v%d"' % n)] if kind == "etag" else []), b"n%d" % n
def hishel_session():
    s = requests.Session(); s.mount("http://", CacheAdapter(storage=SqliteStorage(database_path="h.db"), rfc=True)); return s
print(*(f"{p} {md.version(p)};" for p in ("CacheControl", "hishel", "requests-cache")))
hits = {}
for name, make in (("CacheControl", lambda: CacheControl(requests.Session())), ("hishel", hishel_session),
                   ("requests-cache", lambda: requests_cache.CachedSession(backend="memory", cache_control=True))):
    for kind in CC:
        s = make(); p = f"/{name}/{kind}"; texts = [s.get(BASE + p).text for _ in range(2)]; hits[name, kind] = Handler.hits[p]
        print(f"{name:15} {CC[kind]:24} {'with ETag' if kind == 'etag' else '':9} -> {texts}")
for kind in ("plain", "order", "etag"):
    assert hits["CacheControl", kind] == 1 and hits["hishel", kind] == hits["requests-cache", kind] == 2
assert hits["CacheControl", "upper"] == 2 and hits["hishel", "upper"] == hits["requests-cache", "upper"] == 1
PYTHON_END
echo "SEEN AGAIN: cachecontrol_serves_no_cache"
