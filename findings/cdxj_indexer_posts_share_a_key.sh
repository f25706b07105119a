#!/usr/bin/env bash
# cdxj-indexer 1.5.0 --post-append: page 1 and page 2 of a GraphQL query over 4,096 letters get one key; so do the bodies [1] and [2].
#
# Surprise:  the body of a POST is put into the key so that answers can be told apart, and is cut at 4,096 letters without a word: what
#            stands behind the query text, as "variables" do, is not in the key. Values of a JSON array at the top are left out
#            wholly, a form value with "&" inside (a=1%26b%3D2) is the same as two fields, and ids in other capitals are one.
# Expected:  --post-append is there to tell requests to one address apart: two that differ have two keys, or a warning is given.
#            ECMA-404: an array is a JSON text. URL standard, 5.1: %26 in a value is no separator.
# Seen:      four pairs of requests, four keys; requestBody in the index is cut as well. Nothing on stderr, exit code 0.
# Package:   cdxj-indexer 1.5.0, warcio 1.8.1.
# Why it matters: replay and every tool that looks up by this key give the answer of page 1 for page 2, from an archive
#            that has both.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'cdxj-indexer==1.5.0' 'warcio==1.8.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io, json, subprocess, sys
from importlib.metadata import version
from pathlib import Path
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
print("cdxj-indexer", version("cdxj-indexer"), "| warcio", version("warcio"))
def keys(name, kind, bodies, url="http://x.example/api"):
    with open("a.warc.gz", "wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, body in enumerate(bodies):
            date = {"WARC-Date": "2026-03-05T10:00:00Z"}
            answer = StatusAndHeaders("200 OK", [("Content-Type", "application/json")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("POST /api HTTP/1.1", [("Host", "x.example"), ("Content-Type", kind), ("Content-Length", str(len(body)))], is_http_request=True)
            response = writer.create_warc_record(url, "response", payload=io.BytesIO(b'{"answer": %d}' % number), http_headers=answer, warc_headers_dict=date)
            request = writer.create_warc_record(url, "request", payload=io.BytesIO(body), http_headers=asked, warc_headers_dict=dict(date))
            writer.write_request_response_pair(request, response)
    run = subprocess.run([Path(sys.executable).with_name("cdxj-indexer"), "--post-append", "a.warc.gz"], capture_output=True, text=True, check=True)
    lines = [line.split(" ", 2) for line in run.stdout.splitlines()]
    got = [line[0] for line in lines]
    print(f"{name:34} {len(bodies)} requests, {len(set(got))} keys: {got[0][:90]}", run.stderr.strip())
    assert len(lines) == len(bodies) and not run.stderr
    return set(got)
def query(page, length):
    return json.dumps({"query": "query { " + "product { name price } " * (length // 23) + "}", "variables": {"page": page}}).encode()
assert len(keys("short GraphQL query, pages 1 and 2", "application/json", [query(1, 400), query(2, 400)])) == 2
assert len(keys("long GraphQL query, pages 1 and 2", "application/json", [query(1, 5000), query(2, 5000)])) == 1
assert len(keys("JSON arrays of ids", "application/json", [b"[101, 102]", b"[201, 202]"])) == 1
assert len(keys("form, a value with & and two fields", "application/x-www-form-urlencoded", [b"a=1%26b%3D2", b"a=1&b=2"])) == 1
assert len(keys("ids in other capitals", "application/json", [b'{"video": "dQw4"}', b'{"video": "DqW4"}'])) == 1
PYTHON_END
echo "SEEN AGAIN: cdxj_indexer_posts_share_a_key"
