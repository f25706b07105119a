#!/usr/bin/env bash
# wacz --detect-pages finds no page in a crawl without Referer, and loses leaf pages in one with it.
#
# Expected: every 200 text/html response becomes a line of pages/pages.jsonl, as the option
#           says ("Generates pages.jsonl").
# Seen:     a page is kept only if another request named it as Referer. A scraper that
#           sends none gets "Num Pages Detected: 0" and a file with no
#           pages/pages.jsonl at all - and "wacz validate" calls it valid. With Referer
#           sent, home -> list -> item keeps home and list, and drops the item.
#           A Webrecorder-style json-metadata line in warcinfo switches the rule
#           off, so files of that family test fine.
# Package:  wacz 0.6.0 (2026-09) with warcio 1.8.1 (0.5.0 does the same).
# Right:    WACZ 1.1.1 (and draft 1.2.0), section pages.jsonl: "pages/pages.jsonl MUST be
#           present". RFC 9110 10.1.3 leaves Referer to the client.
# Why:      the WACZ opens in a viewer with an empty page list and an empty text index; in
#           the other case the item pages, the reason for the crawl, are missing.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "wacz==0.6.0" "warcio==1.8.1"
cd "$work"
"$work/venv/bin/python" - <<"PYEOF"
import io
from warcio.statusandheaders import StatusAndHeaders as H
from warcio.warcwriter import WARCWriter
base = "http://example.org/"
for name, referers in (("none", [None] * 3), ("referer", [None, base, base + "list"])):
    with open(name + ".warc.gz", "wb") as f:
        w = WARCWriter(f, gzip=True)
        w.write_record(w.create_warcinfo_record(name + ".warc.gz", {"software": "demo"}))
        for path, ref in zip(("", "list", "item"), referers):
            url = base + path
            body = f"<html><head><title>{path or 'home'}</title></head><body><p>text</p></body></html>".encode()
            resp = w.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=H("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"))
            head = [("Host", "example.org")] + ([("Referer", ref)] if ref else [])
            req = w.create_warc_record(url, "request", http_headers=H(f"GET /{path} HTTP/1.1", head, is_http_request=True))
            w.write_request_response_pair(req, resp)
PYEOF
"$work/venv/bin/pip" list 2>/dev/null | grep -iE "^(wacz|warcio) "
for n in none referer; do
  echo "== $n"
  "$work/venv/bin/wacz" create -o $n.wacz --detect-pages --text $n.warc.gz | grep "Num Pages"
  "$work/venv/bin/wacz" validate -f $n.wacz | grep -i "valid" | tail -1
done
"$work/venv/bin/python" - <<"PYEOF"
import json, zipfile
z = {n: zipfile.ZipFile(n + ".wacz") for n in ("none", "referer")}
have = {n: "pages/pages.jsonl" in x.namelist() for n, x in z.items()}
print("pages/pages.jsonl present:", have)
urls = [json.loads(l).get("url") for l in z["referer"].read("pages/pages.jsonl").decode().splitlines()][1:]
print("pages with Referer sent:", urls)
assert have == {"none": False, "referer": True}
assert sorted(urls) == ["http://example.org/", "http://example.org/list"], urls
print("SEEN: 0 of 3 pages, or 2 of 3 with the item page missing")
PYEOF
