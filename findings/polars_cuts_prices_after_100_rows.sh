#!/usr/bin/env bash
# Polars 2.1.0: after 100 whole prices, 9.99 becomes 9: read_database() and DataFrame(rows) cut it without a word.
#
# Surprise:  the type is taken from the first 100 rows; a text later on raises an error and says so, a number with a
#            fraction is cut to an integer. strict=True, which is the default, says that it throws an error here.
# Expected:  the docs of DataFrame: "strict: Throw an error if any data value does not exactly match the given or inferred
#            data type for that column." And the columns form, DataFrame({"price": [...]}), does raise TypeError.
# Seen:      150 rows of 10 and one of 9.99: last value 9 from rows as dicts, from rows as tuples, from from_dicts() and from
#            read_database() on SQLite; its own SUM gives 1509.99 and the frame 1509.
# Package:   polars 2.1.0; right: infer_schema_length=None, and pandas 3.1.1.
# Why it matters: a shop whose first page has round prices; all later prices lose their cents, and still look like prices.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'polars==2.1.0' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import sqlite3
import pandas as pd
import polars as pl
print("polars", pl.__version__, "| pandas", pd.__version__)
prices = [10] * 150 + [9.99]
con = sqlite3.connect(":memory:")
con.execute("CREATE TABLE item (price NUMERIC)")
con.executemany("INSERT INTO item VALUES (?)", [(p,) for p in prices])
query = "SELECT price FROM item"
dicts = [{"price": p} for p in prices]
seen = {"read_database": pl.read_database(query, con), "DataFrame(dicts, strict=True)": pl.DataFrame(dicts, strict=True), "DataFrame(tuples)": pl.DataFrame([(p,) for p in prices], schema=["price"], orient="row"), "from_dicts": pl.from_dicts(dicts)}
for how, frame in seen.items():
    print(f"{how:30} {frame.schema['price']} last {frame['price'][-1]} sum {frame['price'].sum()}")
    assert frame["price"][-1] == 9 and frame["price"].dtype == pl.Int64 and frame["price"].sum() == 1509, frame
print("SQLite's own sum", *con.execute("SELECT SUM(price) FROM item").fetchone(), "| pandas", pd.read_sql_query(query, con).price.sum())
assert round(pd.read_sql_query(query, con).price.sum(), 2) == 1509.99
assert pl.read_database(query, con, infer_schema_length=None)["price"][-1] == 9.99
assert "Throw an error if any" in pl.DataFrame.__doc__
for wrong, what in ((lambda: pl.DataFrame({"price": prices}), "columns"), (lambda: pl.DataFrame([{"price": p} for p in [10] * 150 + ["n/a"]]), "rows with a text")):
    try:
        wrong()
        raise SystemExit(f"{what}: no error")
    except (TypeError, pl.exceptions.ComputeError) as error:
        print(f"right: {what}: {type(error).__name__}: {str(error).splitlines()[0][:90]}")
PYTHON_END
echo "SEEN AGAIN: polars_cuts_prices_after_100_rows"
