#!/usr/bin/env bash
# demjson3 3.0.6: a JavaScript string continued on the next line gets a line break that JavaScript does not put there.
#
# Surprise:  "one\ and "two" on the next line is the text 'one\ntwo'. The backslash is seen, and removed; the break is kept.
# Expected:  'onetwo'. ECMAScript (string literals, LineContinuation): the value of a continuation is the empty sequence.
#            JSON5 section 5.2 has the same.
# Seen:      'one\ntwo'. Also, demjson3.__version__ says 3.0.5 where the package is 3.0.6.
# Package:   demjson3 3.0.6; right: json5 0.17.3, pyjson5 2.0.1.
# Why it matters: addresses and ids that a page's script breaks into two lines have a line break inside.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'demjson3==3.0.6' 'json5==0.17.3' 'pyjson5==2.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import demjson3
import json5
import pyjson5
print("demjson3", version("demjson3"), "| json5", version("json5"), "| pyjson5", version("pyjson5"))
text = '{"url": "http://a.example/one\\\ntwo"}'
print(text)
for name, read in (("demjson3", demjson3.decode), ("json5", json5.loads), ("pyjson5", pyjson5.loads)):
    got = read(text)
    print(f"{name:10} {got}")
    assert got == {"url": "http://a.example/one\ntwo" if name == "demjson3" else "http://a.example/onetwo"}, got
assert demjson3.__version__ == "3.0.5"
PYTHON_END
echo "SEEN AGAIN: demjson3_continued_string_keeps_break"
