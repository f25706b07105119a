"""Feeds and sitemaps: XML without namespaces, with case, and never more than it says."""

# ruff: noqa: E501 - a case a line

import contextlib
import gzip
import json
import tracemalloc

import pytest

from scraper.config.load import load_config
from scraper.errors import Malformed, Reason, TooDeep, TooManyAttributes
from scraper.models import Failure, Page, Request
from scraper.parse.parser import Parser
from scraper.parse.trees import xml
from tests.conftest import FETCHED_AT, board, records

RSS = """
<?xml version="1.0" encoding="{0}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>茶</title><link>https://a.example/</link>
<item><title>One &amp; two</title><link>/1</link><dc:creator>镕</dc:creator>
  <pubDate>Thu, 22 Aug 2019 08:00:00 +0800</pubDate>
  <description><![CDATA[<p>Hello <b>you</b></p>]]></description><media:content url="/1.jpg" media:type="image"/></item>
<!-- gone --><item><title>Two</title><LINK>no</LINK></item>
</channel></rss>"""
FIELDS = """
    title: {css: title, required: true}
    link: {css: link, type: url}
    by: creator
    at: {css: pubDate, type: datetime, format: "%a, %d %b %Y %H:%M:%S %z"}
    text: {css: description, steps: [strip_tags]}
    image: {css: 'content[type="image"]', attr: url, type: url}
    up: {xpath: "../title"}
    markup: {css: content, get: html}
"""


@pytest.fixture
def read(tmp_path):
    """A function that reads a body as a kind with `parser: xml`."""

    def read(yaml, body, content_type="application/xml"):
        path = tmp_path / "feed.yaml"
        path.write_text(f"start_urls: [https://a.example/rss]\nparser: xml\n{yaml}", encoding="utf-8")
        (kind,) = load_config(path).kinds.values()
        body = body.encode() if isinstance(body, str) else body
        page = Page("https://a.example/rss", 200, (("Content-Type", content_type),), body, FETCHED_AT)
        return Parser(kind).parse(Request(page.url, kind=kind.name), page)

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_feed_is_read_without_namespaces_and_with_case(read, encoding):
    assert records(read(f"records:\n  each: item\n  fields:{FIELDS}", RSS.format(encoding).encode(encoding))) == [
        {
            "title": "One & two", "link": "https://a.example/1", "by": "镕", "at": "2019-08-22T08:00:00+08:00",
            "text": "Hello you", "image": "https://a.example/1.jpg", "up": "茶",
            "markup": '<content url="/1.jpg" type="image"/>',
        },
        dict.fromkeys(["title", "link", "by", "at", "text", "image", "up", "markup"]) | {"title": "Two", "up": "茶"},
    ]  # fmt: skip


def test_a_name_in_a_namespace_gives_way_to_the_plain_one(read):
    page = '<a xmlns:x="u"><b x:href="1" href="2"/><b href="3" x:href="4"/><x:B x:id="5">t<i/></x:B></a>'
    fields = "{hrefs: {css: b, attr: href, many: true}, id: {css: B, attr: id}, inner: {css: B, get: inner_html}}"
    assert records(read(f"records: {{fields: {fields}}}", page)) == [{"hrefs": ["2", "3"], "id": "5", "inner": "t<i/>"}]


def test_a_gzip_file_is_unpacked(read):
    body = gzip.compress(b"<urlset><url><loc>https://a.example/1</loc></url></urlset>", mtime=0)
    parsed = read("follow: [{css: url > loc}]", body, "application/gzip")
    assert [link.url for link in parsed.links] == ["https://a.example/1"]


def test_links_of_xml_are_texts_unless_an_attribute_is_named(read):
    page = '<feed><entry><link href="/1">no</link></entry><entry><link href="/2"/></entry></feed>'
    parsed = read("follow: [{css: link, attr: href}]", page)
    assert [link.url for link in parsed.links] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize(("name", "base"), [("xml:base", "https://b.example/x/"), ("base", "https://a.example/")])
def test_links_of_xml_are_read_against_the_base_of_the_document(read, name, base):
    page = f'<feed {name}="//b.example/x/" xmlns="http://www.w3.org/2005/Atom"><entry><link href="h"/></entry></feed>'
    parsed = read("records: {each: entry, fields: {l: {css: link, attr: href, type: url}}}", page)
    assert records(parsed)[0]["l"] == f"{base}h"


