#!/usr/bin/env bash
# dateparser 1.5.0: the ISO 8601 week date "2026-W10-1" (Monday, 2 March 2026) is read as 1 October 2026.
#
# Surprise:  the W is dropped and the week number is taken for a month: W10 is October, W01 January; W13 has no month,
#            so its digits are given other places (13 January); from W32 on there is no date at all. STRICT_PARSING
#            does not help. (languages=["en"] turns the answer into None.)
# Expected:  ISO 8601-1, week dates (the HTML standard has week strings, <input type=week>, <time>);
#            Python's date.fromisoformat() reads 2026-W10-1 as 2026-03-02.
# Seen:      a valid-looking date seven months off, no warning.
# Package:   dateparser 1.5.0.
# Why it matters: delivery weeks, transport and publication feeds use week dates; the wrong month passes every check.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'dateparser==1.5.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import datetime, importlib.metadata as md, dateparser
print("dateparser", md.version("dateparser"))
for text, seen in (("2026-W10-1", "2026-10-01"), ("2026-W01-1", "2026-01-01"), ("2026-W13-1", "2026-01-13"), ("2026-W50-3", None)):
    y, w, d = text.split("-"); right = datetime.date.fromisocalendar(int(y), int(w[1:]), int(d)).isoformat()
    for settings in ({}, {"STRICT_PARSING": True}):
        got = dateparser.parse(text, settings=settings); got = got and got.date().isoformat()
        print(f"{text} {str(settings or ''):26} -> {got}   right: {right}")
        assert got == seen and got != right
PYTHON_END
echo "SEEN AGAIN: dateparser_iso_week_is_october"
