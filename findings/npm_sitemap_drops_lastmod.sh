#!/usr/bin/env bash
# npm sitemap 9.0.1: <lastmod><![CDATA[2026-03-05]]></lastmod> and <lastmod>2026-03</lastmod> are dropped; a prefixed sitemap is empty.
#
# Surprise:  a CDATA section is read in <loc> and dropped in <lastmod>; <lastmod> of a year and month is dropped as "invalid"; a sitemap
#            whose elements have a prefix (<s:urlset>) has no URL at all. No error: a line of console output at most.
# Expected:  XML 1.0 section 2.7: CDATA is a way to write text. sitemaps.org (lastmod) names W3C Datetime, whose first forms are
#            YYYY and YYYY-MM; Namespaces in XML 1.0 section 6.1: prefixes are of no meaning. Writing turns "2026-03" into 1 March, midnight.
# Seen:      no lastmod for both; [] for the prefixed one.
# Package:   npm sitemap 9.0.1.
# Why it matters: a crawl that fetches what is new since the last run takes a page without lastmod for always new, or never.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "sitemap@9.0.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["sitemap"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import { Readable } from "stream";
import { parseSitemap } from "sitemap";
const ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', read = (x) => parseSitemap(Readable.from([x]));
const lastmod = async (m) => (await read(`<urlset ${ns}><url><loc><![CDATA[http://a.example/?a=1&b=2]]></loc><lastmod>${m}</lastmod></url></urlset>`))[0];
for (const [m, want] of [["2026-03-05", "2026-03-05"], ["<![CDATA[2026-03-05]]>", undefined], ["2026-03", undefined]]) {
  const got = await lastmod(m);
  console.log(m, "->", JSON.stringify(got));
  assert.strictEqual(got.url, "http://a.example/?a=1&b=2");
  assert.strictEqual(got.lastmod, want);
}
const prefixed = await read('<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>http://a.example/1</s:loc></s:url></s:urlset>');
console.log("prefixed ->", JSON.stringify(prefixed));
assert.deepStrictEqual(prefixed, []);
console.log("SEEN AGAIN: npm_sitemap_drops_lastmod");
JSEOF
node x.mjs
