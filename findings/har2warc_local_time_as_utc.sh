#!/usr/bin/env bash
# har2warc writes the local time of a HAR entry as UTC: records are off by the zone offset.
#
# Expected: startedDateTime 2026-11-30T12:00:00.000+02:00 gives WARC-Date 2026-11-30T10:00:00Z.
# Seen:     WARC-Date 2026-11-30T12:00:00Z - the digits kept, the offset dropped. Two entries
#           of the same instant, one in +02:00 and one in Z, end two hours apart. A
#           request with no answer (status 0) becomes "204" with whatever text the
#           entry has.
# Package:  har2warc 1.0.4 with warcio 1.8.1.
# Right:    HAR 1.2, log.pages and log.entries: startedDateTime is ISO 8601 with the zone
#           (its own example is +01:00). WARC/1.1 section 5.4: WARC-Date is a UTC timestamp.
# Why:      browsers and tools that record local time make archives whose captures sort
#           wrong and, east of Greenwich, lie in the future; a replay tool then
#           picks the wrong capture.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "har2warc==1.0.4" "warcio==1.8.1" setuptools==80.9.0
cd "$work"
"$work/venv/bin/python" - <<"PYEOF"
import json
def entry(url, started, status=200):
    return {"pageref": "p", "startedDateTime": started, "time": 5, "cache": {}, "timings": {"send": 1, "wait": 2, "receive": 2},
            "request": {"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "queryString": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": status, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [{"name": "Content-Type", "value": "text/html"}],
                         "content": {"size": 5, "mimeType": "text/html", "text": "hello"}, "redirectURL": "", "headersSize": -1, "bodySize": 5}}
log = {"version": "1.2", "creator": {"name": "x", "version": "1"},
       "pages": [{"startedDateTime": "2026-11-30T12:00:00.000+02:00", "id": "p", "title": "t", "pageTimings": {}}],
       "entries": [entry("http://example.org/plus2", "2026-11-30T12:00:00.000+02:00"), entry("http://example.org/z", "2026-11-30T10:00:00.000Z"),
                   entry("http://example.org/minus8", "2026-11-30T02:00:00.000-08:00"), entry("http://example.org/aborted", "2026-11-30T10:00:00.000Z", 0)]}
json.dump({"log": log}, open("x.har", "w"))
PYEOF
"$work/venv/bin/har2warc" x.har x.warc.gz >/dev/null
"$work/venv/bin/python" - <<"PYEOF"
from importlib.metadata import version
from warcio.archiveiterator import ArchiveIterator
print("har2warc", version("har2warc"), "| warcio", version("warcio"))
seen = {}
with open("x.warc.gz", "rb") as f:
    for r in ArchiveIterator(f):
        if r.rec_type == "response":
            seen[r.rec_headers["WARC-Target-URI"].rsplit("/", 1)[1]] = (r.rec_headers["WARC-Date"], r.http_headers.get_statuscode())
for k, v in seen.items():
    print(f"{k:8} WARC-Date {v[0]} status {v[1]}")
assert seen == {"plus2": ("2026-11-30T12:00:00Z", "200"), "z": ("2026-11-30T10:00:00Z", "200"), "minus8": ("2026-11-30T02:00:00Z", "200"), "aborted": ("2026-11-30T10:00:00Z", "204")}, seen
print("SEEN: three captures of one instant are dated 10 hours apart")
PYEOF
