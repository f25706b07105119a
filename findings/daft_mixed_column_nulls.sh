#!/usr/bin/env bash
# Daft turns every object and list of a mixed JSON column into null, silently.
#
# Expected: a column that holds a string in one record and an object or a list in
#           another raises, or is kept as JSON text.
# Seen:     the column becomes String; numbers and strings are kept as text, and each
#           object or list becomes null. No error and no warning. The order of
#           the records does not matter, nor does which kind is more common.
# Package:  daft 0.7.26 (2026-10); beside it pandas 3.1.1, which keeps every value.
# Right:    RFC 8259: a member may hold any value; a reader that cannot type one should
#           say so. pyarrow, polars and DataFusion raise on such a file; DuckDB
#           (as JSON) and pandas keep the values.
# Why:      JSON-LD pages give "offers" or "image" now as a string, now as an object,
#           now as a list; here the rich records are the ones that vanish.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "daft==0.7.26" "pandas==3.1.1"
cd "$work"
DAFT_PROGRESS_BAR=0 "$work/venv/bin/python" - <<"PYEOF"
import json
import daft, pandas as pd
print("daft", daft.__version__, "| pandas", pd.__version__)
recs = [{"id": i, "offer": {"price": 10 + i, "currency": "EUR"}} for i in range(4)]
recs += [{"id": 4, "offer": ["12.50", "13.00"]}, {"id": 5, "offer": "sold out"}, {"id": 6, "offer": 9.5}]
for label, rs in (("objects first", recs), ("string first", recs[::-1])):
    with open("items.jsonl", "w") as f:
        f.writelines(json.dumps(r) + "\n" for r in rs)
    d = {r["id"]: r["offer"] for r in daft.read_json("items.jsonl").to_pylist()}
    p = {r["id"]: r["offer"] for r in pd.read_json("items.jsonl", lines=True).to_dict("records")}
    print(label)
    for i in range(7):
        print("  id", i, "file", json.dumps(recs[i]["offer"]), "| pandas", repr(p[i]), "| daft", repr(d[i]))
    assert [d[i] for i in range(7)] == [None] * 5 + ["sold out", "9.5"], d
    assert all(p[i] is not None for i in range(7)), p
print("SEEN: 5 of 7 values are null in daft, none in the file")
PYEOF
