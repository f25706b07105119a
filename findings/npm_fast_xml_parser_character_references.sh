#!/usr/bin/env bash
# npm fast-xml-parser 5.12.1: "L&#8217;Or&#xE9;al" comes back as it stands; an attribute, too. &amp; and &lt; are read.
#
# Surprise:  the five named entities of XML are resolved and character references are not, unless "htmlEntities" is on, whose name
#            says something else. So a text of the two kinds is half read: "&amp;#38;" and "&#38;" cannot be told apart.
# Expected:  XML 1.0, 4.4: a character reference is "Included" in content and attribute values, by every processor, with or without a
#            DTD; 4.1 is no part of HTML. xml2js 0.6.2 (sax) reads them.
# Seen:      'L&#8217;Or&#xE9;al' and {"@t": 'x&#10;y'}; and a text of <i>&amp;#38;</i> is the same as of <i>&#38;</i>.
# Package:   npm fast-xml-parser 5.12.1, xml2js 0.6.2.
# Why it matters: feeds and sitemaps written as ASCII have every accent and quote in this form, and it stands in titles.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "fast-xml-parser@5.12.1" "xml2js@0.6.2"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), { XMLParser, XMLValidator } = require("fast-xml-parser"), xml2js = require("xml2js");
for (const p of ["fast-xml-parser", "xml2js"]) console.log("npm", p, JSON.parse(require("fs").readFileSync(`node_modules/${p}/package.json`)).version);
const xml = '<r t="x&#10;y"><i>L&#8217;Or&#xE9;al</i><i>&#38;</i><i>&amp;#38;</i><i>a &lt; b</i></r>';
assert.strictEqual(XMLValidator.validate(xml), true);
const read = options => new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", ...options }).parse(xml).r;
const got = read({}), html = read({ htmlEntities: true });
console.log("fast-xml-parser              ", JSON.stringify(got));
console.log("fast-xml-parser, htmlEntities", JSON.stringify(html));
xml2js.parseString(xml, (error, tree) => {
  console.log("xml2js                       ", JSON.stringify(tree.r));
  assert.deepStrictEqual(tree.r.i, ["L’Oréal", "&", "&#38;", "a < b"]);
  assert.strictEqual(tree.r.$.t, "x\ny");
});
assert.deepStrictEqual(got.i, ["L&#8217;Or&#xE9;al", "&#38;", "&#38;", "a < b"]);
assert.strictEqual(got["@t"], "x&#10;y");
assert.strictEqual(html.i[0], "L’Oréal");
console.log("SEEN AGAIN: npm_fast_xml_parser_character_references");
JSEOF
node x.cjs
