#!/usr/bin/env bash
# extruct 0.18.0, RDFa: <time datetime="2026-03-05">5 March</time> is "5 March", a link with rel="nofollow" its text, <base> not seen.
#
# Surprise:  what is written for machines is passed over, and the text for people is the value. A property on a link with
#            rel="nofollow" gets the text of the link, and a property "nofollow" appears that nobody wrote. extruct's own
#            microdata reads the time and the link as it should, so the two disagree on one page.
# Expected:  HTML+RDFa 1.1, section 3.1, "Additional RDFa Processing Rules": a datetime attribute is the value (typed
#            xsd:date, xsd:time, ...); a @rel that is no CURIE or URI is ignored beside @property; the base element
#            sets the base. So "2026-03-05"^^xsd:date and http://x.example/dir/p2.
# Seen:      '5 March', {'url': 'More', 'nofollow': 'http://x.example/p2'}, and /i.png in place of /dir/i.png.
# Package:   extruct 0.18.0 with pyRdfa3 3.6.5 (which by itself does all of it right when told that it is text/html).
# Why it matters: dates in the language of the page take the place of ISO dates, and links are their
#            texts or lead elsewhere.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'extruct==0.18.0' 'pyrdfa3==3.6.5'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import io
import extruct
from pyRdfa import pyRdfa
print("extruct", version("extruct"), "| pyrdfa3", version("pyrdfa3"))
def page(attributes, name):
    return f"""<!DOCTYPE html><html lang="en"><head><title>t</title><base href="http://x.example/dir/"></head><body><div {attributes}>
<time {name}="releaseDate" datetime="2026-03-05">5 March</time>
<a {name}="url" rel="nofollow" href="p2">More</a> <img {name}="image" src="i.png" alt="i"></div></body></html>"""
rdfa = extruct.extract(page('vocab="http://schema.org/" typeof="Product"', "property"), base_url="http://x.example/page", syntaxes=["rdfa"])["rdfa"]
got = {key.rpartition("/")[2]: value[0].get("@value", value[0].get("@id")) for item in rdfa if "@type" in item for key, value in item.items() if key[0] != "@"}
micro = extruct.extract(page('itemscope itemtype="http://schema.org/Product"', "itemprop"), base_url="http://x.example/page", syntaxes=["microdata"])["microdata"][0]["properties"]
host = pyRdfa(base="http://x.example/page", media_type="text/html").graph_from_source(io.BytesIO(page('vocab="http://schema.org/" typeof="Product"', "property").encode()))
alone = {str(key).rpartition("/")[2]: str(value) for _, key, value in host if "schema.org/" in str(key)}
print("rdfa     ", got)
print("pyRdfa   ", alone)
print("microdata", micro)
assert got == {"releaseDate": "5 March", "url": "More", "nofollow": "http://x.example/p2", "image": "http://x.example/i.png"}, got
assert alone == {"releaseDate": "2026-03-05", "url": "http://x.example/dir/p2", "image": "http://x.example/dir/i.png"}, alone
assert micro["releaseDate"] == "2026-03-05" and micro["url"] != "More"
PYTHON_END
echo "SEEN AGAIN: extruct_rdfa_reads_display_text"
