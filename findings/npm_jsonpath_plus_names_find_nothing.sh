#!/usr/bin/env bash
# npm jsonpath-plus 10.4.0: $['name','price'] finds nothing, $[?(@.stock)] passes over stock 0, and $['*'] finds every member.
#
# Surprise:  a list of quoted names is silently empty (a list of numbers works), a quoted name is a wildcard, and $.a[::-1] is empty;
#            an existence test asks for truth, so 0, "", false and null are "not there".
# Expected:  RFC 9535 section 2.5.1 (a child segment has one or more selectors), 2.3.1.2 (a quoted name is just that name), 2.3.4.2.2 (a
#            negative step goes backwards) and 2.3.5.2.1: an existence test is true if the node is there, whatever its value.
# Seen:      [], [], every member, []; right (npm json-p3 2.2.2): two values, the member "*", the list backwards, both items.
# Package:   npm jsonpath-plus 10.4.0, json-p3 2.2.2.
# Why it matters: the rule is copied from another tool or the RFC, and the column is empty; products with stock 0 are gone.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "jsonpath-plus@10.4.0" "json-p3@2.2.2"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["jsonpath-plus", "json-p3"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import { JSONPath } from "jsonpath-plus";
import { query } from "json-p3";
const CASES = [["$['name','price']", { name: "Lamp", price: 5 }, []], ["$['*']", { "*": 1, b: 2 }, [1, 2]], ["$.a[::-1]", { a: [1, 2, 3] }, []],
  ["$.a[?(@.stock)]", { a: [{ stock: 0 }, { stock: 3 }] }, [{ stock: 3 }]]];
const RIGHT = [["Lamp", 5], [1], [3, 2, 1], [{ stock: 0 }, { stock: 3 }]];
CASES.forEach(([path, json, want], i) => {
  const got = JSONPath({ path, json }), other = query(path, json).values();
  console.log(path, JSON.stringify(json), "jsonpath-plus:", JSON.stringify(got), "json-p3:", JSON.stringify(other));
  assert.deepStrictEqual(got, want);
  assert.deepStrictEqual(other, RIGHT[i]);
});
console.log("SEEN AGAIN: npm_jsonpath_plus_names_find_nothing");
JSEOF
node x.mjs
