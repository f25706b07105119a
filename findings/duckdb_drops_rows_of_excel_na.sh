#!/usr/bin/env bash
# DuckDB 2.0.1: a CSV row that begins with #N/A (Excel's "no value") is dropped; so are "#1" and "#" before numbers. No error.
#
# Surprise:  the sniffer takes "#" for a comment mark when such a row does not fit the types of the others, and the whole row goes,
#            with the good numbers in its other columns. In a column of texts, or in quotes, or not in the first column, it stays.
# Expected:  RFC 4180 knows no comments: each line is a record. The file is what Excel and LibreOffice save for =NA(), #DIV/0!
#            and #REF!. pandas 3.1.1 and polars 2.1.0 (infer_schema_length=None) give every row.
# Seen:      11 rows, 10 come, and count(*) agrees with the loss; ignore_errors and store_rejects show nothing; comment='' is right.
# Package:   duckdb 2.0.1; pandas 3.1.1, polars 2.1.0.
# Why it matters: rows without a first value are lost from sums and joins, and only in files where the rest is numbers.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'duckdb==2.0.1' 'pandas==3.1.1' 'polars==2.1.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import duckdb
import pandas as pd
import polars as pl
print("duckdb", duckdb.__version__, "| pandas", pd.__version__, "| polars", pl.__version__)
def rows(line, before=5, after=5):
    with open("n.csv", "w") as file:
        file.write("price,qty,sold\n" + "1,2,3\n" * before + line + "\n" + "1,2,3\n" * after)
    got = duckdb.sql("SELECT count(*), sum(qty) FROM 'n.csv'").fetchall()[0]
    mark = duckdb.sql("SELECT comment FROM sniff_csv('n.csv')").fetchall()[0][0]
    plain = duckdb.sql("SELECT count(*) FROM read_csv('n.csv', comment='')").fetchall()[0][0]
    others = len(pd.read_csv("n.csv")), pl.read_csv("n.csv", infer_schema_length=None).height
    print(f"{line:16} duckdb {got}, comment {mark} | comment='' {plain} | pandas, polars {others}")
    assert plain == before + after + 1 and others == (plain, plain)
    return got
for line in ("#N/A,40,50", "#DIV/0!,40,50", "#1,40,50", "#,40,50"):
    assert rows(line) == (10, 20), line
for line in ('"#N/A",40,50', "#N/A,40,few", "9,40,#N/A"):
    seen = rows(line)
    print("    right" if seen == (11, 60) else f"    also lost: {seen}")
assert rows('"#N/A",40,50') == (11, 60) == rows("9,40,#N/A")
rows("#N/A,40,50")
duckdb.sql("SELECT * FROM read_csv('n.csv', store_rejects=true)").fetchall()
assert duckdb.sql("SELECT count(*) FROM reject_errors").fetchall() == [(0,)]
PYTHON_END
echo "SEEN AGAIN: duckdb_drops_rows_of_excel_na"
