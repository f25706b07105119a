#!/usr/bin/env bash
# fastfeedparser 0.6.5: an Atom title of type="xhtml" comes back as '', and a "via" link comes back as the entry's link.
#
# Surprise:  <title type="xhtml"><div>Price <em>cut</em></div></title> is an empty title. An entry whose only link is
#            rel="via" (where it was found) or rel="enclosure" (the file) gets that as its page link. xml:base is ignored,
#            so link is "p1" and not a URL.
# Expected:  RFC 4287 section 3.1.1.3 (xhtml text constructs), 4.2.7.2 (only rel="alternate" or no rel is the entry's page),
#            section 2 (xml:base applies to relative references).
# Seen:      '', 'http://other.example/via', 'p1'. feedparser 6.0.14 and turbohtml 1.15.4 give the title, no such link, and
#            the absolute URL.
# Package:   fastfeedparser 0.6.5, feedparser 6.0.14, turbohtml 1.15.4.
# Why it matters: records without a title and with another site's address, from a valid feed, with no error.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'fastfeedparser==0.6.5' 'feedparser==6.0.14' 'turbohtml==1.15.4'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, fastfeedparser, feedparser, turbohtml
print(*(f"{p} {md.version(p)};" for p in ("fastfeedparser", "feedparser", "turbohtml")))
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.com/shop/"><title>T</title><id>urn:f</id><updated>2026-03-01T00:00:00Z</updated>
<author><name>N</name></author>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Price <em>cut</em></div></title><id>urn:1</id><updated>2026-03-01T00:00:00Z</updated><link href="p1"/><summary>s</summary></entry>
<entry><title>Two</title><id>urn:2</id><updated>2026-03-01T00:00:00Z</updated><link rel="via" href="http://other.example/via"/><content>c</content></entry>
</feed>"""
a = [(e.get("title"), e.get("link")) for e in fastfeedparser.parse(FEED).entries]
b = [(e.get("title"), e.get("link")) for e in feedparser.parse(FEED).entries]
c = [(e.title, e.link) for e in turbohtml.parse_xml(FEED).feed().entries]
for n, v in (("fastfeedparser", a), ("feedparser", b), ("turbohtml", c)): print(f"{n:15} {v}")
assert a == [("", "p1"), ("Two", "http://other.example/via")]
assert b[0] == c[0] == ("Price <em>cut</em>", "http://example.com/shop/p1") and c[1] == ("Two", None)
assert b[1][1] != "http://other.example/via"
PYTHON_END
echo "SEEN AGAIN: fastfeedparser_xhtml_title_empty"
