#!/usr/bin/env bash
# npm numeral 2.0.6: numeral("1e3") is 13, numeral("1.2345678E7") is 1.23456787, and "−5" (U+2212) is 5.
#
# Surprise:  the letter of an exponent without a sign is dropped, so that its digits become digits of the number; "1e+21" and "1e-7" are
#            read right. And a minus sign of Unicode is dropped: minus five is five.
# Expected:  RFC 8259 section 6: exp = e [ minus / plus ] 1*DIGIT, the sign may be left out; ECMA-262 section 7.1.4.1 (StringToNumber) has
#            the same. The package's docs: a text is parsed to its number. U+2212 is the minus sign that CLDR has for Swedish and Norwegian.
# Seen:      13, 1.23456787, 5; no null, which is what it gives for a text that it does not know. Number() has 1000 and 12345678.
# Package:   npm numeral 2.0.6.
# Why it matters: Java writes each double from ten million on as 1.2345678E7, so such counts and prices come as texts of this form, and
#            end up below 10; the sign of a price change is lost.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "numeral@2.0.6"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["numeral"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import numeral from "numeral";
for (const s of ["1e3", "1.2345678E7", "1e+21", "1e-7", "\u22125"]) console.log(JSON.stringify(s), "numeral:", numeral(s).value(), "Number():", Number(s));
assert.strictEqual(numeral("1e3").value(), 13);
assert.strictEqual(numeral("1.2345678E7").value(), 1.23456787);
assert.strictEqual(numeral("1e+21").value(), 1e21);
assert.strictEqual(numeral("\u22125").value(), 5);
assert.strictEqual(numeral("-5").value(), -5);
assert.strictEqual(numeral("price").value(), null);
console.log("SEEN AGAIN: npm_numeral_exponent_and_minus");
JSEOF
node x.mjs
