"""Tags of thousands of attributes are found before a parser reads them, and nothing else is taken for one."""

# ruff: noqa: E501 - a form a line

import pytest

from scraper.errors import TooManyAttributes
from scraper.parse.trees.attributes import MAX_ATTRIBUTES, check_attributes
from scraper.parse.trees.parsers import engine_of
from tests.support.fuzzing import bounded

MANY = 20_000
FORMS = {
    "bare": "a{} ", "with a value": "a{}=1 ", "by slashes": "/a{}", "touching": 'a{}="x"', "in single quotes": "a{}='x'",
    "with > in quotes": 'a{}="<p>" ', "with > in single quotes": "a{}='</p>'", "over lines": "a{}\n=\r\n'1'\t",
    "named =": "={} ", "named <": "<a{} ", "named by a quote": '"{} ', "a quote in a value": 'a{}=x"y ',
    "both quotes": "a{}='\">' b{}=\">'\" ", "with =\" in values": "a{}='=\"' b{}=\"x ='\" ", "in UTF-8": "电影{}=霸王别姬 ",
}  # fmt: skip
TAGS = {"a tag": "<div {}>x", "an end tag": "<p>x</p {}>", "a script": "<script {}>x</script>", "the last one": "<p {}"}
NOT_TAGS = {
    "text": "{}", "a script": "<script>if (a<b {}</script>", "a comment": "<!-- <b {}-->", "style": "<STYLE><b {}</Style>",
    "a script in a comment": "<!--<script>--><p>x<!-- <b {}-->", "a textarea": "<textarea><p {}</textarea>",
}  # fmt: skip
PARAGRAPHS = "<p class='a'>x</p>" * 5_000


def page(frame, form="a{} ", count=MANY):
    return (
        PARAGRAPHS + frame.replace("{}", "".join(map(form.format, range(count), range(count)))) + "<p>x</p>"
    ).encode()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_many_attributes_are_found_in_whatever_form(form):
    with pytest.raises(TooManyAttributes, match="more than 1000"):
        check_attributes(page("<div {}>", form.replace("b{}", "b{1}").replace("a{}", "a{0}").replace("{}", "{0}")))


@pytest.mark.parametrize("frame", TAGS.values(), ids=TAGS)
def test_many_attributes_are_found_in_whatever_tag(frame):
    with pytest.raises(TooManyAttributes):
        check_attributes(page(frame))


@pytest.mark.parametrize("quote", ["'", '"'])
def test_every_place_that_is_looked_at_may_lie_in_a_value(quote):
    attributes = "".join(f"a{n:05}={quote}{'>' * 54}{quote} " for n in range(MANY))
    tag = ("<p>x" + " " * 90)[:64] * 2000 + "<p" + " " * 30 + attributes + ">"
    assert tag.index("a00000") % 64 == 32, "so is each multiple of 64 in the middle of a value"
    with pytest.raises(TooManyAttributes):
        check_attributes(tag.encode())


@pytest.mark.parametrize(
    "hidden", ["<title><script></title>", "<!--<script>-->", "<!--><script x></script>", "<script/>a</script>"]
)
def test_nothing_hides_them(hidden):
    with pytest.raises(TooManyAttributes):
        check_attributes(page(hidden + "<p {}>"))


@pytest.mark.parametrize("frame", NOT_TAGS.values(), ids=NOT_TAGS)
def test_what_is_no_tag_has_no_attributes(frame):
    check_attributes(page(frame))


def test_as_many_as_are_allowed_are_read():
    tags = [page("<div {}>x</div>" * 20, count=count) for count in (MAX_ATTRIBUTES - 1, MAX_ATTRIBUTES)]
    for html in tags:
        check_attributes(html)
    check_attributes(b"<p " + b" ".join(b"a%d" % n for n in range(5000)) + b">a short page is read in any case")


@pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])
def test_no_parser_is_given_them(parser):
    with pytest.raises(TooManyAttributes):
        engine_of(parser).parse(page("<div {}>x"))


@pytest.mark.parametrize("piece", [b"<", b"<!--", b"=", b"/ ", b"<" * 16_000 + b'"'])
def test_a_long_page_is_looked_at_in_time_that_grows_with_it(piece):
    with bounded():
        check_attributes(b"<p " + piece * (10_000_000 // len(piece)))
