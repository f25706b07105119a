#!/usr/bin/env bash
# DuckDB 2.0.1: after 20,480 whole prices, 9.99 is read as 10, and 10.5 as 11 from CSV but as 10 from JSON Lines. No error.
#
# Surprise:  the type of a column is taken from the first 20,480 rows; a text later on is an error that says so, a number with a
#            fraction is rounded, half up in one reader and half to even in the other: one table exported twice has two sums.
# Expected:  an error, as for any other value that does not fit the column that was found ("n/a", or a new key in JSON, which is
#            an error with the advice to raise sample_size); RFC 8259: 9.99 is 9.99. pandas 3.1.1 gives 204,820.49.
# Seen:      20,480 rows of 10, then 9.99 and 10.5: SUM is 204,821 from CSV and 204,820 from JSON Lines; type BIGINT.
#            read_csv(sample_size=-1) and read_json(sample_size=-1) are right.
# Package:   duckdb 2.0.1 (default sample_size 20480), pandas 3.1.1.
# Why it matters: a month of files in one glob has its first fraction late; all later prices are whole, and look like prices.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'duckdb==2.0.1' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import json
from decimal import Decimal
import duckdb
import pandas as pd
print("duckdb", duckdb.__version__, "| pandas", pd.__version__)
def write(whole, last):
    rows = ["10"] * whole + last
    with open("p.csv", "w") as file:
        file.write("id,price\n" + "".join(f"{n},{price}\n" for n, price in enumerate(rows)))
    with open("p.jsonl", "w") as file:
        file.write("".join(f'{{"id": {n}, "price": {price}}}\n' for n, price in enumerate(rows)))
def ask(source):
    return duckdb.sql(f"SELECT typeof(any_value(price)), sum(price), max_by(price, id) FROM {source}").fetchall()[0]
seen = {}
for whole in (20_000, 20_480):
    write(whole, ["9.99", "10.5"])
    for source in ("'p.csv'", "'p.jsonl'", "read_csv('p.csv', sample_size=-1)", "read_json('p.jsonl', sample_size=-1)"):
        seen[whole, source] = ask(source)
        print(whole, "whole prices,", f"{source:38}", seen[whole, source])
assert seen[20_480, "'p.csv'"] == ("BIGINT", 204_821, 11)
assert seen[20_480, "'p.jsonl'"] == ("BIGINT", 204_820, 10)
for key in ((20_000, "'p.csv'"), (20_000, "'p.jsonl'"), (20_480, "read_csv('p.csv', sample_size=-1)"), (20_480, "read_json('p.jsonl', sample_size=-1)")):
    assert seen[key][0] == "DOUBLE" and round(seen[key][1], 2) == key[0] * 10 + 20.49
assert round(pd.read_csv("p.csv").price.sum(), 2) == round(pd.read_json("p.jsonl", lines=True).price.sum(), 2) == 204_820.49
write(20_480, ['"n/a"'])
for source in ("'p.csv'", "'p.jsonl'"):
    try:
        ask(source)
        raise SystemExit(f"{source}: no error for a text")
    except duckdb.Error as error:
        print("right: a text at the same place:", source, type(error).__name__)
PYTHON_END
echo "SEEN AGAIN: duckdb_late_prices_rounded"
