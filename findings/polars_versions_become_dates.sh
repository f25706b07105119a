#!/usr/bin/env bash
# Polars 2.1.0 read_csv(try_parse_dates=True): the version "1.2.3" is read as 1 February of the year 3.
#
# Surprise:  a column of version numbers, sizes ("5-10-15") or section numbers becomes a column of dates in the first century,
#            if each one could be a day, a month and a year of one or two digits; one "1.13.0" in it and it stays text. "1.10.0" is
#            read as the year 0, which Python's date cannot hold: .rows() and to_list() then raise.
# Expected:  the docs: "Try to automatically parse dates. Most ISO8601-like formats can be inferred, as well as a handful of others":
#            a year of one digit is none of them. ISO 8601 has four digits. DuckDB 2.0.1 and pandas 3.1.1 leave "1.2.3" as text.
# Seen:      date(3, 2, 1) for "1.2.3", date(26, 2, 10) for "10.2.26" (a day of 2026, or the year 26), date(15, 10, 5) for "5-10-15".
#            Series(["1.2.3"]).str.to_date() the same.
# Package:   polars 2.1.0; duckdb 2.0.1, pandas 3.1.1.
# Why it matters: the type of a column hangs on whether a version above 12 has come out yet, and no line says that texts were lost.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'polars==2.1.0' 'duckdb==2.0.1' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from datetime import date
import duckdb
import pandas as pd
import polars as pl
print("polars", pl.__version__, "| duckdb", duckdb.__version__, "| pandas", pd.__version__)
def column(*texts):
    with open("v.csv", "w") as file:
        file.write("package,value\n" + "".join(f"p{n},{text}\n" for n, text in enumerate(texts)))
    got = pl.read_csv("v.csv", try_parse_dates=True)["value"]
    others = [duckdb.sql("SELECT value FROM 'v.csv'").fetchall()[0][0], pd.read_csv("v.csv", parse_dates=False).value[0]]
    print(f"{', '.join(texts):24} polars {got.dtype}: {got.cast(pl.String).to_list()} | duckdb, pandas: {others}")
    assert others[1] == texts[0] and (others[0] == texts[0] or texts[0] not in ("1.2.3", "1.10.0"))
    return got
assert column("1.2.3", "3.11.7").to_list() == [date(3, 2, 1), date(7, 11, 3)]
assert column("1.2.3", "3.13.7").to_list() == ["1.2.3", "3.13.7"]
assert column("5-10-15", "6-12-18").to_list() == [date(15, 10, 5), date(18, 12, 6)]
assert column("10.2.26").to_list() == [date(26, 2, 10)]
zero = column("1.10.0")
assert zero.dtype == pl.Date
try:
    raise SystemExit(f"{zero.to_list()}")
except ValueError as error:
    print("1.10.0 to Python:", error)
assert pl.Series(["1.2.3"]).str.to_date().to_list() == [date(3, 2, 1)]
PYTHON_END
echo "SEEN AGAIN: polars_versions_become_dates"
