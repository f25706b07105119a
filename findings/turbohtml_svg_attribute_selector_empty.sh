#!/usr/bin/env bash
# turbohtml 1.15.4: select("svg[viewBox]") never matches, in any spelling, though attr() and xpath() see the attribute.
#
# Surprise:  an attribute selector for a mixed-case SVG or MathML attribute is silently empty, and its negation
#            svg:not([viewBox]) matches. xpath("//svg[@viewBox]") on the same tree finds the element.
# Expected:  Selectors 4 section 6.3 and HTML section 4.16.2 (case-sensitivity of selectors): the name is lower-cased
#            only for HTML elements in HTML documents; for others it is compared as written, so [viewBox] matches.
# Seen:      [] for [viewBox], [viewbox], svg[viewBox="0 0 24 24"], [preserveAspectRatio], [gradientUnits].
#            selectolax (lexbor) 1.0.2, BeautifulSoup 4.15.0 with soupsieve 4.1.3 and html5lib match.
# Package:   turbohtml 1.15.4 (the newest).
# Why it matters: charts, maps, seat plans and star ratings are inline SVG; a selector copied from the browser's own
#            developer tools gives no rows and no error.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'turbohtml==1.15.4' 'selectolax==1.0.2' 'beautifulsoup4==4.15.0' 'soupsieve==4.1.3' 'html5lib==1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, bs4, turbohtml
from selectolax.lexbor import LexborHTMLParser
print(*(f"{p} {md.version(p)};" for p in ("turbohtml", "selectolax", "beautifulsoup4", "soupsieve")))
H = '<!DOCTYPE html><p>4.5</p><svg viewBox="0 0 24 24" preserveAspectRatio="none" width=9><linearGradient id=g gradientUnits="userSpaceOnUse"/></svg>'
t, l, s = turbohtml.parse(H), LexborHTMLParser(H), bs4.BeautifulSoup(H, "html5lib")
for sel, right in (("svg[viewBox]", 1), ('svg[viewBox="0 0 24 24"]', 1), ("[preserveAspectRatio]", 1), ("[gradientUnits]", 1), ("svg[width]", 1), ("svg:not([viewBox])", 0)):
    a, b, c = len(t.select(sel)), len(l.css(sel)), len(s.select(sel))
    print(f"{sel:26} turbohtml {a}  selectolax {b}  soupsieve {c}  right {right}")
    assert b == c == right and (a == right) is (sel == "svg[width]")
assert t.select("[viewbox]") == []
print("the same tree: attr", repr(t.find("svg").attr("viewBox")), "xpath count", t.xpath("count(//svg[@viewBox])"))
assert t.find("svg").attr("viewBox") == "0 0 24 24" and t.xpath("count(//svg[@viewBox])") == 1
PYTHON_END
echo "SEEN AGAIN: turbohtml_svg_attribute_selector_empty"
