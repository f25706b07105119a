#!/usr/bin/env bash
# sqlite-utils 4.2.1: "sqlite-utils memory urls.csv" on a file with ONE column cuts each line at a letter.
#
# Surprise:  the header "url" becomes the columns "ur" and "", and http://a.example/1 becomes "http://a.examp" and "e/1": the
#            separator was guessed to be the letter "l". "name" is cut at "a", "city" at "i". Exit code 0.
# Expected:  the docs of the memory command: rows of a CSV file. RFC 4180 has one column as a valid record; "sqlite-utils insert
#            --csv" of the same program gives the one column.
# Seen:      [{"ur": "http://a.examp", "": "e/1"}, ...]; rows_from_file() of the library without a format the same. With
#            other letters csv.Sniffer finds nothing, and its Error is a traceback.
# Package:   sqlite-utils 4.2.1 (csv.Sniffer of the standard library).
# Why it matters: a list of addresses or of names is the most common file of a scraper; joins on it find nothing, or
#            the wrong lines.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'sqlite-utils==4.2.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from sqlite_utils.utils import Format, rows_from_file
print("sqlite-utils", version("sqlite-utils"))
def run(*args):
    return subprocess.run([sys.executable, "-m", "sqlite_utils", *args], capture_output=True, text=True, check=True).stdout
files = {"urls": ["url", "http://a.example/1", "http://a.example/2"], "city": ["city", "Berlin", "Paris"], "pair": ["url,n", "http://a.example/1,1"]}
got = {}
for name, lines in files.items():
    Path(f"{name}.csv").write_text("\n".join(lines) + "\n")
    got[name] = json.loads(run("memory", f"{name}.csv", f"select * from {name}"))
    print(f"memory {name}.csv: {got[name]}")
assert got["urls"] == [{"ur": "http://a.examp", "": "e/1"}, {"ur": "http://a.examp", "": "e/2"}]
assert got["city"] == [{"c": "Berl", "ty": "n"}, {"c": "Par", "ty": "s"}]
assert got["pair"] == [{"url": "http://a.example/1", "n": 1}]
names = b"name\nAnna\n"
print("rows_from_file:", list(rows_from_file(io.BytesIO(names))[0]), "| with format:", list(rows_from_file(io.BytesIO(names), format=Format.CSV)[0]))
assert list(rows_from_file(io.BytesIO(names))[0]) == [{"n": "Ann", "me": ""}]
assert list(rows_from_file(io.BytesIO(names), format=Format.CSV)[0]) == [{"name": "Anna"}]
run("insert", "x.db", "urls", "urls.csv", "--csv")
assert json.loads(run("rows", "x.db", "urls")) == [{"url": "http://a.example/1"}, {"url": "http://a.example/2"}]
print("right: insert --csv:", run("rows", "x.db", "urls").replace("\n", ""))
PYTHON_END
echo "SEEN AGAIN: sqlite_utils_memory_cuts_one_column"
