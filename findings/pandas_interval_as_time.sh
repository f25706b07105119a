#!/usr/bin/env bash
# pandas 3 reads the ISO 8601 interval "2026-11-30/2026-12-05" as 20:26 on the first day, at UTC-5.
#
# Expected: an interval is no single time: an error, as for "2026-01-01/2026-12-31", or NaT.
# Seen:     the end year becomes the time 20:26, the end month is dropped and the end day
#           becomes an offset in hours: 2026-11-30 20:26:00-05:00. Only an end day of 24
#           or more raises, so a column of week-long intervals mixes wrong times with
#           failures (NaT with errors="coerce"), and good rows have ever other offsets.
#           "10:00-18:00" (opening hours) is today at 10:00, UTC-18; "/.." (open end) is
#           midnight. python-dateutil 4 does the same and is where it comes from.
# Package:  pandas 3.1.1 and python-dateutil 4.0.0 (both 2026).
# Right:    ISO 8601-1 section 5.5, time intervals as <start>/<end>; schema.org
#           temporalCoverage and DCMI Period use this form. The pandas guide says
#           strings with no common format go to dateutil, not that a range is a time.
# Why:      event and data-set pages carry these in JSON-LD; the value looks like a
#           precise time with a zone, and passes every check on type and range.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$PY" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "pandas==3.1.1" "python-dateutil==4.0.0"
"$work/venv/bin/python" - <<"PYEOF"
import warnings
warnings.simplefilter("ignore")
import dateutil, pandas as pd
from dateutil.parser import parse
print("pandas", pd.__version__, "| python-dateutil", dateutil.__version__)
want = {"2026-11-30/2026-12-05": "2026-11-30 20:26:00-05:00", "2026-11-30/2026-12-01": "2026-11-30 20:26:00-01:00", "2026-03-01/2026-03-05": "2026-03-01 20:26:00-05:00",
        "2026-11-30/..": "2026-11-30 00:00:00", "2026-01-01/2026-12-31": "ValueError", "2026-11-30 10:00-18:00": "2026-11-30 10:00:00-18:00"}
def tell(f, s):
    try:
        return str(f(s))
    except ValueError as e:
        return "ValueError"
for s, w in want.items():
    p, d = tell(pd.to_datetime, s), tell(parse, s)
    print(f"{s:24} pandas {p:28} dateutil {d}")
    assert p == d == w, (s, p, d)
col = pd.Series(["2026-11-02/2026-11-08", "2026-11-09/2026-11-15", "2026-11-23/2026-11-29"])
out = [str(x) for x in pd.to_datetime(col, errors="coerce", utc=True)]
print("a column of weeks, utc=True, coerce:", out)
assert out == ["2026-11-03 04:26:00+00:00", "2026-11-10 11:26:00+00:00", "NaT"], out
print("SEEN: a range of days is read as one minute, with an offset made from the last day")
PYEOF
