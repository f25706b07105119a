#!/usr/bin/env bash
# Scrapling 0.5 generate_css_selector: an id with a dot gives a selector for ANOTHER element; with ":" or "/" one that is no selector.
#
# Surprise:  the id is put behind "#" as it stands. For <div id="item.new"> the selector "#item.new > p" finds the p of
#            <div id="item" class="new">, without an error. "a:b" and "a/b" raise SelectorSyntaxError in Scrapling's own css().
# Expected:  a CSS selector that was generated for an element selects it; CSSOM has CSS.escape() for this: "#item\.new". In
#            HTML an id is any text without whitespace.
# Seen:      ['other'] for the selector of the element with the text 'right'; generate_xpath_selector is right.
# Package:   scrapling 0.5; right: lxml's getpath(), and its own XPath form.
# Why it matters: ids with dots and colons are what Java frameworks write into their forms; a rule saved from the selector reads
#            a neighbour's price from then on.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'scrapling==0.5'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
from scrapling.parser import Selector
print("scrapling", version("scrapling"))
def ways(name):
    page = Selector(f'<html><body><div id="{name}"><p>right</p></div><div id="item" class="new"><p>other</p></div></body></html>')
    element = page.xpath("//div[1]/p")[0]
    assert element.text == "right"
    css, xpath = element.generate_css_selector, element.generate_xpath_selector
    try:
        found = [str(e.text) for e in page.css(css)]
    except Exception as error:
        found = type(error).__name__
    by_xpath = [str(e.text) for e in page.xpath(xpath)]
    print(f"id {name:10} css {css!r} finds {found} | xpath {xpath!r} finds {by_xpath}")
    assert by_xpath == ["right"]
    return found
assert ways("plain") == ["right"]
assert ways("item.new") == ["other"]
assert ways("form.x") == []
assert ways("form:price") == ways("a/b") == "SelectorSyntaxError"
PYTHON_END
echo "SEEN AGAIN: scrapling_generated_selector_of_other_element"
