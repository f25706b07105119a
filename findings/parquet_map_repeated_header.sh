#!/usr/bin/env bash
# HTTP headers kept as a Parquet MAP: polars 2 drops the first Set-Cookie, DuckDB 2 refuses the file.
#
# Expected: a map<string,string> of headers with a repeated name reads back with both
#           entries, as pyarrow (its writer) and polars 1 read it.
# Seen:     one file, written by pyarrow without complaint:
#           * pyarrow 25 and polars 1.44 give both Set-Cookie entries;
#           * polars 2.1 gives the last only, at its new Map type (2026), and a rewrite
#             through polars makes the loss permanent;
#           * DuckDB 2.0.1 fails: "Map keys must be unique", for the whole query.
# Package:  polars 2.1.0 against 1.44.2; duckdb 2.0.1; pyarrow 25.0.1.
# Right:    Parquet LogicalTypes, Maps: with several pairs for a key the final value must
#           be the last; and MAP "should not be used to encode multi-maps". So
#           polars 2 is right and the writer unwise - but pyarrow never says so.
#           RFC 9110 section 5.3 lets Set-Cookie repeat and forbids joining it.
# Why:      a store of responses with map-typed headers changed meaning with the reader
#           version; a list of struct<name,value> is the shape that survives.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$PY" -m venv "$work/venv1"
"$work/venv/bin/pip" install -q "polars==2.1.0" "duckdb==2.0.1" "pyarrow==25.0.1"
"$work/venv1/bin/pip" install -q "polars==1.44.2"
cd "$work"
"$work/venv/bin/python" - <<"PYEOF"
import pyarrow as pa, pyarrow.parquet as pq
h = [[("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]]
pq.write_table(pa.table({"headers": pa.array(h, pa.map_(pa.string(), pa.string()))}), "r.parquet")
back = pq.read_table("r.parquet")["headers"].to_pylist()
print("pyarrow", pa.__version__, back)
assert back == h
PYEOF
"$work/venv1/bin/python" - <<"PYEOF"
import polars as pl
d = pl.read_parquet("r.parquet")
print("polars", pl.__version__, d.schema["headers"], d["headers"].to_list())
assert [x["value"] for x in d["headers"].to_list()[0]] == ["text/html", "a=1", "b=2"]
PYEOF
"$work/venv/bin/python" - <<"PYEOF"
import duckdb, polars as pl, pyarrow.parquet as pq
d = pl.read_parquet("r.parquet")
print("polars", pl.__version__, d.schema["headers"], d["headers"].to_list())
assert d["headers"].to_list() == [{"content-type": "text/html", "set-cookie": "b=2"}]
d.write_parquet("r2.parquet")
back = pq.read_table("r2.parquet")["headers"].to_pylist()
print("rewritten by polars, read by pyarrow", back)
assert back == [[("content-type", "text/html"), ("set-cookie", "b=2")]]
try:
    duckdb.sql("FROM 'r.parquet'").fetchall()
    raise SystemExit("duckdb read it")
except duckdb.Error as e:
    print("duckdb", duckdb.__version__, type(e).__name__, str(e).splitlines()[0])
    assert "unique" in str(e)
PYEOF
echo "SEEN: both cookies, one cookie, or no file, by reader"
