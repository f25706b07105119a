#!/usr/bin/env bash
# selectolax 1.0.2 (lexbor): css("li, .x") returns the same element twice.
#
# Surprise:  an element that matches two arms of a selector list is in the result twice, one after the other; the same
#            list written as :is(li, .x) gives it once, and resiliparse 2.0.1, built on the same engine, gives it once.
# Surprise 2: ":enabled" matches every element there is (html, head, p ...), ":disabled" misses what a disabled
#            fieldset disables.
# Expected:  Selectors 4 section 4.1: a selector list represents the union of what its selectors match; DOM
#            querySelectorAll gives each element once. HTML section 4.16.3: only form controls can match :enabled.
# Seen:      duplicates; BeautifulSoup/soupsieve, turbohtml, parsel (cssselect) and resiliparse have none.
# Package:   selectolax 1.0.2, resiliparse 2.0.1, turbohtml 1.15.4, parsel 1.12.1.
# Why it matters: "h2.title, .product-title" is how one writes a selector that survives a redesign; each product is
#            then written twice and each count and sum is wrong, on some pages only.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'selectolax==1.0.2' 'resiliparse==2.0.1' 'turbohtml==1.15.4' 'parsel==1.12.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, parsel, turbohtml
from selectolax.lexbor import LexborHTMLParser
from resiliparse.parse.html import HTMLTree
print(*(f"{p} {md.version(p)};" for p in ("selectolax", "resiliparse", "turbohtml", "parsel")))
H = '<!DOCTYPE html><title>t</title><ul><li class=x>one<li>two<li class=x>three</ul><fieldset disabled><input id=i></fieldset><input id=j>'
d = LexborHTMLParser(H)
got = {"selectolax": [n.text() for n in d.css("li, .x")], "selectolax :is()": [n.text() for n in d.css(":is(li, .x)")],
       "resiliparse": [n.text for n in HTMLTree.parse(H).document.query_selector_all("li, .x")],
       "turbohtml": [n.text for n in turbohtml.parse(H).select("li, .x")],
       "parsel": parsel.Selector(H).css("li, .x").xpath("string()").getall()}
for k, v in got.items(): print(f"{k:18} li, .x -> {v}")
assert got.pop("selectolax") == ["one", "one", "two", "three", "three"]
assert all(v == ["one", "two", "three"] for v in got.values())
en, dis = [n.tag for n in d.css(":enabled")], [n.id for n in d.css("input:disabled")]
print(":enabled ->", en, "| input:disabled ->", dis, "| turbohtml", [e.tag for e in turbohtml.parse(H).select(":enabled")])
assert "html" in en and "li" in en and dis == [] and [e.attr("id") for e in turbohtml.parse(H).select(":enabled")] == ["j"]
PYTHON_END
echo "SEEN AGAIN: selectolax_selector_list_repeats"
