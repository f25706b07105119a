#!/usr/bin/env bash
# Protego 0.7.0: a Crawl-delay (or Content-Signal, Noindex, any unknown record) between two User-agent lines ends the
# group, and the first robot loses its Disallow rules.
#
# Surprise:  "User-agent: * / Crawl-delay: 5 / User-agent: newsbot / Disallow: /private" lets every robot but newsbot
#            into /private. With "Sitemap:" or "Host:" or a blank line or a comment in the same place it does not.
# Expected:  RFC 9309 section 2.2.4: parsing of other records MUST NOT interfere with the parsing of the defined ones
#            (a Sitemaps record MUST NOT terminate a group); section 2.2: a group is the start lines, then its rules,
#            and Crawl-delay and unknown records are neither. Protego's README: "implements the parsing and URL
#            matching rules of RFC 9309".
# Seen:      allowed; robotspy 0.13.0 says disallowed.
# Package:   Protego 0.7.0, robotspy 0.13.0.
# Why it matters: a scraper that promises to obey robots.txt fetches what the site closed to it.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'protego==0.7.0' 'robotspy==0.13.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, robots
from protego import Protego
print("Protego", md.version("protego"), "| robotspy", md.version("robotspy"))
URL = "https://example.com/private/x"
for between, ends in (("Crawl-delay: 5", True), ("Content-Signal: search=yes", True), ("Noindex: /q", True), ("X-Owner: me", True),
                      ("Sitemap: https://example.com/s.xml", False), ("Host: example.com", False), ("# a comment", False), ("", False)):
    txt = f"User-agent: *\n{between}\nUser-agent: newsbot\nDisallow: /private\n"
    p = Protego.parse(txt).can_fetch(URL, "mybot"); r = robots.RobotsParser.from_string(txt).can_fetch("mybot", URL)
    print(f"{between or '(blank line)':36} Protego: {'may fetch' if p else 'must not'}; robotspy: {'may fetch' if r else 'must not'}")
    assert p is ends and r is False and not Protego.parse(txt).can_fetch(URL, "newsbot")
PYTHON_END
echo "SEEN AGAIN: protego_other_record_ends_group"
