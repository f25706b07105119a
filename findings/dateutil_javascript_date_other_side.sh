#!/usr/bin/env bash
# python-dateutil 4.0.0: "Thu Mar 05 2026 10:00:00 GMT+0300", as JavaScript writes a date, is read at -03:00: six hours off.
#
# Surprise:  a sign behind GMT or UTC is turned round (as in the TZ variable of POSIX), though the same sign without these letters is
#            not; and dateutil.tz.tzstr("GMT+3") of the same package is +03:00.
# Expected:  ECMA-262, section 21.4.4.41.3 (TimeZoneString): "GMT", then the sign, "+" if the offset from UTC is not negative, hour and
#            minute. Section 21.4.3.2: Date.parse() reads what toString() writes. 10:00 at GMT+0300 is 07:00Z.
# Seen:      2026-03-05 10:00:00-03:00 (13:00Z), for "GMT+0300", "UTC+3" and "UTC+03:00".
# Package:   python-dateutil 4.0.0; right: dateparser 1.5.0; pandas 3.1.1 for GMT+0300 but not for "UTC+3".
# Why it matters: scripts of pages print Date.toString() into data attributes and logs; each such time is off by twice its zone.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'python-dateutil==4.0.0' 'dateparser==1.5.0' 'pandas==3.1.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import datetime as dt
from importlib.metadata import version
import dateparser, pandas as pd
from dateutil import parser, tz
print("python-dateutil", version("python-dateutil"), "dateparser", version("dateparser"), "pandas", pd.__version__)
text, right = "Thu Mar 05 2026 10:00:00 GMT+0300", dt.datetime(2026, 3, 5, 7, tzinfo=dt.timezone.utc)
print("dateutil:  ", parser.parse(text), "| tzstr('GMT+3') is", tz.tzstr("GMT+3").utcoffset(dt.datetime(2026, 3, 5)))
print("dateparser:", dateparser.parse(text), "| pandas:", pd.to_datetime(text), "| pandas, UTC+3:", pd.to_datetime("2026-03-05 10:00 UTC+3"))
assert parser.parse(text) == right + dt.timedelta(hours=6)
assert parser.parse("2026-03-05 10:00 UTC+3") == parser.parse("2026-03-05 10:00 UTC+03:00") == right + dt.timedelta(hours=6)
assert parser.parse("2026-03-05 10:00 +0300") == right == dateparser.parse(text) == pd.to_datetime(text)
assert pd.to_datetime("2026-03-05 10:00 UTC+3") == right + dt.timedelta(hours=6)
assert tz.tzstr("GMT+3").utcoffset(dt.datetime(2026, 3, 5)) == dt.timedelta(hours=3)
PYTHON_END
echo "SEEN AGAIN: dateutil_javascript_date_other_side"
