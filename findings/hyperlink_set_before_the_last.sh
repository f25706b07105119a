#!/usr/bin/env bash
# hyperlink 21.0.0: URL.set("sort", "price") puts a NEW parameter before the last one, not at the end.
#
# Surprise:  "?q=x&page=2" becomes "?q=x&sort=price&page=2". Each further set() goes before the last one too; in a query of
#            one parameter the new one comes FIRST. add() appends, as one would think of both.
# Expected:  the docs of URL.set(): "All existing occurences, if any are replaced by the single name-value pair"; nothing
#            moves the rest. The comment in its source: "Preserve the original position of the query key in the list".
#            URLSearchParams.set() of the URL Standard: otherwise, append.
# Seen:      set a, b, c on ?q=x&page=2: "?q=x&a=1&b=2&c=3&page=2"; DecodedURL.set() the same.
# Package:   hyperlink 21.0.0; right: yarl 1.25.1 update_query(), w3lib 2.5.0 add_or_replace_parameter().
# Why it matters: the same request has another address than the one that the site links to: pages are fetched twice, a cache
#            misses, and an address that is signed with its parameters in order is refused.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'hyperlink==21.0.0' 'yarl==1.25.1' 'w3lib==2.5.0'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import hyperlink
import w3lib.url
import yarl
print("hyperlink", version("hyperlink"), "| yarl", version("yarl"), "| w3lib", version("w3lib"))
page = "http://a.example/?q=x&page=2"
def show(what, got, want):
    print(f"{what:28} {got}")
    assert str(got) == want, (what, got)
for kind in (hyperlink.URL.from_text(page), hyperlink.parse(page)):
    show(f"{type(kind).__name__}.set()", kind.set("sort", "price").to_text(), "http://a.example/?q=x&sort=price&page=2")
    show(f"{type(kind).__name__}.add()", kind.add("sort", "price").to_text(), page + "&sort=price")
url = hyperlink.URL.from_text(page)
show("set() three times", url.set("a", "1").set("b", "2").set("c", "3").to_text(), "http://a.example/?q=x&a=1&b=2&c=3&page=2")
show("set() on one parameter", hyperlink.URL.from_text("http://a.example/?q=x").set("page", "2").to_text(), "http://a.example/?page=2&q=x")
show("right: yarl", yarl.URL(page).update_query(sort="price"), page + "&sort=price")
show("right: w3lib", w3lib.url.add_or_replace_parameter(page, "sort", "price"), page + "&sort=price")
PYTHON_END
echo "SEEN AGAIN: hyperlink_set_before_the_last"
