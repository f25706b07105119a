#!/usr/bin/env bash
# frictionless 5.18.1: a column of prices "1,50" is read as places on the globe, [1.0, 50.0]; and 9.99 among whole prices as None.
#
# Surprise:  a number with a decimal comma is taken for longitude and latitude (lon,lat). A type needs nine of ten values of the
#            first hundred rows only; what does not fit is None from then on: extract() gives the rows without a word.
# Expected:  text, or numbers; for 9.99 the number, or an error. Table Schema, geopoint ("lon, lat"), is a type that
#            a schema declares; a cell that does not fit its type is an error, as validate() says.
# Seen:      [{'price': [1.0, 50.0]}, ...] for 1,50; None for "12,99" beside them (99 is no latitude); None for 9.99 after 96 of 10.
#            validate() of the same file does name the cells. detector=Detector(field_confidence=1) keeps 9.99.
# Package:   frictionless 5.18.1 (on which wacz depends).
# Why it matters: prices are gone, or are pairs of numbers, in a package that is made for descriptions of data.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'frictionless==5.18.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
from frictionless import Detector, Resource, extract, validate
print("frictionless", version("frictionless"))
def prices(*lines, **options):
    with open("p.csv", "w") as file:
        file.write("\n".join(["shop;price", *(f"a;{line}" for line in lines)]) + "\n")
    rows = next(iter(extract("p.csv", **options).values()))
    with Resource("p.csv", **options) as resource:
        kind = resource.schema.get_field("price").type
    return kind, [row["price"] for row in rows]
kind, got = prices("1,50", "2,75", "3,20")
print("1,50 2,75 3,20 ->", kind, got)
assert kind == "geopoint" and [[float(n) for n in pair] for pair in got] == [[1.0, 50.0], [2.0, 75.0], [3.0, 20.0]]
kind, got = prices(*["1,50"] * 19, "12,99")
print("19 times 1,50, then 12,99 ->", kind, got[-2:])
assert kind == "geopoint" and got[-1] is None
kind, got = prices(*["10"] * 96, *["9.99"] * 4)
print("96 times 10, then 9.99 ->", kind, got[-4:])
assert kind == "integer" and got[-4:] == [None] * 4
assert not validate("p.csv").valid
kind, got = prices(*["10"] * 96, *["9.99"] * 4, detector=Detector(field_confidence=1))
print("with field_confidence=1 ->", kind, got[-1])
assert str(got[-1]) == "9.99"
PYTHON_END
echo "SEEN AGAIN: frictionless_prices_become_places"
