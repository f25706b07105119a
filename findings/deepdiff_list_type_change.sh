#!/usr/bin/env bash
# DeepDiff sees true -> 1 in a dict but not in a list, and says nothing about it.
#
# Expected: a change of type is reported wherever it stands, as it is for a dict value
#           (ignore_numeric_type_changes is False).
# Seen:     in an ordered list of plain values True/1, 1/1.0, 0/False and Decimal("1")/1
#           give no difference at all; next to a real change only the real one is
#           listed, and Delta rebuilds a list with the old type. The same pairs as dict
#           values, or in dicts inside the list, are reported.
# Package:  deepdiff 9.1.0 (2026-05); their tracker has it as 605.
# Right:    DeepDiff documentation, "Ignore Numeric Type Changes": type changes are reported
#           unless the option is on. RFC 8259: true and 1 are different values.
# Why:      a site that changes ["in stock flag", ...] lists from booleans to numbers, or
#           prices from int to float, is "unchanged" in the history, and a replayed
#           Delta gives a record that never existed.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "deepdiff==9.1.0"
"$work/venv/bin/python" - <<"PYEOF"
import json
from decimal import Decimal
import deepdiff
from deepdiff import DeepDiff, Delta
print("deepdiff", deepdiff.__version__)
for a, b in ((True, 1), (1, 1.0), (0, False), (Decimal("1"), 1)):
    inlist, indict, nested = DeepDiff([a], [b]), DeepDiff({"v": a}, {"v": b}), DeepDiff([{"v": a}], [{"v": b}])
    print(f"{a!r} -> {b!r}: list {dict(inlist)} | dict {list(indict)} | dict in list {list(nested)}")
    assert inlist == {} and list(indict) == ["type_changes"] and list(nested) == ["type_changes"]
old, new = {"flags": [True, 7, "a"]}, {"flags": [1, 7, "b"]}
d = DeepDiff(old, new)
back = old + Delta(d)
print("old", json.dumps(old), "new", json.dumps(new), "diff", dict(d), "old + Delta", json.dumps(back))
assert list(d) == ["values_changed"] and json.dumps(back) == '{"flags": [true, 7, "b"]}'
print("SEEN: type changes in lists are lost, and Delta does not rebuild the new record")
PYEOF
