#!/usr/bin/env bash
# babel 2.19.0: the Swiss grouping mark changed; parse_decimal() now refuses what 2.18.0 read, and reads what it refused.
#
# Surprise:  a minor release turns "1’299.50" (U+2019) in de_CH and it_CH from 1299.50 into NumberFormatError, and the
#            ASCII form "1'299.50" from NumberFormatError into 1299.50; in fr_CH the mark goes from U+202F to the
#            apostrophe. No single release reads both forms, and what one writes the other cannot read.
# Expected:  the value in both: U+2019 is what this library itself wrote for de_CH until this year, and pages of Swiss
#            shops hold both characters. (CLDR 47 in babel 2.18, CLDR 49 in babel 2.19 of 24 November 2026; the
#            release notes name the new CLDR, not this. UTS 35 knows lenient parsing, which takes look-alike
#            characters as one; babel does not do it.)
# Seen:      see the table that the script prints.
# Package:   babel==2.19.0, beside babel==2.18.0.
# Why it matters: an upgrade inside "babel>=2" makes each Swiss price over 999 malformed (or, with a fallback, a null),
#            and a test with only one of the two characters tells nothing about the other.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
for v in 2.18.0 2.19.0; do
  "$PY" -m venv "$T/$v"
  "$T/$v/bin/pip" install -qq --disable-pip-version-check "babel==$v"
  "$T/$v/bin/python" - > "$T/out-$v" <<'PYTHON_END'
import babel
from decimal import Decimal
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
def parse(text, loc):
    try: return parse_decimal(text, locale=loc, strict=True)
    except NumberFormatError: return "refused"
print("babel", babel.__version__)
for loc in ("de_CH", "it_CH"):
    print(f"{loc} writes {format_decimal(Decimal('1299.5'), locale=loc)!a:14} reads U+2019: {parse(chr(0x2019).join(('1', '299.50')), loc)!s:8} reads ASCII ': {parse(chr(39).join(('1', '299.50')), loc)}")
print(f"fr_CH writes {format_decimal(Decimal('1299.5'), locale='fr_CH')!a:14}")
PYTHON_END
  cat "$T/out-$v"
done
for loc in de_CH it_CH; do
  grep -qF "$loc writes '1\\u2019299.5' reads U+2019: 1299.50  reads ASCII ': refused" "$T/out-2.18.0"
  grep -qF "$loc writes \"1'299.5\"      reads U+2019: refused  reads ASCII ': 1299.50" "$T/out-2.19.0"
done
grep -qF "fr_CH writes '1\\u202f299,5'" "$T/out-2.18.0"
grep -qF "fr_CH writes \"1'299,5\"" "$T/out-2.19.0"
echo "SEEN AGAIN: babel_2_19_swiss_mark_flipped"
