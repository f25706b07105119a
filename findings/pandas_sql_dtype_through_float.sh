#!/usr/bin/env bash
# pandas 3.1.1 read_sql_query(dtype=...): integers beside a NULL go through float64 first: other ids, "7.0", or an error.
#
# Surprise:  dtype= is what one reaches for to keep an integer column with NULLs whole, and it is applied after the column
#            has become float64. One NULL row changes the ids of all the others; without it every dtype is exact.
# Expected:  pandas' docs give "Int64" as the nullable integer that holds integers "with missing values" without a
#            change to float; read_csv(dtype="Int64") does so, and read_sql_query(dtype_backend="numpy_nullable").
# Seen:      9007199254740993 becomes 9007199254740992 with dtype="Int64" and with dtype={"id": "int64[pyarrow]"};
#            dtype="string" gives '9007199254740992.0' and makes 7 into '7.0'; dtype=object gives floats;
#            2**63 - 1 raises TypeError "cannot safely cast non-equivalent float64 to int64".
# Package:   pandas 3.1.1, pyarrow 26.0.1, sqlite3 of the standard library.
# Why it matters: snowflake-like ids and 64-bit hashes of a scrape kept in SQLite point to other records as soon as one
#            row has none, and joins on text ids find nothing.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'pandas==3.1.1' 'pyarrow==26.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io
import sqlite3
import pandas as pd
import pyarrow
print("pandas", pd.__version__, "| pyarrow", pyarrow.__version__)
def read(values, **how):
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE item (id INTEGER)")
    con.executemany("INSERT INTO item VALUES (?)", [(v,) for v in values])
    return [None if pd.isna(v) else v for v in pd.read_sql_query("SELECT id FROM item", con, **how).id]
big = 2**53 + 1
seen = {"Int64": [big - 1, 7, None], "int64[pyarrow]": [big - 1, 7, None], "string": [f"{big - 1}.0", "7.0", None], "object": [float(big - 1), 7.0, None]}
for dtype, want in seen.items():
    got = read([big, 7, None], dtype={"id": dtype})
    print(f"dtype {dtype:15} {got}   without the NULL: {read([big, 7], dtype={'id': dtype})}")
    assert got == want and [int(v) for v in read([big, 7], dtype={"id": dtype})] == [big, 7], got
try:
    read([2**63 - 1, None], dtype="Int64")
    raise SystemExit("2**63 - 1 was read")
except TypeError as error:
    print("2**63 - 1 beside NULL, Int64: TypeError:", error)
right = read([big, 7, None, 2**63 - 1], dtype_backend="numpy_nullable")
csv = list(pd.read_csv(io.StringIO(f"id,n\n{big},1\n,2\n"), dtype={"id": "Int64"}).id)
print("right: dtype_backend", right, "| read_csv(dtype='Int64')", csv)
assert right == [big, 7, None, 2**63 - 1] and csv[0] == big
PYTHON_END
echo "SEEN AGAIN: pandas_sql_dtype_through_float"
