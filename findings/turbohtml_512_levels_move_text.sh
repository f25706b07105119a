#!/usr/bin/env bash
# turbohtml 1.15.4: beyond 512 levels of nesting, elements and texts become brothers of what they stand in, unasked.
#
# Surprise:  the parser caps the depth of a tree without an error, a warning or a flag on the document: what is deeper
#            lands one level up, behind the element that holds it in the source.
# Expected:  HTML standard, 13.2.6 "Tree construction": a text is inserted into the current node, at any depth; html5lib
#            nests all 600. (The standard lets an implementation refuse; Chromium caps at 512, too, and is the likely model.)
# Seen:      600 nested divs with a text in the innermost: the text's parent is a div of level 512, and the last divs are
#            empty brothers. The text of the innermost element reads as "".
# Package:   turbohtml 1.15.4; html5lib 1.1 beside it.
# Why it matters: mail archives, forum quotes and pages of unclosed tags are nested so deep; a selector on the inner element
#            finds it, and reads nothing, which looks like a page without the value.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'turbohtml==1.15.4' 'html5lib==1.1'
cd "$T"
"$T/venv/bin/python" - <<'PYTHON_END'
import importlib.metadata as md
import html5lib, turbohtml
print("turbohtml", md.version("turbohtml"), "html5lib", md.version("html5lib"))
depth = 600
page = "<!doctype html><body>" + "<div>" * (depth - 1) + "<div id=x>tea</div>" + "</div>" * (depth - 1)
inner = turbohtml.parse(page).select_one("#x")
levels, node = 0, inner
while node is not None:
    node, levels = node.parent, levels + 1
print("turbohtml: text of #x:", repr(inner.text), "levels above and with it:", levels)
theirs = [e for e in html5lib.parse(page, namespaceHTMLElements=False).iter("div") if e.get("id") == "x"][0]
print("html5lib:  text of #x:", repr(theirs.text))
assert theirs.text == "tea"
assert inner.text == "" and levels == 514  # the document, html, body and so on

PYTHON_END
