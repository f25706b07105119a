#!/usr/bin/env bash
# feedparser 6.0.14: entry.link of an Atom entry is the LAST language's link, and is the id where rel is written as an IRI.
#
# Surprise:  a translation listed after the page takes its place as entry.link; a link whose relation is written in full is
#            not seen, and "urn:x" comes back as the link of the page.
# Expected:  RFC 4287 4.1.2 lets an entry have one "alternate" link for each pair of type and hreflang; one without rel is
#            "alternate" (4.2.7.2). The same section: readers MUST take a rel that is a name for equivalent to
#            the IRI http://www.iana.org/assignments/relation/ with that name: both spellings are one relation.
# Seen:      page, then its English one: link is the English one. Only the IRI: link is 'urn:x', the entry's <id>, though an
#            Atom id is no address. With two TYPES (html, json) the html link stays, as one would think.
# Package:   feedparser 6.0.14; atoma 0.0.17 gives the links as they stand, in order.
# Why it matters: a German feed is crawled in English, or the crawl asks for "urn:x".
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'feedparser==6.0.14' 'atoma==0.0.17'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import atoma
import feedparser
from importlib.metadata import version
print("feedparser", feedparser.__version__, "| atoma", version("atoma"))
def link(links, seen):
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>f</title><updated>2026-01-01T00:00:00Z</updated><author><name>a</name></author><entry><id>urn:x</id><title>t</title><updated>2026-01-01T00:00:00Z</updated><content>c</content>{links}</entry></feed>'
    feed = feedparser.parse(atom)
    print(links, "\n    feedparser", feed.entries[0].link, "| atoma", [(a.rel, a.href) for a in atoma.parse_atom_bytes(atom.encode()).entries[0].links])
    assert not feed.bozo and feed.entries[0].link == seen, feed.entries[0].link
page, english = '<link href="http://a.example/de/1"/>', '<link rel="alternate" hreflang="en" href="http://a.example/en/1"/>'
link(page, "http://a.example/de/1")
link(page + english, "http://a.example/en/1")
link(english + page, "http://a.example/de/1")
link(page + '<link rel="alternate" type="application/json" href="http://a.example/1.json"/>', "http://a.example/de/1")
link('<link rel="http://www.iana.org/assignments/relation/alternate" href="http://a.example/de/1"/>', "urn:x")
PYTHON_END
echo "SEEN AGAIN: feedparser_atom_link_of_other_language"
