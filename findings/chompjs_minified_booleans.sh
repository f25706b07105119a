#!/usr/bin/env bash
# chompjs 1.4.1: in minified JavaScript, `true`, `false` and `null` become the STRINGS "true", "false", "null".
#
# Surprise:  the value's type hangs on a blank.  {in_stock:false,price:9} gives in_stock='false' (a text, truthy!),
#            {in_stock:false, price:9} gives in_stock=False. The last member of an object is always right, so a quick
#            look at a small sample shows nothing.
# Expected:  False, True, None in every layout (white space between tokens has no meaning, ECMA-262 section 12.2;
#            `true`/`false`/`null` are literals, section 13.2.3).
# Seen:      a literal right before `,` + unquoted key (or before `,` + another literal) is returned as text.
# Package:   chompjs 1.4.1; quickjs-ng 0.17.0.2 runs the same text as a real JavaScript engine and is the judge.
# Also:      numbers written in hexadecimal above 2**63-1 are cut to 9223372036854775807 without a word, while the
#            decimal form of the same number is exact.
# Why it matters: product pages carry their data as minified object literals; `if item["in_stock"]` is then true for
#            every sold-out product, and a null price becomes the text "null" in the CSV.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'chompjs==1.4.1' 'quickjs-ng==0.17.0.2'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import json, importlib.metadata as md, chompjs, quickjs
print("chompjs", md.version("chompjs"), "| judge: quickjs-ng", md.version("quickjs-ng"))
def js(text): return json.loads(quickjs.Context().eval("JSON.stringify(" + text + ")"))
cases = ["{in_stock:false,price:9}", "{in_stock:false, price:9}", "{in_stock:false,\"price\":9}",
         "{old_price:null,price:9}", "{a:[true,false,null]}", "{id:7,sale:true,tags:[null,1],n:\"x\"}"]
out = {}
for t in cases:
    out[t] = chompjs.parse_js_object(t)
    print(f"{t:42} chompjs {out[t]!r:58} JavaScript {js(t)!r}")
big = "{id:0x10000000000000001,n:1}"
out[big] = chompjs.parse_js_object(big)
print(f"{big:42} chompjs {out[big]!r:58} exact value {0x10000000000000001}")
assert out[cases[0]] == {"in_stock": "false", "price": 9} and js(cases[0])["in_stock"] is False
assert out[cases[1]]["in_stock"] is False and out[cases[2]]["in_stock"] is False
assert out[cases[3]]["old_price"] == "null" and js(cases[3])["old_price"] is None
assert out[cases[4]] == {"a": ["true", "false", None]}
assert out[cases[5]] == {"id": 7, "sale": "true", "tags": ["null", 1], "n": "x"}
assert out[big]["id"] == 2**63 - 1
assert chompjs.parse_js_object("{id:18446744073709551617,n:1}")["id"] == 2**64 + 1
PYTHON_END
echo "SEEN AGAIN: chompjs_minified_booleans"
