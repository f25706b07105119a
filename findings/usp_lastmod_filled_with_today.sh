#!/usr/bin/env bash
# ultimate-sitemap-parser 1.8.1: <lastmod>2026-03</lastmod> is read as the 3rd month and TODAY's day of the month.
#
# Surprise:  "2019-03" and "2019" are valid <lastmod> values; the parser fills what is missing from the clock of the
#            machine. The same sitemap read tomorrow has other dates, and "2026" read today means "modified today".
# Expected:  the sitemaps protocol takes W3C Datetime (a year, or a year and a month, are complete forms of it:
#            "YYYY" and "YYYY-MM"): the start of the period, or an error, or None; in any case the same each day.
# Seen:      year and year-month take month and/or day from today.
# Package:   ultimate-sitemap-parser 1.8.1. Scrapy's reader hands the text on as it is.
# Why it matters: incremental crawls ("fetch what changed since yesterday") fetch such pages again each day, or never.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'ultimate-sitemap-parser==1.8.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import calendar, datetime, importlib.metadata as md
from usp.fetch_parse import SitemapStrParser
XML = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://example.com/a</loc><lastmod>2019-03</lastmod></url>
<url><loc>http://example.com/b</loc><lastmod>2019</lastmod></url>
<url><loc>http://example.com/c</loc><lastmod>2019-03-05</lastmod></url>
</urlset>"""
before = datetime.date.today()
got = {p.url[-1]: p.last_modified for p in SitemapStrParser(static_content=XML).sitemap().all_pages()}
today = datetime.date.today()
assert before == today, "midnight passed, run again"
print("ultimate-sitemap-parser", md.version("ultimate-sitemap-parser"), "| today is", today)
for k, text in (("a", "2019-03"), ("b", "2019"), ("c", "2019-03-05")): print(f"<lastmod>{text}</lastmod> -> {got[k]}")
clip = lambda y, m: min(today.day, calendar.monthrange(y, m)[1])
assert got["a"].date() == datetime.date(2019, 3, clip(2019, 3)), got
assert got["b"].date() == datetime.date(2019, today.month, clip(2019, today.month)), got
assert got["c"].date() == datetime.date(2019, 3, 5)
PYTHON_END
echo "SEEN AGAIN: usp_lastmod_filled_with_today"
