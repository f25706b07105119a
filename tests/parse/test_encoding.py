"""The ladder by which bytes become text: what is declared stands, what is not is UTF-8 or a guess, told as one."""

import pytest

from scraper.errors import Malformed
from scraper.parse.encodings.encoding import decode, decode_xml
from scraper.parse.encodings.labels import LABELS, encoding_of

HIGH = bytes(range(128, 256))


@pytest.mark.parametrize(
    ("body", "content_type", "override", "text"),
    [
        ("霸王别姬".encode(), "text/html; charset=utf-8", None, "霸王别姬"),
        ("霸王别姬".encode(), None, None, "霸王别姬"),
        ("朱镕基 陶喆 €".encode("gb18030"), "text/html; charset=gb2312", None, "朱镕基 陶喆 €"),
        ("<meta charset=gbk>喆".encode("gb18030"), None, None, "<meta charset=gbk>喆"),
        ("你好世界".encode("gbk"), None, None, "你好世界"),
        ("<meta charset=gbk>你好".encode(), "text/html; charset=utf-8", None, "<meta charset=gbk>你好"),
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
        ("<?xml version='1.0'?>é".encode("utf-16-be"), None, None, "<?xml version='1.0'?>é"),
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


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("euc-jp", b"\xad\xa1 \xad\xea \x8e\xb1", "① ㈱ ｱ"),
        ("iso-2022-jp", b"\x1b$B\x2d\x21\x1b(B \x1b$B\x2d\x6a\x1b(B", "① ㈱"),
        ("shift_jis", b"\x87\x40 \xfa\x5c", "① 纊"),
        ("gbk", b"\x80 \xa2\xe3", "€ €"),
        ("gb18030", b"\xa6\xd9 \xa8\xbc", "︐ ḿ"),
        ("big5", b"\x87\x40 \x88\x62", "䏰 Ê̄"),
        ("euc-kr", b"\x81\x41 \xb0\xa1", "갂 가"),
        ("koi8-u", b"\xae \xbe", "ў Ў"),
        ("x-mac-cyrillic", b"\xff \xa2", "€ Ґ"),
        ("macintosh", b"\xdb", "€"),
        ("windows-1255", b"\x81\xca", "\x81\u05ba"),
        ("windows-1252", b"\x81\x8d", "\x81\x8d"),
        ("windows-874", b"\x81\x80", "\x81€"),
        ("x-user-defined", b"\x80\xff", "\uf780\uf7ff"),
        ("iso-8859-8-i", b"\xf9\xec", "של"),
        ("hz-gb-2312", b"~{VRND~}", "\ufffd"),
    ],
)  # fmt: skip
def test_an_encoding_says_what_it_says_in_browsers(charset, body, text):
    decoded = decode(body, f"text/html; charset={charset}")
    assert decoded.text == text
    assert decoded.replaced == text.count("\ufffd")


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("euc-jp", b"<p>\xad\xa1 \xfe\xff\xa4", "<p>① \ufffd\ufffd"),
        ("windows-1255", b"\xd9a", "\ufffda"),
        ("shift_jis", b"\x81\x20\xa0a", "\ufffd \ufffda"),
        ("big5", b"\xa4<p>", "\ufffd<p>"),
        ("iso-2022-jp", b"\x1b$B\x21\x21\xff\x1b(Ba", "\u3000\ufffda"),
        ("gbk", "<meta charset=utf-8>é".encode(), "<meta charset=utf-8>茅"),
    ],
)
def test_a_declared_encoding_is_never_left(charset, body, text):
    decoded = decode(body, f"text/html; charset={charset}")
    assert (decoded.text, decoded.encoding, decoded.replaced) == (text, encoding_of(charset), text.count("\ufffd"))
    assert not decoded.is_guess


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<meta charset=utf-8><p>é</p>".encode() + b"<!-- \xe9 -->", "<meta charset=utf-8><p>é</p><!-- \ufffd -->"),
        ("<meta charset=utf-8>霸王别姬".encode()[:-1], "<meta charset=utf-8>霸王别\ufffd"),
        ("<meta charset=utf-8>你好".encode("gbk"), "<meta charset=utf-8>\ufffd\ufffd\ufffd"),
    ],
)
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", None])
def test_a_page_that_says_utf8_stays_utf8_with_what_is_not_counted(body, text, content_type):
    decoded = decode(body, content_type)
    assert (decoded.encoding, decoded.text, decoded.replaced) == ("utf-8", text, text.count("\ufffd"))


