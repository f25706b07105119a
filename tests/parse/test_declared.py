"""What a page declares of its encoding, found as Chromium finds it; each case is held against a real one."""

import time

import pytest

from scraper.parse.encodings import declared
from tests.conftest import NO_CHROMIUM
from tests.support.oracle import oracle

RIGHT, WRONG = b"<meta charset=koi8-r>", b"<meta charset=big5>"
PRAGMA = b"<meta http-equiv=%s content='%s'>"
PAGES = [
    # a declaration and its neighbours
    (RIGHT, "koi8-r"),
    (b"<META CHARSET=KOI8-R>", "koi8-r"),
    (b"<meta charset=' koi8-r '>", "koi8-r"),
    (b"<meta charset='koi8&#45;r'>", "koi8-r"),
    (b"<meta charset='koi8-r'/>", "koi8-r"),
    (b"<meta/charset=koi8-r/>", None),
    (b"<metax charset=koi8-r>", None),
    (b"<meta charset=koi8-r ", None),
    (b"<meta charset=big5 charset=koi8-r>", "koi8-r"),
    (PRAGMA % (b"Content-Type", b"text/html; charset=koi8-r"), "koi8-r"),
    (b"<meta content='text/html; charset=koi8-r' http-equiv=content-type>", "koi8-r"),
    (b"<meta content='text/html; charset=koi8-r'>", None),
    (PRAGMA % (b"refresh", b"text/html; charset=koi8-r"), None),
    (PRAGMA % (b"content-type", b"text/html; charset = \"koi8-r\" x"), "koi8-r"),
    (PRAGMA % (b"content-type", b"text/html; charset=\"koi8-r"), None),
    (PRAGMA % (b"content-type", b"charsetx; charset=koi8-r"), "koi8-r"),
    (PRAGMA % (b"content-type", b"text/html charset=koi8-r"), "koi8-r"),
    (b"<meta charset=koi8-r http-equiv=content-type content='text/html; charset=big5'>", "koi8-r"),
    (b"<meta http-equiv=content-type content='text/html; charset=big5' charset=koi8-r>", "koi8-r"),
    # a label that nobody knows, and what nobody reads a page byte by byte in
    (b"<meta charset=klingon>" + RIGHT, "koi8-r"),
    (b"<meta charset=klingon><meta charset=''>" + RIGHT, "koi8-r"),
    (b"<meta charset=klingon http-equiv=content-type content='text/html; charset=koi8-r'>", None),
    (b"<meta charset=utf-16>", "utf-8"),
    (b"<meta charset=utf-16be>", "utf-8"),
    (b"<meta charset=x-user-defined>", "windows-1252"),
    (b"<meta charset=hz-gb-2312>", "replacement"),
    # where it stands
    (b"<!-- " + WRONG + b" -->" + RIGHT, "koi8-r"),
    (b"<!-->" + RIGHT + b"<!-- -->", "koi8-r"),
    (b"<!--->" + RIGHT + b"<!-- -->", "koi8-r"),
    (b"<!-- x --!>" + RIGHT + b"<!-- -->", "koi8-r"),
    (b"<!--!>" + WRONG + b"-->" + RIGHT, "koi8-r"),
    (b"<!-- " + RIGHT, None),
    (b"<?php '" + WRONG + b"' ?>" + RIGHT, "koi8-r"),
    (b"</ " + WRONG + RIGHT, "koi8-r"),
    (b"<!DOCTYPE html SYSTEM '>" + WRONG + b"'>" + RIGHT, "big5"),
    (b"<script>'" + WRONG + b"'</script>", None),
    (b"<script>'" + WRONG + b"'</script>" + RIGHT, "koi8-r"),
    (b"<script><!--<script></script>'" + WRONG + b"'--></script>" + RIGHT, "koi8-r"),
    (b"<script><!--<script>--></script>" + RIGHT, "koi8-r"),
    (b"<script><!--></script>" + RIGHT + b"<!--", "koi8-r"),
    (b"<style>" + WRONG + b"</style>" + RIGHT, "koi8-r"),
    (b"<title>" + WRONG + b"</title>" + RIGHT, "koi8-r"),
    (b"<title>" + WRONG + b"</titlex></TITLE >" + RIGHT, "koi8-r"),
    (b"<noscript>" + RIGHT + b"</noscript>", "koi8-r"),
    *((b"<%s>%s</%s>" % (tag, RIGHT, tag), None) for tag in (b"textarea", b"iframe", b"xmp", b"noframes", b"noembed")),
    *((b"<%s>%s</%s>" % (tag, RIGHT, tag), "koi8-r") for tag in (b"template", b"svg", b"select", b"p", b"custom-x")),
    (b"<plaintext>" + RIGHT, None),
    (b"<svg><![CDATA[" + RIGHT + b"]]></svg>", None),
    (b"<a title='" + RIGHT + b"'>", None),
    (b"<a title=\"a>b\" x=y'z>" + RIGHT, "koi8-r"),
    (b"a < b <3 <" + RIGHT, "koi8-r"),
    # how far it is looked for
    (b"<head><style>" + b"x" * 9000 + b"</style>" + RIGHT, "koi8-r"),
    (b"<!--" + b"x" * 9000 + b"-->" + RIGHT, "koi8-r"),
    (b"<script>" + b"x" * 300_000 + b"</script>" + RIGHT, "koi8-r"),
    (b"\n" * 5000 + RIGHT, "koi8-r"),
    (b"<body><p>" + b"x" * 900 + RIGHT, "koi8-r"),
    (b"<body><p>" + b"x" * 1100 + RIGHT, None),
    (b"<body>" + b"x" * (1023 - 6) + RIGHT, "koi8-r"),
    (b"<body>" + b"x" * (1024 - 6) + RIGHT, None),
    (b"<head></head>" + b" " * 1100 + RIGHT, None),
    (b"<head></head>" + b" " * 100 + RIGHT, "koi8-r"),
    (b"<p>" + b"x" * 900 + b"<a title='" + b"y" * 500 + b"'>" + RIGHT, None),
    # XML's declaration
    (b"<?xml version='1.0' encoding='koi8-r'?>", "koi8-r"),
    (b"<?xml version='1.0' encoding = \"koi8-r\" ?>", "koi8-r"),
    (b" <?xml version='1.0' encoding='koi8-r'?>", None),
    (b"<?xml version='1.0' encoding=koi8-r?>", None),
    (b"<?xml version='1.0' encoding='big5'?>" + RIGHT, "koi8-r"),
    (b"<?xml version='1.0' encoding='klingon'?>" + RIGHT, "koi8-r"),
    (b"<?xml version='1.0' encoding='utf-16'?>", "utf-8"),
]  # fmt: skip
HEADERS = [
    ("text/html; charset=big5", "big5"),
    ('text/html; charset="big5"', "big5"),
    ("text/html;charset=BIG5 ", "big5"),
    ("text/html; x=y; charset=big5", "big5"),
    ("text/html; charset=big5; charset=euc-kr", "big5"),
    ("text/html; charset=big5, text/html; charset=euc-kr", "euc-kr"),
    ("text/html; charset=big5, text/html", "big5"),
    ("text/html; charset=utf-16", "utf-16le"),
    ("text/html; charset=x-user-defined", "x-user-defined"),
    ("text/html; charset=iso-2022-kr", "replacement"),
    ("text/html; charset=klingon", None),
    ("text/html; charset=utf-7", None),
    ("text/html; charset='big5'", None),
    ("text/html; charset = big5", None),
    ("text/html; charset=", None),
    ("text/html charset=big5", None),
    ("text/html", None),
]


