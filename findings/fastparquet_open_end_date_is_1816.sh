#!/usr/bin/env bash
# fastparquet 2026.9.0: the date 9999-12-31, the usual "no end", is read as 29 March 1816, 05:56; 2026 in seconds is written as 1970.
#
# Surprise:  a DATE is multiplied out to nanoseconds in 64 bits and wraps; the timestamp of the same day beside it is right. And what
#            it WRITES from datetime64[s], the type that pandas 3 gives for dates (pd.to_datetime of date objects), is a millionth:
#            every reader sees half an hour of 1 January 1970, and fastparquet itself refuses its own file.
# Expected:  LogicalTypes.md of Parquet: DATE is an int32 of days since 1970, up to the year 5,881,580; TIMESTAMP has the units MILLIS,
#            MICROS and NANOS, so seconds are to be multiplied. An error where a value does not fit.
# Seen:      1816-03-29 for 9999-12-31 and 2235-11-22 for 1066-10-14; 1970-01-01 00:29:32.668 for 2026-03-05. No error.
# Package:   fastparquet 2026.9.0, pandas 3.1.1 (read_parquet and to_parquet with engine="fastparquet"); pyarrow 26.0.1 is right.
# Why it matters: "valid until 9999-12-31" is what shops write into offers; all open offers have ended, and all new files are of 1970.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'fastparquet==2026.9.0' 'pyarrow==26.0.1' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from datetime import date, datetime
from importlib.metadata import version
import pandas as pd, pyarrow as pa, pyarrow.parquet as pq
print(" | ".join(f"{name} {version(name)}" for name in ("fastparquet", "pandas", "pyarrow")))
for text, wrong in (("9999-12-31", "1816-03-29"), ("1066-10-14", "2235-11-22"), ("2026-03-05", "2026-03-05")):
    day, moment = date.fromisoformat(text), datetime.fromisoformat(text)
    pq.write_table(pa.table({"day": pa.array([day]), "moment": pa.array([moment], pa.timestamp("us"))}), "d.parquet")
    frame = pd.read_parquet("d.parquet", engine="fastparquet")
    print(f"{text}: DATE read as {frame.day[0]}, TIMESTAMP as {frame.moment[0]}")
    assert str(frame.day[0])[:10] == wrong and frame.moment[0] == moment
    assert pq.read_table("d.parquet")["day"].to_pylist() == [day]
frame = pd.DataFrame({"seen": pd.to_datetime(pd.Series([date(2026, 3, 5)]))})
assert frame.seen.dtype == "datetime64[s]"
frame.to_parquet("s.parquet", engine="fastparquet")
got = pq.read_table("s.parquet")["seen"].to_pylist()[0]
print("2026-03-05, datetime64[s], written by fastparquet:", pq.read_schema("s.parquet").field("seen").type, got)
assert got == datetime(1970, 1, 1, 0, 29, 32, 668000)
try:
    raise SystemExit(f"read by fastparquet: {pd.read_parquet('s.parquet', engine='fastparquet')}")
except ValueError as error:
    print("fastparquet reads its own file:", error)
frame.to_parquet("a.parquet", engine="pyarrow")
assert pq.read_table("a.parquet")["seen"].to_pylist()[0] == datetime(2026, 3, 5)
PYTHON_END
echo "SEEN AGAIN: fastparquet_open_end_date_is_1816"
