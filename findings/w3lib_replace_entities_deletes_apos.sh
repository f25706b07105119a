#!/usr/bin/env bash
# w3lib 2.5.0 replace_entities() (parsel's Selector.re(), Scrapy) DELETES &apos; and every entity that HTML 4 lacked.
#
# Surprise:  "L&apos;Or&eacute;al &dollar;5&period;00" becomes "LOréal 500": an apostrophe, a currency sign and the
#            decimal point vanish. parsel's own .re() calls it by default.
# Expected:  HTML standard section 13.5 "Named character references" (2,231 names: &apos; is ', &dollar; is $,
#            &period; is .); XML 1.0 section 4.6 predefines &apos;. w3lib's docs: "removes" only what "can't be
#            converted"; html.unescape() of the standard library converts all of them.
# Seen:      '' for each name that is not in the 252 of HTML 4, and &lang; is U+2329 (HTML 4) and not U+27E8.
# Package:   w3lib 2.5.0, parsel 1.12.1.
# Why it matters: JSON in <script> is raw text, so entities inside it (React, Rails and Django write &apos;) reach
#            .re() as they are: names lose their apostrophes, and "5&period;00" is a hundred times too dear.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'w3lib==2.5.0' 'parsel==1.12.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import html, importlib.metadata as md, parsel
from w3lib.html import replace_entities
print("w3lib", md.version("w3lib"), "| parsel", md.version("parsel"))
for s, seen in (("L&apos;Or&eacute;al", "LOr\xe9al"), ("&dollar;5&period;00", "500"), ("10&percnt; off&excl;", "10 off"),
                ("a&comma;b", "ab"), ("&lang;x&rang;", "\u2329x\u232a")):
    got = replace_entities(s)
    print(f"{s:24} w3lib {got!r:16} html.unescape {html.unescape(s)!r}")
    assert got == seen != html.unescape(s)
page = parsel.Selector('<script>var p={"name":"L&apos;Or&eacute;al","price":"5&period;00"}</script>')
name, price = page.css("script::text").re(r'"name":"(.*?)","price":"(.*?)"')
print("parsel .re() on a script:", repr(name), repr(price))
assert (name, price) == ("LOr\xe9al", "500")
PYTHON_END
echo "SEEN AGAIN: w3lib_replace_entities_deletes_apos"
