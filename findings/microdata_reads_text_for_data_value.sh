#!/usr/bin/env bash
# microdata 0.8.0: <data itemprop="price" value="9.99">about ten</data> is "about ten", and itemref is not followed.
#
# Surprise:  of the elements that carry a value for machines, data and meter give their text, and <time> without datetime an empty
#            one. What stands elsewhere and belongs to the item by itemref is missing, without a word.
# Expected:  HTML, section 5.2.4 (values): data and meter give their value attribute, time its datetime value, which section 4.5.14
#            takes from the text when there is no attribute. Section 5.2.5 step by step: the properties of an item include itemref's.
# Seen:      {'name': ['Lamp'], 'price': ['about ten'], 'rating': ['good'], 'released': ['']}, and no brand.
# Package:   microdata 0.8.0; right: extruct 0.18.0 for data and itemref.
# Why it matters: the text is what is shown, in any language and rounding; the attribute is the price.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'microdata==0.8.0' 'extruct==0.18.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import extruct, microdata
print("microdata", version("microdata"), "extruct", version("extruct"))
PAGE = """<div itemscope itemref="more"><b itemprop="name">Lamp</b><data itemprop="price" value="9.99">about ten</data>
<meter itemprop="rating" value="4" max="5">good</meter><time itemprop="released">2026-03-05</time></div><p id="more" itemprop="brand">Lux</p>"""
got = dict(microdata.get_items(PAGE)[0].json_dict()["properties"])
other = extruct.extract(PAGE, syntaxes=["microdata"])["microdata"][0]
print("microdata:", got)
print("extruct:  ", other)
assert got == {"name": ["Lamp"], "price": ["about ten"], "rating": ["good"], "released": [""]}, got
assert "9.99" in str(other) and "Lux" in str(other)
PYTHON_END
echo "SEEN AGAIN: microdata_reads_text_for_data_value"
