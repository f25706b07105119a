"""The pattern languages, each alone."""

import pytest

from scraper.errors import Malformed, PatternError, PatternTimeout
from scraper.parse.selectors.patterns import check_pattern
from scraper.parse.selectors.select import Clock, Json, Regex, group_names, parse_json
from scraper.parse.trees.parsers import engine_of

MARKUP = (
    '<html><head></head><body><div id="o"><p class="name x"><a href="1">one</a></p><p>two</p>'
    '<div id="i"><p class="name">in</p></div></div></body>'
)
PARSERS = pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])


@PARSERS
@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("p.name a", ['<a href="1">one</a>']),
        (":scope > p", ['<p class="name x"><a href="1">one</a></p>', "<p>two</p>"]),
        ("#i p, a", ['<a href="1">one</a>', '<p class="name">in</p>']),
        ("a, :scope > div", ['<a href="1">one</a>', '<div id="i"><p class="name">in</p></div>']),
        ('p:contains("tw")', ["<p>two</p>"]),
        ("p:has(a) a", ['<a href="1">one</a>']),
        ("P:not(.name)", ["<p>two</p>"]),
        ("div p", ['<p class="name">in</p>']),
        ("#o p", []),
        ("body p", []),
        ("div#o", []),
        ("div", ['<div id="i"><p class="name">in</p></div>']),
        ("a, p a, #i, #nothing", ['<a href="1">one</a>', '<div id="i"><p class="name">in</p></div>']),
        (':has(> a), p:contains("tw"), [title="a, b"]', ['<p class="name x"><a href="1">one</a></p>', "<p>two</p>"]),
        ('p:not(:contains("o"))', ['<p class="name">in</p>']),
        (':scope > :contains(in) > p:contains("i"):contains("n")', ['<p class="name">in</p>']),
        ("/* first, :scope */ :scope > p > a", ['<a href="1">one</a>']),
        ('p ~ div:contains("in") p', ['<p class="name">in</p>']),
        ("p.NAME", []),
        (":not(.y) a", ['<a href="1">one</a>']),
        (":has(a) ~ #i > p", ['<p class="name">in</p>']),
        ("p:nth-child(2)", ["<p>two</p>"]),
    ],
)
def test_css_finds_descendants_only_and_ancestors_do_not_help(selector, expected, parser):
    engine = engine_of(parser)
    outer = engine.css("#o", is_page=True).first(engine.parse(MARKUP))
    before = engine.read["html"](outer, ())
    found = engine.css(selector).find(outer)
    assert [engine.read["html"](element, ()) for element in found] == expected
    assert engine.css(selector).first(outer) in ({*found} or {None})
    assert engine.read["html"](outer, ()) == before


@PARSERS
@pytest.mark.parametrize(
    ("selector", "expected"), [(":scope + p", ["2"]), (':scope ~ p:contains("3") b', ["3"]), (":scope", ["1"])]
)
def test_css_may_go_from_an_item_to_its_brothers(selector, expected, parser):
    engine = engine_of(parser)
    item = engine.css("p", is_page=True).first(engine.parse("<p>1</p><p>2</p><p><b>3</b></p>"))
    assert [engine.read["text"](element, ()) for element in engine.css(selector).find(item)] == expected


@PARSERS
def test_on_a_page_css_finds_the_root_too(parser):
    engine = engine_of(parser)
    page = engine.parse(MARKUP)

    def count(selector):
        return len(engine.css(selector, is_page=True).find(page))

    assert [element.tag for element in engine.css("html", is_page=True).find(page)] == ["html"]
    assert [count(selector) for selector in ("html:first-child", ":scope:only-child", ":not(body) ~ html")] == [1, 1, 0]
    assert (count("html p"), count("p, p"), count(":scope > body p"), count('body p:contains("o")')) == (3, 3, 3, 2)


