#!/usr/bin/env bash
# dictdiffer 0.10.0: the ids 1234567890123456789 and 1234567890123456790 are no difference; tolerance=0 does not help.
#
# Surprise:  two whole numbers are held against each other as floats with a relative tolerance, so that ids of 17 digits and more that
#            lie near each other are "the same". A patch made of the difference is empty. In texts the change is seen.
# Expected:  the package's own docs of diff(): tolerance is the threshold for comparing two FLOAT numbers; Python: 1 == 1 only.
#            RFC 8259 section 6 sets no limit to the digits of a number, and Python's json reads them all.
# Seen:      [], for the number itself and in lists; [('change', 'id', ('...789', '...790'))] for the same digits as text.
# Package:   dictdiffer 0.10.0; right: jsondiff 2.2.1.
# Why it matters: ids of posts, orders and users have 18 or 19 digits; a change monitor reports that nothing has changed.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'dictdiffer==0.10.0' 'jsondiff==2.2.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import dictdiffer, jsondiff
print("dictdiffer", version("dictdiffer"), "jsondiff", version("jsondiff"))
old, new = {"id": 1234567890123456789}, {"id": 1234567890123456790}
as_text = [{k: str(v) for k, v in d.items()} for d in (old, new)]
print("as numbers:", list(dictdiffer.diff(old, new)), "tolerance=0:", list(dictdiffer.diff(old, new, tolerance=0)))
print("as texts:  ", list(dictdiffer.diff(*as_text)))
print("jsondiff:  ", jsondiff.diff(old, new))
assert old != new and list(dictdiffer.diff(old, new)) == list(dictdiffer.diff(old, new, tolerance=0)) == []
assert list(dictdiffer.diff([10**17], [10**17 + 1])) == []
assert dictdiffer.patch(dictdiffer.diff(old, new), old) == old != new
assert list(dictdiffer.diff(*as_text)) == [("change", "id", ("1234567890123456789", "1234567890123456790"))]
assert jsondiff.diff(old, new) == new
PYTHON_END
echo "SEEN AGAIN: dictdiffer_long_ids_are_equal"