def test_a_link_may_be_a_text_of_html_too(parse):
    yaml = "start_urls: [https://a.example/]\nfollow: [{css: p, get: text}, {first_of: [{css: b, get: text}, a]}]"
    assert [link.url for link in parse(yaml, "<p>/1</p><a href=/2>no</a>").links] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<html><body><p>We are busy<br></body></html>",
        RSS.format("utf-8")[:-20],
        "<rss><item>&nbsp;</item></rss>",
        "<rss><item/></rss><rss/>",
        '<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>',
        gzip.compress(b"<r/>", mtime=0)[:-9],
        b"\x1f\x8bnothing",
        "<rss><item><title>你好</title></item></rss>".encode("gbk"),
        gzip.compress("<rss><item><title>你好</title></item></rss>".encode("gbk"), mtime=0),
        RSS.format("utf-8").encode()[:-200] + b"\xff" + RSS.format("utf-8").encode()[-200:],
        RSS.format("klingon").encode(),
    ],
)
@pytest.mark.parametrize(
    "rule", ["each: item, fields: {t: title}", "fields: {r: {regex: '<(.)'}, t: title, u: {value: x}}"]
)
@pytest.mark.parametrize("more", ["", "\nexpect: {allow_empty: true}"])
def test_what_is_no_xml_is_not_parsed_and_never_read_in_part(read, body, rule, more):
    failure = read(f"records: {{{rule}}}{more}", body)
    assert isinstance(failure, Failure)
    assert failure.reason == Reason.NOT_PARSED


def test_what_is_too_deep_is_told():
    assert xml.parse("<a>" * 200 + "</a>" * 200).tag == "a"
    with pytest.raises(TooDeep):
        xml.parse("<a>" * 300 + "</a>" * 300)


def test_thousands_of_attributes_are_refused_before_they_cost_time():
    names = " ".join(f'x:a{n}="1"' for n in range(20_000))
    with pytest.raises(TooManyAttributes):
        xml.parse(f'<r xmlns:x="u" {names}/>')


LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)) + "]>"


@pytest.mark.parametrize("body", [f"{LAUGHS}<r>&a9;</r>", f"{LAUGHS}<r x='&a9;'/>", f"{LAUGHS}<r>{'&a5;' * 50}</r>"])
def test_a_billion_laughs_fail_in_little_memory(body):
    tracemalloc.start()
    with pytest.raises(Malformed):
        xml.parse(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_a_gzip_bomb_is_stopped():
    with pytest.raises(Malformed, match="holds more than"):
        xml.unpacked(gzip.compress(bytes(xml.UNPACKED_MAX + 1), 1, mtime=0))


@pytest.mark.parametrize(
    "dtd", ['[<!ENTITY x SYSTEM "{0}">]', 'SYSTEM "{0}"', '[<!ENTITY % x SYSTEM "{0}"> %x;]', 'r PUBLIC "x" "{0}"']
)
def test_nothing_external_is_read(tmp_path, site, dtd):
    (tmp_path / "secret").write_text("<!ENTITY x 'hush'>hush")
    for place in (tmp_path / "secret", f"file://{tmp_path}/secret", f"{site.url}/secret"):
        include = f'<i xmlns="http://www.w3.org/2001/XInclude" href="{place}" parse="text"/>'
        for body in (
            f"<!DOCTYPE r {dtd.format(place)}><r>&x;{include}</r>",
            f"<!DOCTYPE r {dtd.format(place)}><r>{include}</r>",
        ):
            with contextlib.suppress(Malformed):
                assert "hush" not in xml.markup(xml.parse(body))
    assert site.asked() == []


def test_a_crawl_takes_its_urls_from_sitemaps(scraper, config, folder, site):
    urls = "".join(f"<url><loc>{site.url}/{n}</loc></url>" for n in range(3))
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    site.pages["/sitemap.xml"] = (
        200,
        {"Content-Type": "application/xml"},
        f"<sitemapindex><sitemap><loc>{site.url}/map.xml.gz</loc></sitemap></sitemapindex>",
    )
    packed = gzip.compress(f"{head}{urls}</urlset>".encode(), mtime=0)
    site.pages["/map.xml.gz"] = 200, {"Content-Type": "application/x-gzip"}, packed
    site.pages |= {f"/{n}": board((f"f{n}", n)) for n in range(3)}
    done = scraper(
        config(f"""
pages:
  map:
    start_urls: [{site.url}/sitemap.xml]
    parser: xml
    follow: [{{css: sitemap > loc, page: map}}, {{css: url > loc, page: film}}]
  film: {{records: {{each: dd, fields: {{title: a}}}}}}
settings: {{robotstxt_obey: false}}
""")
    )
    assert done.returncode == 0, done.stderr
    lines = (folder / "output/board.jsonl").read_text().splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["f0", "f1", "f2"]


FEED = b"""<rss xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:shop="http://shop.example/ns"><channel><item>
 <i:title>theirs</i:title><title>own</title><atom:link href="http://a.example/self"/><link>http://a.example/1</link>
 <dc:creator>Ann</dc:creator><shop:price>7</shop:price></item></channel></rss>"""


@pytest.mark.parametrize(
    ("selector", "value"),
    [("title", "own"), ("link", "http://a.example/1"), ("creator", "Ann"), ("itunes|title", "theirs"),
     ("dc|creator", "Ann"), ("shop|price", "7"), ("price", "7"), ("media|title", None), ("dc|title", None)],
)  # fmt: skip
def test_a_name_without_a_prefix_is_the_feeds_own_where_it_has_one(read, selector, value):
    yaml = f"records: {{each: item, fields: {{x: {{css: '{selector}'}}, y: title}}}}"
    assert records(read(yaml, FEED)) == [{"x": value, "y": "own"}]


def test_in_markup_no_prefix_is_shown_that_was_not_there(read):
    yaml = "records: {each: item, fields: {x: {css: 'dc|creator', get: html}, link: {css: 'atom|link', attr: href}}}"
    assert records(read(yaml, FEED)) == [{"x": "<creator>Ann</creator>", "link": "http://a.example/self"}]


def test_html_has_no_prefixes(mistake):
    config = "start_urls: [https://a.example/]\nrecords: {{each: item, fields: {{x: '{}'}}}}\n"
    assert "prefixes are for parser: xml" in mistake(config.format("itunes|title"))
    assert "is no CSS selector" in mistake(config.format("itunes|"))


SHOP = """<?xml version="1.0"?>
<rss xmlns:m="http://search.yahoo.com/mrss/" xmlns:p="https://a.example/price" xmlns:xlink="http://www.w3.org/1999/xlink">
<channel><item><m:title>other</m:title><title>one</title><p:price p:unit="EUR">5</p:price><price>6</price>
<link href="/plain" xlink:href="/linked"/><m:content url="/1.jpg"/><m:content url="/2.jpg"/></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://www.w3.org/1999/xhtml">
<entry><title>t</title><link href="/e"/><content><x:div><x:p>p</x:p></x:div></content></entry></feed>"""


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        (SHOP, "{css: s|price}", "5"),
        (SHOP, "{css: p|price}", "5"),
        (SHOP, "{css: price}", "6"),
        (SHOP, "{css: media|title}", "other"),
        (SHOP, "{css: m|title}", "other"),
        (SHOP, "{css: gone|title}", None),
        (SHOP, "{css: 's|*', many: true}", ["5"]),
        (SHOP, "{xpath: .//s:price}", "5"),
        (SHOP, "{xpath: .//price}", "6"),
        (SHOP, "{xpath: 's:price/@s:unit'}", "EUR"),
        (SHOP, "{xpath: 's:price/@unit'}", "EUR"),
        (SHOP, "{xpath: 'link/@href'}", "/plain"),
        (SHOP, "{xpath: 'link/attribute::xlink:href'}", "/linked"),
        (SHOP, "{xpath: 'media:content[2]/@url'}", "/2.jpg"),
        (SHOP, "{xpath: 'count(media:*)'}", 3),
        (SHOP, "{xpath: 'string(child::media:content[@url = \"/2.jpg\"]/preceding-sibling::media:title)'}", "other"),
        (SHOP, "{css: s|price, get: html}", '<p:price unit="EUR">5</p:price>'),
        (ATOM, "{css: atom|title}", "t"),
        (ATOM, "{css: title}", "t"),
        (ATOM, "{xpath: 'atom:title'}", "t"),
        (ATOM, "{xpath: '@*', many: true}", []),
        (ATOM, "{css: atom|p}", None),
        (ATOM, "{css: xhtml|p}", "p"),
    ],
)  # fmt: skip
def test_prefixes_are_those_of_the_config_those_that_everybody_knows_and_those_of_the_document(
    read, body, field, expected
):
    yaml = f"namespaces: {{s: https://a.example/price}}\nrecords: {{each: 'item, entry', fields: {{x: {field}, y: {{value: y}}}}}}"
    assert records(read(yaml, body))[0]["x"] == expected


