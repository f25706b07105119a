"""What goes into URLs and forms is written in the page's encoding, as browsers write it."""

from urllib.parse import unquote_to_bytes

import pytest

from scraper.config.load import load_config
from scraper.crawl import bodies, plan
from scraper.parse.encodings.encoding import text_in
from scraper.parse.encodings.labels import LABELS, encoding_of
from scraper.parse.encodings.writers import writer_of
from tests.conftest import NO_CHROMIUM, records
from tests.support.oracle import oracle

CONFIG = """
start_urls: ["https://a.example/{{q}}?q={{q}}"]
params: {{q: [é, plain]}}
encoding: "{label}"
request: {{method: POST, form: {{q: "{{q}}"}}}}
records: {{each: li, fields: {{t: {{css: ':scope'}}}}}}
"""


@pytest.mark.parametrize(
    ("label", "text", "written"),
    [
        ("gb2312", "€ 喆 茶", b"\x80 \x86\xb4 \xb2\xe8"),
        ("gb18030", "€ 😀 ︐", b"\xa2\xe3 \x94\x39\xfc\x36 \xa6\xd9"),
        ("euc-jp", "① ㈱ ｱ ¥ −", b"\xad\xa1 \xad\xea \x8e\xb1 \\ \xa1\xdd"),
        ("windows-31j", "① ￢ ∵ 纊", b"\x87\x40 \x81\xca \x81\xe6 \xfa\x5c"),
        ("big5-hkscs", "十 中", b"\xa4\x51 \xa4\xa4"),
        ("windows-949", "갂 가", b"\x81\x41 \xb0\xa1"),
        ("koi8-ru", "ў", b"\xae"),
        ("x-mac-cyrillic", "€", b"\xff"),
        ("iso-8859-8-i", "של", b"\xf9\xec"),
        ("x-user-defined", "\uf780", b"\x80"),
        ("utf-16", "é", b"\xc3\xa9"),
        ("hz-gb-2312", "é", b"\xc3\xa9"),
        ("iso-2022-jp", "日", b"\x1b$BF|\x1b(B"),
    ],
)
def test_a_text_is_written_as_browsers_write_it(label, text, written):
    assert text.encode(writer_of(label)) == written


@pytest.mark.parametrize(
    ("label", "text"), [("gbk", "a😀"), ("big5", "a\u00e9"), ("latin1", "a茶"), ("gb18030", "a\ue5e5")]
)
def test_what_an_encoding_lacks_is_told_or_written_as_a_reference(label, text):
    with pytest.raises(UnicodeEncodeError, match=encoding_of(label)):
        text.encode(writer_of(label))
    assert text.encode(writer_of(label), "xmlcharrefreplace") == f"a&#{ord(text[1])};".encode()
    assert text.encode(writer_of(label), "ignore") == b"a"


@pytest.mark.parametrize("label", sorted(LABELS))
def test_each_label_of_the_standard_serves_a_config(tmp_path, label):
    path = tmp_path / "job.yaml"
    path.write_text(CONFIG.format(label=label).replace("é", "é" if "é" in text_of(label) else "e"), encoding="utf-8")
    (kind,) = (job := load_config(path)).kinds.values()
    first, second = plan.requests(job)
    assert second.url == "https://a.example/plain?q=plain"
    (value, _) = kind.params[0].values
    written = value.encode(writer_of(label))
    assert first.url.endswith("?q=" + "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in written))
    assert bodies.make(kind, {"q": value}) == first.url.partition("?")[2].encode()


def text_of(label):
    """Return what the single bytes of an encoding say."""
    encoding = encoding_of(label)
    return "é" if writer_of(label) == "utf-8" else text_in(encoding, bytes(range(128, 256)))


def test_a_link_is_written_in_the_encoding_of_its_page(parse):
    fields = "{each: a, fields: {u: {css: ':scope', attr: href, type: url}}}"
    yaml = f"start_urls: [https://a.example/]\nfollow: [a]\nrecords: {fields}"
    page = '<a href="?q=①㈱">'
    for charset, codec in (("euc-jp", "euc_jis_2004"), ("shift_jis", "cp932")):
        parsed = parse(yaml, page.encode(codec), content_type=f"text/html; charset={charset}")
        url = records(parsed)[0]["u"]
        assert [link.url for link in parsed.links] == [url]
        assert unquote_to_bytes(url.partition("?q=")[2]).decode(codec) == "①㈱"


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(NO_CHROMIUM, reason="no Chromium here")
def test_chromium_writes_the_same_bytes():
    script = """([pieces]) => pieces.map(text => {
        const link = document.createElement('a');
        link.href = 'http://a.example/?' + text;
        return link.search.slice(1);
    })"""
    texts = [chr(number) for number in range(0xA0, 0xFFFE) if not 0xD800 <= number <= 0xDFFF] + ["😀", "𠀋"]
    pieces = ["!".join(texts[at : at + 5000]) for at in range(0, len(texts), 5000)]
    wrong = {}
    with oracle() as chromium:
        for encoding in sorted({*LABELS.values()} - {"replacement", "iso-2022-jp"}):
            chromium.show(b"<p>", f"text/html; charset={encoding}")
            written = [unquote_to_bytes(one) for piece in chromium.ask(script, pieces) for one in piece.split("!")]
            mine = [text.encode(writer_of(encoding), "xmlcharrefreplace") for text in texts]
            differ = [case for case in zip(texts, written, mine, strict=True) if case[1] != case[2]]
            wrong |= {encoding: (len(differ), differ[:5])} if differ else {}
    assert wrong == {}
