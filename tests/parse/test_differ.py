"""The default parser's trees are a browser's, and its selectors find what a browser's find."""

# ruff: noqa: E501 - lists of selectors

import pytest

from scraper.errors import PatternError
from scraper.parse.trees import html5, html5_select
from tests.conftest import NO_CHROMIUM
from tests.support import differ
from tests.support.chromium import browser

if NO_CHROMIUM:
    pytest.skip("no Chromium here", allow_module_level=True)

PAGES = 700
"""Of tag soup; `make differ` takes more."""


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


def test_saved_pages_and_tag_soup_have_the_tree_of_a_browser(chromium):
    pages = [*differ.saved_pages(), *map(differ.soup, range(PAGES))]
    short = [differ.shortened(chromium, page) for page in differ.differences(chromium, pages)]
    assert len(short) < PAGES / 20
    assert [page for page in short if differ.reason(page) is None] == []


PAGE = """<!doctype html><html lang=en-US><head><title>t</title><meta http-equiv=Refresh content=9><link rel="Next" href=/n></head>
<body class="Page x"><div id=main class="a b" title="One two" data-n=1><p class="x y">one <b>bold</b></p><p>two</p><span class=x>s</span>
<p class=x lang=de-AT>drei</p><ul><li class=a>1<li class="a x">2<ul><li>2.1<li class=x>2.2</ul><li>3<li class=x>4</ul></div>
<section id=S2><h2>H</h2><p></p><p> </p><p><!-- c --></p><article><h2 class=x>in</h2><p>t</p></article><a href=/x rel="NoFollow me" hreflang=DE>l</a><a name=n>a</a>
<a href="" target=_Blank>e</a><area href=/y></section>
<form method=POST><fieldset disabled><legend><input name=l><legend><input name=ll></legend></legend><input name=f><select name=fs><option>o</select>
<legend><input name=second></legend></fieldset><input required name=r><input type=hidden required><input type=CheckBox checked><input type=radio>
<textarea required></textarea><select required><optgroup disabled><option>1</optgroup><option disabled>2<option>3</select><button disabled>b</button>
<input type=submit required><output></output></form>
<table><tr align=RIGHT><td>1<td colspan=2>2<tr><th>3<td class=x>4</table>
<svg viewBox="0 0 1 1" class=x Foo=1><linearGradient id=g1></linearGradient><a xlink:href=/s rel=Next>t</a><a href=/s2>u</a><a>v</a><style type=Text/X></style>
<foreignObject><p class=svgp>x</p></foreignObject><title>st</title></svg><math definitionURL=d><mi>x</mi></math>
<template><p class=x>t</p></template><x-y class=x xml:lang=fr xlink:href=h>c</x-y><p class="tab&#9;sep" title="a&quot;b" id="1a">w</p><p class="é 電" title="">n</p><i class=""></i><i class></i>
</body></html>"""
SIMPLE = "* p .x #main #S2 #s2 P .X div.a.b p.x.y [class] [title] [title=''] [data-n] [DATA-N='1'] :root :empty html body|x *|p *|* |p svg|a [*|href] [|href] [xlink|href] :link :any-link :visited :hover :focus :active :target :checked :disabled :enabled :required :optional :first-child :last-child :only-child :first-of-type :last-of-type :only-of-type :scope linearGradient lineargradient LINEARGRADIENT foreignObject foreignobject FOREIGNOBJECT svg math mi x-y X-Y template [viewBox] [viewbox] [VIEWBOX] [Foo] [foo] [definitionURL] [definitionurl] [xlink\\:href] [xml\\:lang] [*|lang] [href] .é .電 .\\65 #\\31 a #\\31\\61 .tab.sep .sep i[class] i[class=''] p:empty [rel=next] [rel=Next] [rel='next's] [rel='NEXT'i] [rel~=nofollow] [rel~=me] [type=checkbox] [type='checkbox's] [type=text\\/x] [type='Text/X'] [http-equiv=refresh] [align=right] [method=post] [hreflang=de] [hreflang|=de] [target=_blank] [title=one] [title~=two] [title~=Two] [title~='One\\20two'] [title^=One] [title^='one'i] [title$=two] [title*=e\\20t] [title*=''] [title^=''] [title$=''] [title~=''] [class~=''] [lang|=en] [lang|=de] [lang|='de-AT'] [lang|=EN] :lang(de) :lang(de-AT) :lang(en) :lang(EN-us) :lang(fr) :lang('de') :lang(de,en)".split()
COMPLEX = [
    "div p", "div > p", "div>p", "p + p", "p ~ p", "h2 + p", "ul li", "ul > li > ul > li", "li + li.x", "li:not(.x)", "li:not(.a, .x)",
    "li:not(:not(.a))", "li:not(ul ul li)", ":is(.a > .x)", ":is(ul, section) > .x", ":where(div, section) > p", ":is()", ":where()", ":not()",
    ":is(li, :is(p, a)).x", ":not(:is(p, li, div *))", "li:has(ul)", "li:has(> ul)", "p:has(+ span)", "p:has(~ ul .x)", ":has(:scope > p)",
    "div:has(p b)", "section:has(article p)", ":has(div b)", "p:not(:has(*))", ":has(:is(b, i))", ":has(:has(b))", ":has()", "body :has(> [href])",
    "li:nth-child(2)", "li:nth-child(even)", "li:nth-child(odd)", "li:nth-child(2n+1)", "li:nth-child(-n+2)", "li:nth-child( 3n - 1 )", "li:nth-child(n)",
    "li:nth-child(0)", "li:nth-child(-1)", "li:nth-child(2 of .x)", ":nth-child(1 of p, .x)", "li:nth-child(even of .a, .x)", ":nth-last-child(1 of .x)",
    "li:nth-last-child(1)", "li:nth-last-child(2n)", "p:nth-of-type(2)", "*:nth-of-type(2)", ":nth-of-type(2n)", ":nth-last-of-type(1)", "p:nth-last-of-type(2)",
    ":nth-of-type(n+3)", "td:nth-child(2)", "tr:nth-of-type(2) > *", "svg *", "svg > a", "svg a[href]", "a[*|href]", "svg :first-child", "svg title", "title",
    "p /* c */ b", "p/**/.x", "p/**/ b", "/* a */ p", "p,.x", "p , .x,#main", "*.x", "*|*.x", "*|p.x", "p:first-child, p:last-child", "html > body > div", "html:first-child",
    "html:only-child", "html:nth-child(1)", ":root:root", "body:not(:root)", ":not(*)", ":not(html):not(body) > p", "fieldset input:enabled", "legend :enabled", "fieldset :disabled",
    "option:disabled", "option:enabled", "optgroup:enabled", "output:enabled", "form :not(:enabled):not(:disabled)", "input:required", "input:optional", "select:required",
    "textarea:optional", "button:optional", "input[type=hidden]:required", "input[type=submit]:optional", "a:link", "a:not(:any-link)", "link:any-link", "area:link",
    "foreignObject p", "foreignObject > .svgp", "template p", "template > *", "template *", "template:empty", "[class='a b']", "[ class = 'a b' ]", '[class="a b"]', "[title='a\"b']",
    '[title="a\\"b"]', "[id='1a']", "div#main.a[title]", "#main #S2", "#main ~ section h2", "section > :nth-child(2)", "x-y.x", "p.x:lang(de)", "li.a + li.a ~ li.x", "td[colspan='2']",
    ":is(h2, p):not(.x):first-of-type", "div :is(ul, p) > :not(li)", "p:nth-child(1):nth-last-child(1)", ".x:not(p):not(li):not(svg)", "li li", "li > ul > :last-child", "ul:has(> li:nth-child(4))",
    "p:is(.x, .y):not(.y)", "a[href='']", "a[href^='/']", "[href$=x]", "[data-n='1']", "[data-N='1']", "svg[class=x]", "SVG", "svg[Foo='1']", "svg[foo='1']", "svg a[rel=next]", "a[rel=next]",
]  # fmt: skip
REFUSED = [
    "", " ", ",", "p,", ",p", "p >", "> p", "p > > b", "p + + b", "p ~ , b", "..a", "#", ".", "[", "[]", "[=a]", "[a=]", "[a=1]", "[a='1]", "[a b]", "[a=b x]", "p:", "p::", ":nope", "p:nope(1)",
    ":nth-child()", ":nth-child(x)", ":nth-child(2n of)", ":nth-of-type(2 of p)", ":nth-child(n + -1)", ":not(", ":not)", "p)", "p:not(:nope)", "p:has(> )", "1a", "#1a", ".1a", "-", "p{", "p;", "@p", "!p", "p!", "a||b", "svg|a",
    "[svg|a]", "p\n{}", "p:first-child()", "*p", "p*", "a.b.", ":lang()", ":nth-child(+ 1)",
]  # fmt: skip
LOUD = {
    "|p": "no element of a page is in no namespace", ":is()": "", "body|x": "",
    ":lang('')": "a browser takes the empty language", "p::before": "find nothing in a browser", "p::first-line": "the same", ":valid": "a live page",
    "[a=b": "a browser closes it", "[a='1]": "a browser closes it", ":is(p": "a browser closes it", ":is(:nope, p)": "a browser takes the p",
    ":read-only": "a live page", ":placeholder-shown": "a live page", ":default": "a live page", ":defined": "a live page", ":dir(ltr)": "a live page", ":not(p::before)": "",
    ":indeterminate": "a live page", ":in-range": "a live page", ":host": "no page has one", ":fullscreen": "",
}  # fmt: skip
"""What is refused, though a browser takes it, or not: no record is read by it, and why."""
MORE = ["[rel='next's]", "[type='checkbox's]", ":lang('de')", ":lang(de,en)"]
"""Of Selectors 4, which Chromium does not take yet."""
KNOWN = {
    ":checked": "a browser chooses the first option of a list itself; here it is what the page says",
}


def found(root, every, selector):
    """Return the numbers of the elements that a selector finds; None for one that is refused."""
    try:
        pattern = html5_select.css(selector, is_page=True)
    except PatternError:
        return None
    return [every[node] for node in pattern.find(root)]


def test_selectors_find_what_a_browser_finds(chromium):
    selectors = [*dict.fromkeys([*SIMPLE, *COMPLEX, *REFUSED])]
    assert len(selectors) > 300
    root = html5.parse(PAGE)
    every = {node: number for number, node in enumerate(html5_select.css("*", is_page=True).find(root))}
    expected = chromium.find(PAGE, selectors)
    wrong = {
        selector: (mine, theirs)
        for selector, theirs in zip(selectors, expected, strict=True)
        if (mine := found(root, every, selector)) != theirs
    }
    assert {one: both for one, both in wrong.items() if one not in KNOWN and one not in LOUD and one not in MORE} == {}


@pytest.mark.parametrize("selector", LOUD)
def test_what_is_read_otherwise_than_in_a_browser_is_refused_or_finds_nothing(selector):
    assert not found(html5.parse(PAGE), {}, selector)
