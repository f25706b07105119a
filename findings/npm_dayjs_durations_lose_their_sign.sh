#!/usr/bin/env bash
# npm dayjs 1.11.23: duration("-P1D") is a day FORWARD, duration("PT1,5S") nothing; "2026-064" (5 March) is 4 June.
#
# Surprise:  the sign before the P is passed over, though duration.toISOString() of the same package writes it there: what it writes it
#            reads as the opposite. A decimal comma gives a duration of zero, and an ISO ordinal date is read as month and day.
# Expected:  ECMA-262's Temporal (grammar of a duration: a sign, then P), and moment, whose API dayjs follows; ISO 8601-1 section 5.3.1.4:
#            the decimal sign is a comma or a full stop; section 5.2.3: 2026-064 is the 64th day of the year.
# Seen:      24 hours for -24, 0 seconds for 1.5, 2026-06-04 for 2026-03-05; all valid, none raised.
# Package:   npm dayjs 1.11.23; right: moment 2.31.0 and luxon 3.7.2.
# Why it matters: durations come from JSON-LD (schema.org Duration) and ages of items; a day ago becomes tomorrow.
set -euo pipefail
command -v npm >/dev/null || { echo "left out: npm is not there"; exit 0; }
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "dayjs@1.11.23" "moment@2.31.0" "luxon@3.7.2"
cat > x.mjs <<'JSEOF'
import assert from "assert";
import fs from "fs";
for (const p of ["dayjs", "moment", "luxon"]) console.log("npm", p, JSON.parse(fs.readFileSync(`node_modules/${p}/package.json`)).version);
import dayjs from "dayjs";
import durationPlugin from "dayjs/plugin/duration.js";
import utc from "dayjs/plugin/utc.js";
import moment from "moment";
import { DateTime, Duration } from "luxon";
dayjs.extend(durationPlugin);
dayjs.extend(utc);
for (const [s, unit, got, want] of [["-P1D", "hours", 24, -24], ["PT1,5S", "seconds", 0, 1.5]]) {
  const all = [dayjs.duration(s).as(unit), moment.duration(s).as(unit), Duration.fromISO(s).as(unit)];
  console.log(s, "in", unit, "dayjs, moment, luxon:", all);
  assert.deepStrictEqual(all, [got, want, want]);
}
const written = dayjs.duration(-86400000).toISOString();
console.log("a day ago is written as", written, "and read as", dayjs.duration(written).asHours(), "hours");
assert.ok(written === "-P1D" && dayjs.duration(written).asHours() === 24);
const day = [dayjs.utc("2026-064").format("YYYY-MM-DD"), moment.utc("2026-064").format("YYYY-MM-DD"), DateTime.fromISO("2026-064").toISODate()];
console.log("2026-064, dayjs, moment, luxon:", day);
assert.deepStrictEqual(day, ["2026-06-04", "2026-03-05", "2026-03-05"]);
console.log("SEEN AGAIN: npm_dayjs_durations_lose_their_sign");
JSEOF
node x.mjs
