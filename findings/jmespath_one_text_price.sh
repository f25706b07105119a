#!/usr/bin/env bash
# One price kept as text makes a whole JMESPath filter raise, and two of them compare as text.
#
# Expected: [?price > `10`] leaves out a record whose price is a string, or null.
# Seen:     * one string among numbers: a bare Python TypeError, not a JMESPathError, for
#             the whole query (a null, a list or a boolean is left out as it should be);
#           * string against string, which should be null, is compared by letters:
#             "9" > "10" is true;
#           * to_number("1_000"), ("nan"), ("inf"), (" 12 "), ("007") and Devanagari
#             digits give numbers; all should be null, and nan is no JSON value.
# Package:  jmespath 1.1.0 (2026-01).
# Right:    JMESPath specification, Ordering Operators: only valid for numbers, any other
#           type yields null and the element is excluded; to_number: strings that
#           conform to the json-number production (RFC 8259 section 6).
# Why:      shop feeds mix 12 and "12"; one late record stops a job that ran for months, or
#           sorts 9 above 10.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "jmespath==1.1.0"
"$work/venv/bin/python" - <<"PYEOF"
import math
import jmespath
from jmespath.exceptions import JMESPathError
print("jmespath", jmespath.__version__)
q = "[?price > `10`].price"
for ps in ([12, 9, None, [1], True], [12, 9, "14"]):
    try:
        got = jmespath.search(q, [{"price": p} for p in ps])
    except Exception as e:
        got = e
    print(ps, "->", repr(got))
assert isinstance(got, TypeError) and not isinstance(got, JMESPathError)
assert jmespath.search(q, [{"price": p} for p in (12, 9, None, [1], True)]) == [12]
s = jmespath.search("[?price > '10'].price", [{"price": p} for p in ("9", "14", "100", "2.50")])
print("text prices above '10':", s)
assert s == ["9", "14", "100", "2.50"], s
nums = {t: jmespath.search("to_number(@)", t) for t in ("1_000", "nan", "inf", " 12 ", "007", "१२", "0x1", "1,5", "1e3")}
print("to_number:", nums)
assert nums["1_000"] == 1000 and math.isnan(nums["nan"]) and nums["inf"] == math.inf and nums[" 12 "] == 12 and nums["007"] == 7 and nums["१२"] == 12
assert nums["0x1"] is None and nums["1,5"] is None and nums["1e3"] == 1000
print("SEEN: TypeError, letter order, and Python numbers where the specification says null")
PYEOF
