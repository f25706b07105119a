#!/usr/bin/env bash
# npm cheerio 1.2.0: $(".item") finds the placeholder row inside <template>, though "template .item" finds nothing.
#
# Surprise:  a selector without a combinator reaches into templates, text() too, and one with a combinator does not: $(".item") has
#            "{{name}}" as its first item, $("#list .item") has not. $(":root") is two elements. And no selector finds an svg by viewBox.
# Expected:  HTML, section 4.12.3: what stands in a template is not in its document but in its content, which has no part in selecting;
#            Selectors 4, :root: the root of the document, one element.
# Seen:      ["{{name}}", "Lamp"] for [".item"]; right, as browsers do, is ["Lamp"] (jsdom 29.1.1).
# Package:   npm cheerio 1.2.0, jsdom 29.1.1.
# Why it matters: shops keep the template of a product row in the list itself; the first row of each list is "{{name}}, {{price}}".
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "cheerio@1.2.0" "jsdom@29.1.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["cheerio", "jsdom"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import * as cheerio from "cheerio";
import jsdom from "jsdom";
const page = '<div id="list"><template><div class="item">{{name}}</div></template><div class="item">Lamp</div></div><svg viewBox="0 0 1 1"></svg>';
const $ = cheerio.load(page), { document } = new jsdom.JSDOM(page).window;
const found = (s) => [$(s).toArray().map((e) => $(e).text()), [...document.querySelectorAll(s)].map((e) => e.textContent)];
for (const s of [".item", "template .item", "#list .item", ":root", "svg[viewBox]"]) console.log(s, "cheerio:", JSON.stringify(found(s)[0]), "jsdom:", JSON.stringify(found(s)[1]));
assert.deepStrictEqual(found(".item"), [["{{name}}", "Lamp"], ["Lamp"]]);
assert.deepStrictEqual(found("template .item"), [[], []]);
assert.deepStrictEqual(found("#list .item"), [["Lamp"], ["Lamp"]]);
assert.deepStrictEqual(found(":root").map((l) => l.length), [2, 1]);
assert.deepStrictEqual(found("svg[viewBox]").map((l) => l.length), [0, 1]);
assert.ok($("#list").text().includes("{{name}}") && !document.querySelector("#list").textContent.includes("{{name}}"));
console.log("SEEN AGAIN: npm_cheerio_template_rows_are_found");
JSEOF
node x.mjs
