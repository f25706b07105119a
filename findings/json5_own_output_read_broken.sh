#!/usr/bin/env bash
# json5 0.17.3: loads(dumps(s)) != s, and json.dumps() output is read as two broken halves of a letter.
#
# Surprise:  "\ud842\udfb7" (how JSON and JavaScript escape U+20BB7, a letter of Japanese names) is read as two lone
#            surrogates, length 2. The text cannot be written to a file any more; json5's own dumps() writes this very form.
# Expected:  JSON5 section 5.1 takes string escapes from ECMAScript 5.1, where a text is UTF-16 and such a pair is one
#            letter; RFC 8259 section 7 has the same for JSON, and JSON5 is a superset of JSON.
# Seen:      '\ud842\udfb7\u91ce\u5bb6' for '\U00020bb7\u91ce\u5bb6', no error; .encode() raises UnicodeEncodeError.
# Package:   json5 0.17.3; right: pyjson5 2.0.1, demjson3 3.0.6, chompjs 1.4.1, json of the standard library.
# Why it matters: a name from a script block is equal to no other spelling of it, and the export of the page fails later, far
#            away from the cause.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'json5==0.17.3' 'pyjson5==2.0.1' 'demjson3==3.0.6' 'chompjs==1.4.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import json
from importlib.metadata import version
import chompjs
import demjson3
import json5
import pyjson5
print("json5", version("json5"))
name = "\U00020bb7\u91ce\u5bb6"
text = json.dumps(name)
got = json5.loads(text)
print("input", text, "| json5:", ascii(got), "length", len(got), "| right:", ascii(name), "length", len(name))
assert got == "\ud842\udfb7\u91ce\u5bb6" != name, ascii(got)
assert json5.dumps(name) == text and json5.loads(json5.dumps(name)) != name
assert json5.loads(json5.dumps(name, ensure_ascii=False)) == name
try:
    got.encode()
    raise SystemExit("it could be encoded")
except UnicodeEncodeError as error:
    print("got.encode():", error)
for reader in (json.loads, pyjson5.loads, demjson3.decode):
    assert reader(text) == name, reader
assert chompjs.parse_js_object("{a:" + text + "}") == {"a": name}
PYTHON_END
echo "SEEN AGAIN: json5_own_output_read_broken"
