#!/usr/bin/env bash
# atoma 0.0.17: one Atom entry whose content has a media type ends the reading of the whole feed.
#
# Surprise:  <content type="text/markdown">, <content type="application/xml"> and a video given by src raise ValueError
#            "'video/mp4' is not a valid AtomTextType", not atoma's own FeedParseError: no entry of the feed comes.
# Expected:  RFC 4287 4.1.3.1: the type of atom:content "MAY be one of text, html, or xhtml. Failing that, it MUST conform to
#            the syntax of a MIME media type"; 4.1.3.2 has src with a media type. (Titles and summaries know the three only.)
# Seen:      ValueError for each of them; feedparser 6.0.14 reads all.
# Package:   atoma 0.0.17.
# Why it matters: a program that catches FeedParseError for bad feeds stops at a good one.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'atoma==0.0.17' 'feedparser==6.0.14'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import atoma
import feedparser
print("atoma", version("atoma"), "| feedparser", feedparser.__version__)
def feed(content):
    entry = "<entry><id>urn:{0}</id><title>t</title><updated>2026-01-01T00:00:00Z</updated><summary>s</summary><link href='http://a.example/'/>{1}</entry>"
    return ('<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>f</title><updated>2026-01-01T00:00:00Z</updated><author><name>a</name></author>' + entry.format(1, "") + entry.format(2, content) + "</feed>").encode()
assert len(atoma.parse_atom_bytes(feed("<content type='html'>x</content>")).entries) == 2
for kind, content in {"text/markdown": "<content type='text/markdown'># x</content>", "application/xml": "<content type='application/xml'><a xmlns=''/></content>", "video/mp4": "<content type='video/mp4' src='http://a.example/v.mp4'/>"}.items():
    data = feed(content)
    other = feedparser.parse(data)
    assert not other.bozo and len(other.entries) == 2 and other.entries[1].content[0].type == kind
    try:
        atoma.parse_atom_bytes(data)
        raise SystemExit(f"{kind} was read")
    except ValueError as error:
        print(f"{kind:16} feedparser {len(other.entries)} entries | atoma {type(error).__name__}: {error}")
        assert type(error) is ValueError and not isinstance(error, atoma.FeedParseError)
        assert str(error) == f"'{kind}' is not a valid AtomTextType", error
PYTHON_END
echo "SEEN AGAIN: atoma_content_media_type_ends_feed"
