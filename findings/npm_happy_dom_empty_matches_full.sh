#!/usr/bin/env bash
# npm happy-dom 21.0.4: "p:empty" matches paragraphs full of text, "option:checked" and "a:link" match nothing at all.
#
# Surprise:  only child ELEMENTS count as content, so "p:not(:empty)", the usual way to drop empty paragraphs, drops all of them
#            that have text only. Pseudo-classes that are not built are no error: input:enabled, a:link, :any-link, :required,
#            option:checked and p:lang(en) are an empty list. And a.href ignores <base>.
# Expected:  Selectors 4, "The :empty pseudo-class": it has no children "except, optionally, document white space" and comments: a text is a child;
#            an unknown pseudo-class is an invalid selector, for which querySelectorAll() throws SyntaxError (DOM
#            standard, scope-match a selectors string). HTML 4.16.3 defines :enabled, :checked (option too), :link.
# Seen:      p:empty finds <p>text</p>; 0 for the other seven; jsdom 29.1.1 finds what the standards say.
# Package:   npm happy-dom 21.0.4, jsdom 29.1.1.
# Why it matters: happy-dom is taken for speed in place of jsdom; the rows of a page go, and no error says so.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "jsdom@29.1.1" "happy-dom@21.0.4"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import { JSDOM } from "jsdom";
import { Window } from "happy-dom";
for (const p of ["happy-dom", "jsdom"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
const html = `<!doctype html><html lang="en"><head><title>t</title><base href="http://b.example/"></head><body><p>text</p><p></p>
<a href="/x">l</a><input name="i" required><select><option>a</option><option selected>b</option></select></body></html>`;
const win = new Window({ url: "http://x.example/" });
win.document.write(html);
const docs = { "happy-dom": win.document, jsdom: new JSDOM(html, { url: "http://x.example/" }).window.document };
const selectors = ["p:empty", "p:not(:empty)", "input:enabled", "input:required", "a:link", "a:any-link", "option:checked", "p:lang(en)"];
const counts = Object.fromEntries(Object.entries(docs).map(([name, doc]) => [name, selectors.map(s => doc.querySelectorAll(s).length)]));
selectors.forEach((s, i) => console.log(s.padEnd(16), "happy-dom", counts["happy-dom"][i], "jsdom", counts.jsdom[i]));
for (const name in docs) console.log("href of <a href=\"/x\"> beside <base>:", name, docs[name].querySelector("a").href);
assert.deepStrictEqual(counts["happy-dom"], [2, 0, 0, 0, 0, 0, 0, 0]);
assert.deepStrictEqual(counts.jsdom, [1, 1, 1, 1, 1, 1, 1, 2]);
assert.strictEqual(docs["happy-dom"].querySelector("a").href, "http://x.example/x");
assert.strictEqual(docs.jsdom.querySelector("a").href, "http://b.example/x");
await win.happyDOM.close();
console.log("SEEN AGAIN: npm_happy_dom_empty_matches_full");
JSEOF
node x.mjs
