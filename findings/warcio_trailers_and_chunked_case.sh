#!/usr/bin/env bash
# warcio and warcio.js put HTTP trailers into the page body, and do not decode "Chunked".
#
# Expected: a chunked response stored as it came off the wire reads back as its body.
# Seen:     * with a trailer section the body ends in it. warcio (Python) gives
#             "hello0\r\nrver-Timing: ..." - last-chunk line kept, two letters of the field
#             eaten; warcio.js gives "helloServer-Timing: ..."; Python's own
#             http.client gives "hello" for the same bytes;
#           * with the coding written "Chunked" both give the body with the chunk sizes in
#             it ("5", "hello", "0"), where http.client and FastWARC decode it.
#           No error in any case. Lower-case chunked without trailers is right.
# Package:  PyPI warcio 1.8.1 (2026-03) and npm warcio 2.4.11; FastWARC 2.0.1 beside them.
# Right:    RFC 9112 section 7: transfer-coding names are case-insensitive; 7.1.2: trailer
#           fields follow the content and are no part of it. WARC/1.1 section 6.3.2: a
#           response record holds the full HTTP response as received.
# Why:      text and payload hashes out of a WARC are wrong and differ by language; a
#           trailer such as Server-Timing changes each visit: a change every time.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "warcio==1.8.1" "fastwarc==2.0.1"
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "warcio@2.4.11"
"$work/venv/bin/python" - <<"PYEOF"
import http.client, io
from importlib.metadata import version
import fastwarc
from warcio.archiveiterator import ArchiveIterator
RAW = {"plain": (b"chunked", b"5\r\nhello\r\n0\r\n\r\n"), "trailer": (b"chunked", b"5\r\nhello\r\n0\r\nServer-Timing: db;dur=53\r\n\r\n"), "capital": (b"Chunked", b"5\r\nhello\r\n0\r\n\r\n")}
class Sock:
    def __init__(self, b): self.b = b
    def makefile(self, *a): return io.BytesIO(self.b)
std, data, one = {}, b"", {}
for n, (name, (te, body)) in enumerate(RAW.items()):
    h = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: " + te + b"\r\n\r\n" + body
    r = http.client.HTTPResponse(Sock(h)); r.begin(); std[name] = r.read()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{n}>\r\nWARC-Date: 2026-11-30T10:00:00Z\r\nWARC-Target-URI: http://example.org/{name}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(h)}\r\n\r\n"
    one[name] = head.encode() + h + b"\r\n\r\n"
    data += one[name]
open("x.warc", "wb").write(data)
py = {r.rec_headers["WARC-Target-URI"].rsplit("/", 1)[1]: r.content_stream().read() for r in ArchiveIterator(io.BytesIO(data))}
fw = {}
for name, b in one.items():
    try:
        fw[name] = next(iter(fastwarc.ArchiveIterator(io.BytesIO(b), auto_decode="transfer"))).reader.read()
    except OSError as e:
        fw[name] = f"OSError: {e}"
print("http.client      ", std)
print("PyPI warcio", version("warcio"), py)
print("FastWARC", version("fastwarc"), "  ", fw)
assert set(std.values()) == {b"hello"}
assert py == {"plain": b"hello", "trailer": b"hello0\r\nrver-Timing: db;dur=53\r\n\r\n", "capital": b"5\r\nhello\r\n0\r\n\r\n"}
assert fw["plain"] == fw["capital"] == b"hello"
PYEOF
cat > x.mjs <<"JSEOF"
import fs from "node:fs";
import assert from "node:assert";
import { WARCParser } from "warcio";
async function* source() { yield new Uint8Array(fs.readFileSync("x.warc")); }
const seen = {};
for await (const r of new WARCParser(source())) seen[r.warcTargetURI.split("/").pop()] = Buffer.from(await r.readFully(true)).toString();
console.log("npm warcio", JSON.parse(fs.readFileSync("node_modules/warcio/package.json")).version, JSON.stringify(seen));
assert.deepEqual(seen, { plain: "hello", trailer: "helloServer-Timing: db;dur=53\r\n\r\n", capital: "5\r\nhello\r\n0\r\n\r\n" });
console.log("SEEN: trailers inside the body, and chunk sizes inside the body");
JSEOF
node x.mjs