def test_what_no_encoding_can_say_is_replaced_and_counted():
    decoded = decode(b"a\xff\xfeb\xff", "text/html; charset=utf-8")
    assert decoded.text == "a\ufffd\ufffdb\ufffd"
    assert decoded.replaced == 3


@pytest.mark.parametrize(
    ("codec", "wrong"), [("utf-8", b"\xff"), ("gb18030", b"\xff"), ("utf-16-le", b"\x00\xd8a\x00"), ("utf-16-be", b"x")]
)
def test_a_replacement_character_that_the_page_itself_holds_is_not_counted(codec, wrong):
    label = codec.replace("16-", "16")
    assert decode("a\ufffd".encode(codec) + wrong, f"text/html; charset={label}").replaced == 1


def test_the_operators_word_stands_even_where_the_bytes_contradict_it():
    decoded = decode("你".encode(), None, "ascii")
    assert decoded.encoding == "windows-1252"
    assert "你" not in decoded.text


def test_lone_surrogates_never_come_out():
    for body in (b"\xff\xfe\x00\xd8", b"\xed\xa0\x80", "\ufeff".encode("utf-16-be") + b"\xdc\x00"):
        decode(body).text.encode("utf-8")


@pytest.mark.parametrize(
    "label",
    ["hex", "rot13", "zlib", "base64", "uu", "quopri", "undefined", "idna", "punycode", "mbcs",
     "unicode_escape", "raw_unicode_escape", "utf-7", "utf_8", "latin_1", "cp1252 ,", "\x00", "ｕｔｆ８", "x" * 5000],
)  # fmt: skip
def test_what_only_python_calls_an_encoding_is_none(label):
    assert encoding_of(label) is None
    for mark in ("", "&nbsp;"):
        body = f"<meta charset='{label}'>{mark}\\ud800+2AA-".encode() + b"\xe9"
        decoded = decode(body, f"text/html; charset={label}")
        assert (decoded.encoding, decoded.text[-1], decoded.replaced) == ("windows-1252", "é", 0)


@pytest.mark.parametrize("label", sorted(LABELS))
def test_each_label_of_the_standard_reads_and_writes(label):
    for spelled in (label, label.upper(), f"\t{label}\n"):
        assert encoding_of(spelled) == LABELS[label]
    decoded = decode(b"a" + HIGH, f"text/html; charset={label}")
    assert decoded.encoding == LABELS[label]
    assert decode(b"a" + HIGH, None, label) == decoded
    decoded.text.encode()


