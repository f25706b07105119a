#!/usr/bin/env bash
# npm chrono-node 2.10.3: "2026-03-05T10:00:00.25Z" is .025 seconds, and "1,500 days ago" is 500 days ago.
#
# Surprise:  the digits of the fraction are taken for a number of milliseconds: .5 is 5 ms, .25 is 25 ms; only three digits are right.
#            A thousands mark cuts a number, and what is left of it is dropped. "... -03:30" behind a blank is read as a span of time that
#            ends at half past three of the next day.
# Expected:  RFC 3339 section 5.6: time-secfrac = "." 1*DIGIT, a decimal fraction. ISO 8601-1 section 5.3.1.4 the same.
# Seen:      2026-03-05T10:00:00.025Z; 500 days; an end at 03:30. luxon 3.7.2 and Date read .250.
# Package:   npm chrono-node 2.10.3.
# Why it matters: many writers (Go, PostgreSQL, Java) cut the zeros at the end of a fraction, so one time in ten is off, and the
#            order of events within a second is another.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "chrono-node@2.10.3" "luxon@3.7.2"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["chrono-node", "luxon"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import * as chrono from "chrono-node";
import { DateTime } from "luxon";
const now = new Date("2026-03-05T12:00:00Z"), one = (s) => chrono.parse(s, { instant: now, timezone: 0 })[0];
for (const [s, want] of [["2026-03-05T10:00:00.25Z", "10:00:00.025"], ["2026-03-05T10:00:00.5Z", "10:00:00.005"], ["2026-03-05T10:00:00.250Z", "10:00:00.250"]]) {
  const got = one(s).start.date().toISOString();
  console.log(s, "chrono:", got, "luxon:", DateTime.fromISO(s, { zone: "utc" }).toISO());
  assert.strictEqual(got, `2026-03-05T${want}Z`);
  assert.strictEqual(DateTime.fromISO(s).toMillis(), Date.parse(s));
}
const days = (s) => Math.round((now - one(s).start.date()) / 864e5);
console.log("1500 days ago:", days("1500 days ago"), "| 1,500 days ago:", days("1,500 days ago"), "read of it:", one("1,500 days ago").text);
assert.ok(days("1500 days ago") === 1500 && days("1,500 days ago") === 500);
const span = one("2026-03-05 10:00:00 -03:30");
console.log("2026-03-05 10:00:00 -03:30:", span.start.date().toISOString(), "to", span.end && span.end.date().toISOString());
assert.ok(span.end && span.end.get("hour") === 3 && span.end.get("minute") === 30);
console.log("SEEN AGAIN: npm_chrono_fraction_of_a_second");
JSEOF
node x.mjs
