"""Character references mean what their place says: a text, an attribute, a script."""

import json
import random
from html import escape
from html.entities import html5

import pytest

from scraper.parse.encodings.references import Cut, in_attribute, in_text, resolved, spelled_out, taken
from scraper.parse.encodings.scan import Kind, tokens
from scraper.parse.selectors.select import Clock, Regex
from tests.conftest import NO_CHROMIUM, records
from tests.support.oracle import oracle

LINK = '<a href="/x?a=1&copy=2&region=3">Tea &copy=&amp;lt; &notit;</a>'


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("&amp;", "&", "&"),
        ("&amp", "&", "&"),
        ("&copy=", "©=", "&copy="),
        ("&copyx", "©x", "&copyx"),
        ("&copy1", "©1", "&copy1"),
        ("&copy ", "© ", "© "),
        ("&copy;=", "©=", "©="),
        ("&copy&reg", "©®", "©®"),
        ("&notit;", "¬it;", "&notit;"),
        ("&notin;", "∉", "∉"),
        ("&notin", "¬in", "&notin"),
        ("&region=3", "®ion=3", "&region=3"),
        ("&lang=de", "&lang=de", "&lang=de"),
        ("&NotEqualTilde;", "≂̸", "≂̸"),
        ("&nosuch; & &; &# &#; &#x; &#xg", "&nosuch; & &; &# &#; &#x; &#xg", "&nosuch; & &; &# &#; &#x; &#xg"),
        ("&#65&#x41;&#X41=", "AAA=", "AAA="),
        ("&#128;&#150;&#x9f;", "€–Ÿ", "€–Ÿ"),
        ("&#129;&#1;&#xfffe;&#13;", "\x81\x01\ufffe\r", "\x81\x01\ufffe\r"),
        ("&#0;&#xd800;&#x110000;", "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd"),
        (f"&#{'9' * 5000};&#{'0' * 5000}65;&#x{'f' * 5000};", "\ufffdA\ufffd", "\ufffdA\ufffd"),
        ("&#x1F600;", "😀", "😀"),
        ("&amp;lt;", "&lt;", "&lt;"),
    ],
)
def test_a_reference_is_resolved_as_the_standard_says(source, text, value):
    assert in_text(source) == text
    assert in_attribute(source) == value


@pytest.mark.parametrize(
    ("selection", "page", "value"),
    [
        # an attribute
        ("{regex: 'href=\"(.*?)\"'}", LINK, "/x?a=1&copy=2&region=3"),
        ("{css: a, attr: href}", LINK, "/x?a=1&copy=2&region=3"),
        ("{regex: '(/x.*?copy)='}", LINK, "/x?a=1&copy"),
        ("{css: a, get: html, regex: 'href=\"(.*?)\"'}", LINK, "/x?a=1&copy=2&region=3"),
        ("{regex: 'data-p=\"(.*?)\"', json: t}", '<p data-p="{&quot;t&quot;:1}">', 1),
        ("{regex: \"data-p='(.*?)'\", json: t}", "<p data-p='{\"t\":\"&amp;lt=1\"}'>", "&lt=1"),
        ("{regex: 'title=\"(.*?)\"'}", '<a title="&lt;b&gt; &eacute;">', "<b> é"),
        # a text
        ("{regex: '>(Tea .*?)<'}", LINK, "Tea ©=&lt; ¬it;"),
        ("{css: a}", LINK, "Tea ©=&lt; ¬it;"),
        ("{regex: '<title>(.*?)</title>'}", "<title>A &amp; B &copy=<b></title>", "A & B ©=<b>"),
        # both
        ("{regex: '<a(.*)</a>'}", '<a href="?b&lt=1">&lt=1</a>', 'href="?b&lt=1"><=1'),
        # neither
        ("{regex: 'u = \"(.*?)\"'}", '<script>u = "?a=1&copy=2&amp;b"</script>', "?a=1&copy=2&amp;b"),
        ("{regex: '(\\{.*\\})', json: t}", '<script>x = {"t": "&quot;"}</script>', "&quot;"),
        ("{regex: 'u:(.*?);'}", "<style>u:&copy;</style>", "&copy"),
        ("{regex: '<!-- (.*?) -->'}", "<!-- &copy; -->", "&copy;"),
        ("{regex: '\"t\": \"(.*?)\"'}", '{"t": "&lt;p&gt;"}', "&lt;p&gt;"),
        # what was read as markup stays markup
        ("{css: p, get: inner_html}", "<p>&lt;b&gt;</p>", "&lt;b&gt;"),
    ],
)  # fmt: skip
def test_a_field_resolves_references_by_where_they_stand(parse, selection, page, value):
    yaml = f"start_urls: [https://a.example/]\nrecords: {{fields: {{v: {selection}}}}}\n"
    assert records(parse(yaml, page)) == [{"v": value}]


def test_items_of_a_regex_know_where_they_stand(parse):
    rows = "".join(f'<li><a href="?q={n}&copy={n}">&copy={n}</a></li>' for n in range(3))
    page = f"<script>'<li><a href=\"?&lt\">&lt;</a></li>'</script><ul>{rows}</ul>"
    fields = "{href: {regex: 'href=\"(.*?)\"'}, text: {regex: '\">(.*?)<'}, both: {group: [h, t]}}"
    each = """{regex: '<li><a href="(?P<h>.*?)">(?P<t>.*?)</a></li>'}"""
    found = records(parse(f"start_urls: [https://a.example/]\nrecords: {{each: {each}, fields: {fields}}}\n", page))
    assert [record["href"] for record in found] == ["?&lt", "?q=0&copy=0", "?q=1&copy=1", "?q=2&copy=2"]
    assert [record["text"] for record in found] == ["&lt;", "©=0", "©=1", "©=2"]


