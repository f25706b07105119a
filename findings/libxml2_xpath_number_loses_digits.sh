#!/usr/bin/env bash
# lxml 6.1.3 / parsel 1.12.1 (libxml2): XPath string(number("1234567890123456")) is '1.23456789012346e+15'.
#
# Surprise:  any number of 11 digits or more that passes through number(), sum() or arithmetic comes back in
#            exponent form, and from 16 digits on its last digits are lost, though a double holds them exactly.
#            And text that looks like an exponent is taken as a number: number("1e3") is 1000.
# Expected:  XPath 1.0 section 4.2, string(): a number is written in decimal form (its grammar has no exponent), with as many
#            digits as tell it from all other doubles; section 4.4 / production Number: "1e3" is no number, so NaN.
# Seen:      1.2345678901e+10, 1.23456789012346e+15, 1000.0. turbohtml 1.15.4 gives what the standard says.
# Package:   lxml 6.1.3, parsel 1.12.1, turbohtml 1.15.4.
# Why it matters: concat("/item/", number(@data-id)) or sum(//td) on ids, EANs, epoch milliseconds: wrong links and
#            wrong totals; the SKU "1e3" passes a filter such as [. > 999].
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'lxml==6.1.3' 'parsel==1.12.1' 'turbohtml==1.15.4'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, lxml.html, parsel, turbohtml
print(*(f"{p} {md.version(p)}" for p in ("lxml", "parsel", "turbohtml")))
H = '<ul><li data-id="1234567890123456">1700000000000</li><li data-id="7">1</li></ul><b>1e3</b>'
want = {  # expression: (libxml2, XPath 1.0)
    'string(number("12345678901"))': ("1.2345678901e+10", "12345678901"),
    'concat("/item/", number(//li/@data-id))': ("/item/1.23456789012346e+15", "/item/1234567890123456"),
    'string(sum(//li))': ("1.700000000001e+12", "1700000000001"),
    'string(number("1e3"))': ("1000", "NaN"),
    'string(boolean(//b[. > 999]))': ("true", "false"),
}
for x, (libxml2, standard) in want.items():
    a, b, c = lxml.html.fromstring(H).xpath(x), parsel.Selector(H).xpath(x).get(), turbohtml.parse(H).xpath(x)
    print(f"{x:44} lxml {a!s:28} parsel {b!s:28} turbohtml {c}")
    assert (a, b, c) == (libxml2, libxml2, standard)
PYTHON_END
echo "SEEN AGAIN: libxml2_xpath_number_loses_digits"
