"""`visible: true`: what a page hides by its own markup is no part of a text; each parser of HTML sees the same."""

import pytest

HIDDEN = {
    '<p><span style="display:none">0001</span>4</p>': "4",
    "<p><b hidden>7</b>4</p>": "4",
    '<p><b hidden="until-found">7</b>4</p>': "4",
    '<p><b hidden style="display: block">7</b>4</p>': "74",
    '<p><b style="color:red; DISPLAY : NONE !important; display: block">7</b>4</p>': "4",
    '<p><b style="display:none;display:inline">7</b>4</p>': "74",
    '<p><b style="/* display:none */ x: y">7</b>4</p>': "74",
    '<p><b style="visibility:hidden">7</b>4<i style="visibility: collapse">5</i></p>': "4",
    '<p><b aria-hidden="true">7</b>4</p>': "74",
    '<p>a<b style="display:none">x<i>y</i></b>b</p>': "ab",
    "<p>a<noscript>x</noscript><style>y</style><script>z</script>b</p>": "ab",
    "<div>a<dialog>x</dialog><dialog open>y</dialog></div>": "a y",
    "<div>a<datalist><option>x</option></datalist><video>get a browser</video></div>": "a",
    "<div><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></div>": "漢kan",
    "<div><details><summary>more</summary>inside</details></div>": "more inside",
}


@pytest.mark.parametrize("markup", HIDDEN)
@pytest.mark.parametrize("get", ["text", "lines"])
def test_what_is_hidden_is_left_out_where_that_is_said(fields, value, get, markup):
    page = f"<!doctype html><body><section>{markup}</section></body>"
    for field in ("{css: 'section > *', get: %s, visible: true}", "{css: section, get: %s, visible: true}"):
        assert value(field % get, page).replace("\n", " ") == HIDDEN[markup]
        assert fields(f"t: {field % get}", page, each="body")[0]["t"].replace("\n", " ") == HIDDEN[markup]


def test_it_is_text_where_it_is_not_said(value):
    assert value("{css: p}", '<p><span style="display:none">0001</span>4</p>') == "00014"


def test_a_number_is_read_of_what_is_seen(value):
    markup = '<p><span style="display:none">0001</span>4</p><p>5<b hidden>,000</b></p>'
    assert value("{css: p, visible: true, type: int, many: true}", markup) == [4, 5]
    assert value("{css: 'p + p', type: int}", markup) == 5000


def test_what_is_asked_for_itself_is_read(value):
    assert value("{css: p, visible: true}", '<p hidden>a<b hidden="">x</b></p>') == "a"


@pytest.mark.parametrize("taken", ["attr: id", "get: html", "get: own_text", "get: exists"])
def test_it_goes_with_the_text_of_elements(mistake, taken):
    yaml = f"start_urls: ['http://a/']\nrecords: {{fields: {{a: {{css: p, {taken}, visible: true}}}}}}\n"
    assert "visible leaves hidden parts out of a text" in mistake(yaml)


def test_nothing_is_hidden_in_xml_and_where_there_are_no_elements(mistake):
    xml = "parser: xml\nstart_urls: ['http://a/']\nrecords: {fields: {a: {css: p, visible: true}}}\n"
    assert "nothing is hidden in what parser: xml reads" in mistake(xml)
    text = "start_urls: ['http://a/']\nrecords: {fields: {a: {regex: p, visible: true}}}\n"
    assert "visible takes from elements, and there are none here" in mistake(text)
