#!/usr/bin/env bash
# extruct 0.18.0: <time itemprop="startDate">2026-03-01</time> is an empty startDate, and a link without href is the page itself.
#
# Surprise:  the date stands on the page as text and comes out as ''. The same element with a datetime attribute is read
#            right, so half of the events of a site have no date. And <a itemprop="url">, <img itemprop="image"> without
#            an address give the address of the page: a web page as the picture.
# Expected:  HTML, microdata, "Values": for time "the element's datetime value", which is the datetime attribute "if it has
#            one, otherwise the element's child text content"; for src, href and data: "or the empty string if there is no
#            such attribute".
# Seen:      {'startDate': ''}, {'url': 'http://a.example/event'}, {'image': 'http://a.example/event'}.
# Package:   extruct 0.18.0.
# Why it matters: events lose their dates without an error, and each product without a picture has the same one.
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
def item(html):
    page = f'<div itemscope itemtype="https://schema.org/Event">{html}</div>'
    got = extruct.extract(page, base_url="http://a.example/event", syntaxes=["microdata"])["microdata"][0]["properties"]
    print(f"{html:70} {got}")
    return got
assert item('<time itemprop="startDate" datetime="2026-03-01">1 March</time>') == {"startDate": "2026-03-01"}
assert item('<time itemprop="startDate">2026-03-01</time>') == {"startDate": ""}
assert item('<p itemprop="startDate">2026-03-01</p>') == {"startDate": "2026-03-01"}
assert item('<a itemprop="url">sold out</a>') == {"url": "http://a.example/event"}
assert item('<img itemprop="image" alt="no picture">') == {"image": "http://a.example/event"}
PYTHON_END
echo "SEEN AGAIN: extruct_time_without_attribute_empty"
