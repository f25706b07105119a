#!/usr/bin/env bash
# csvkit 2.2.0 / agate 1.14.2: a column of "Mon", "Tue" becomes dates of January in the year 1, "today" 0001-01-01; a cable of "5m" 0:05:00.
#
# Surprise:  words of a calendar are taken for dates and filled up from the year 1, so that weekdays, months and "today", "tomorrow"
#            become days on which nobody lived. Lengths in metres become minutes, and "2h", "3d" spans of time.
# Expected:  ISO 8601-1 section 3.1.2 and 5.2: a calendar date has a year; a cell in which none stands gives none. Lengths are no spans of
#            time. agate's documentation: a column for which no other type fits stays text.
# Seen:      csvjson: [{"day": "0001-01-08", "ready": "0001-01-01", "cable": "0:05:00", ...}]. With --no-inference all is right.
# Package:   csvkit 2.2.0, agate 1.14.2; DuckDB 2.0.1 keeps all four columns as text.
# Why it matters: opening days, release months, delivery ("today") and lengths are just what shops write; the texts are gone.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'csvkit==2.2.0' 'agate==1.14.2' 'duckdb==2.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import csv, json, subprocess, sys, os
from importlib.metadata import version
import duckdb
print("csvkit", version("csvkit"), "agate", version("agate"), "duckdb", version("duckdb"))
with open("a.csv", "w", newline="") as f:
    csv.writer(f).writerows([["day", "month", "ready", "cable"], ["Mon", "May", "today", "5m"], ["Sun", "March", "tomorrow", "10m"]])
tool = os.path.join(os.path.dirname(sys.executable), "csvjson")
run = lambda *a: json.loads(subprocess.run([tool, *a, "a.csv"], capture_output=True, text=True, check=True).stdout)
got, plain = run(), run("--no-inference")
print("csvjson:               ", got)
print("csvjson --no-inference:", plain)
print("DuckDB:                ", duckdb.sql("from 'a.csv'").fetchall())
assert [r["day"] for r in got] == ["0001-01-08", "0001-01-07"] and [r["month"] for r in got] == ["0001-05-01", "0001-03-01"], got
assert [r["ready"] for r in got] == ["0001-01-01", "0001-01-02"] and [r["cable"] for r in got] == ["0:05:00", "0:10:00"], got
assert [list(r.values()) for r in plain] == [list(r) for r in duckdb.sql("from 'a.csv'").fetchall()] == [["Mon", "May", "today", "5m"], ["Sun", "March", "tomorrow", "10m"]]
PYTHON_END
echo "SEEN AGAIN: csvkit_weekdays_become_year_one"
