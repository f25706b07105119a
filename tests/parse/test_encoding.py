"""The ladder by which bytes become text: no character is lost where the bytes are valid."""

from encodings.aliases import aliases

import pytest

from scraper.parse.encoding import canonical_encoding, decode


@pytest.mark.parametrize(
    ("body", "content_type", "override", "text"),
    [
        ("霸王别姬".encode(), "text/html; charset=utf-8", None, "霸王别姬"),
        ("霸王别姬".encode(), None, None, "霸王别姬"),
        ("朱镕基 陶喆 €".encode("gb18030"), "text/html; charset=gb2312", None, "朱镕基 陶喆 €"),
        ("<meta charset=gbk>喆".encode("gb18030"), None, None, "<meta charset=gbk>喆"),
        ("你好世界".encode("gbk"), None, None, "你好世界"),
        ("<meta charset=utf-8>你好".encode("gbk"), None, None, "<meta charset=utf-8>你好"),
        ("<meta charset=utf-8>你好".encode("gbk"), "text/html; charset=utf-8", None, "<meta charset=utf-8>你好"),
        ("<meta charset=gbk>你好".encode(), "text/html; charset=utf-8", None, "<meta charset=gbk>你好"),
        ("<meta charset=gbk>你好".encode("gbk"), "text/html; charset=utf-8", None, "<meta charset=gbk>你好"),
        ("日本".encode("utf-16"), "text/html; charset=gbk", "utf-8", "日本"),
        ("\ufeff日本".encode("utf-16-be"), None, None, "日本"),
        ("\ufeff日本".encode(), "text/html; charset=gbk", None, "日本"),
        ("привет".encode("cp1251"), "text/html; charset=windows-1251", None, "привет"),
        ("<meta charset=shift_jis>日本".encode("shift_jis"), None, None, "<meta charset=shift_jis>日本"),
        ("한국".encode("euc-kr"), "text/html; charset=euc-kr", None, "한국"),
        ("中文".encode("big5"), "text/html; charset=big5", None, "中文"),
        ("Fußball, café".encode("latin-1"), None, None, "Fußball, café"),
        ("“café”".encode("cp1252"), "text/html; charset=iso-8859-1", None, "“café”"),
        ("你好".encode("gbk"), "text/html; charset=utf-8", "gbk", "你好"),
        (b'<meta charset="utf-16">abc', None, None, '<meta charset="utf-16">abc'),
        (b'<?xml version="1.0" encoding="gbk"?>\xc4\xe3', None, None, '<?xml version="1.0" encoding="gbk"?>你'),
        (b"plain", "text/html; charset=klingon", None, "plain"),
        (b"", None, None, ""),
    ],
)
def test_valid_bytes_lose_no_character(body, content_type, override, text):
    decoded = decode(body, content_type, override)
    assert (decoded.text, decoded.replaced) == (text, 0)


@pytest.mark.parametrize("override", [None, "utf-8"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_parser_is_given_the_bytes_that_are_utf8_already(mark, override):
    body = f"{mark}霸王别姬".encode()
    assert decode(body, "text/html; charset=utf-8", override).markup == "霸王别姬".encode()
    assert decode(body, None, override).markup == "霸王别姬".encode()


def test_a_parser_is_given_the_text_where_the_bytes_are_not_utf8():
    for body, override in (("你好".encode("gbk"), "gbk"), ("你好".encode("gbk"), None), (b"a\xff", "utf-8")):
        decoded = decode(body, None, override)
        assert decoded.markup == decoded.text


def test_what_no_encoding_can_say_is_replaced_and_counted():
    decoded = decode(b"a\xff\xfeb\xff", "text/html; charset=utf-8")
    assert decoded.text == "a\ufffd\ufffdb\ufffd"
    assert decoded.replaced == 3


def test_a_replacement_character_that_the_page_itself_holds_is_not_counted():
    assert decode("a\ufffd".encode() + b"\xff", "text/html; charset=utf-8").replaced == 1


def test_the_operators_word_stands_even_where_the_bytes_contradict_it():
    decoded = decode("你".encode(), None, "ascii")
    assert decoded.encoding == "cp1252"
    assert "你" not in decoded.text


def test_lone_surrogates_never_come_out():
    for body in (b"\xff\xfe\x00\xd8", b"\xed\xa0\x80", "\ufeff".encode("utf-16-be") + b"\xdc\x00"):
        decode(body).text.encode("utf-8")


def test_labels_mean_what_browsers_take_them_for():
    assert canonical_encoding("GB2312") == "gb18030"
    assert canonical_encoding("latin1") == "cp1252"
    assert canonical_encoding("klingon") is None


@pytest.mark.parametrize(
    "label",
    ["hex", "rot13", "zlib", "base64", "uu", "quopri", "undefined", "idna", "punycode", "mbcs",
     "unicode_escape", "raw_unicode_escape", "utf-7", "\x00", "ｕｔｆ８", "x" * 5000],
)  # fmt: skip
def test_what_only_python_calls_an_encoding_is_none(label):
    assert canonical_encoding(label) is None
    for mark in ("", "&nbsp;"):
        body = f"<meta charset='{label}'>{mark}\\ud800+2AA-".encode() + b"\xe9"
        decoded = decode(body, f"text/html; charset={label}")
        assert (decoded.encoding, decoded.text[-1], decoded.replaced) == ("cp1252", "é", 0)


def test_every_encoding_gives_text_that_utf8_can_write():
    odd = [b"", b"\x00", b"\\ud800\\", b"+2AA-", b"xn--a\xff", b"~{", b"\x1b$B\xd8\x00", bytes(range(256)), b"\xff" * 7]
    for label in {*aliases.values(), "utf_8_sig", "idna", "punycode", "undefined"}:
        for body in odd:
            decode(body, f"text/html; charset={label}").text.encode()