def test_groups_of_siblings_know_their_documents_namespace(read):
    body = '<feed xmlns="http://www.w3.org/2005/Atom"><id>1</id><title>a</title><id>2</id><title>b</title></feed>'
    yaml = "records: {each: {css: id, with_siblings: true}, fields: {x: atom|title, y: {xpath: 'atom:title'}}}"
    assert records(read(yaml, body)) == [{"x": "a", "y": "a"}, {"x": "b", "y": "b"}]


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("parser: xml\nnamespaces: {'1a': 'https://a/'}", "a prefix is a name"),
        ("parser: xml\nnamespaces: {a: 'x y'}", "is no namespace, which is a URI"),
        ("namespaces: {a: 'https://a/'}", "names have no prefixes in what parser: html5 reads; say parser: xml"),
    ],
)
def test_namespaces_that_are_none_are_told(mistake, yaml, told):
    assert told in mistake(f"start_urls: [https://a.example/]\n{yaml}\nrecords: {{fields: {{a: h1}}}}\n")


def test_the_file_says_them_for_all_kinds_that_have_any(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(
        "namespaces: {a: https://a/}\npages:\n  one: {parser: xml, start_urls: [https://a.example/], records: {fields: {x: a|b}}}\n"
        "  two: {start_urls: [https://a.example/2], records: {fields: {x: b}}}\n"
    )
    kinds = load_config(path).kinds
    assert (kinds["one"].namespaces, kinds["two"].namespaces) == ((("a", "https://a/"),), ())