@pytest.mark.parametrize(("page", "encoding"), PAGES)
def test_a_declaration_counts_where_it_is_one(page, encoding):
    assert declared.of_page(page + b"\n\xc4\xe3") == encoding


@pytest.mark.parametrize(("line", "encoding"), HEADERS)
def test_a_header_names_an_encoding_as_a_mime_type_does(line, encoding):
    assert declared.of_header(line) == encoding


@pytest.mark.parametrize(
    "page",
    [
        b"""{"html": "<meta charset='big5'>"}""",
        b"""\n[ {"a": "<meta charset='big5'>"}]""",
        b"""["<meta charset='big5'>"]""",
        b"""[1, "<meta charset='big5'>"]""",
    ],
)
def test_json_declares_nothing(page):
    assert declared.of_page(page) is None


def test_text_in_brackets_is_no_json():
    assert declared.of_page(b"[news]" + RIGHT) == declared.of_page(b"{{ title }}" + RIGHT) == "koi8-r"


@pytest.mark.parametrize(
    "page",
    [
        b"<" * 1_000_000, b"<!--" * 250_000, b"<a " * 300_000, b"<script>" + b"<!--<script " * 80_000,
        b"<a b='" * 100_000, b"<b>" * 300_000, b"</" * 500_000, b"<!" * 500_000,
        b"<title>" + b"</title" * 150_000, b"<meta charset" * 80_000, b"<meta " + b"charset=x " * 100_000 + b">",
        b"<meta content='" + b"charset" * 100_000 + b"'>", b"<meta content='" + b"charset " * 100_000 + b"'>",
        b"<?xml" + b" encoding" * 100_000, b"<a" + b" " * 1_000_000, b"<a " + b"=" * 1_000_000,
    ],
)  # fmt: skip
def test_the_scan_takes_time_in_proportion(page):
    start = time.perf_counter()
    assert declared.of_page(page) is None
    assert time.perf_counter() - start < 2


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_finds_the_same_declarations():
    def of(encoding):
        """Return an encoding, None for those that Chromium guesses: a page that declares nothing is in one of them."""
        return None if encoding in ("gbk", "windows-1252") else encoding

    cases = [(page, "text/html", of(encoding)) for page, encoding in PAGES]
    cases += [(RIGHT, line, encoding or "koi8-r") for line, encoding in HEADERS]
    with oracle() as chromium:
        told = [of(chromium.encoding(page + b"\n\xc4\xe3\xba\xc3", line)) for page, line, _ in cases]
    wrong = [(*case, name) for case, name in zip(cases, told, strict=True) if case[2] != name]
    assert not wrong
