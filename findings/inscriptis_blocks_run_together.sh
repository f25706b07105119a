#!/usr/bin/env bash
# inscriptis 2.7.6: "<dl><dt>Price</dt><dd>5</dd><dt>Stock</dt><dd>3</dd></dl>" becomes "Price5Stock3".
#
# Surprise:  the package says that it lays a page out as a browser does, and puts sections, forms, fieldsets, definition lists,
#            details and options on one line, without even a blank; <ol start="5"> is numbered from 1.
# Expected:  HTML, section 15.3.3 and 15.5: dt, dd, section, form, fieldset, legend, details, summary, dialog, search and center are
#            "display: block". Section 4.4.5: start is the number of the first item.
# Seen:      "Price5Stock3", "ab" for two sections, " 1. a" for number 5, in both CSS profiles. div, p, main, address are right.
# Package:   inscriptis 2.7.6; right for dl and start: html2text 2025.4.15.
# Why it matters: "Price5Stock3" is one word; a search for a price or a word finds neither, and numbers of two fields become one.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'inscriptis==2.7.6' 'html2text==2025.4.15'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import html2text
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
print("inscriptis", version("inscriptis"), "html2text", version("html2text"))
PAGES = {"<dl><dt>Price</dt><dd>5</dd><dt>Stock</dt><dd>3</dd></dl>": "Price5Stock3", "<section>a</section><section>b</section>": "ab",
         "<form>a</form><form>b</form>": "ab", "<fieldset><legend>Size</legend>40</fieldset>": "Size40",
         "<details><summary>More</summary>text</details>": "Moretext", '<ol start="5"><li>a</li><li>b</li></ol>': "1. a\n 2. b",
         "<p>a</p><p>b</p>": "a\n\nb", "<address>a</address><address>b</address>": "a\nb"}
for page, want in PAGES.items():
    for profile in ("relaxed", "strict"):
        got = get_text(page, ParserConfig(css=CSS_PROFILES[profile])).strip()
        assert got == want, (page, profile, got)
    print(f"{page} -> {got!r}")
assert html2text.html2text(list(PAGES)[0]).split() == ["Price", "5", "Stock", "3"]
assert html2text.html2text('<ol start="5"><li>a</li></ol>').split() == ["5.", "a"]
PYTHON_END
echo "SEEN AGAIN: inscriptis_blocks_run_together"
