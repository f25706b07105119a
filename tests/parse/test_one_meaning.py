"""Rules that hold whatever parser reads a page, each on all of them."""

# ruff: noqa: E501 - a case a line

import json
from types import SimpleNamespace

import pytest

from scraper.errors import PatternError
from scraper.parse.selectors.select import Clock
from scraper.parse.trees.parsers import engine_of
from tests.conftest import records

HEAD = "<!doctype html><html><head><title>t</title></head><body>"
PARSERS = pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])
ITEMS = HEAD + (
    '<ul><li class="a">x <b>1</b></li><li>y <b>2</b><i>in</i></li></ul>'
    '<div class="p q" id="d1"><p>one</p><p class="x">two</p><span>s</span><p class="x">three</p></div>'
    '<form><fieldset disabled><legend><input name="l"></legend><input name="f"></fieldset><input name="e" required>'
    '<input name="c" type="CHECKBOX" checked><select name="s"><option selected>o</option></select></form>'
    '<a href="/x" rel="NoFollow noopener" title="Ab">link</a><a name="n">anchor</a><area href="/y"><p lang="de-AT">de</p>'
    "<table><tr><th>Unit\n price</th><td>1</td></tr><tr><th>Net&nbsp;weight<script>var hidden</script></th><td>2</td></tr></table>"
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('{css: ":scope"}', ["x 1", "y 2in"]),
        ('{css: ":scope", get: own_text}', ["x", "y"]),
        ('{css: ":scope.a", get: exists}', [True, False]),
        ('{css: ":scope, b", many: true}', [["x 1", "1"], ["y 2in", "2"]]),
        ('{css: "b, :scope", many: true}', [["x 1", "1"], ["y 2in", "2"]]),
        ('{css: ":scope > i, :scope > b", many: true}', [["1"], ["2", "in"]]),
        ('{css: ":scope + li b"}', ["2", None]),
        ('{css: ":is(ul li) > b, ul b", many: true}', [[], []]),
        ('{css: "b:is(li > b)"}', ["1", "2"]),
        ('{css: "b:not(ul b)"}', [None, None]),
        ('{css: ":has(:scope > b)", get: exists}', [False, False]),
        ('{css: ":not(:scope)", many: true}', [["1"], ["2", "in"]]),
        ('{css: "b:nth-of-type(1)"}', ["1", "2"]),
        ('{attr: CLASS}', ["a", None]),
    ],
)  # fmt: skip
def test_the_item_is_scope_and_what_is_around_it_helps_in_brackets_only(fields, field, expected):
    assert [one["x"] for one in fields(f"x: {field}\n_y: {{}}", ITEMS)] == expected


def test_objects_of_a_list_are_scope_too(parse):
    yaml = """
start_urls: [https://a.example/]
records: {each: ul, fields: {l: {each: li, fields: {t: {css: ":scope", get: own_text}}}}, explode: l}
"""
    assert records(parse(yaml, ITEMS)) == [{"t": "x"}, {"t": "y"}]


SELECTORS = {
    "p:not(.a, .x)": 2, "p:not(:not(.x))": 2, ":is(.p > .x)": 2, ":where(div) > p:nth-child(2 of .x)": 1,
    "div > *:nth-of-type(2)": 1, "div > :nth-last-of-type(1)": 2, "div :nth-child(even)": 2, "p:nth-child(-n+2)": 2,
    ":any-link": 2, "a:link": 1, "input:required": 1, "input:optional": 3, "input:disabled": 1, "input:enabled": 3,
    ":checked": 2, "p/**/.x": 2, "p /* in */ .x": 0, "a[rel~=nofollow]": 1, "a[rel~=nofollow s]": 0, "a[title=ab]": 0,
    "a[title=ab i]": 1, "a[rel^=NOFOLLOW]": 1, "A[HREF]": 1, "[*|href]": 2, "*|a": 2, "p:lang(de)": 1, "p:lang(DE-at)": 1,
    ":lang(fr)": 0, "p ~ p": 2, "span + p": 1, "p:has(+ span)": 1, "div:has(> .x ~ span)": 1, "div:has(p p)": 0, "a:hover": 0,
    "[class='p q']": 1, "[class~=q][id|=d1]": 1, "[id$='1'][id*=d]": 1, "[id^='']": 0, "\\70.x": 2, "#d\\31": 1, "p:only-child": 0,
    'th:contains("Unit price")': 1, "th:contains(Net weight)": 1, 'th:contains("hidden")': 0, ':contains("Unit price") + td': 1,
    "tr:not(:contains(weight)) td": 1, "legend:empty, area:empty": 1, ":root > body": 1, "html:root": 1, ":is()": 0,
}  # fmt: skip


