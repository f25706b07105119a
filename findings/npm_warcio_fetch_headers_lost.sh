#!/usr/bin/env bash
# npm warcio 2.4.11: a record made with the headers of fetch(), httpHeaders: response.headers, is written with no HTTP header at all.
#
# Surprise:  a plain object and a list of pairs are written; a Headers object, which is what fetch() gives, and a Map are taken without
#            an error, and the record has its status line only. The digests are right, so "warcio check" passes.
# Expected:  its types: httpHeaders?: HeadersInit, which is Headers, pairs or an object (Fetch standard, 5.1). WARC/1.1, 6.3: a "response"
#            record holds the response as it came, with its headers.
# Seen:      "HTTP/1.1 200 OK", an empty line, the body; keepHeadersCase: false writes them.
# Package:   npm warcio 2.4.11 (warcio.js).
# Why it matters: an archive without Content-Type, Set-Cookie and Location cannot be replayed, and cannot be made good later.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "warcio@2.4.11"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
import http from "http";
import { WARCRecord, WARCSerializer } from "warcio";
console.log("npm warcio", JSON.parse(fs.readFileSync("node_modules/warcio/package.json")).version);
assert.match(fs.readFileSync("node_modules/warcio/dist/index.d.ts", "utf8"), /httpHeaders\?: HeadersInit;/);
const server = http.createServer((request, answer) => answer.writeHead(200, { "Content-Type": "text/html", "Content-Language": "de", Connection: "close" }).end("<p>x"));
await new Promise(ready => server.listen(0, "127.0.0.1", ready));
const response = await fetch(`http://127.0.0.1:${server.address().port}/`), body = new Uint8Array(await response.arrayBuffer());
server.close();
assert.strictEqual(response.headers.get("content-type"), "text/html");
const write = async (httpHeaders, options) => {
  const record = WARCRecord.create({ url: "http://x.example/", date: "2026-03-05T10:00:00Z", type: "response", httpHeaders, ...options }, (async function* () { yield body; })());
  const text = new TextDecoder().decode(await WARCSerializer.serialize(record, { gzip: false }));
  return text.slice(text.indexOf("HTTP/1.1")).trimEnd();
};
const seen = {
  "response.headers": await write(response.headers),
  "Map": await write(new Map(response.headers)),
  "pairs": await write([...response.headers]),
  "object": await write(Object.fromEntries(response.headers)),
  "response.headers, keepHeadersCase: false": await write(response.headers, { keepHeadersCase: false }),
};
for (const way in seen) console.log(way.padEnd(41), JSON.stringify(seen[way]));
for (const way of ["response.headers", "Map"]) assert.strictEqual(seen[way], "HTTP/1.1 200 OK\r\n\r\n<p>x");
for (const way of ["pairs", "object", "response.headers, keepHeadersCase: false"]) assert.match(seen[way], /content-type: text\/html\r\n/i);
console.log("SEEN AGAIN: npm_warcio_fetch_headers_lost");
JSEOF
node x.mjs
