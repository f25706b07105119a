#!/usr/bin/env bash
# ada-url 4.0.0: hosts whose "xn--" labels are no Punycode are taken as they stand.
#
# Surprise:  the package says that it parses "according to the WHATWG URL parsing standard", and is right on all other
#            http cases of the standard's own test data; labels in ASCII are not looked into.
# Expected:  URL standard, "domain to ASCII", by UTS 46 with VerifyDnsLength false: a label that begins with xn-- is
#            decoded, and a host with one that cannot be, or that decodes to ASCII alone, is a failure. Node refuses both.
# Seen:      "http://xn--a/" and "http://a.b.c.xn--pokxncvks/" come back unchanged.
# Package:   ada-url 4.0.0 (Node 20 by its own `URL`, where it is installed).
# Why it matters: links with such hosts count as pages of their own, are looked up by DNS and tried again.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'ada-url==4.0.0'
cd "$T"
"$T/venv/bin/python" - <<'PYTHON_END'
import importlib.metadata as md
import ada_url
print("ada-url", md.version("ada-url"))
seen = {text: ada_url.normalize_url(text) for text in ("http://xn--a/", "http://a.b.c.xn--pokxncvks/", "http://faß.example/")}
for text, url in seen.items():
    print(ascii(text), "->", url)
assert seen["http://xn--a/"] == "http://xn--a/"
assert seen["http://a.b.c.xn--pokxncvks/"] == "http://a.b.c.xn--pokxncvks/"
assert seen["http://faß.example/"] == "http://xn--fa-hia.example/"  # what is not ASCII is looked into
PYTHON_END
if command -v node >/dev/null; then
  node -e 'for (const u of ["http://xn--a/","http://a.b.c.xn--pokxncvks/"]) { let r; try { r = new URL(u).href } catch (e) { r = "refused" } console.log("node", process.version, u, "->", r); if (r !== "refused") process.exit(1) }'
fi
