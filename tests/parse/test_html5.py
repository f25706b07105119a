"""What is the own of `parser: html5`: depth, attributes, names with capitals, templates, groups."""

import pytest

from scraper.errors import TooDeep, TooManyAttributes
from scraper.parse.selectors.select import Clock
from scraper.parse.trees import html5
from scraper.parse.trees.parsers import engine_of
from tests.support.fuzzing import bounded, little_memory

ENGINE = engine_of("html5")


def find(markup, selector):
    return ENGINE.css(selector, is_page=True).find(html5.parse(markup))


def test_a_page_as_deep_as_browsers_nest_is_read_whole():
    depth = html5.MAX_DEPTH - 3  # below html and body, with a b in it
    root = html5.parse("<div>" * depth + "deep<b>er</b>")
    assert html5.text(root) == "deeper"
    assert html5.lines(root) == "deeper"
    div = ENGINE.css("div", is_page=True).first(root)
    assert len(ENGINE.css("div").find(div)) == depth - 1
    assert len(ENGINE.xpath(".//div").find(div, Clock(5))) == depth - 1
    assert ENGINE.css('b:contains("er")').find(div)[0].html == "<b>er</b>"
    assert html5.html(root).count("<div>") == depth


@pytest.mark.parametrize("tag", ["div", "b", "svg", "table><tr><td", "ul><li"])
def test_a_deeper_page_is_told_in_no_time(tag):
    with bounded(), little_memory(), pytest.raises(TooDeep, match="deeper than 512 levels"):
        html5.parse(f"<{tag}>" * 200_000 + "deep")


def test_a_tag_of_thousands_of_attributes_is_refused_and_one_of_a_thousand_is_read():
    many = " ".join(f"attribute-of-some-length-{number}=1" for number in range(3000))
    with pytest.raises(TooManyAttributes):
        html5.parse(f"<p>x</p><i {many}>")
    few = " ".join(f"attribute-{number}='{'x' * 99}'" for number in range(1000))
    assert len(find(f"<p {few}>", "p")) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HREF", "/a"),
        ("href", "/a"),
        ("viewBox", None),
        ("selected", ""),
        ("Data-X", "1"),
        ("rel", None),
        ("class", " b  a "),
    ],
)
def test_an_attribute_is_found_whatever_the_case_of_its_name(name, value):
    (element,) = find('<a href=/a selected data-x=1 DATA-x=2 class=" b  a ">', "a")
    assert html5.attribute(element, name) == value


def test_svg_keeps_its_capitals_and_its_namespaces():
    (svg,) = find('<svg viewbox="0 0 1 1"><a xlink:href=/x>', "svg")
    assert html5.attribute(svg, "viewBox") == "0 0 1 1"
    assert html5.attribute(ENGINE.css("a").first(svg), "xlink:href") == "/x"


def test_a_class_is_found_as_it_is_written_whatever_the_page_declares():
    for doctype in ("", "<!doctype html>", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">'):
        assert find(f"{doctype}<p class=NAME id=ID>x", ".name, #id, .n") == []
        assert len(find(f"{doctype}<p class=NAME id=ID>x", ".NAME#ID")) == 1


def test_two_elements_alike_are_two():
    root = html5.parse("<p>x</p><p>x</p>")
    assert len({*ENGINE.css("p").find(root), *ENGINE.css("p").find(root)}) == 2


@pytest.mark.parametrize("declared", ["", " shadowrootmode=open"])
def test_a_template_keeps_its_markup_to_itself(declared):
    inside = '<template><b>in</b></template><!--a--b--><i title="-&amp;">t</i>'
    root = html5.parse(f"<div><template{declared}>{inside}</template><b>x</b></div>")
    assert [b.html for b in ENGINE.css("b, i, template template").find(root)] == ["<b>x</b>"]
    assert ENGINE.xpath("//b | //i | //template//node()/*").find(root, Clock(5)) == ENGINE.css("b").find(root)
    template = ENGINE.css("template").first(root)
    assert html5.inner_html(template) == inside
    assert html5.html(root).count(inside) == 1
    assert html5.text(template) == "t"
    assert html5.text(root) == "x"


def test_nothing_of_a_surrogate_or_a_nul_stops_the_parser():
    root = html5.parse("<p>a\ud800b\0c</p>")
    assert html5.text(root).startswith("a")
