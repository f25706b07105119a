"""MHTML as Chromium writes it: the first page counts, in its own encoding."""

import quopri
from pathlib import Path

import pytest

from scraper.errors import ReplayError
from scraper.fetch.mhtml import read_mhtml
from scraper.parse.encodings.encoding import decode
from scraper.parse.trees import html5
from scraper.parse.trees.parsers import engine_of

HEAD = """From: <Saved by Blink>\r
Snapshot-Content-Location: http://site.example/list\r
Date: Thu, 1 Jan 2026 00:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html";\r
\tboundary="----b"\r
\r
"""


def part(body, kind="text/html", location="http://site.example/list", coding="quoted-printable"):
    body = quopri.encodestring(body) if coding == "quoted-printable" else body
    place = f"Content-Location: {location}\r\n" if location else ""
    head = f"------b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n{place}\r\n"
    return head.encode() + body + b"\r\n"


def read(*parts):
    data = HEAD.encode() + b"".join(parts) + b"------b--\r\n"
    return read_mhtml(Path("a.mhtml"), data, 5.0)


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "utf-16-le", "utf-16-be"])
def test_the_first_page_is_read_in_the_encoding_of_its_meta(charset):
    text = f"<html><meta charset={charset}><p>霸王别姬 = 1</p><a href='http://x/?a=b'>"
    frame = part(b"<p>frame", location="cid:frame-1@mhtml.blink")
    page = read(part(b"body {}", "text/css"), part(text.encode(charset)), frame)
    assert decode(page.body, page.header("content-type")).text.rstrip() == text
    assert (page.url, page.status, page.fetched_at) == ("http://site.example/list", 200, 1767225600)


def test_frames_behind_it_ends_of_lines_and_references_change_no_text():
    text = "<html><meta charset=gbk><pre>a\r\nb</pre><p>&#128512;</p>"
    page = read(part(text.encode("gbk")), part(b"<p>of srcdoc", location=""), part(b"<p>frame", location="cid:f@m"))
    engine = engine_of("html5")
    root = engine.parse(decode(page.body, page.header("content-type")).text)
    assert [html5.text(engine.css(each, is_page=True).first(root)) for each in ("pre", "p")] == ["a b", "\U0001f600"]


def test_a_page_without_a_place_has_that_of_the_whole():
    assert read(part(b"<p>x", location="")).url == "http://site.example/list"


def test_a_file_without_a_page_says_so_and_one_of_another_name_is_none():
    with pytest.raises(ReplayError, match="expected an MHTML with a page of HTML"):
        read(part(b"x", "image/png"))
    assert read_mhtml(Path("a.html"), b"<p>", 0.0) is None
