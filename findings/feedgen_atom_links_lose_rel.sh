#!/usr/bin/env bash
# feedgen 1.0.0: every link of an Atom entry is written without rel, type, hreflang and length: the sound file is the page.
#
# Surprise:  entry.link(href=..., rel="self") and entry.enclosure(...) are written as <link href="..."/>, which means rel="alternate".
#            The feed's own links, and the RSS of the same generator, are right; entry.link() gives back what was set.
# Expected:  its docs: enclosure() "is represented by link(rel=enclosure) in ATOM"; link() has the fields href, rel, type, hreflang,
#            title and length. RFC 4287 4.2.7.2: without rel it is "alternate"; 4.1.2: no two alternate links of one type and language.
# Seen:      four <link href="..."/>; feedparser 6.0.14 reads the sound file as entry.link, and finds no enclosure.
# Package:   feedgen 1.0.0, feedparser 6.0.14.
# Why it matters: a podcast feed made with it has no episodes, and readers that follow the page's link fetch the sound.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'feedgen==1.0.0' 'feedparser==6.0.14'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import feedparser
from feedgen.feed import FeedGenerator
print("feedgen", version("feedgen"), "| feedparser", version("feedparser"))
feed = FeedGenerator()
feed.id("urn:f")
feed.title("t")
feed.description("d")
feed.link(href="http://x.example/", rel="alternate")
feed.link(href="http://x.example/feed", rel="self")
entry = feed.add_entry()
entry.id("urn:1")
entry.title("e")
entry.link(href="http://x.example/page", rel="alternate", type="text/html")
entry.link(href="http://x.example/de", rel="alternate", hreflang="de")
entry.link(href="http://x.example/from", rel="via")
entry.enclosure("http://x.example/1.mp3", 5, "audio/mpeg")
assert [link["rel"] for link in entry.link()] == ["alternate", "alternate", "via", "enclosure"]
atom, rss = feed.atom_str(pretty=True).decode(), feed.rss_str(pretty=True).decode()
links = [line.strip() for line in atom.splitlines() if "<link" in line]
print(*links, sep="\n")
assert '<link href="http://x.example/feed" rel="self"/>' in links
assert links[-4:] == [f'<link href="http://x.example/{name}"/>' for name in ("page", "de", "from", "1.mp3")]
assert '<enclosure url="http://x.example/1.mp3" length="5" type="audio/mpeg"/>' in rss
read = feedparser.parse(atom).entries[0]
print("feedparser, of the Atom:", read.link, "enclosures", read.enclosures)
assert read.link == "http://x.example/1.mp3" and read.enclosures == []
assert [found.href for found in feedparser.parse(rss).entries[0].enclosures] == ["http://x.example/1.mp3"]
PYTHON_END
echo "SEEN AGAIN: feedgen_atom_links_lose_rel"