@PARSERS
@pytest.mark.parametrize("selector", SELECTORS)
def test_a_selector_finds_as_many_on_every_parser(selector, parser):
    engine = engine_of(parser)
    pattern = engine.css(selector, is_page=True)
    found = pattern.find(engine.parse(ITEMS))
    assert len(found) == len(set(found)) == SELECTORS[selector]


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ("div:lang('')", "expected a language such as de or pt-BR, at character 10"),
        ("p:valid", "unknown pseudo-class :valid, at character 2"),
        ("p, a:has(b:has(i))", ":has() inside :has(), at character 11"),
        ("a:not()", "expected a selector, at character 7"),
        ("p::text", "is no CSS"),
        ("p::before", "::before is no element; say `get: text` or `attr: NAME`, at character 2"),
        ("[a=1]", "expected a name or a text in quotes, at character 4"),
        ("svg|a", "no namespace is called 'svg' here; prefixes are for parser: xml"),
        ("[svg|a]", "no namespace is called 'svg' here; write *| or nothing, at character 5"),
        ("p:nth-child(x)", "expected a number, even, odd or such as 2n+1, at character 13"),
        ("p:nth-of-type(1 of p)", "expected ), at character 17"),
        (":is(" * 30 + "p" + ")" * 30, "more than 20 brackets inside each other, at character 85"),
        ("p" * 10_001, "more than 10,000 characters"),
        ("> a", "expected a selector; of what stands right in the item say :scope > …, at character 1"),
        ("p > > a", "expected a selector, at character 5"),
        ("p:is(a", "expected ')', at character 7"),
    ],
)
@PARSERS
def test_what_is_no_selector_is_told_with_its_place(mistake, selector, told, parser):
    yaml = f"parser: {parser}\nstart_urls: [https://a.example/]\nrecords: {{fields: {{x: {json.dumps(selector)}}}}}\n"
    assert told in mistake(yaml)


@PARSERS
@pytest.mark.parametrize(
    "selector", [" ".join(["p"] * 490), ",".join(["p"] * 490), "p" + ":not(.a)" * 490, ":is(p)" * 90]
)
def test_a_long_selector_is_read_or_told_and_no_traceback(parser, selector):
    engine = engine_of(parser)
    root = engine.parse(ITEMS)
    try:
        pattern = engine.css(selector, is_page=True)
    except PatternError:
        return
    assert len(pattern.find(root)) in (0, 4)


XPATHS = {
    ".//a[re:test(@rel, '^no', 'i')]": 1,
    ".//a[re:test(@rel, '^no')]": 0,
    ".//p[matches(., 't(wo|hree)')]": 2,
    ".//a[matches(@href, '/x') and not(matches(., 'y'))]/@href": 1,
    ".//div[has-class('q', 'p')]/p[has-class(\"x\")]": 2,
    ".//*[local-name() = 'span']": 1,
    "string-length('a:b (c) $d')": 1,
    "concat('a', substring(., 1, 2), translate('(,', ',', ''))": 1,
    ".//p[contains(., '\u00a0') or not(last() > 9)]": 4,
}


@PARSERS
@pytest.mark.parametrize("path", XPATHS)
def test_an_expression_finds_as_many_on_every_parser(path, parser):
    engine = engine_of(parser)
    assert len(engine.xpath(path).find(engine.parse(ITEMS), Clock(5))) == XPATHS[path]


@PARSERS
@pytest.mark.parametrize(
    ("path", "told"),
    [
        (".//p[re:match(., 'a')]", "unknown function re:match(), at character 6"),
        (".//p[lower-case(.) = 'a']", "unknown function lower-case(), at character 6"),
        (".//p[. = $v]", "there are no variables such as $v, at character 10"),
        (".//svg:a", "names have no prefixes here; say *[local-name() = 'a']"),
        (".//p[", "is no XPath expression"),
        ("next::p", "unknown axis next::, at character 1"),
        (".//p[re:test(.)]", "re:test() takes 2 to 3 arguments, not 1, at character 6"),
        (".//p[contains(., 'a', 'b)')]", "contains() takes 2 arguments, not 3, at character 6"),
        (".//p[not()]", "not() takes 1 argument, not 0, at character 6"),
        (".//p[has-class()]", "has-class() takes 1 or more arguments, not 0, at character 6"),
        (".//p[matches(., '(')]", "'(' is no regex: "),
        (".//p\u00a0/b", "a white space (U+00A0) that is no blank, at character 5"),
        (".//@a:b", "'.//@a:b' is no XPath expression"),
        ("." + "/p" * 6_000, "more than 10,000 characters"),
    ],
)
def test_what_is_no_expression_is_told_with_its_place(mistake, path, told, parser):
    yaml = f"parser: {parser}\nstart_urls: [https://a.example/]\nrecords: {{each: li, fields: {{x: {{xpath: {json.dumps(path)}}}}}}}\n"
    assert told in mistake(yaml)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("sort_by(items, 'name')", "argument 2 of sort_by() is an expression behind &, such as &name"),
        ("items[?contains(name)]", "contains() takes 2 arguments, not 1"),
        ("merge()", "merge() takes 1 or more arguments, not 0"),
        ("map(&length(a, b), c)", "length() takes 1 argument, not 2"),
        ("upper(a)", "unknown function upper()"),
    ],
)
def test_what_jmespath_would_tell_on_a_page_only_is_told(mistake, path, told):
    yaml = f"start_urls: [https://a.example/]\nrecords: {{fields: {{x: {{json: {json.dumps(path)}}}}}}}\n"
    assert told in mistake(yaml)


