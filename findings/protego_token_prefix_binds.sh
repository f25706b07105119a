#!/usr/bin/env bash
# Protego 0.7.0: a group for another robot applies to yours when its name is merely the beginning of your name.
#
# Surprise:  "User-agent: shop / Disallow: /" closes the whole site for "shopping-crawler" and for "shopbot", and it
#            beats the "*" group that allows everything. A name that is the END of yours does not ("bot" for "shopbot").
# Expected:  RFC 9309 section 2.2.1: the group whose product token matches yours (case-insensitively), else "*".
#            Protego's README: a group applies when its token appears in the user agent "at a token boundary"; the end
#            of the token is not looked at.
# Seen:      disallowed; robotspy 0.13.0 says allowed.
# Package:   Protego 0.7.0, robotspy 0.13.0.
# Why it matters: pages are skipped as "disallowed by robots.txt" though the site allows them, and a Crawl-delay or
#            an Allow meant for another robot is obeyed.
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
for token, mine, seen in (("shop", "shopbot", False), ("shop", "shopping-crawler", False), ("s", "shopbot", False),
                          ("bot", "shopbot", True), ("shopbot-news", "shopbot", True)):
    txt = f"User-agent: {token}\nDisallow: /\nCrawl-delay: 60\n\nUser-agent: *\nAllow: /\n"
    p = Protego.parse(txt); r = robots.RobotsParser.from_string(txt)
    a, b = p.can_fetch("https://example.com/x", mine), r.can_fetch(mine, "https://example.com/x")
    print(f"group of {token!r:15} asked by {mine!r:19}: Protego {a}, delay {p.crawl_delay(mine)}; robotspy {b}")
    assert a is seen and b is True and p.crawl_delay(mine) == (None if seen else 60.0)
PYTHON_END
echo "SEEN AGAIN: protego_token_prefix_binds"
