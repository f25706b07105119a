"""What a browser makes of markup that is not as it should be, read from html5's tree; the others differ, see the docs."""

# ruff: noqa: E501 - a case a line

import json
import sys

import pytest

from tests.conftest import records

pytestmark = pytest.mark.parametrize("parse", ["html5"], indirect=True)


def rows(table, each="tr", field="td"):
    return each, f"{{css: {field}, many: true}}", table


CASES = {
    "lists behind the page": ("li", "{}", "<ul><li>one</li></ul></body></html><ul><li>two</li></ul>", ["one", "two"]),
    "text behind the page": ("p", "{}", "<html><body><p>one</body><p>two</html><p>three", ["one", "two", "three"]),
    "html that closes itself": ("li", "{}", '<html lang="de" /><ul><li>one<li>two</ul>', ["one", "two"]),
    "html before a doctype": ("li", "{}", "<html><!doctype html><ul><li>one</ul>", ["one"]),
    "an unclosed div in a list": (
        "ul > li",
        "{}",
        "<ul><li><a>one</a><div class=p>10</li><li><a>two</a><div class=p>20</li></ul>",
        ["one 10", "two 20"],
    ),
    "an unclosed section in an article": (
        "article",
        "h2",
        "<article><h2>a</h2><section>x</article><article><h2>b</h2><section>y</article>",
        ["a", "b"],
    ),
    "an unclosed figure": ("section > figure", "{}", "<section><figure>a</figure><figure>b</section>", ["a", "b"]),
    "a select without an end": ("li", "b", "<ul><li><b>a</b><select><option>1</li><li><b>b</b></ul>", ["a", "b"]),
    "a form around rows": (*rows("<table><form><tr><td>1<td>2</tr></form><tr><td>3</table>"), [["1", "2"], ["3"]]),
    "a form in a row": (*rows("<table><tr><form><td>1<td>2</form></tr><tr><td>3</table>"), [["1", "2"], ["3"]]),
    "a span around rows": (*rows("<table><span><tr><td>1<td>2</tr></span></table>"), [["1", "2"]]),
    "a center around rows": (*rows("<table><center><tr><td>1</tr></center></table>"), [["1"]]),
    "a div in a row": (*rows("<table><tr><div><td>1<td>2</div></tr></table>"), [["1", "2"]]),
    "a link around rows": (*rows("<table><a href=/x><tr><td>1</tr></a><tr><td>2</table>"), [["1"], ["2"]]),
    "an unknown element around cells": (*rows("<table><tr><x-row><td>1<td>2</x-row><td>3</table>"), [["1", "2", "3"]]),
    "cells without a row": (*rows("<table><td>x<td>y</table>"), [["x", "y"]]),
    "names without a row": (*rows("<table><thead><th>a<th>b<tbody><tr><td>1</table>", field="'td, th'"), [["a", "b"], ["1"]]),
    "cells that nothing closes": (*rows("<table><tr><td><b>Name <td><b>Price <tr><td>a<td>1</table>"), [["Name", "Price"], ["a", "1"]]),
    "broken quotes in a cell": (*rows('<table><tr><td title="a>x</td><td title=">y<td>z</table>'), [["y", "z"]]),
    "a heading in a heading": ("h1, h2", "{}", "<h1>Tea<h2>Green</h2>", ["Tea", "Green"]),
    "a figure in a paragraph": ("body > *", "{}", "<p>a<figure>b</figure>", ["a", "b"]),
    "a ruby": ("ruby > rt", "{}", "<ruby>a<rt>b<rt>c</ruby>", ["b", "c"]),
    "a list in a term": ("dl dl > dd", "{}", "<dl><dt>A<dl><dd>in</dl><dd>out</dl>", ["in"]),
    "an icon that closes itself": ("i", "{}", "<p><i class=icon/>12</p>", ["12"]),
    "an item that closes itself": ("li", "{}", "<ul><li/>one<li/>two</ul>", ["one", "two"]),
    "a second body": ("body", "{attr: id}", "<body class=a><p>x<body id=c class=b>", ["c"]),
    "a second html": ("html", "{attr: lang}", "<html><p>x<html lang=de>", ["de"]),
    "a template in a list": ("li", "{}", "<ul><template><li>{{name}}</li></template><li>a</li></ul>", ["a"]),
    "templates inside each other": ("b", "{}", "<template><template><b>1</template><b>2</template><b>3", ["3"]),
    "a break that is closed": ("p", "{}", "<p>Main St 1</br>12345 Town</p>", ["Main St 1 12345 Town"]),
    "a paragraph that is only closed": ("body > p", "{}", "a</p>b<p>c", [None, "c"]),
    "a value of rel": ("a[rel=nofollow]", "{}", "<a rel=NoFollow>x</a>", ["x"]),
    "a value of type": ("input[type=checkbox]", "{attr: name}", "<input type=Checkbox name=n>", ["n"]),
    "a value of http-equiv": ("meta[http-equiv=refresh]", "{attr: content}", "<meta http-equiv=Refresh content=5>", ["5"]),
    "a value of align": ("[align=right]", "{}", "<p align=RIGHT>x", ["x"]),
    "a value with case": ("[title=x], [data-rel=x]", "{}", "<p title=X>1<p data-rel=X>2<p title=x>3", ["3"]),
    "a name with capitals": ("a", "{attr: HREF}", "<a Href=/x>y</a>", ["/x"]),
    "a name of svg": ("svg", "{attr: viewBox}", "<svg viewbox=1>", ["1"]),
    "a selector of svg": ("[viewBox]", "{attr: id}", "<p viewBox=1 id=p><svg viewbox=1 id=s>", ["p", "s"]),
    "an element of svg": ("linearGradient", "{attr: id}", "<svg><lineargradient id=g>", ["g"]),
    "a link of svg": ("[*|href]", "{attr: 'xlink:href'}", "<svg><a xlink:href=/x>", ["/x"]),
    "an attribute without a value": ("option", '{css: ":scope[selected]", get: exists}', "<select><option selected>a<option>b", [True, False]),
    "the first of two attributes": ("a", "{attr: href}", "<a href=/1 href=/2>x</a>", ["/1"]),
    "an element that nobody wrote": ("head, body", "{get: own_text}", "x", [None, "x"]),
    "a zero byte": ("p", "{}", "<p>a\0b</p>", ["ab"]),
    "a comment that never ends": ("p", "{}", "<p>a<!-- b <p>c", ["a"]),
    "a script in a script": ("p", "{}", "<script><!--<script></script><p>no</p>--></script><p>yes", ["yes"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_page_is_read_as_a_browser_shows_it(parse, case):
    each, field, page, expected = case
    yaml = (
        f"start_urls: [https://a.example/]\nrecords: {{each: {json.dumps(each)}, fields: {{x: {field}, _all: {{}}}}}}\n"
    )
    assert [one["x"] for one in records(parse(yaml, page))] == expected


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="soup reads by a newer html.parser")
def test_the_table_of_the_docs_says_what_the_others_read(parse):
    from tests.docs import treetable

    assert treetable.PAGE.read_text("utf-8") == treetable.page(), "write it anew: python -m tests.docs.treetable"
