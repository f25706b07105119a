#!/usr/bin/env bash
# npm csv-parse 7.0.3, cast: true: "0x10", "0xFFCC00" and every other number with 0x, 0b or 0o becomes 0; long ids lose digits.
#
# Surprise:  whether a text is a number is asked of JavaScript's own rules, which know 0x10 as 16; what it is, is then asked of
#            parseFloat(), which stops at the x. So each wallet address, colour, byte mask and hash with 0x is 0, all alike.
# Expected:  16, or the text as it stands: the docs of "cast": the parser "will attempt to convert input string to native
#            types". Number("0x10") is 16 (ECMAScript, StringNumericLiteral has NonDecimalIntegerLiteral).
# Seen:      {"wallet": 0} for a 40-digit address; 12345678901234567890 is 12345678901234567000. papaparse 5.7.1 with
#            dynamicTyping keeps all of them as texts.
# Package:   npm csv-parse 7.0.3 (of the "csv" family), papaparse 5.7.1.
# Why it matters: an id column becomes one value; a join or a "seen" set on it has one entry, without an error.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "csv-parse@7.0.3" "papaparse@5.7.1"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), { parse } = require("csv-parse/sync"), Papa = require("papaparse");
for (const p of ["csv-parse", "papaparse"]) console.log("npm", p, require(`./node_modules/${p}/package.json`).version);
const ids = ["0x10", "0xFFCC00", "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae", "0b101", "0o17", "12345678901234567890"];
const text = "id\n" + ids.join("\n") + "\n";
const got = parse(text, { columns: true, cast: true }).map(r => r.id);
const papa = Papa.parse(text.trim(), { header: true, dynamicTyping: true }).data.map(r => r.id);
ids.forEach((id, i) => console.log(id.padEnd(44), "csv-parse", got[i], "| Number()", Number(id), "| papaparse", JSON.stringify(papa[i])));
assert.deepStrictEqual(got, [0, 0, 0, 0, 0, 12345678901234567000]);
assert.deepStrictEqual(papa, ids);
assert.deepStrictEqual(parse(text, { columns: true }).map(r => r.id), ids);
console.log("SEEN AGAIN: npm_csv_parse_cast_hex_is_zero");
JSEOF
node x.cjs
