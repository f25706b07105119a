#!/usr/bin/env bash
# courlan 1.4.0 (trafilatura's URL cleaner): clean_url()/normalize_url() turn links into links to OTHER pages.
#
# Surprise:  1. in a query in a legacy encoding (?q=b%E4r, Latin-1; GBK and windows-1251 as well) each byte that is not
#               UTF-8 is replaced by %EF%BF%BD, the replacement character: different links become one;
#            2. a query without "=" (/thread?12345, the form of many forums) is cut off: /thread;
#            3. an empty value (?page=&sort=) goes too.
# Expected:  URL standard and RFC 3986 section 3.4: the query is opaque; percent-encoded bytes need not be UTF-8 and need
#            not be name=value pairs. courlan's README calls normalize_url() basic canonicalization only.
# Seen:      different URLs with the same cleaned form; ada-url 4.0.0, w3lib 2.5.0 keep all of them.
# Package:   courlan 1.4.0, ada-url 4.0.0, w3lib 2.5.0.
# Why it matters: a crawl's duplicate filter that uses it drops pages as "seen", and what it fetches is another page.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'courlan==1.4.0' 'ada-url==4.0.0' 'w3lib==2.5.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, ada_url
from courlan import clean_url, normalize_url
from w3lib.url import safe_url_string
print(*(f"{p} {md.version(p)};" for p in ("courlan", "ada-url", "w3lib")))
for a, b, same in (("https://example.com/s?q=b%E4r", "https://example.com/s?q=b%F6r", "https://example.com/s?q=b%EF%BF%BDr"),
                   ("https://example.com/thread?12345", "https://example.com/thread?67890", "https://example.com/thread")):
    na, nb, ca, cb = normalize_url(a), normalize_url(b), clean_url(a), clean_url(b)
    print(f"{a}\n{b}\n   courlan normalize_url {na} | {nb}\n   courlan clean_url     {ca} | {cb}")
    assert ca == cb and na == nb and ca.startswith(same)
    for f in (lambda u: ada_url.URL(u).href, safe_url_string): assert (f(a), f(b)) == (a, b)
print("   ada-url and w3lib keep them as they are")
PYTHON_END
echo "SEEN AGAIN: courlan_rewrites_other_pages"
