#!/usr/bin/env bash
# clear-html 0.5.0: "costs <b>5</b> EUR" behind a heading becomes "costs<strong>5</strong> EUR": words run together.
#
# Surprise:  a text that follows a heading or paragraph inside a div loses its last blank before the first inline element. The same
#            line without a block before it keeps it. <del>10</del><ins>8</ins> becomes "108", while <s> is kept; and src is made
#            absolute and srcset of the same image is not.
# Expected:  its README: it cleans "keeping" the content and normalizes HTML; CSS Text 3, 4.1: a blank between a text and an inline
#            element is seen. HTML 4.7: del marks removed, ins added text: the two are told apart. "url" of clean_node() is for
#            relative URLs.
# Seen:      <p>costs<strong>5</strong> EUR</p>, <p>Was 108 EUR</p>, srcset="/b.png 2x".
# Package:   clear-html 0.5.0, lxml 6.1.3.
# Why it matters: "see" + "our shop" is one word for a search index, and an old and a new price become one number.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'clear-html==0.5.0' 'lxml==6.1.3'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
from clear_html import clean_node, cleaned_node_to_html
from lxml.html import fromstring
print("clear-html", version("clear-html"), "| lxml", version("lxml"))
def clean(html):
    got = cleaned_node_to_html(clean_node(fromstring(html), "http://x.example/")).replace("\n", "")
    print(f"{html}\n    -> {got}")
    return got
assert clean("<div><h2>Lamp</h2>costs <b>5</b> EUR</div>") == "<article><h2>Lamp</h2><p>costs<strong>5</strong> EUR</p></article>"
assert "<p>see<a href=" in clean('<div><p>Sold out,</p>see <a href="/x">our shop</a></div>')
assert "costs <strong>5</strong> EUR" in clean("<div>costs <b>5</b> EUR</div>")
assert "<p>Was 108 EUR</p>" in clean("<div><p>Was <del>10</del><ins>8</ins> EUR</p></div>")
assert "<s>10</s>" in clean("<div><p>Was <s>10</s> 8 EUR</p></div>")
image = clean('<div><img src="a.png" srcset="/b.png 2x"></div>')
assert 'src="http://x.example/a.png"' in image and 'srcset="/b.png 2x"' in image
PYTHON_END
echo "SEEN AGAIN: clear_html_joins_words"
