#!/usr/bin/env bash
# pandas 3.1.1 to_excel() and polars 2.1.0 write_excel(): of 70,000 URLs in a column the last 4,470 cells are EMPTY.
#
# Surprise:  each text that begins with http:// is made a link, and a sheet has room for 65,530 links; what comes after is not written
#            as text, but not at all. There are 4,470 warnings "Ignoring URL", which Python shows once or not at all.
# Expected:  pandas' docs of to_excel(): "Write object to an Excel sheet". ECMA-376 limits neither texts nor their number so low: a
#            sheet has 1,048,576 rows. An empty cell is read back as NaN (a missing value).
# Seen:      4470 empty cells from row 65,532 on, in both; the column beside them is whole.
# Package:   pandas 3.1.1 and polars 2.1.0 with xlsxwriter 3.3.1 (whose own docs have the limit; pandas takes it before openpyxl where
#            both are installed). engine="openpyxl", or engine_kwargs={"options": {"strings_to_urls": False}}, writes all.
# Why it matters: a list of pages is the first thing that a scraper hands over; it is cut where nobody scrolls to.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'pandas==3.1.1' 'polars==2.1.0' 'xlsxwriter==3.3.1' 'python-calamine==0.9.1' 'pyarrow==26.0.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import warnings
import pandas as pd, polars as pl, xlsxwriter
from python_calamine import CalamineWorkbook
print("pandas", pd.__version__, "polars", pl.__version__, "xlsxwriter", xlsxwriter.__version__)
rows = 70_000
table = {"n": list(range(rows)), "url": [f"https://shop.example/p/{i}" for i in range(rows)]}
def empty(path):
    cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    assert len(cells) == rows and all(int(c[0]) == i for i, c in enumerate(cells))
    return [i for i, c in enumerate(cells) if c[1] == ""]
warnings.simplefilter("ignore")
pd.DataFrame(table).to_excel("a.xlsx", index=False)
pl.DataFrame(table).write_excel("b.xlsx")
pd.DataFrame(table).to_excel("c.xlsx", index=False, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_urls": False}})
for name, path in (("pandas", "a.xlsx"), ("polars", "b.xlsx"), ("pandas, strings_to_urls=False", "c.xlsx")):
    lost = empty(path)
    print(f"{name}: {len(lost)} of {rows} URLs are empty", f"from number {lost[0]} on" if lost else "")
    assert lost == ([] if path == "c.xlsx" else list(range(65_530, rows)))
PYTHON_END
echo "SEEN AGAIN: pandas_excel_empties_urls_after_65530"
