#!/usr/bin/env bash
# requests 2.34.2 + charset-normalizer 3.5.3: the ASCII body "US$5" (no charset given) is returned as two Chinese characters.
#
# Surprise:  four plain ASCII bytes are "detected" as UTF-16 without a byte-order mark: r.text is U+5355 U+3524. So are
#            "$5", "$1.9", "C#", "a@b.co"; and niquests 3.21.2 does it even for Content-Type: text/plain and for the
#            UTF-8 bytes of a euro price. "$12.50" is right: it hangs on which characters meet.
# Expected:  bytes below 0x80 only are ASCII, which is UTF-8 (Encoding Standard: UTF-16 is used for a byte-order mark or a
#            label only). chardet 7.7.0 says ascii.
# Seen:      wrong text, confidence 0.8, no warning. (Short punctuation is an old upstream report, #509, said to be
#            mended in 2024; prices still fail in the newest release.)
# Package:   requests 2.34.2, charset-normalizer 3.5.3, niquests 3.21.2, chardet 7.7.0 (asked directly).
# Why it matters: price, stock and rate endpoints answer with a few ASCII bytes; a number field is then empty and a text
#            field holds characters that nobody sent.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'requests==2.34.2' 'charset-normalizer==3.5.3' 'niquests==3.21.2'
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
import importlib.metadata as md, charset_normalizer, niquests, requests
BODY = {"/usd": b"US$5", "/5": b"$5", "/19": b"$1.9", "/mail": b"a@b.co", "/ok": b"$12.50", "/eur": "\u20ac5".encode()}
def answer(path, n, headers, method):
    p, _, typed = path.partition("?"); return 200, ([("Content-Type", "text/plain")] if typed else []), BODY[p]
print(*(f"{p} {md.version(p)};" for p in ("requests", "charset-normalizer", "niquests")))
got = {}
for p, b in BODY.items():
    r, q = requests.get(BASE + p), niquests.get(BASE + p + "?typed")
    got[p] = r.text, q.text
    print(f"body {b!r:16} requests (no type) {r.text!a:22} niquests (text/plain) {q.text!a:22} detect: {charset_normalizer.detect(b)['encoding']}")
assert got["/usd"] == ("\u5355\u3524",) * 2
for p in ("/5", "/19", "/mail"): assert got[p][0] != BODY[p].decode() and got[p][1] != BODY[p].decode()
assert got["/eur"][1] == "\u82e2\u35ac" and got["/ok"] == ("$12.50",) * 2
PYTHON_END
echo "SEEN AGAIN: requests_ascii_price_becomes_chinese"