def test_a_regex_that_takes_all_memory_is_a_timeout_and_no_traceback(parse, monkeypatch):
    def take_all(*_, **__):
        raise MemoryError

    monkeypatch.setattr(
        "scraper.parse.selectors.select.compile_regex", lambda _: SimpleNamespace(groups=0, finditer=take_all)
    )
    failure = parse("start_urls: [https://a.example/]\nrecords: {fields: {x: {regex: '(?R)', join: x}}}\n", "a")
    assert (failure.reason.value, "reached the memory" in failure.detail) == ("parse timeout", True)


def test_a_regex_of_an_expression_that_never_ends_is_stopped(parse):
    yaml = "start_urls: [https://a.example/]\nrecords: {fields: {x: {xpath: \"//p[re:test(., '(a|aa)+$')]\"}}}\n"
    failure = parse(yaml, f"{HEAD}<p>{'a' * 60}b</p>", regex_timeout=0.2)
    assert failure.reason.value == "parse timeout"


@pytest.mark.parametrize(
    ("field", "page", "expected"),
    [
        ("p", "<template><p>ghost</p></template><p>real</p>", "real"),
        ("{xpath: '//p'}", "<template><p>ghost</p></template><p>real</p>", "real"),
        ("{css: div, get: html}", "<div><template><p>a &amp; b</p></template></div>", "<div><template><p>a &amp; b</p></template></div>"),
        ("{css: template, get: inner_html}", "<template><p>a--b</p></template>", "<p>a--b</p>"),
        ("{css: template}", "<template><p>a<b>b</b></p></template>", "ab"),
        ("{json_ld: T, json: n}", '<template><script type="application/ld+json">{"@type": "T", "n": 1}</script></template>'
         '<script type="application/ld+json">{"@type": "T", "n": 2}</script>', 2),
        ("{css: pre, get: html}", "<pre>&lt;div&gt;A &amp;amp; B</pre>", "<pre>&lt;div&gt;A &amp;amp; B</pre>"),
        ("{css: pre, get: inner_html}", "<pre>&lt;div&gt;A &amp;amp; B</pre>", "&lt;div&gt;A &amp;amp; B"),
        ("{css: p, get: html}", '<p title="a&quot;&amp;&nbsp;<b>">x<br>y&nbsp;<img src=a></p>',
         '<p title="a&quot;&amp;&nbsp;&lt;b&gt;">x<br>y&nbsp;<img src="a"></p>'),
        ("{css: div, get: inner_html}", "<div><script>a<b && c</script></div>", "<script>a<b && c</script>"),
        ("{css: p, get: lines}", "<p>a<br>b</p>", "a\nb"),
        ("{css: p}", "<p>a<script>s</script><style>t</style>b</p>", "ab"),
    ],
)  # fmt: skip
def test_templates_and_markup(value, field, page, expected):
    assert value(field, HEAD + page) == expected


BASES = {
    '<base href="/b/">': "https://a.example/b/x", "<BASE HREF=/b/>": "https://a.example/b/x",
    "<base/href=/b/>": "https://a.example/b/x", '<base title="a>b" href=/b/>': "https://a.example/b/x",
    '<base href="/caf&eacute;/">': "https://a.example/caf%C3%A9/x", "<base target=t><base href=/b/><base href=/c/>": "https://a.example/b/x",
    '<!-- <base href="/old/"> -->': "https://a.example/list/x", "<script>'<base href=/s/>'</script>": "https://a.example/list/x",
    "<title><base href=/t/></title>": "https://a.example/list/x", "<template><base href=/t/></template>": "https://a.example/list/x",
    "<p title='<base href=/v/>'>": "https://a.example/list/x", "<base data-href=/d/>": "https://a.example/list/x",
    "<textarea><base href=/t/></textarea>": "https://a.example/list/x", "<base href='http://['>": "https://a.example/list/x",
}  # fmt: skip


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("field", ["{css: a, attr: href, type: url}", "{regex: 'href=\"(x)\"', type: url}"])
def test_links_are_read_against_the_base_of_the_browsers_tree(value, base, field):
    assert value(field, f'<!doctype html><html><head>{base}</head><body><a href="x">y</a>') == BASES[base]


@pytest.mark.parametrize(
    "json_path", ["[".join(["a"] * 400) + "]" * 399, "!" * 2_000 + "a", "(" * 900 + "a" + ")" * 900]
)
def test_a_deep_jmespath_is_told_and_no_traceback(mistake, json_path):
    yaml = f"start_urls: [https://a.example/]\nrecords: {{fields: {{x: {{json: {json.dumps(json_path)}}}}}}}\n"
    assert "is no JMESPath expression" in mistake(yaml)
