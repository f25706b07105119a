#!/usr/bin/env bash
# url-normalize 3.1.0: ".../web/2026id_/http://a.example/p" becomes ".../web/2026id_/http:/a.example/p": empty path segments go.
#
# Surprise:  "//" inside a path is made "/", which is another resource; a link of a web archive or an image proxy carries a whole URL in
#            its path. And "?a=1;b=2" becomes "?a=1;b%3D2". An encoded slash is kept with care, as the docs say.
# Expected:  RFC 3986 section 3.3: a segment may be empty (segment = *pchar), and section 6.2.2.3 removes dot segments only. Section
#            2.2: a URI that differs in the encoding of a reserved character ("=") is not equivalent.
# Seen:      https://archive.example/web/2026id_/http:/a.example/p
# Package:   url-normalize 3.1.0; right: yarl 1.25.1, w3lib 2.5.0 canonicalize_url().
# Why it matters: such normalisers are used as keys to see a page once, and what is then fetched is the key: a 404.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'url-normalize==3.1.0' 'yarl==1.25.1' 'w3lib==2.5.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
from url_normalize import url_normalize
from w3lib.url import canonicalize_url
from yarl import URL
print("url-normalize", version("url-normalize"), "yarl", version("yarl"), "w3lib", version("w3lib"))
archived = "https://archive.example/web/2026id_/http://a.example/p"
print("url-normalize:", url_normalize(archived))
print("yarl:         ", URL(archived))
assert url_normalize(archived) == "https://archive.example/web/2026id_/http:/a.example/p"
assert str(URL(archived)) == archived == canonicalize_url(archived)
print("url-normalize:", url_normalize("http://a.example/?a=1;b=2"))
assert url_normalize("http://a.example/?a=1;b=2") == "http://a.example/?a=1;b%3D2"
assert str(URL("http://a.example/?a=1;b=2")) == "http://a.example/?a=1;b=2"
PYTHON_END
echo "SEEN AGAIN: url_normalize_cuts_archive_links"
