#!/usr/bin/env bash
# w3lib 2.5.0 safe_url_string()/canonicalize_url() (Scrapy): http://straße.example/ is sent to http://strasse.example/.
#
# Surprise:  the link on the page leads to ANOTHER registered domain: the German sharp s is folded to "ss", the Greek
#            final sigma to sigma, as IDNA 2003 did. Browsers and every other URL library of this list keep them.
# Expected:  URL standard, "domain to ASCII": Unicode ToASCII with Transitional_Processing false (UTS 46), so
#            xn--strae-oqa.example; IDNA 2008 (RFC 5891/5892) makes both letters PVALID. w3lib's docs say that
#            safe_url_string follows the URL standard.
# Seen:      w3lib strasse.example; ada-url, yarl, httpx2, requests xn--strae-oqa.example.
# Package:   w3lib 2.5.0, ada-url 4.0.0, yarl 1.25.1, httpx2 2.16.2, requests 2.34.2 (with idna 3.20).
# Why it matters: Scrapy requests, dedup keys and allowed-domain checks are for a domain with another owner, and a
#            project that canonicalises with w3lib and fetches with requests asks two hosts for one link.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'w3lib==2.5.0' 'ada-url==4.0.0' 'yarl==1.25.1' 'httpx2==2.16.2' 'requests==2.34.2' 'idna==3.20'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, ada_url, httpx2, requests, yarl
from urllib.parse import urlsplit
from w3lib.url import canonicalize_url, safe_url_string
print(*(f"{p} {md.version(p)};" for p in ("w3lib", "ada-url", "yarl", "httpx2", "requests", "idna")))
libs = {"w3lib safe_url_string": safe_url_string, "w3lib canonicalize_url": canonicalize_url,
        "ada-url": lambda u: ada_url.URL(u).href, "yarl": lambda u: str(yarl.URL(u)),
        "httpx2": lambda u: "http://" + httpx2.URL(u).raw_host.decode() + "/",
        "requests": lambda u: requests.Request("GET", u).prepare().url}
for url, old, new in (("http://stra\u00dfe.example/", "strasse.example", "xn--strae-oqa.example"),
                      ("http://\u03b2\u03cc\u03bb\u03bf\u03c2.example/", "xn--nxasmq6b.example", "xn--nxasmm1c.example"),
                      ("http://b\u00fccher.example/", "xn--bcher-kva.example", "xn--bcher-kva.example")):
    for name, f in libs.items():
        host = urlsplit(f(url)).hostname
        print(f"{url:28} {name:24} {host}")
        assert host == (old if name.startswith("w3lib") else new), (name, host)
PYTHON_END
echo "SEEN AGAIN: w3lib_idna2003_other_domain"
