#!/usr/bin/env bash
# npm http-cache-semantics 4.3.0: "Cache-Control: immutable" without max-age is fresh for 1,000 days, where its docs say 24 hours.
#
# Surprise:  the option is in milliseconds and its number is used as seconds; so is each number that one gives oneself:
#            immutableMinTimeToLive: 1000, one second, is 1,000 seconds.
# Expected:  its README: "immutableMinTimeToLive is a number of milliseconds to assume as the default time to cache responses with
#            Cache-Control: immutable", by default 24 * 3600 * 1000, "24h". RFC 8246 gives immutable no lifetime of its own, so
#            the guess of the cache is all there is.
# Seen:      maxAge() 86400000 seconds, timeToLive() 86400000000 ms; satisfiesWithoutRevalidation() is true 999 days on.
#            "immutable, max-age=5" is right: 5 seconds.
# Package:   npm http-cache-semantics 4.3.0 (under got, cacheable-request and make-fetch-happen).
# Why it matters: a page that a server marks immutable is never asked for again by a crawler with a kept cache.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "http-cache-semantics@4.3.0"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), fs = require("fs"), CachePolicy = require("http-cache-semantics");
const folder = "node_modules/http-cache-semantics/";
console.log("npm http-cache-semantics", JSON.parse(fs.readFileSync(folder + "package.json")).version);
const request = { method: "GET", url: "/", headers: {} }, start = Date.now();
const policy = (cacheControl, options) => {
  const it = new CachePolicy(request, { status: 200, headers: { date: new Date(start).toUTCString(), "cache-control": cacheControl } }, { shared: false, ...options });
  console.log(cacheControl.padEnd(22), JSON.stringify(options), "maxAge", it.maxAge(), "s");
  return it;
};
assert.match(fs.readFileSync(folder + "README.md", "utf8"), /immutableMinTimeToLive` is a number of milliseconds/);
const page = policy("immutable", {});
assert.strictEqual(page.maxAge(), 86400000);
assert.strictEqual(policy("immutable", { immutableMinTimeToLive: 1000 }).maxAge(), 1000);
assert.strictEqual(policy("immutable, max-age=5", {}).maxAge(), 5);
for (const days of [2, 999, 1001]) {
  page.now = () => start + days * 86400000;
  const fresh = page.satisfiesWithoutRevalidation(request);
  console.log(days, "days later: served without asking:", fresh);
  assert.strictEqual(fresh, days < 1000);
}
console.log("SEEN AGAIN: npm_http_cache_semantics_immutable_1000_days");
JSEOF
node x.cjs
