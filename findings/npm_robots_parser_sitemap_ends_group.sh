#!/usr/bin/env bash
# npm robots-parser 3.0.1 (in crawlee): a Sitemap or Crawl-delay line between two User-agent lines ends the group; %7E is not "~".
#
# Surprise:  "User-agent: * / Sitemap: ... / User-agent: newsbot / Disallow: /private" lets every robot but newsbot into /private.
#            "Disallow: /%7Ejoe" does not close /~joe. And /robots.txt itself is "disallowed" by "Disallow: /".
# Expected:  RFC 9309 2.2.4: parsing of other records MUST NOT interfere with the parsing of the defined ones: "a Sitemaps record
#            MUST NOT terminate a group"; 2.2.2: percent-encoded octets of unreserved characters (such as %7E) are decoded
#            before the comparison; "The /robots.txt URI is implicitly allowed".
# Seen:      isAllowed() says true, true, false.
# Package:   npm robots-parser 3.0.1 (crawlee's RobotsTxtFile is built on it).
# Why it matters: the crawler goes where it was asked not to go, and its log says that it was allowed.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "robots-parser@3.0.1"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), robots = require("robots-parser");
console.log("npm robots-parser", require("./node_modules/robots-parser/package.json").version);
const ask = (lines, path) => {
  const got = robots("http://x.example/robots.txt", lines.join("\n")).isAllowed("http://x.example" + path, "shopbot");
  console.log(JSON.stringify(lines.join(" / ")), path, "->", got);
  return got;
};
const group = other => ["User-agent: *", ...other, "User-agent: newsbot", "Disallow: /private"];
assert.strictEqual(ask(group([]), "/private"), false);
assert.strictEqual(ask(group(["Sitemap: http://x.example/s.xml"]), "/private"), true);
assert.strictEqual(ask(group(["Crawl-delay: 5"]), "/private"), true);
assert.strictEqual(ask(["User-agent: *", "Disallow: /%7Ejoe"], "/~joe"), true);
assert.strictEqual(ask(["User-agent: *", "Disallow: /"], "/robots.txt"), false);
console.log("SEEN AGAIN: npm_robots_parser_sitemap_ends_group");
JSEOF
node x.cjs
