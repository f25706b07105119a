#!/usr/bin/env bash
# pandas 3.1.1 read_parquet(): whole numbers inside a list of objects become floats as soon as ONE row of the file has a null there.
#
# Surprise:  the row [{"id": 9007199254740993}] is read as 9007199254740992.0 because ANOTHER row holds [{"id": null}] or [null];
#            without it the same row is exact. dtype_backend="numpy_nullable", which is there to prevent this, does not help.
# Expected:  the column is list<struct<id: int64>>; int64 is in the file. pyarrow's to_pylist(), DuckDB and Polars give
#            9007199254740993, and so does pandas with dtype_backend="pyarrow".
# Seen:      {'id': 9007199254740992.0} and {'id': None}; the None of the other row is kept as None, so no float was needed.
# Package:   pandas 3.1.1 with pyarrow 26.0.1 (Table.to_pandas()); right: polars 2.1.0, duckdb 2.0.1.
# Why it matters: ids of offers inside a product turn into other ids in some files and not in others, and
#            as JSON "7" becomes "7.0".
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'pandas==3.1.1' 'pyarrow==26.0.1' 'polars==2.1.0' 'duckdb==2.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
print("pandas", pd.__version__, "| pyarrow", pa.__version__, "| polars", pl.__version__, "| duckdb", duckdb.__version__)
big = 2**53 + 1
kind = pa.list_(pa.struct([("id", pa.int64())]))
def first(other, **how):
    pq.write_table(pa.table({"offers": pa.array([[{"id": big}], other], type=kind)}), "items.parquet")
    return list(pd.read_parquet("items.parquet", **how).offers[0])[0]["id"]
for other, how, want in (([{"id": 7}], {}, big), ([{"id": None}], {}, float(big - 1)), ([None], {}, float(big - 1)), ([{"id": None}], {"dtype_backend": "numpy_nullable"}, float(big - 1)), ([{"id": None}], {"dtype_backend": "pyarrow"}, big)):
    got = first(other, **how)
    print(f"other row {str(other):16} {how!s:38} first row's id {got!r}")
    assert got == want and type(got) is type(want), (got, want)
first([{"id": None}])
right = [pq.read_table("items.parquet")["offers"].to_pylist(), pl.read_parquet("items.parquet")["offers"].to_list(), [r[0] for r in duckdb.sql("SELECT offers FROM 'items.parquet'").fetchall()]]
print("right: pyarrow, polars, duckdb:", right[0])
assert all(r == [[{"id": big}], [{"id": None}]] for r in right), right
PYTHON_END
echo "SEEN AGAIN: pandas_parquet_nested_int_to_float"
