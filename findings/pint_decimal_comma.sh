#!/usr/bin/env bash
# pint reads "1,5 kg" as 15 kg, "0,75 l" as 0 l and "1 000 g" as 0 g.
#
# Expected: a number text it does not understand raises; at worst the comma is taken for
#           a thousands mark only where three digits follow.
# Seen:     every comma is deleted before parsing: 1,5 kg is 15 kg, and 0,75 l is 0 l (075);
#           a space between digits is multiplication, so 1 000 g (also with the
#           no-break spaces CLDR uses) is 1 * 000 = 0 g and 1 250 g is 250 g;
#           "1 lb 3 oz" is 3 ounce*pound. None of these raises.
# Package:  pint 0.25.3. The no-break forms are those Babel 2.19.0 writes for fr and sv.
# Right:    The SI Brochure (9th ed.), 5.4.4: the decimal marker is the point or the comma,
#           and long numbers are split in threes by a thin space, not by marks.
#           Pint documents neither rule for string input.
# Why:      weights and volumes scraped from European shops come in exactly this form; a
#           factor of 10, or zero, goes into the unit price unnoticed.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pint==0.25.3" "babel==2.19.0"
"$work/venv/bin/python" - <<"PYEOF"
from importlib.metadata import version
import pint
from babel.numbers import format_decimal
print("pint", version("pint"), "| babel", version("babel"))
u = pint.UnitRegistry()
cases = [("1,5 kg", 15, "kilogram"), ("0,75 l", 0, "liter"), ("1 000 g", 0, "gram"), ("1 250 g", 250, "gram"), ("1 lb 3 oz", 3, "ounce * pound"),
         (format_decimal(1250, locale="fr") + " g", 250, "gram"), (format_decimal(1000.5, locale="sv") + " g", 0, "gram"), ("1.5 kg", 1.5, "kilogram"), ("1,500 g", 1500, "gram")]
for text, n, unit in cases:
    q = u(text)
    print(f"{text!r:20} -> {q}")
    assert (q.magnitude, str(q.units)) == (n, unit), (text, q)
print("SEEN: decimal commas give tenfold or 0, grouped digits give 0 or the last group")
PYEOF
