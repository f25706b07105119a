#!/usr/bin/env bash
# npm jsonlines breaks letters at the 64 KiB edges of a file.
#
# Expected: a UTF-8 JSON Lines file read through a file stream gives the records written.
# Seen:     each chunk is decoded on its own, so a letter of two or more bytes that lies
#           over a chunk edge becomes two or three U+FFFD. The line stays valid JSON, so
#           nothing is raised. npm ndjson on the same stream is right. A file
#           under 64 KiB shows nothing: only real runs are hit.
# Package:  npm jsonlines (jsonlines==0.1.1), beside npm ndjson 2.0.0.
# Right:    RFC 3629; the Node manual tells stream users to decode with StringDecoder (or
#           setEncoding) for exactly this case.
# Why:      about one record per 64 KiB of non-English text is silently altered: names and
#           titles no longer match, and a content hash sees a change.
set -euo pipefail
PY="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "jsonlines@0.1.1" "ndjson@2.0.0"
cat > x.cjs <<"JSEOF"
const fs = require("fs"), assert = require("assert");
const lines = [];
for (let i = 0; i < 6000; i++) lines.push(JSON.stringify({ id: i, title: "Überraschung für Käufer – Größe " + "żółć".repeat(1 + i % 5) }));
fs.writeFileSync("items.jsonl", lines.join("\n") + "\n");
const want = lines.map(l => JSON.parse(l));
const read = parser => new Promise((ok, no) => {
  const out = [];
  fs.createReadStream("items.jsonl").pipe(parser).on("data", d => out.push(d)).on("end", () => ok(out)).on("error", no);
});
(async () => {
  for (const p of ["jsonlines", "ndjson"]) console.log("npm", p, require(`./node_modules/${p}/package.json`).version);
  console.log("file bytes", fs.statSync("items.jsonl").size, "records", want.length);
  const bad = {};
  for (const p of ["jsonlines", "ndjson"]) {
    const got = await read(require(p).parse());
    const wrong = got.filter((r, i) => r.title !== want[i].title);
    console.log(p, "records", got.length, "altered", wrong.length, wrong.length ? JSON.stringify(wrong[0]) : "");
    assert.equal(got.length, want.length);
    bad[p] = wrong;
  }
  assert.equal(bad.ndjson.length, 0);
  assert.ok(bad.jsonlines.length >= 1 && bad.jsonlines.every(r => r.title.includes("\ufffd")));
  console.log("SEEN: altered letters, no error");
})();
JSEOF
node x.cjs
