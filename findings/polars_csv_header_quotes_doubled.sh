#!/usr/bin/env bash
# Polars 2.1.0 read_csv()/scan_csv(): a doubled quote in a column NAME stays doubled, and grows with each round trip.
#
# Surprise:  the same field one line below is read right. The header that Polars itself writes is not the one it reads:
#            'Size 24"' is written as "Size 24""" (right), read as 'Size 24""', written and read again as 'Size 24""""'.
# Expected:  RFC 4180 section 2: a double quote inside a quoted field is escaped by another one (rule 7), and the header has
#            "the same format as normal record lines" (rule 3). The csv module, pandas and DuckDB give 'Size 24"'.
# Seen:      columns ['Size 24""', 'say ""hi""'], values 'Size 24"'; df["Size 24\""] raises ColumnNotFoundError.
# Package:   polars 2.1.0; right: pandas 3.1.1, duckdb 2.0.1, csv of the standard library.
# Why it matters: tables taken from shop pages have headers with inches; a column is not found, or each save and load
#            of a file renames it.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'polars==2.1.0' 'pandas==3.1.1' 'duckdb==2.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import csv
import io
import duckdb
import pandas as pd
import polars as pl
print("polars", pl.__version__, "| pandas", pd.__version__, "| duckdb", duckdb.__version__)
names = ['Size 24"', 'say "hi"', "plain"]
with open("items.csv", "w", newline="") as file:
    csv.writer(file).writerows([names, names])
print(open("items.csv").read(), end="")
right = {"csv": next(csv.reader(open("items.csv"))), "pandas": list(pd.read_csv("items.csv").columns), "duckdb": duckdb.sql("FROM read_csv('items.csv', header=true)").columns}
for reader, got in right.items():
    print(f"{reader:8} {got}")
    assert got == names, (reader, got)
frame = pl.read_csv("items.csv")
print("polars  ", frame.columns, "values", frame.row(0))
assert frame.row(0) == tuple(names)
assert frame.columns == pl.scan_csv("items.csv").collect().columns == ['Size 24""', 'say ""hi""', "plain"], frame.columns
mine = pl.DataFrame({'Size 24"': [1], "plain": [2]})
for seen in ('Size 24""', 'Size 24""""'):
    mine = pl.read_csv(io.StringIO(mine.write_csv()))
    print("after write_csv and read_csv:", mine.columns)
    assert mine.columns == [seen, "plain"], mine.columns
PYTHON_END
echo "SEEN AGAIN: polars_csv_header_quotes_doubled"
