#!/usr/bin/env bash
# npm tabletojson 4.1.15: behind a heading or a cell with colspan="2" each value is put under the heading to its left.
#
# Surprise:  colspan is not counted: of "Name | Price (two columns) | Stock" the amount is the Stock, and the stock is called "3".
#            rowspan is followed with care, and has three chapters in the package's docs.
# Expected:  HTML, section 4.9.12.1 (forming a table): a cell with colspan n takes n columns; the next one begins n further on.
# Seen:      [{"3":"3","Name":"Lamp","Price":"EUR","Stock":"9.99"}]; and {"Name":"Lamp","Q1":"none","Q2":"3"} where "none" spans two.
# Package:   npm tabletojson 4.1.15.
# Why it matters: prices with a currency cell, and "sold out" across columns, are what tables of shops have; 9.99 in stock.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "tabletojson@4.1.15"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["tabletojson"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import { tabletojson } from "tabletojson";
const head = '<table><thead><tr><th>Name</th><th colspan="2">Price</th><th>Stock</th></tr></thead><tbody><tr><td>Lamp</td><td>EUR</td><td>9.99</td><td>3</td></tr></tbody></table>';
const cell = '<table><thead><tr><th>Name</th><th>Q1</th><th>Q2</th><th>Total</th></tr></thead><tbody><tr><td>Lamp</td><td colspan="2">none</td><td>3</td></tr></tbody></table>';
const [a, b] = [head, cell].map((h) => tabletojson.convert(h)[0][0]);
console.log(JSON.stringify(a), JSON.stringify(b));
assert.deepStrictEqual(a, { Name: "Lamp", Price: "EUR", Stock: "9.99", 3: "3" });
assert.deepStrictEqual(b, { Name: "Lamp", Q1: "none", Q2: "3" });
console.log("SEEN AGAIN: npm_tabletojson_colspan_moves_prices");
JSEOF
node x.mjs