def test_links_of_a_regex_keep_their_query(parse):
    yaml = "start_urls: [https://a.example/]\nfollow: [{regex: 'href=\"(.*?)\"'}]"
    page = LINK + '<a href="/y?a=1&amp;sect=2"><a href="/z?a=1&times=3&lt;">'
    assert [link.url for link in parse(yaml, page).links] == [
        "https://a.example/x?a=1&copy=2&region=3",
        "https://a.example/y?a=1&sect=2",
        "https://a.example/z?a=1&times=3%3C",
    ]


def test_a_cut_of_a_cut_knows_the_source():
    clock, source = Clock(5), '<p title="xx&copy=1 yy&copy;">&copy=1</p>'
    (value,) = Regex('title="(.*?)"').cuts(source, clock)
    (part,) = Regex("x&copy.").cuts(value, clock)
    assert isinstance(part, Cut)
    assert resolved(part, clock.left) == "x&copy="
    (end,) = Regex("yy.*").cuts(value, clock)
    assert resolved(end, clock.left) == "yy©"
    assert type(resolved(end, clock.left)) is str
    assert type(taken(next(Regex("xx").matches(source, clock)))) is str


def test_what_holds_no_reference_is_left_out_of_the_walk_and_nothing_else():
    pieces = [
        "<",
        "a",
        "&",
        "'",
        '"',
        ">",
        "=",
        "/",
        " ",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<title>",
        "</title>",
    ]
    pieces += ["b", "\n", "<!", "-", "!", "<?", "<plaintext>", "<STYLE >", "</style\t>"]
    seed = random.Random(3)
    for _ in range(20_000):
        source = "".join(seed.choices(pieces, k=seed.randrange(25)))
        walked = [token for token in tokens(source) if "&" in source[token.start : token.end]]
        assert [t for t in tokens(source, referring=True) if "&" in source[t.start : t.end]] == walked, source


def test_a_walk_covers_a_page():
    page = "<p a='<b>'>x<!-- <b> --></p ><script>1</scripty></script>&<title>&"
    found = [(token.kind, page[token.start : token.end]) for token in tokens(page)]
    assert found == [
        (Kind.START, "<p a='<b>'>"), (Kind.RAW, "<!-- <b> -->"), (Kind.END, "</p >"), (Kind.START, "<script>"),
        (Kind.RAW, "1</scripty>"), (Kind.END, "</script>"), (Kind.START, "<title>"), (Kind.REFERRING, "&"),
    ]  # fmt: skip


# --------------------------------------------------------------------------- Chromium


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_resolves_the_same_references():
    names = sorted({name.removesuffix(";") for name in html5})
    sources = [f"&{name}{end}" for name in names for end in (";", "", "=1", "x", "1;", "&amp")]
    sources += [
        f"&#{number}{end}" for number in (*range(300), 0xD800, 0xFFFE, 0x1FFFF, 0x110000) for end in (";", "", "=")
    ]
    sources += [f"&#x{number:x}{end}" for number in range(0x70, 0x110) for end in (";", "", "g")]
    sources = [source for source in sources if source.rstrip(";=g") not in ("&#13", "&#10", "&#xd", "&#xa")]
    page = "".join(f'<p title="{source}">{source}</p>\n' for source in sources)
    with oracle() as chromium:
        chromium.show(page.encode(), "text/html; charset=utf-8")
        got = chromium.ask("() => [...document.querySelectorAll('p')].map(p => [p.title, p.textContent])")
        chromium.show(spelled_out(page).encode(), "text/html; charset=utf-8")
        spelled = chromium.ask("() => [...document.querySelectorAll('p')].map(p => [p.title, p.textContent])")
    mine = [[in_attribute(source), in_text(source)] for source in sources]
    assert [(source, a, b) for source, a, b in zip(sources, mine, got, strict=True) if a != b] == []
    assert spelled == got


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_sees_references_at_the_same_places():
    pieces = ["<b>", "</b>", "<i title='", '<i title="', "<i x=", "'", '"', ">", " ", "&copy", "&amp;lt;", "=",
              "<!--", "-->", "<script>", "</script>", "<title>", "</title>", "<style>", "</style>", "<textarea>",
              "</textarea>", "a", "<xmp>", "</xmp>", "<!", "</", "<?", "/"]  # fmt: skip
    seed = random.Random(5)
    pages = ["<p>" + "".join(seed.choices(pieces, k=seed.randrange(1, 14))) for _ in range(3000)]
    script = """([pages]) => pages.map(page => {
        const read = new DOMParser().parseFromString(page, 'text/html'), found = [];
        for (const node of read.querySelectorAll('*')) {
            for (const attribute of node.attributes) found.push(attribute.value);
            for (const child of node.childNodes) if (child.nodeType == 3) found.push(child.data);
        }
        return found;
    })"""
    with oracle() as chromium:
        chromium.show(b"")
        got, spelled = chromium.ask(script, pages), chromium.ask(script, list(map(spelled_out, pages)))
    differ = [page for page, a, b in zip(pages, got, spelled, strict=True) if a != b]
    assert differ == []


def test_a_page_that_is_spelled_out_reads_the_same_a_second_time():
    page = f"<p title='{escape(json.dumps(LINK))}'>{LINK}&nbsp;</p>"
    assert spelled_out(spelled_out(page)) == spelled_out(page)
