#!/usr/bin/env bash
# fastparquet 2026.9.0: a column of lists of texts written by DuckDB or polars is read as None in every row; so is a map.
#
# Surprise:  the same lists written by pyarrow are right, as are lists of numbers by all: what counts is whether the texts are
#            dictionary-encoded, which a writer chooses by itself. No error and no warning; nulls look like a page without tags.
# Expected:  the lists. Parquet's Encodings.md: PLAIN is the encoding that "must be supported for all types"; LogicalTypes.md, "Lists"
#            and "Maps", has the three-level form that all of these files have.
# Seen:      [None, None] for [["a", "b"], ["c"]] from duckdb, polars and pyarrow (use_dictionary=False); 'a' for the map {'a': 1}, None for one of two.
#            pandas.read_parquet(engine="fastparquet") the same; pyarrow 26.0.1, polars and duckdb read all of them.
# Package:   fastparquet 2026.9.0; duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1, pandas 3.1.1.
# Why it matters: tags, categories, image lists and headers of an export are gone for who reads it without pyarrow.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'fastparquet==2026.9.0' 'duckdb==2.0.1' 'polars==2.1.0' 'pyarrow==26.0.1' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import duckdb, fastparquet, pandas as pd, polars as pl, pyarrow as pa, pyarrow.parquet as pq
print(" | ".join(f"{name} {version(name)}" for name in ("fastparquet", "duckdb", "polars", "pyarrow", "pandas")))
rows = [["a", "b"], ["c"]]
writers = {
    "duckdb": lambda: duckdb.sql("COPY (SELECT ['a', 'b'] AS tags UNION ALL SELECT ['c']) TO 't.parquet' (FORMAT parquet)"),
    "polars": lambda: pl.DataFrame({"tags": rows}).write_parquet("t.parquet"),
    "pyarrow, use_dictionary=False": lambda: pq.write_table(pa.table({"tags": rows}), "t.parquet", use_dictionary=False),
    "pyarrow": lambda: pq.write_table(pa.table({"tags": rows}), "t.parquet"),
}
for name, write in writers.items():
    write()
    assert pq.read_table("t.parquet")["tags"].to_pylist() == rows == pl.read_parquet("t.parquet")["tags"].to_list()
    encodings = pq.ParquetFile("t.parquet").metadata.row_group(0).column(0).encodings
    got = fastparquet.ParquetFile("t.parquet").to_pandas()["tags"].tolist()
    print(f"{name:30} {encodings} -> {got}")
    assert got == (rows if name == "pyarrow" else [None, None])
    assert pd.read_parquet("t.parquet", engine="fastparquet")["tags"].tolist() == got
duckdb.sql("COPY (SELECT [1, 2] AS n) TO 'n.parquet' (FORMAT parquet)")
assert [int(n) for n in fastparquet.ParquetFile("n.parquet").to_pandas()["n"][0]] == [1, 2]
for text, items, wrong in (("{'a': 1}", [("a", 1)], "a"), ("{'a': 1, 'b': 2}", [("a", 1), ("b", 2)], None)):
    duckdb.sql(f"COPY (SELECT MAP {text} AS m) TO 'm.parquet' (FORMAT parquet)")
    got = fastparquet.ParquetFile("m.parquet").to_pandas()["m"].tolist()
    print("duckdb, MAP", text, "->", got)
    assert got == [wrong] and pq.read_table("m.parquet")["m"].to_pylist() == [items]
PYTHON_END
echo "SEEN AGAIN: fastparquet_lists_of_texts_are_none"
