#!/usr/bin/env bash
# npm @extractus/feed-extractor 8.0.3: the guids "0012" and "12" become one id, the title "007" is "7", "1e3" is "1000".
#
# Surprise:  each text that looks like a number goes through one and comes back as another text: ids, titles, descriptions.
#            Links are written anew as well: "?b&c" becomes "?b=&c=", and %20 in a query "+".
# Expected:  RSS 2.0, <guid>: "a string that uniquely identifies the item ... no rules for the syntax of a guid. Aggregators must
#            view them as a string". An Atom <title> is a text (RFC 4287 3.1). URL standard: a query is kept as written.
# Seen:      four items with four guids have two ids, "12" and "100"; titles '7', '1.5'; rss-parser 3.13.0 and
#            feedsmith 3.0.1 give what stands there.
# Package:   npm @extractus/feed-extractor 8.0.3 (fast-xml-parser under it turns texts into numbers when not told otherwise).
# Why it matters: a reader that knows items by their id drops every second one as seen.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "@extractus/feed-extractor@8.0.3" "rss-parser@3.13.0" "feedsmith@3.0.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import { extractFromXml } from "@extractus/feed-extractor";
import Parser from "rss-parser";
import { parseRssFeed } from "feedsmith";
for (const p of ["@extractus/feed-extractor", "rss-parser", "feedsmith"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
const items = [["0012", "007", "http://x.example/a?b&c"], ["12", "1.50", "http://x.example/?q=a%20b"], ["1e2", "1984", "http://x.example/3"], ["100", "2.0", "http://x.example/4"]];
const xml = `<rss version="2.0"><channel><title>1e3</title><link>http://x.example/</link><description>d</description>${items.map(([g, t, l]) =>
  `<item><title>${t}</title><link>${l.replace("&", "&amp;")}</link><guid isPermaLink="false">${g}</guid><pubDate>Thu, 05 Mar 2026 23:30:00 GMT</pubDate></item>`).join("")}</channel></rss>`;
const rows = (list, id) => list.map(e => [id(e), e.title, e.link]);
const got = extractFromXml(xml);
console.log("feed-extractor", JSON.stringify(got.title), JSON.stringify(rows(got.entries, e => e.id)));
const right = { "rss-parser": rows((await new Parser().parseString(xml)).items, e => e.guid), feedsmith: rows(parseRssFeed(xml).items, e => e.guid.value) };
for (const p in right) { console.log(p, JSON.stringify(right[p])); assert.deepStrictEqual(right[p], items); }
assert.strictEqual(got.title, "1000");
assert.deepStrictEqual(got.entries.map(e => e.id), ["12", "12", "100", "100"]);
assert.deepStrictEqual(got.entries.map(e => e.title), ["7", "1.5", "1984", "2"]);
assert.deepStrictEqual(got.entries.slice(0, 2).map(e => e.link), ["http://x.example/a?b=&c=", "http://x.example/?q=a+b"]);
console.log("SEEN AGAIN: npm_feed_extractor_ids_become_numbers");
JSEOF
node x.mjs
