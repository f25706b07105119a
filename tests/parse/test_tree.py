"""The tree of a page: as a browser would make it where it matters, and never cut in silence."""

import sys

import pytest

from scraper.errors import Malformed, TooDeep
from scraper.parse.trees import tree
from scraper.parse.trees.parsers import engine_of
from scraper.parse.trees.serialize import html, inner_html
from tests.support.fuzzing import bounded, little_memory

PARSERS = ["lxml", "soup"]
"""Those that make lxml's tree."""
ALL = [*PARSERS, "html5"]


def body(markup, parser):
    engine = engine_of(parser)
    root = engine.parse(f"<html><body>{markup}</body></html>")
    return engine.read["inner_html"](engine.css("body", is_page=True).first(root), ())


def texts(root, parser):
    """Return the text of each p."""
    engine = engine_of(parser)
    return [engine.read["text"](p, ()) for p in engine.css("p", is_page=True).find(root)]


@pytest.mark.parametrize("parser", ALL)
@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<dl><dd>A<p>x<dd>B<div>y<dd>C</dl>", "<dl><dd>A<p>x</p></dd><dd>B<div>y</div></dd><dd>C</dd></dl>"),
        ("<dl><dt>T<dd>A<dt>U<dd>B</dl>", "<dl><dt>T</dt><dd>A</dd><dt>U</dt><dd>B</dd></dl>"),
        (
            "<dl><dd>A<dl><dd>in</dl><dd>B</dl>",
            "<dl><dd>A<dl><dd>in</dd></dl></dd><dd>B</dd></dl>",
        ),
        (
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>",
        ),
        (
            "<table><thead><tr><th>h</th></tr></thead><tr><td>1</td></tr></table>",
            "<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<select><option>a<option>b</select>", "<select><option>a</option><option>b</option></select>"),
    ],
)
def test_what_a_browser_closes_is_closed(markup, expected, parser):
    assert body(markup, parser) == expected


def test_a_list_of_open_items_keeps_its_order():
    items = "".join(f"<dd>{n}<b>x</b>" for n in range(200))
    root = tree.parse(f"<dl>{items}</dl>")
    assert [dd.text for dd in root.iter("dd")] == [str(n) for n in range(200)]
    assert len(root.find(".//dl")) == 200


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("depth", [300, 20_000])
def test_what_is_too_deep_is_told_and_never_dropped(depth, parser):
    with pytest.raises(TooDeep):
        tree.parse("<div>" * depth + "deep", parser)


@pytest.mark.parametrize("parser", ALL)
def test_200_levels_are_read(parser):
    engine = engine_of(parser)
    assert engine.read["text"](engine.parse("<div>" * 200 + "deep"), ()) == "deep"


@pytest.mark.parametrize("parser", ALL)
@pytest.mark.parametrize(
    "markup", ["", "  \n", "<!-- only -->", "plain", "<", "<>", "\x00", "<a <b", "&#xD800;", "&#0;"]
)
def test_any_text_gives_a_tree(markup, parser):
    assert engine_of(parser).parse(markup).tag == "html"


@pytest.mark.parametrize("parser", ALL)
@pytest.mark.parametrize(
    "declared",
    ['<meta charset="gb2312">', '<?xml version="1.0" encoding="gb2312"?>', ' <?xml version="1.0"?>', "<?xml>", ""],
)
def test_a_page_is_read_whole_whatever_it_declares(declared, parser):
    page = f"{declared}<p>霸王别姬 镕 喆 € 😀</p><p>end</p>"
    for markup in (page, page.encode()):
        assert texts(engine_of(parser).parse(markup), parser) == ["霸王别姬 镕 喆 € 😀", "end"]


@pytest.mark.parametrize("parser", ALL)
def test_odd_characters_lose_nothing_behind_them(parser):
    engine = engine_of(parser)
    root = engine.parse("<p>a\x00b\x0bc\x1fd</p><p>end</p>")
    first, second = texts(root, parser)
    assert second == "end"
    assert [c for c in first if c.isalpha()] == list("abcd")
    assert "end" in engine.read["html"](root, ())


