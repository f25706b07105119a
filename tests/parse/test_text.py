"""The text of an element, as a browser shows it."""

import pytest

from scraper.parse.trees.parsers import engine_of

pytestmark = pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])


def read(get, markup, parser, without=None):
    """Return what is read of the first element of a body, without the elements that a selector finds."""
    engine = engine_of(parser)
    element = engine.css("body > *", is_page=True).first(engine.parse(f"<body>{markup}"))
    return engine.read[get](element, frozenset(engine.css(without).find(element)) if without else ())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p><i>9.</i><i>6</i></p>", "9.6"),
        ("<p> a\n\t b&nbsp;\u3000c </p>", "a b c"),
        ("<p>a<br>b</p>", "a b"),
        ("<div>a<p>b</p>c<span>d</span>e</div>", "a b cde"),
        ("<ul><li>1<li>2</ul>", "1 2"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2 3"),
        ("<div>a<script>x</script><style>y</style><noscript>z</noscript><template>t</template>b</div>", "ab"),
        ("<div>a<!-- comment --><?pi x?>b</div>", "ab"),
        ("<div></div>", ""),
        ("<script>var a = 'x  y';\n</script>", "var a = 'x  y';"),
        ("<p>line\u2028separator</p>", "line separator"),
        ("<template><b>t</b> u</template>", "t u"),
        ("<p><!-- c -->one</p>", "one"),
        ("<p><b><i></i></b></p>", ""),
        ("<p>a<b>b <i> c</i></b><!-- x --><u>d</u> </p>", "ab cd"),
        ("<p>a<b>b<i><br></i></b>c</p>", "ab c"),
        ("<p>a<b>b<script>x</script></b>c<i><template>t</template></i></p>", "abc"),
        ("<div>a<b><i>b</i></b><span>c<p>d</p></span>e</div>", "abc d e"),
    ],
)
def test_inline_edges_are_nothing_and_blocks_stand_apart(markup, expected, parser):
    assert read("text", markup, parser) == expected


def test_lines_break_at_br_and_at_block_edges_and_nowhere_else(parser):
    markup = "<div>a\nb<br>c <p> d </p><p></p>e<span>f</span><ul><li>1<li>2</ul></div>"
    assert read("lines", markup, parser).split("\n") == ["a b", "c", "d", "ef", "1", "2"]


def test_own_text_is_what_stands_in_the_element_itself(parser):
    assert read("own_text", "<div>a <b>bold</b> c<br>d<p>p</p>e</div>", parser) == "a c d e"


def test_text_below_the_elements_left_out_is_not_read(parser):
    assert read("text", "<div>a<p>b</p>c</div>", parser, without="p") == "ac"
    assert read("lines", "<div>a<p>b</p>c</div>", parser, without="p") == "ac"
