#!/usr/bin/env bash
# One 64-bit hash in JSON Lines: DuckDB and pyarrow merge ids, polars writes a file others cannot read.
#
# Expected: unsigned 64-bit integers (xxhash, simhash, snowflake-like ids) go from JSON
#           Lines to Parquet unchanged; Parquet has UINT_64 for just that.
# Seen:     * DuckDB types the column HUGEINT and shows it right, but COPY ... TO parquet
#             writes DOUBLE: two ids become one.
#           * pyarrow.json types it double at once: two ids become one.
#           * polars 2 types it Int128 and writes it as FIXED_LEN_BYTE_ARRAY(16): pyarrow
#             and pandas refuse the whole file, DuckDB shows a BLOB of bytes.
#           Only if a value is at or above 2**63: smaller hashes are right in all
#           three, so a test with one record tells nothing (here one hash of 2).
# Package:  duckdb 2.0.1, pyarrow 25.0.1, polars 2.1.0 (all 2026).
# Right:    Parquet LogicalTypes, Unsigned integers: INT(64, unsigned) fits every value
#           here. RFC 8259 section 6 only warns of readers limited to doubles.
#           DuckDB tracker 21180 (open) has the HUGEINT half.
# Why:      a content hash is the key of a change history; a join or dedup on it is
#           silently wrong, or the file opens nowhere else.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "duckdb==2.0.1" "pyarrow==25.0.1" "polars==2.1.0"
cd "$work"
"$work/venv/bin/python" - <<"PYEOF"
import json
import duckdb, polars as pl, pyarrow as pa, pyarrow.json as pj, pyarrow.parquet as pq
print("duckdb", duckdb.__version__, "| pyarrow", pa.__version__, "| polars", pl.__version__)
ids = [18446744073709551615, 18446744073709551614, 42]
with open("pages.jsonl", "w") as f:
    f.writelines(json.dumps({"hash": i}) + "\n" for i in ids)

r = duckdb.sql("FROM read_json('pages.jsonl')")
print("duckdb reads", [str(t) for t in r.types], [x[0] for x in r.fetchall()])
assert sorted(x[0] for x in duckdb.sql("FROM read_json('pages.jsonl')").fetchall()) == sorted(ids)
duckdb.sql("COPY (FROM read_json('pages.jsonl')) TO 'duck.parquet' (FORMAT parquet)")
t = pq.read_table("duck.parquet")
print("duckdb wrote", t.schema.field("hash").type, t["hash"].to_pylist())
assert str(t.schema.field("hash").type) == "double" and len(set(t["hash"].to_pylist())) == 2

t = pj.read_json("pages.jsonl")
print("pyarrow.json reads", t.schema.field("hash").type, t["hash"].to_pylist())
assert str(t.schema.field("hash").type) == "double" and len(set(t["hash"].to_pylist())) == 2

df = pl.read_ndjson("pages.jsonl")
print("polars reads", df.schema, df["hash"].to_list())
assert df["hash"].to_list() == ids and df.schema["hash"] == pl.Int128
df.write_parquet("polars.parquet")
try:
    pq.read_table("polars.parquet")
    raise SystemExit("pyarrow read it")
except pa.ArrowNotImplementedError as e:
    print("pyarrow on the polars file:", e)
d = duckdb.sql("FROM 'polars.parquet'")
print("duckdb on the polars file:", [str(x) for x in d.types], d.fetchall()[0])
assert [str(x) for x in d.types] == ["BLOB"]
pl.DataFrame({"hash": ids}, schema={"hash": pl.UInt64}).write_parquet("typed.parquet")
t = pq.read_table("typed.parquet")
print("polars with an explicit UInt64:", t.schema.field("hash").type, t["hash"].to_pylist())
assert t["hash"].to_pylist() == ids
print("SEEN: three tools, three losses, from one valid file")
PYEOF