@PARSERS
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".//a/@href", ["1"]),
        ("string(p)", ["one"]),
        ("count(.//p)", [3]),
        ("boolean(p)", [True]),
        ("number('x')", []),
        ("0.5", [0.5]),
        ("p/text()", ["two"]),
        ("comment()", []),
    ],
)
def test_xpath_gives_elements_texts_numbers_and_truth_values(path, expected, parser):
    engine = engine_of(parser)
    outer = engine.css("#o", is_page=True).first(engine.parse(MARKUP))
    found = engine.xpath(path).find(outer, Clock(5))
    assert [(type(one) in (int, float, bool), one) for one in found] == [
        (not isinstance(one, str), one) for one in expected
    ]


@PARSERS
def test_xpath_may_step_out(parser):
    engine = engine_of(parser)
    outer = engine.css("#o", is_page=True).first(engine.parse(MARKUP))
    assert [element.tag for element in engine.xpath("..").find(outer, Clock(5))] == ["body"]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\d", "1 2", ["1", "2"]),
        (r"(\d)-(\d)?", "1-2 3-", ["1", "2", "3"]),
        ("a.b", "a\nb", ["a\nb"]),
        ("A", "a", []),
        ("(?i)A", "a", ["a"]),
        ("(?-s)a.b", "a\nb", []),
        (r"\p{Sc}", "5€", ["€"]),
    ],
)
def test_a_regex_gives_all_matches_or_each_group_that_took_part(pattern, text, expected):
    assert list(Regex(pattern).find(text, Clock(5))) == expected


@pytest.mark.parametrize("verb", ["find", "is_in"])
def test_a_regex_that_never_ends_is_stopped(verb):
    pattern, text = Regex("(a|aa)+$"), "a" * 60 + "b"
    with pytest.raises(PatternTimeout, match=r"\(a\|aa\)\+\$.*0\.1 s \(regex_timeout\)"):
        list(pattern.find(text, Clock(0.1))) if verb == "find" else pattern.is_in(text, Clock(0.1))


def test_the_patterns_of_a_page_share_one_clock():
    clock = Clock(0)
    with pytest.raises(PatternTimeout, match=r"more than 0 s \(regex_timeout\)"):
        Regex("a").is_in("a", clock)


def test_jmespath_gives_values_and_none_for_nothing():
    assert Json("a[].b").find({"a": [{"b": 1}, {"b": None}, {"b": 2}]}) == [1, 2]
    assert Json("x.y").find({"a": 1}) is None
    with pytest.raises(Malformed, match="length"):
        Json("length(a)").find({"a": 1})


@pytest.mark.parametrize(
    ("language", "pattern", "message"),
    [
        ("css", "p >", "is no CSS selector"),
        ("css", "p::text", "say `get: text`"),
        ("css", "p::attr(href)", "say `get: text` or `attr: NAME`"),
        ("css", "a:nope", "nope"),
        ("css", "", "is no CSS selector"),
        ("xpath", "foo(.)", "is no XPath expression"),
        ("xpath", "re:replace(., 'a')", "unknown function re:replace()"),
        ("regex", "(", "is no regex"),
        ("regex", "[z-a]", "position"),
        ("json", "a[", "is no JMESPath expression"),
        ("json", "a.foo(b)", "unknown function foo()"),
    ],
)
def test_what_does_not_compile_says_what_and_why(language, pattern, message):
    with pytest.raises(PatternError) as error:
        check_pattern(language, pattern)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_groups_of_a_regex_are_known():
    assert group_names(r"(?P<a>x)(y)(?:z)") == ({"a"}, 2)


@pytest.mark.parametrize("text", ['{"a": NaN}', "[1", "", "Infinity", "[" * 100_000])
def test_what_is_no_json_is_malformed(text):
    with pytest.raises(Malformed, match="no JSON"):
        parse_json(text)


def test_large_integers_are_read_in_full():
    assert parse_json("[123456789012345678901234567890]") == [123456789012345678901234567890]


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("avg(@)", [10**400]),
        ("floor(@)", float("inf")),
        ("sum(@)", [1e308, 1e308]),
        ("to_string(sum(@))", [10**4299] * 10),
    ],
)
def test_what_jmespath_cannot_calculate_is_malformed(pattern, value):
    with pytest.raises(Malformed, match="json"):
        Json(pattern).find(value)
