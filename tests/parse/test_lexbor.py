"""What is lexbor's own: its limits, its attributes, and the errors of configs that ask too much of it."""

import pytest

from scraper.config.load import load_config
from scraper.errors import ConfigError, TooDeep
from scraper.parse import lexbor, lexbor_css
from scraper.parse.parsers import engine_of

DEEP = 10_000


def first(markup, selector="body > *"):
    return lexbor_css.css(selector, is_page=True).first(lexbor.parse(markup))


@pytest.fixture
def problems(tmp_path):
    """A function that gives the mistakes of a config, without the file's name."""

    def problems(yaml):
        path = tmp_path / "job.yaml"
        path.write_text(yaml, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            load_config(path)
        return [str(problem).removeprefix(f"{path}:") for problem in error.value.problems]

    return problems


# --------------------------------------------------------------------------- trees


def test_a_deep_page_is_read_whole_and_without_recursion():
    root = lexbor.parse("<div>" * DEEP + "deep<b>er</b>")
    assert lexbor.text(root) == "deeper"
    assert lexbor.lines(root) == "deeper"
    div = lexbor_css.css("div").first(root)
    assert len(lexbor_css.css("div").find(div)) == DEEP - 1
    assert lexbor_css.css('b:contains("er")').find(div)[0].html == "<b>er</b>"


def test_a_page_that_would_take_for_ever_is_too_deep():
    with pytest.raises(TooDeep):
        lexbor.parse("<div>" * 100_000 + "deep")


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="gbk"?>'])
def test_a_large_page_that_is_not_deep_is_read(declared):
    root = lexbor.parse(declared + "<p>x</p>" * 20_000)
    assert len(lexbor_css.css("p", is_page=True).find(root)) == 20_000


def test_an_attribute_without_a_value_is_empty_and_not_missing():
    element = first('<a href title="" id="&#0;x" data-A=1>')
    read = [lexbor.attribute(element, name) for name in ("href", "title", "id", "data-a", "rel")]
    assert read == ["", "", "\ufffdx", "1", None]


def test_a_class_is_found_as_it_is_written_whatever_the_page_declares():
    for doctype in ("", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">'):
        root = lexbor.parse(f"{doctype}<p class=NAME>x")
        assert lexbor_css.css(".name", is_page=True).find(root) == []


def test_two_elements_alike_are_two():
    root = lexbor.parse("<p>x</p><p>x</p>")
    assert len({*lexbor_css.css("p").find(root), *lexbor_css.css("p").find(root)}) == 2


def test_what_a_template_holds_is_no_part_of_the_page():
    root = lexbor.parse("<template><b>t</b></template><b>x</b>")
    assert [b.html for b in lexbor_css.css("b").find(root)] == ["<b>x</b>"]


def test_no_page_can_write_the_mark_of_an_item():
    body = first("<p><b>x</b></p><p / \\/ '/'=1 =/= ><b>y</b></p>", "body")
    assert [b.html for b in lexbor_css.css(":scope > b").find(body)] == []


# --------------------------------------------------------------------------- configs

PAGE = "start_urls: [https://a.example/]\nparser: lexbor\n"


def test_xpath_is_refused_wherever_it_stands(problems):
    yaml = """
records: {each: {xpath: //li}, fields: {a: {first_of: [b, {xpath: ./b}]}}, follow: {xpath: ./a}}
follow: {css: a, params: {t: {xpath: //h1}}}
"""
    found = problems(PAGE + yaml)
    assert [line.split(": ")[1] for line in found] == [
        "records.each.xpath",
        "records.fields.a.first_of[1].xpath",
        "records.follow.xpath",
        "follow.params.t.xpath",
    ]
    assert all(line.endswith("lexbor reads no xpath; say css, or parser: lxml") for line in found)


def test_a_kind_with_another_parser_may_use_xpath(tmp_path):
    path = tmp_path / "job.yaml"
    path.write_text("""
parser: lexbor
pages:
  one: {start_urls: [https://a.example/], records: {fields: {a: h1}}, follow: {css: a, page: two}}
  two: {parser: lxml, records: {fields: {a: {xpath: //h1}}}}
""")
    assert [kind.parser for kind in load_config(path).kinds.values()] == ["lexbor", "lxml"]


@pytest.mark.parametrize("selector", ["p:lang(en)", "a[href!=x]", "a:visited"])
def test_a_selector_that_lexbor_does_not_know_is_told(problems, selector):
    (problem,) = problems(f"{PAGE}records: {{fields: {{a: '{selector}'}}}}\n")
    assert "records.fields.a" in problem
    assert problem.endswith(f"{selector!r} is a CSS selector, but none that lexbor knows; say parser: lxml")


def test_what_is_no_selector_is_told_once(problems):
    assert len(problems(f"{PAGE}records: {{fields: {{a: 'p['}}}}\n")) == 1


def test_without_the_extra_the_config_says_what_to_install(problems, monkeypatch):
    monkeypatch.setattr("scraper.job.extras.find_spec", lambda name: None)
    (problem,) = problems(f"{PAGE}records: {{fields: {{a: h1}}}}\n")
    assert problem == "2:9: parser: parser: lexbor needs the extra `fast`: pip install 'pool-scraper[fast]'"


# --------------------------------------------------------------------------- items that are searched together

LIST = """<div id=x class="t u"><p class=t>head</p><ul class="l t">
<li class="i t">1<p class="a t">a1</p><p class=a title=T1>again</p></li>
<li class=i><div class=o><p class=b>b2</p><a>no</a><a href=h2>l2</a></div></li>
<b class=a>between</b>
<li class=i></li>
<li class="i a">4<i><b><p><u class=a>a4 <br>x</u></p></b></i><a href=h4 title=T4>l4</a><ul><li><p class=a>in</ul></li>
</ul><p class="a t">after</p></div>"""
SELECTORS = (
    ".a", "p.a", "p", "*", "li", ".t", ".i", "a", "u", "zz", "div.o p", "ul p", "li p", "div p", "#x .a", ".a .a",
    "p + p", "div > p", ".b, .a", "p.b, u, .a", ":scope > p", ":scope > div a", ":scope + li", ":scope ~ li .a",
    "p:first-child", "p:nth-child(2)", "li:first-child p", 'p:contains("a")', 'i :contains("a4")', "p:not(.t)",
    ":has(> u)", ":empty",
)  # fmt: skip


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("attr", [None, "href", "title"])
def test_items_searched_together_give_what_each_gives_alone(selector, attr):
    engine = engine_of("lexbor")
    root = engine.parse(LIST)
    items = engine.css("#x > ul > li", is_page=True).find(root)
    before = root.html
    pattern = engine.css(selector)
    read = engine.read["text"] if attr is None else lambda node: engine.attribute(node, attr)
    together = engine.brothers(items)
    assert together is not None
    alone = [[value for one in pattern.find(item) if (value := read(one)) is not None] for item in items]
    expected = [values[0] if values else None for values in alone]
    assert engine.firsts(pattern, items, together, read) == expected
    assert engine.firsts(pattern, items, None, read) == expected
    assert engine.firsts(pattern, items[2:], together, read) == expected[2:]
    twice = engine.brothers([*items, items[0]])
    assert engine.firsts(pattern, [*items, items[0]], twice, read) == [*expected, expected[0]]
    assert root.html == before


def test_items_searched_together_walk_up_from_each_element_once():
    engine = engine_of("lexbor")
    depth = 3_000
    root = engine.parse("<i>1</i><i>2</i><div>" + "<span>" * depth + "3")
    items = engine.css("body > *", is_page=True).find(root)
    together = engine.brothers(items)
    deepest = engine.css("span").find_in(together.parent, together.items)[-1:]
    assert list(together.first_values(deepest, lexbor.text).values()) == ["3"]
    assert len(together._homes) == depth - 1 + len(items) + 1  # each element above it is known from now on


@pytest.mark.parametrize(
    "page", ["<p>1</p>", "<p>1</p><p>2</p>" + "<b>x</b>" * 9, "<p>" + "<b>x</b>" * 99 + "</p><p>" + "<b>x</b>" * 99]
)
def test_items_that_are_quicker_read_alone_are(page):
    engine = engine_of("lexbor")
    assert engine.brothers(engine.css("p", is_page=True).find(engine.parse(page))) is None
