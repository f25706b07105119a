#!/usr/bin/env bash
# turbohtml 1.15.4 form_data(): the text of an <option> is sent with its line breaks, _charset_ stays unfilled, dirname is left out.
#
# Surprise:  an option without value attribute whose text stands on two lines, as templates print it, submits
#            'Very\n        large', where every browser submits 'Very large'; the ends are stripped, the inside is not.
# Expected:  the docs of form_data(): "Collect this form's successful controls, following the WHATWG form-submission
#            entry-list rules". HTML, the option element: its value without the attribute is its text, and that is "the
#            result of stripping and collapsing ASCII whitespace". HTML, "constructing the entry list": a hidden _charset_
#            field gets the name of the encoding; an input with dirname adds a pair with the text direction.
# Seen:      [('size', 'Very\n        large'), ('_charset_', ''), ('q', 'x')]; the rest of the rules are followed
#            (a disabled fieldset but for its first legend, range steps, emptied numbers and dates).
# Package:   turbohtml 1.15.4.
# Why it matters: the form comes back with "unknown size" or the wrong encoding, though nothing failed.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'turbohtml==1.15.4'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
from importlib.metadata import version
import turbohtml
print("turbohtml", version("turbohtml"))
page = turbohtml.parse("""<form>
<select name="size">
    <option>
        Very
        large
    </option>
</select>
<input type="hidden" name="_charset_" value="">
<input name="q" value="x" dirname="q.dir">
<fieldset disabled><legend><input name="legend" value="sent"></legend><input name="no" value="not sent"></fieldset>
<input type="range" name="r" min="1" step="5" value="7"><input type="number" name="n" value="1e">
</form>""")
got = page.select_one("form").form_data()
print("seen    ", got)
size, charset, q, *rest = got
print("expected", [("size", "Very large"), ("_charset_", "UTF-8"), ("q", "x"), ("q.dir", "ltr"), *rest])
assert size == ("size", "Very\n        large"), size
assert charset == ("_charset_", "") and q == ("q", "x") and "q.dir" not in dict(got), got
assert rest == [("legend", "sent"), ("r", "6"), ("n", "")], rest
assert page.select_one("select").field_value == size[1]
PYTHON_END
echo "SEEN AGAIN: turbohtml_form_option_line_breaks"
