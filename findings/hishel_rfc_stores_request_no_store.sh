#!/usr/bin/env bash
# hishel 2.0.0 with rfc=True: the answer to a request that says "Cache-Control: no-store" is stored and served again.
#
# Surprise:  of the request directives only no-cache is obeyed; no-store, max-age=0 and only-if-cached have no effect.
#            only-if-cached with an empty cache goes to the network.
# Expected:  RFC 9111 section 5.2.1.5: a cache MUST NOT store any part of the request or of any response to it;
#            5.2.1.7: only-if-cached, nothing stored: answer 504 (SHOULD); 5.2.1.1: max-age=0: not an older one unasked.
#            hishel's docs: with rfc=True it follows RFC 9111.
# Seen:      one request at the server where two (or none) are right.
# Package:   hishel 2.0.0 with requests 2.34.2; requests-cache 1.3.3 as the other one (it obeys no-store and only-if-cached).
# Why it matters: "never keep this one" (a page with a token, a one-off check for freshness) is kept and comes back.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'hishel[requests]==2.0.0' 'requests==2.34.2' 'requests-cache==1.3.3'
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
from hishel import SqliteStorage
from hishel.requests import CacheAdapter
def answer(path, n, headers, method): return 200, [("Cache-Control", "max-age=100")], b"n%d" % n
def hishel_session():
    s = requests.Session(); s.mount("http://", CacheAdapter(storage=SqliteStorage(database_path="h.db"), rfc=True)); return s
def cc(v): return {"Cache-Control": v} if v else {}
print("hishel", md.version("hishel"), "| requests-cache", md.version("requests-cache"))
seen = {}
for name, make in (("hishel", hishel_session), ("requests-cache", lambda: requests_cache.CachedSession(backend="memory", cache_control=True))):
    for what, asks in (("no-store", ("no-store", "")), ("no-cache", ("", "no-cache")), ("max-age=0", ("", "max-age=0")), ("only-if-cached", ("only-if-cached",))):
        s = make(); p = f"/{name}/{what}"; got = [s.get(BASE + p, headers=cc(a)) for a in asks]
        seen[name, what] = Handler.hits.get(p, 0)
        print(f"{name:15} requests with {asks}: {[f'{r.status_code} {r.text}' for r in got]}, at the server: {seen[name, what]}")
assert [seen["hishel", w] for w in ("no-store", "no-cache", "max-age=0", "only-if-cached")] == [1, 2, 1, 1]
assert [seen["requests-cache", w] for w in ("no-store", "only-if-cached")] == [2, 0]
PYTHON_END
echo "SEEN AGAIN: hishel_rfc_stores_request_no_store"
