#!/usr/bin/env bash
# npm node-html-parser 9.0.7: of <select><option>S<option>M<option>L</select> one option is left, and the select is gone.
#
# Surprise:  an option whose end tag is left out takes the select away; the other sizes are text of whatever stands around. For li, td, dt
#            and p the same is read right. Tags in a textarea or title, which are text there, become elements.
# Expected:  HTML, section 13.1.2.4 (optional tags): an option's end tag may be left out before another option or at the end of its
#            parent. Section 13.1.2: textarea and title are escapable raw text elements: no tags in them.
# Seen:      ["S"], no select; one p for "<textarea><p>t</p></textarea>". jsdom 29.1.1 has three options, and no p.
# Package:   npm node-html-parser 9.0.7, jsdom 29.1.1.
# Why it matters: the sizes of a product are read as one, and forms that are filled from the page miss a field.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "node-html-parser@9.0.7" "jsdom@29.1.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["node-html-parser", "jsdom"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import { parse } from "node-html-parser";
import jsdom from "jsdom";
const page = "<body><form><select name=size><option>S<option>M<option>L</select></form><textarea><p>t</p></textarea></body>";
const root = parse(page), { document } = new jsdom.JSDOM(page).window;
const texts = (d, s) => [...d.querySelectorAll(s)].map((e) => e.textContent.trim());
for (const s of ["select", "option", "p"]) console.log(s, "node-html-parser:", texts(root, s), "jsdom:", texts(document, s));
console.log(root.toString());
assert.deepStrictEqual(texts(document, "option"), ["S", "M", "L"]);
assert.ok(texts(root, "option").length < 3 && texts(root, "select").length === 0);
assert.deepStrictEqual([texts(root, "p"), texts(document, "p")], [["t"], []]);
assert.deepStrictEqual(texts(parse("<ul><li>S<li>M<li>L</ul>"), "li"), ["S", "M", "L"]);
console.log("SEEN AGAIN: npm_node_html_parser_options_lost");
JSEOF
node x.mjs
