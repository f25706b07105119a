#!/usr/bin/env bash
# npm turndown 7.2.5: the text "List<String>" or "the <b> tag" of a page is written as HTML into the Markdown, and is gone when shown.
#
# Surprise:  *, _, # and [ of a text are escaped with care; "<" and "&" are not. So &lt;b&gt; becomes a tag, "&amp;copy;" the sign
#            (c), "1) first" a list, and "!" before a link makes an image of it.
# Expected:  its README, "Escaping Markdown Characters": "Turndown uses backslashes (\) to escape Markdown characters in the HTML
#            input. This ensures that these characters are not interpreted as Markdown when the output is compiled back to HTML."
#            CommonMark 0.31, 6.6 (raw HTML), 2.5 (entity references), 5.2 (list items with ")").
# Seen:      rendered by commonmark 0.31.2: <p>List<String> of lamps</p>, in a browser "List of lamps".
# Package:   npm turndown 7.2.5, commonmark 0.31.2.
# Why it matters: pages about code lose the very words they are about, in notes, indexes and what is given to language models.
set -euo pipefail
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
cd "$T"
npm install --silent --no-audit --no-fund --prefix "$T" "turndown@7.2.5" "commonmark@0.31.2"
cat > x.cjs <<'JSEOF'
const assert = require("assert"), TurndownService = require("turndown"), commonmark = require("commonmark");
for (const p of ["turndown", "commonmark"]) console.log("npm", p, JSON.parse(require("fs").readFileSync(`node_modules/${p}/package.json`)).version);
const turndown = new TurndownService(), parser = new commonmark.Parser(), writer = new commonmark.HtmlRenderer();
const there = html => {
  const markdown = turndown.turndown(html), back = writer.render(parser.parse(markdown)).trim();
  console.log(html, "->", JSON.stringify(markdown), "->", back.replace(/\n/g, ""));
  return back;
};
assert.strictEqual(there("<p>List&lt;String&gt; of lamps</p>"), "<p>List<String> of lamps</p>");
assert.strictEqual(there("<p>Use the &lt;b&gt; tag</p>"), "<p>Use the <b> tag</p>");
assert.strictEqual(there("<p>Write &amp;copy; for the sign</p>"), "<p>Write © for the sign</p>");
assert.strictEqual(there("<p>1) first</p>"), "<ol>\n<li>first</li>\n</ol>");
assert.strictEqual(there('<p>New!<a href="/x">see</a></p>'), '<p>New<img src="/x" alt="see" /></p>');
assert.strictEqual(there("<p>1. first, *x* #y</p>"), "<p>1. first, *x* #y</p>");
console.log("SEEN AGAIN: npm_turndown_code_words_vanish");
JSEOF
node x.cjs
