#!/usr/bin/env bash
# Scrapy 2.19.0 / w3lib 2.5.0: encodings that the page declares with a valid label are not known, and a guess is used.
#
# Surprise 1: "iso-8859-8-i" (the usual label of legacy Hebrew pages), "logical", "x-gbk", "dos-874" and
#            "x-mac-cyrillic" are labels of the Encoding Standard. w3lib knows none of them; Scrapy then guesses from
#            the bytes and returns Cyrillic, Korean or Chinese text for a page that says in its header what it is.
# Surprise 2: <meta charset="utf-16"> in a page of UTF-8 bytes: the whole page is decoded as UTF-16, every selector
#            is empty, the status is 200.
# Expected:  Encoding Standard section 4.2 "Names and labels" (all five are in the table); HTML standard section
#            13.2.3.2 "prescan a byte stream": "If charset is UTF-16BE/LE, then set charset to UTF-8".
# Seen:      wrong text, no error, no warning. turbohtml 1.15.4 reads all of them as the standards say.
# Package:   Scrapy 2.19.0, w3lib 2.5.0 (its source says that it follows the Encoding Standard), turbohtml 1.15.4.
# Why it matters: silent mojibake or an empty page on a site whose declaration is right.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'scrapy==2.19.0' 'w3lib==2.5.0' 'parsel==1.12.1' 'turbohtml==1.15.4'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import importlib.metadata as md, turbohtml
from scrapy.http import HtmlResponse
from w3lib.encoding import resolve_encoding
print(*(f"{p} {md.version(p)};" for p in ("scrapy", "w3lib", "turbohtml")))
def scrapy_text(body, ctype): return HtmlResponse("http://example.com/", body=body, headers={"Content-Type": ctype})
for label, codec, text in (("iso-8859-8-i", "iso-8859-8", "שלום עולם, מחיר 12"), ("logical", "iso-8859-8", "שלום"),
                           ("x-gbk", "gbk", "价格 十元"), ("dos-874", "cp874", "ราคา"), ("x-mac-cyrillic", "mac_cyrillic", "Цена")):
    body = b"<!DOCTYPE html><html><head><title>t</title></head><body><p>" + text.encode(codec) + b"</p></body></html>"
    r = scrapy_text(body, "text/html; charset=" + label)
    got, right = r.css("p::text").get(), turbohtml.parse(body, encoding=label).select_one("p").text
    print(f"Content-Type charset={label:15} w3lib resolves to {resolve_encoding(label)}; Scrapy ({r.encoding}) {got!r}; turbohtml {right!r}")
    assert resolve_encoding(label) is None and got != text and right == text
body = '<!DOCTYPE html><html><head><meta charset="utf-16"><title>Café</title></head><body><a href="/1">x</a></body></html>'.encode()
r, d = scrapy_text(body, "text/html"), turbohtml.parse(body)
print(f'<meta charset="utf-16">: Scrapy ({r.encoding}) title {r.css("title::text").get()!r}, links {r.css("a").getall()}; turbohtml title {d.select_one("title").text!r}')
assert r.css("title::text").get() is None and r.css("a").getall() == [] and d.select_one("title").text == "Café"
PYTHON_END
echo "SEEN AGAIN: scrapy_declared_encoding_not_known"
