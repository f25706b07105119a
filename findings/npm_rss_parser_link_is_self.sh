#!/usr/bin/env bash
# npm rss-parser 3.13.0: the link of an Atom entry is the link to the feed ("self") or to a sound file when that stands first.
#
# Surprise:  <link href="..."/> without rel, the usual form, is not taken for "alternate"; the first link of any kind is. Of two
#            dc:creator only one comes; content:encoded under another prefix is lost, and a feed whose Atom prefix is written out
#            (<a:feed>) is "not recognized". A title of type="xhtml" comes as an object, not a text.
# Expected:  RFC 4287 4.2.7.2: "If the 'rel' attribute is not present, the link element MUST be interpreted as if the link
#            relation type is 'alternate'". Namespaces in XML 1.0: a prefix is a name for a namespace, no more.
# Seen:      http://x.example/feed.atom, http://x.example/1.mp3; feedsmith 3.0.1 keeps each with its rel and reads both prefixes.
# Package:   npm rss-parser 3.13.0, feedsmith 3.0.1.
# Why it matters: every entry of such a feed has the same link, so all but one are "seen", or pages are fetched as sound.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "rss-parser@3.13.0" "feedsmith@3.0.1"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import Parser from "rss-parser";
import { parseAtomFeed, parseRssFeed } from "feedsmith";
for (const p of ["rss-parser", "feedsmith"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
const entry = (id, first) => `<entry><id>urn:${id}</id><title>t${id}</title><updated>2026-03-05T10:00:00Z</updated>${first}<link href="http://x.example/${id}"/></entry>`;
const feed = `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>b</em></div></title><updated>2026-03-05T10:00:00Z</updated>
${entry(1, '<link rel="self" href="http://x.example/feed.atom"/>')}${entry(2, '<link rel="enclosure" type="audio/mpeg" href="http://x.example/1.mp3"/>')}${entry(3, "")}</feed>`;
const got = await new Parser().parseString(feed), links = got.items.map(i => i.link);
const right = parseAtomFeed(feed).entries.map(e => e.links.find(l => !l.rel || l.rel === "alternate").href);
console.log("rss-parser", links, "title is a", typeof got.title);
console.log("feedsmith ", right);
assert.deepStrictEqual(links, ["http://x.example/feed.atom", "http://x.example/1.mp3", "http://x.example/3"]);
assert.deepStrictEqual(right, ["http://x.example/1", "http://x.example/2", "http://x.example/3"]);
assert.strictEqual(typeof got.title, "object");
const rss = `<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><link>http://x.example/</link><description>d</description>
<item><title>i</title><link>http://x.example/i</link><c:encoded>the whole text</c:encoded><dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator></item></channel></rss>`;
const item = (await new Parser().parseString(rss)).items[0], other = parseRssFeed(rss).items[0];
console.log("rss-parser", JSON.stringify(item));
console.log("feedsmith ", JSON.stringify(other));
assert.ok(!JSON.stringify(item).includes("the whole text") && !JSON.stringify(item).includes("Bob") && item.creator === "Ann");
assert.ok(other.content.encoded === "the whole text" && other.dc.creators.length === 2);
const prefixed = feed.replace('<feed xmlns="', '<a:feed xmlns:a="').replace("</feed>", "</a:feed>").replace(/<(\/?)(entry|id|title|updated|link)\b/g, "<$1a:$2");
await assert.rejects(new Parser().parseString(prefixed), /not recognized/);
assert.strictEqual(parseAtomFeed(prefixed).entries.length, 3);
console.log("SEEN AGAIN: npm_rss_parser_link_is_self");
JSEOF
node x.mjs
