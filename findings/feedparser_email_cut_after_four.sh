#!/usr/bin/env bash
# feedparser 6.0.14: "jane@shop.store (Jane Doe)" is the author 'e (Jane Doe' with the address 'jane@shop.stor'.
#
# Surprise:  an address is cut after four letters of its last label, and what is left over goes into the NAME.
#            "jane@shop.com (Jane Doe)" is read right, so the cut is seen only with .store, .online, .berlin or .museum.
# Expected:  RSS 2.0, <author>: "the email address of the author of the item", its own example being of the form
#            "lawyer@boyer.net (Lawyer Boyer)". RFC 1035 2.3.4 lets a label have 63 letters, and such domains are sold.
# Seen:      {'name': 'e (Jane Doe', 'email': 'jane@shop.stor'}; "jane@shop.online" alone gives the name 'ne'; dc:creator
#            the same. An Atom <email> is kept whole; the raw entry.author is, too.
# Package:   feedparser 6.0.14.
# Why it matters: authors are counted under names like 'ne' and 'in (Jane', and each address belongs to somebody else.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'feedparser==6.0.14'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import feedparser
print("feedparser", feedparser.__version__)
def author(text, tag="author"):
    rss = f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>http://a.example/</link><description>D</description><item><title>x</title><{tag}>{text}</{tag}></item></channel></rss>'
    entry = feedparser.parse(rss).entries[0]
    print(f"{tag:10} {entry.author:32} {dict(entry.author_detail)}")
    assert not feedparser.parse(rss).bozo and dict(entry.authors[0]) == dict(entry.author_detail)
    return dict(entry.author_detail)
assert author("jane@shop.com (Jane Doe)") == {"name": "Jane Doe", "email": "jane@shop.com"}
assert author("jane@shop.store (Jane Doe)") == {"name": "e (Jane Doe", "email": "jane@shop.stor"}
assert author("jane@shop.store (Jane Doe)", "dc:creator") == {"name": "e (Jane Doe", "email": "jane@shop.stor"}
assert author("jane@shop.berlin (Jane)") == {"name": "in (Jane", "email": "jane@shop.berl"}
assert author("jane@shop.online") == {"name": "ne", "email": "jane@shop.onli"}
assert author("Jane Doe &lt;jane@shop.store&gt;") == {"name": "Jane Doe <e>", "email": "jane@shop.stor"}
atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><author><name>Jane Doe</name><email>jane@shop.store</email></author></entry></feed>'
assert dict(feedparser.parse(atom).entries[0].author_detail) == {"name": "Jane Doe", "email": "jane@shop.store"}
PYTHON_END
echo "SEEN AGAIN: feedparser_email_cut_after_four"
