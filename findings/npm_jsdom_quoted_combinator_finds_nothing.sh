#!/usr/bin/env bash
# npm jsdom 29.1.1: querySelectorAll('a[title="Home > Lamps"]') is empty, while querySelector() with the same selector finds it.
#
# Surprise:  a ">", "+" or "~" with a blank beside it is taken for a combinator inside the QUOTES of an attribute value. "x>y"
#            without blanks is right, "x, y" too. matches() says false, nothing is thrown. And
#            querySelectorAll("li:nth-child(2 of .x)") finds 0 elements the first time and 1 the second, of one page.
# Expected:  CSS Syntax 3, 4.3.5: a quoted string is one token; Selectors 4, 6: the value of an attribute selector is a string.
#            DOM standard: querySelector() is the first of querySelectorAll(). Selectors 4: :nth-child(An+B of S).
# Seen:      0, 0, 0 for "Home > Lamps", "A + B", "a ~ b"; happy-dom 21.0.4 and cheerio 1.2.0 find 1 each.
# Package:   npm jsdom 29.1.1, happy-dom 21.0.4, cheerio 1.2.0.
# Why it matters: a breadcrumb in a title or data attribute is just such a text: the rule that was tried with querySelector()
#            gives no rows in the run.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "jsdom@29.1.1" "happy-dom@21.0.4" "cheerio@1.2.0"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import { JSDOM } from "jsdom";
import { Window } from "happy-dom";
import * as cheerio from "cheerio";
for (const p of ["jsdom", "happy-dom", "cheerio"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
const texts = ["Home > Lamps", "A + B", "a ~ b", "A>B", "A, B"], seen = {};
for (const text of texts) {
  const html = `<!doctype html><title>t</title><p><a title="${text}">x</a></p>`, sel = `a[title="${text}"]`;
  const doc = new JSDOM(html).window.document, win = new Window();
  win.document.write(html);
  const a = doc.querySelector("a");
  seen[text] = [doc.querySelectorAll(sel).length, doc.querySelector(sel) === a, a.matches(sel)];
  const others = [win.document.querySelectorAll(sel).length, cheerio.load(html)(sel).length];
  console.log(sel.padEnd(26), "jsdom: all", seen[text][0], "first", seen[text][1], "matches", seen[text][2], "| happy-dom", others[0], "cheerio", others[1]);
  assert.deepStrictEqual(others, [1, 1]);
}
assert.deepStrictEqual(seen, { "Home > Lamps": [0, true, false], "A + B": [0, true, false], "a ~ b": [0, true, false], "A>B": [1, true, true], "A, B": [1, true, true] });
const list = new JSDOM("<!doctype html><title>t</title><ul><li class=x>1<li>2<li class=x>3</ul>").window.document, of = "li:nth-child(2 of .x)";
const asked = [1, 2, 3].map(() => list.querySelectorAll(of).length);
console.log(of, "jsdom, asked three times of one page:", asked);
assert.deepStrictEqual(asked, [0, 1, 1]);
console.log("SEEN AGAIN: npm_jsdom_quoted_combinator_finds_nothing");
JSEOF
node x.mjs
