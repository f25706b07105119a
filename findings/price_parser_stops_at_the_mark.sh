#!/usr/bin/env bash
# price-parser 0.5.1: "CHF 1’299.50" (U+2019, the Swiss typographic mark), and prices as babel writes them for Persian
# and Egyptian Arabic, are read as 1; and "0.999" is read as 999.
#
# Surprise:  a grouping mark that the library does not know ends the number without an error: the value is what stands
#            before it, 1 to 999. And three digits after a mark are always "thousands", also after a leading zero.
# Expected:  1299.50 and 0.999. Unicode CLDR gives U+066C and U+066B as the marks of the Arabic-script digits (babel 2.19.0
#            writes them, and its parse_decimal reads them back), and gave U+2019 for de-CH for years (babel 2.18.0).
# Seen:      Decimal('1'), Decimal('12'), Decimal('999'), no error.
# Package:   price-parser 0.5.1, babel 2.19.0.
# Why it matters: prices over 999 become 1, 2 or 12 and rates under 1 become hundreds: values that look like prices.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'price-parser==0.5.1' 'babel==2.19.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md
from decimal import Decimal
from babel.numbers import format_currency, format_decimal, parse_decimal
from price_parser import Price
print("price-parser", md.version("price-parser"), "| babel", md.version("babel"))
def show(text, seen, right):
    got = Price.fromstring(text).amount
    print(f"{text!a:40} price-parser {got!r:16} right {right}")
    assert got == Decimal(seen) != Decimal(right), (text, got)
n = Decimal("1299.50")
for loc in ("fa", "ar_EG"):
    assert parse_decimal(format_decimal(n, locale=loc, numbering_system="default"), locale=loc, numbering_system="default") == n
    show(format_currency(n, "EUR", locale=loc, numbering_system="default"), "1", "1299.50")
show("CHF 1\u2019299.50", "1", "1299.50")
show("CHF 12\u2019999.50", "12", "12999.50")
show("EUR 0.999", "999", "0.999")
show("0.500 kg", "500", "0.500")
assert Price.fromstring("1'299.50").amount == n and Price.fromstring("0.99").amount == Decimal("0.99")
PYTHON_END
echo "SEEN AGAIN: price_parser_stops_at_the_mark"
