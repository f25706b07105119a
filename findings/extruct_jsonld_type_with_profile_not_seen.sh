#!/usr/bin/env bash
# extruct 0.18.0: JSON-LD in <script type="application/ld+json;profile=..."> or "Application/LD+JSON" is not seen.
#
# Surprise:  the type is compared letter by letter, so a type with the parameter that JSON-LD itself defines finds nothing:
#            an empty list, no error, as if the page had no data.
# Expected:  the registration of application/ld+json gives it a parameter, "profile", with six values; a data block's type is
#            a valid MIME type string (HTML, the script element), and RFC 9110 8.3.1 makes type and subtype
#            case-insensitive.
# Seen:      [] for a profile, for "; charset=utf-8" and for capitals; the plain spelling is read.
# Package:   extruct 0.18.0.
# Why it matters: products of such shops have no price in the data, and a check "has JSON-LD?" says no.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'extruct==0.18.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import extruct
print("extruct", version("extruct"))
item = '{"@context": "https://schema.org", "@type": "Product", "name": "Lamp"}'
def names(kind):
    got = [p["name"] for p in extruct.extract(f'<script type="{kind}">{item}</script>', syntaxes=["json-ld"])["json-ld"]]
    print(f"{kind:70} {got}")
    return got
assert names("application/ld+json") == ["Lamp"]
assert names("application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted") == []
assert names("application/ld+json; charset=utf-8") == []
assert names("Application/LD+JSON") == []
PYTHON_END
echo "SEEN AGAIN: extruct_jsonld_type_with_profile_not_seen"