def test_soup_keeps_odd_names_as_well_as_a_tree_can():
    root = tree.parse('<a:b @click="x" 1st=2 data-x="3" class="p q">t</a:b>', "soup")
    assert root[0].attrib == {"_click": "x", "_1st": "2", "data-x": "3", "class": "p q"}


@pytest.mark.parametrize("parser", ALL)
def test_nothing_external_is_resolved(parser, tmp_path):
    (tmp_path / "secret").write_text("hush")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><p>&x;</p>'
    page += f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{tmp_path}/secret" parse="text"/>'
    engine = engine_of(parser)
    assert "hush" not in engine.read["html"](engine.parse(page), ())


@pytest.mark.parametrize("parser", ALL)
@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>'])
def test_entities_inside_each_other_do_not_grow(parser, head):
    """A billion laughs: ten levels of ten."""
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE html [<!ENTITY l0 "laugh">{entities}]>'
    page = f'{head}{doctype}<html><body><p>&l9;</p><p title="&l5;">end</p></body></html>'
    engine = engine_of(parser)
    with bounded(), little_memory():
        root = engine.parse(page)
        assert len(engine.read["html"](root, ())) < 2 * len(page) + 100
    assert texts(root, parser)[-1] == "end"
    assert "laughlaugh" not in engine.read["html"](root, ())


@pytest.mark.parametrize("parser", ALL)
def test_brothers_and_their_texts_take_time_that_grows_with_them(parser):
    with bounded(), little_memory():
        assert len(engine_of(parser).read["text"](engine_of(parser).parse("<b>x</b>y" * 30_000), ())) >= 30_000


def test_markup_is_written_as_html():
    element = tree.parse('<div class="a">x &amp; <br><b>y</b><!-- c --></div>tail')[0][0]
    assert html(element) == '<div class="a">x &amp; <br><b>y</b><!-- c --></div>'
    assert inner_html(element) == "x &amp; <br><b>y</b><!-- c -->"
    assert inner_html(tree.parse("<p title='>'></p>")[0][0]) == ""
    assert inner_html(tree.parse("<p title='>'>x</p>")[0][0]) == "x"


def test_soup_keeps_names_with_letters_that_xml_does_not_know():
    root = tree.parse("<aª µ=1 电影=2>x</aª><e\u0301>y", "soup")
    assert (root[0].tag, root[0].attrib, root[1].text) == ("a_", {"_": "1", "电影": "2"}, "y")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="its html.parser gives up nothing")
def test_what_soup_gives_up_is_told():
    with pytest.raises(Malformed, match="unknown status keyword"):
        tree.parse("<p>x<![foo[bar]]>", "soup")
    with pytest.raises(Malformed, match="BeautifulSoup gives it up: "):
        tree.parse(f"<a href='&#{'9' * 5000};", "soup")


@pytest.mark.parametrize("page", ["movies.html", "http://a.example/x", "<!--c--><?xml version='1.0'?><rss>", "a"])
def test_soup_warns_of_nothing(page):
    assert tree.parse(page, "soup").tag == "html"


def test_pages_inside_each_other_are_too_deep_as_well():
    with pytest.raises(TooDeep):
        tree.parse("<html>" * 5000, "soup")


@pytest.mark.parametrize("parser", ALL)
def test_a_number_without_end_is_no_character(parser):
    nines, zeros = "9" * 5000, "0" * 5000
    root = engine_of(parser).parse(f"<p title='&#{nines};'>&#{nines};&#{zeros}65;&#x{zeros}41;")
    assert texts(root, parser) == ["\ufffdAA"]
    assert engine_of(parser).attribute(engine_of(parser).css("p", is_page=True).first(root), "title") == "\ufffd"


@pytest.mark.parametrize("parser", ["lxml", "soup"])
def test_control_characters_in_templates_and_groups_stop_nothing(parser):
    engine = engine_of(parser)
    root = engine.parse("<template>\x01a</template><dl><dt id='\x02'>\x01<dd><dl><dt>b\x03</dl></dl>")
    (template,) = engine.css("template", is_page=True).find(root)
    assert engine.read["text"](template) == "\ufffda"
    groups = engine.groups(engine.css("dt, dd", is_page=True).find(root))
    assert "b" in "".join(engine.read["text"](group) for group in groups)
    assert engine.groups(engine.css("dl, dt", is_page=True).find(root))