# --------------------------------------------------------------------------- what nobody declares


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("gbk", "<p>最新电影排行榜：霸王别姬</p>"), ("big5", "<p>最新電影排行榜：霸王別姬</p>"),
        ("shift_jis", "<p>東京の天気予報</p>"), ("euc-jp", "<p>東京の天気予報</p>"),
        ("iso-2022-jp", "<p>東京の天気予報</p>"), ("euc-kr", "<p>오늘의 날씨와 뉴스</p>"),
        ("windows-1251", "<p>Новости дня и погода</p>"), ("koi8-r", "<p>Новости дня и погода</p>"),
        ("windows-1253", "<p>Τα νέα της ημέρας</p>"), ("windows-1255", "<p>שלום עולם</p>"),
        ("windows-1250", "<p>Příliš žluťoučký kůň</p>"), ("windows-1254", "<p>Günaydın, şimdi iş başı</p>"),
    ],
)  # fmt: skip
def test_the_encoding_of_a_page_without_one_is_a_guess(codec, text):
    decoded = decode(text.encode(codec), "text/html")
    assert (decoded.text, decoded.is_guess, decoded.replaced) == (text, True, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"5\xa0\xa3", b"N\xba\xa05", b"\xab\xa0Bonjour", b"<p>It\x92s \xa35</p>", b"Prix\xa0: 12,50\xa0\x80",
        b"\xab\xa0Bonjour\xa0\xbb", b"20\xb0\xa0C", b"\xa9\xa02019", b"\x93caf\xe9\x94", b"\x97 \x85",
    ],
)  # fmt: skip
def test_a_western_page_whose_signs_stand_side_by_side_is_western(body):
    decoded = decode(body)
    assert (decoded.encoding, decoded.text, decoded.is_guess) == ("windows-1252", body.decode("cp1252"), True)


@pytest.mark.parametrize("body", ["Łódź".encode("iso-8859-2"), "话".encode("gbk") * 3, "zł".encode("cp1250")])
def test_what_could_be_letters_is_left_to_the_detector(body):
    assert decode(body).encoding != "windows-1252"


def test_utf8_and_ascii_without_a_word_are_no_guess():
    assert not decode("é".encode()).is_guess
    assert not decode(b"plain \x1b[0m").is_guess


def test_a_guess_is_made_where_the_odd_bytes_are():
    page = b"<p>" + b"plain " * 50_000 + "東京の天気予報".encode("shift_jis")
    assert decode(page).encoding == "shift_jis"


# --------------------------------------------------------------------------- XML


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<r>你好</r>".encode("gbk"), "text/xml"),
        ("<r>日本</r>".encode("euc-jp"), "application/xml"),
        (b'<?xml version="1.0" encoding="utf-8"?><r>\xe9</r>', None),
        (b'<?xml version="1.0" encoding="euc-jp"?><r>\xff</r>', None),
        (b"<r>\xe9</r>", "text/xml; charset=utf-8"),
        (b'<?xml version="1.0" encoding="klingon"?><r>a</r>', None),
        (b"<?xml version='1.0' encoding=''?><r>\xe9</r>", None),
    ],
)
def test_xml_that_is_not_valid_in_its_encoding_is_none(body, content_type):
    with pytest.raises(Malformed):
        decode_xml(body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "override", "encoding"),
    [
        ("<r>é</r>".encode(), None, None, "utf-8"),
        ('<?xml version="1.0" encoding="windows-31j"?><r>①</r>'.encode("cp932"), None, None, "shift_jis"),
        ('\r\n<?xml version="1.0" encoding="gbk"?><r>喆</r>'.encode("gbk"), "text/xml", None, "gbk"),
        ('<?xml version="1.0" encoding="utf-16"?><r>é</r>'.encode(), None, None, "utf-8"),
        ('<?xml version="1.0" encoding="utf-16"?><r>é</r>'.encode("utf-16"), None, None, "utf-16le"),
        ('<?xml version="1.0" encoding="utf-16"?><r>é</r>'.encode("utf-16-be"), None, None, "utf-16be"),
        ("<?xml version='1.0' encoding='gbk'?><r>é</r>".encode(), "text/xml; charset=utf-8", None, "utf-8"),
        ("<r>привет</r>".encode("koi8-r"), "text/xml", "koi8-r", "koi8-r"),
        (b"<!-- <meta charset=gbk> --><r>a</r>", None, None, "utf-8"),
    ],
)  # fmt: skip
def test_xml_is_read_in_the_encoding_that_it_is_in(body, content_type, override, encoding):
    decoded = decode_xml(body, content_type, override)
    assert (decoded.encoding, decoded.replaced, decoded.is_guess) == (encoding, 0, False)
