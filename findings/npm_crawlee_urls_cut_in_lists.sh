#!/usr/bin/env bash
# npm @crawlee/utils 3.18.1: extractUrls(), which reads lists of start URLs, cuts "http://x.example?page=2" to "http://x.example".
#
# Surprise:  a query without a slash before it is dropped, and so is all behind ";", "!" or "$" in a path or fragment; of an
#            internationalized host, xn--fsqu00a.xn--55qx5d, the URL of ANOTHER host comes back; localhost and IP addresses give nothing.
#            One URL a line, as in the files that requestsFromUrl reads, is no help: what is cut is a valid URL still.
# Expected:  the docs: "Collects all URLs in an arbitrary string to an array"; the default pattern "supports common
#            URL characters and does not support URLs containing commas or spaces". RFC 3986 3.3: ";", "!" and "$" are characters
#            of a path segment; 3: the path may be empty before "?"; RFC 5890: a top-level label may be an A-label.
# Seen:      see the table that the script prints; Node's own URL takes each of them.
# Package:   npm @crawlee/utils 3.18.1 (downloadListOfUrls, RequestList and Actors' start URLs use it).
# Why it matters: the crawl fetches the wrong pages, and each of them is there and answers 200.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" "@crawlee/utils@3.18.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import { extractUrls } from "@crawlee/utils";
console.log("npm @crawlee/utils", JSON.parse(fs.readFileSync("node_modules/@crawlee/utils/package.json")).version);
const cases = [
  ["http://x.example?page=2", ["http://x.example"]],
  ["http://x.example/p;2/lamp", ["http://x.example/p"]],
  ["http://x.example/#!/lamps", ["http://x.example/#"]],
  ["http://x.example/a$b", ["http://x.example/a"]],
  ["http://xn--fsqu00a.xn--55qx5d/", ["http://xn--fsqu00a.xn"]],
  ["http://localhost:8000/a", []],
  ["http://127.0.0.1/a", []],
  ["http://x.example/?page=2", ["http://x.example/?page=2"]],
];
for (const [url, expected] of cases) {
  assert.ok(URL.canParse(url));
  const got = extractUrls({ string: `${url}\n` });
  console.log(url.padEnd(34), "->", JSON.stringify(got));
  assert.deepStrictEqual(got, expected);
}
console.log("SEEN AGAIN: npm_crawlee_urls_cut_in_lists");
JSEOF
node x.mjs
