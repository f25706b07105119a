#!/usr/bin/env bash
# dateparser 1.5.0: "gestern um 9 Uhr" is yesterday at the time of NOW, and "gisteren om 9 uur" nine hours before that.
#
# Surprise:  a full hour without minutes is either dropped (German, Korean, Danish "kl. 09.30") or taken for "9 hours ago"
#            (Dutch, Russian, French with a blank), though the same words with ":00" are read right and the languages are
#            supported. "vandaag om 9.30 uur" becomes 9.3 hours ago, to the minute: 03:16.
# Expected:  09:00 of that day, or None. The usual way to write a time in these languages is just this one ("9 Uhr",
#            "9 uur", "9 часов"); "yesterday at 9 am" gives 09:00.
# Seen:      at 12:34 on 30 November: 2026-11-29 12:34 and 2026-11-29 03:34, with and without languages=[...].
# Package:   dateparser 1.5.0.
# Why it matters: the times of news and forum posts are the times of the crawl; two runs give two different times, so each post
#            looks changed.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'dateparser==1.5.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from datetime import datetime
from importlib.metadata import version
import dateparser
print("dateparser", version("dateparser"))
def parse(text, lang):
    how = {"settings": {"RELATIVE_BASE": datetime(2026, 11, 30, 12, 34)}}
    got = dateparser.parse(text, languages=[lang], **how)
    assert got == dateparser.parse(text, **how), text
    print(f"{text:24} {got}")
    return f"{got:%d %H:%M}"
for text, lang in (("yesterday at 9 am", "en"), ("gestern um 9:00 Uhr", "de"), ("ayer a las 9:00", "es"), ("昨日 9時", "ja"), ("hier à 9h", "fr")):
    assert parse(text, lang) == "29 09:00"
for text, lang in (("gestern um 9 Uhr", "de"), ("gestern, 9 Uhr 30", "de"), ("i går kl. 09.30", "da"), ("어제 오후 3시", "ko")):
    assert parse(text, lang) == "29 12:34"
for text, lang in (("gisteren om 9 uur", "nl"), ("вчера в 9 часов", "ru"), ("hier à 9 h", "fr")):
    assert parse(text, lang) == "29 03:34"
assert parse("heute um 9.30 Uhr", "de") == "30 12:34"
assert parse("vandaag om 9.30 uur", "nl") == "30 03:16"
PYTHON_END
echo "SEEN AGAIN: dateparser_nine_o_clock_is_now"
