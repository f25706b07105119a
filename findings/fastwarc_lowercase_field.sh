#!/usr/bin/env bash
# FastWARC 2 does not know "content-type" and "content-length" in lower case: HTTP unparsed, or a cut.
#
# Expected: WARC field names are read in any case, as warcio does, and as FastWARC itself
#           does when asked for one (headers.get("WARC-Target-URI") finds "warc-target-uri").
# Seen:     * all names lower but Content-Length: no error, but no record is taken as HTTP:
#             http_headers is None and the status line is the start of the body;
#           * "content-length": the record comes with an empty body, then OSError "Invalid
#             WARC header" - the rest of the file is lost;
#           * the same silent loss for a media type written "Application/HTTP".
# Package:  FastWARC 2.0.1 (the 2026 rewrite in Rust), beside warcio 1.8.1.
# Right:    WARC/1.1 section 4: "Field names are not case-sensitive". RFC 9110 8.3.1: type
#           and subtype of a media type are case-insensitive.
# Why:      writers built on HTTP/2 libraries lower-case names; a status report or a text
#           extraction over such an archive is empty in one reader and whole in the other.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "fastwarc==2.0.1" "warcio==1.8.1"
"$work/venv/bin/python" - <<"PYEOF"
import io
from importlib.metadata import version
import fastwarc, warcio.archiveiterator
print("fastwarc", version("fastwarc"), "| warcio", version("warcio"))
def rec(n, length="Content-Length", media="application/http; msgtype=response", low=False):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
    names = ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "Content-Type"]
    vals = ["response", f"<urn:uuid:00000000-0000-4000-8000-00000000000{n}>", "2026-11-30T10:00:00Z", f"http://example.org/{n}", media]
    lines = [f"{k.lower() if low else k}: {v}" for k, v in zip(names, vals)] + [f"{length}: {len(http)}"]
    return ("WARC/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + http + b"\r\n\r\n"
def fast(data):
    out = []
    try:
        for r in fastwarc.ArchiveIterator(io.BytesIO(data)):
            out.append((r.headers.get("WARC-Target-URI"), r.http_headers.status_code if r.http_headers else None, r.reader.read()[:15]))
    except OSError as e:
        out.append(f"{type(e).__name__}: {e}")
    return out
def wio(data):
    return [(r.rec_headers.get_header("WARC-Target-URI"), r.http_headers and int(r.http_headers.get_statuscode()), r.content_stream().read()[:15]) for r in warcio.archiveiterator.ArchiveIterator(io.BytesIO(data))]
ok = [(f"http://example.org/{i}", 200, b"hello") for i in (1, 2)]
cases = {"as usual": rec(1) + rec(2), "other names lower": rec(1, low=True) + rec(2, low=True), "content-length": rec(1, length="content-length") + rec(2), "Application/HTTP": rec(1, media="Application/HTTP; msgtype=response") + rec(2)}
got = {}
for k, data in cases.items():
    got[k] = fast(data)
    print(f"{k:18} warcio {len(wio(data))} records | fastwarc {got[k]}")
    assert wio(data) == ok, wio(data)
raw = [(u, None, b"HTTP/1.1 200 OK") for u, _, _ in ok]
assert got["as usual"] == ok and got["other names lower"] == raw
assert got["content-length"] == [("http://example.org/1", None, b""), "OSError: Invalid WARC header"], got["content-length"]
assert got["Application/HTTP"] == [raw[0], ok[1]]
print("SEEN: lower-case names leave HTTP unparsed without an error, or end the reading")
PYEOF
