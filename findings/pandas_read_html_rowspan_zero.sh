#!/usr/bin/env bash
# pandas 3.1.1 read_html(): a cell with rowspan="0" is put into one row, and the prices of the rows below move under its heading.
#
# Surprise:  <td rowspan="0">Lamps</td> stands beside three products; from the second row on the product is read as the group, the
#            price as the product, and the price is missing. And a <script> inside a cell is part of the cell's text.
# Expected:  HTML, section 4.9.11 (attributes common to td and th) and 4.9.12.1 (forming a table): for rowspan the value zero means
#            that the cell spans all the remaining rows of its row group. rowspan="3" is the same table, and is read right.
# Seen:      ['lamp two', 6.0, nan] for ['Lamps', 'lamp two', 6.0].
# Package:   pandas 3.1.1 with lxml 6.1.3 (html5lib and bs4 give the same).
# Why it matters: a number column stays a column of numbers, only of other ones; nothing is raised.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'pandas==3.1.1' 'lxml==6.1.3'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import io, pandas as pd
print("pandas", pd.__version__)
PAGE = """<table><thead><tr><th>group</th><th>name</th><th>price</th></tr></thead><tbody>
<tr><td rowspan="%d">Lamps</td><td>lamp one</td><td>5</td></tr><tr><td>lamp two</td><td>6</td></tr><tr><td>lamp three</td><td>7</td></tr></tbody></table>"""
zero, three = (pd.read_html(io.StringIO(PAGE % n))[0] for n in (0, 3))
print("rowspan=0:", zero.values.tolist())
print("rowspan=3:", three.values.tolist())
assert three.values.tolist() == [["Lamps", "lamp one", 5], ["Lamps", "lamp two", 6], ["Lamps", "lamp three", 7]]
assert zero["group"].tolist() == ["Lamps", "lamp two", "lamp three"] and zero["name"].tolist() == ["lamp one", "6", "7"], zero
assert zero["price"].isna().tolist() == [False, True, True]
cell = pd.read_html(io.StringIO("<table><tr><th>a</th><th>b</th></tr><tr><td>1<script>var x = 1</script></td><td>2</td></tr></table>"))[0]["a"][0]
print("a cell with a script:", repr(cell))
assert "var x" in str(cell)
PYTHON_END
echo "SEEN AGAIN: pandas_read_html_rowspan_zero"
