"""HAR as browsers and Playwright save it: the page comes out as its reader saw it, or why it does not."""

import base64
import contextlib
import gzip
import hashlib
import json
import tracemalloc
import zipfile

import pytest

from scraper.errors import Reason, ReplayError
from scraper.fetch.archive_fetcher import ArchiveFetcher
from scraper.fetch.archives import Replay
from scraper.models import Failure, Keep, Page, Request
from scraper.parse.encodings.encoding import decode
from tests.support.archives import entry, har, write_zip

URL = "http://site.example/"
WIRE = (("content-encoding", "gzip"), ("transfer-encoding", "chunked"), ("content-length", "7"))


@contextlib.contextmanager
def opened(path, maxsize=1 << 20):
    with contextlib.closing(Replay(path, maxsize_bytes=maxsize)) as replay:
        fetcher = ArchiveFetcher(replay.source, maxsize_bytes=maxsize)
        with contextlib.closing(fetcher):
            yield fetcher


def written(tmp_path, *entries, name="a.har"):
    path = tmp_path / name
    path.write_text(json.dumps(har(*entries)), encoding="utf-8")
    return path


def answer(tmp_path, *entries, request=URL, maxsize=1 << 20):
    with opened(written(tmp_path, *entries), maxsize) as fetcher:
        return fetcher.fetch(Request(request) if isinstance(request, str) else request)


def text_of(page, override=None):
    return decode(page.body, page.header("content-type"), override).text


def test_headers_of_the_wire_are_not_believed(tmp_path):
    page = answer(tmp_path, entry(text="<p>plain", headers=WIRE))
    assert (text_of(page), page.headers) == ("<p>plain", (("Content-Type", "text/html"),))


@pytest.mark.parametrize("charset", ["gbk", "utf-16", "iso-8859-1", "no-such-thing"])
@pytest.mark.parametrize("override", [None, "gbk", "utf-16"])
def test_a_text_is_that_text_whatever_header_meta_and_config_say(tmp_path, charset, override):
    text = f"<meta charset={charset}><p>霸王别姬 “œ” Ä"
    page = answer(tmp_path, entry(text=text, headers=[("Content-Type", f"text/html; charset={charset}")]))
    assert text_of(page, override) == text


def test_base64_is_the_bytes_of_the_wire_and_the_charset_of_the_header_counts(tmp_path):
    body = "<p>霸王别姬".encode("gbk") + b"\xff"
    coded = base64.b64encode(body).decode()
    page = answer(tmp_path, entry(text=coded, encoding="base64", headers=[("Content-Type", "text/html; charset=gbk")]))
    assert page.body == body
    assert text_of(page).startswith("<p>霸王别姬")
    picture = answer(tmp_path, entry(text=coded, encoding="base64", mime="x-unknown"))
    assert (picture.body, picture.header("content-type")) == (body, None)


@pytest.mark.parametrize("cut", [0, 1])
def test_bytes_that_a_proxy_left_encoded_are_undone_or_failed(tmp_path, cut):
    packed = gzip.compress("<p>霸".encode() * 50)
    coded = base64.b64encode(packed[: len(packed) - cut]).decode()
    page = answer(tmp_path, entry(text=coded, encoding="BASE64", headers=[("Content-Encoding", "gzip")]))
    assert page.reason == Reason.TRUNCATED if cut else text_of(page) == "<p>霸" * 50


def test_characters_that_a_recorder_has_lost_are_told(tmp_path):
    path = written(tmp_path, entry(text="<p>\ufffd\ufffd"), entry(f"{URL}a", text="<p>Ä"), entry(f"{URL}b"))
    with contextlib.closing(Replay(path)) as replay:
        told = "1 texts of the HAR hold U+FFFD, in the place of characters that its recorder lost"
        assert replay.notes == [told]


def test_a_file_may_be_larger_than_a_page(tmp_path):
    coded = base64.b64encode(bytes(3 << 20)).decode()
    path = written(tmp_path, entry(text=coded, encoding="base64", mime="application/pdf"))
    with contextlib.closing(Replay(path, maxsize_bytes=4 << 20)) as replay:
        fetcher = ArchiveFetcher(replay.source, maxsize_bytes=1 << 20)
        with contextlib.closing(fetcher):
            assert fetcher.fetch(Request(URL)).reason == Reason.TOO_LARGE
            keep = Keep("{sha256}", "files", "board", maxsize_bytes=4 << 20)
            assert len(fetcher.fetch(Request(URL, keep=keep)).body) == 3 << 20
    assert answer(tmp_path, entry(text=coded, encoding="base64"), maxsize=2 << 20).reason == Reason.TOO_LARGE


@pytest.mark.parametrize("form", ["har", "zip"])
def test_a_har_that_is_too_large_is_not_read(tmp_path, monkeypatch, form):
    monkeypatch.setattr("scraper.fetch.har.MAX_BYTES", 1 << 20)
    whole = json.dumps(har(entry(text="x" * (1 << 20)))).encode()
    path = tmp_path / f"a.{form}"
    path.write_bytes(whole) if form == "har" else write_zip(path, {"har.har": whole}, compression=8)
    with pytest.raises(ReplayError, match="expected a HAR of at most 1 MiB; save a WARC instead"):
        Replay(path)


def test_many_bodies_cost_the_memory_of_the_har_and_no_more(tmp_path):
    path = written(tmp_path, *(entry(f"{URL}{n}", text=f"{n} " + "x" * 200_000) for n in range(100)))
    tracemalloc.start()
    with opened(path) as fetcher:
        filled = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert [fetcher.fetch(Request(f"{URL}{n}")).body[3:5] for n in (0, 99)] == [b"0 ", b"99"]
        answered = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert filled < 3 * path.stat().st_size
    assert answered < path.stat().st_size / 10


def test_halves_of_characters_and_marks_are_taken(tmp_path):
    assert text_of(answer(tmp_path, entry(text="a\ud83dz \ud83d\ude00"))) == "a\ufffdz \U0001f600"
    assert text_of(answer(tmp_path, entry(text="\ufeffa"))) == "a"
    path = written(tmp_path, entry(text="x"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    with opened(path) as fetcher:
        assert text_of(fetcher.fetch(Request(URL))) == "x"


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (entry(), Reason.NOT_RECORDED),
        (entry(text="", size=500), Reason.NOT_RECORDED),
        (entry(text="%%%", encoding="base64", size=3), Reason.BAD_RESPONSE),
        (entry(text="x" * (1 << 20), size=(1 << 20) + 500), Reason.TRUNCATED),
        (entry(text="x" * 3000), Reason.TOO_LARGE),
        (entry(_file="missing.html"), Reason.NOT_RECORDED),
        (entry(status=304), Reason.NOT_RECORDED),
        (entry(status=0), Reason.NOT_RECORDED),
        (entry(status=-1), Reason.NOT_RECORDED),
    ],
)
def test_an_answer_without_its_body_is_failed_by_name(tmp_path, one, reason):
    maxsize = 2000 if reason == Reason.TOO_LARGE else 1 << 22
    failure = answer(tmp_path, entry(f"{URL}other", text="x"), one, maxsize=maxsize)
    assert isinstance(failure, Failure)
    assert failure.reason == reason


@pytest.mark.parametrize("one", [entry(text="", size=0), entry(text=""), entry(status=204), entry(status=204, size=0)])
def test_an_empty_page_is_empty(tmp_path, one):
    assert answer(tmp_path, one).body == b""


def test_redirects_and_errors_need_no_body(tmp_path):
    moved = entry(status=302, headers=[("location", "/new#top")])
    assert answer(tmp_path, moved).header("Location") == "/new#top"
    assert answer(tmp_path, entry(status=404)).status == 404
    assert answer(tmp_path, entry(method="HEAD"), request=Request(URL, method="HEAD")).body == b""


def test_not_modified_is_the_page_that_the_browser_had(tmp_path):
    assert answer(tmp_path, entry(text="from cache", status=304)).status == 200
    page = answer(tmp_path, entry(text="page", at="2025-01-01T00:00:00Z"), entry(status=304, headers=[("ETag", "2")]))
    assert (page.status, text_of(page), page.header("etag")) == (200, "page", "2")


def test_a_minimal_har_is_enough(tmp_path):
    least = {"request": {"url": URL}, "response": {"status": 200, "content": {"text": "x", "size": -1}}}
    page = answer(tmp_path, least)
    assert (page.status, text_of(page), page.fetched_at) == (200, "x", 0.0)
    assert answer(tmp_path, entry(text="x", size=0)).body


def test_doubled_header_lines_stay_two_joined_by_a_newline_or_not(tmp_path):
    lines = [("Set-Cookie", "a=1\nb=2"), ("set-cookie", "c=3"), (":status", "200")]
    page = answer(tmp_path, entry(text="x", headers=lines))
    assert [value for name, value in page.headers if name.lower() == "set-cookie"] == ["a=1", "b=2", "c=3"]


def test_posts_are_told_apart_by_what_was_sent(tmp_path):
    form = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "q", "value": "two words"}]}
    entries = [
        entry(text="text", method="POST", post={"text": "q=1", "params": [{"name": "q", "value": "1"}]}),
        entry(text="params", method="POST", post=form),
        entry(text="binary", method="POST", post={"text": "AAH/", "encoding": "base64"}),
        entry(text="lost", method="POST"),
        entry(text="get"),
    ]
    entries[3]["request"]["headers"] = [{"name": "Content-Length", "value": "9"}]
    for sent, came in ((b"q=1", "text"), (b"q=two+words", "params"), (b"\x00\x01\xff", "binary"), (None, "")):
        page = answer(tmp_path, *entries, request=Request(URL, method="POST", body=sent))
        assert (text_of(page) if isinstance(page, Page) else "") == came
    assert text_of(answer(tmp_path, *entries)) == "get"


def test_the_last_of_two_entries_counts_and_fragments_do_not(tmp_path):
    two = [entry(f"{URL}#a", text="first"), entry(f"{URL}#b", text="second")]
    assert text_of(answer(tmp_path, *two)) == "second"
    assert text_of(answer(tmp_path, *two[::-1], request=f"{URL}#c")) == "first"
    assert text_of(answer(tmp_path, entry(text="whole"), entry(), entry(at="2027-01-01T00:00:00Z"))) == "whole"


def test_entries_of_other_schemes_are_passed_over(tmp_path):
    others = [entry("data:text/html,x"), entry("blob:http://x/1", text="x"), {"request": {"url": "about:blank"}}]
    assert text_of(answer(tmp_path, *others, entry(text="x"))) == "x"


FILES = {"a.html": "<meta charset=gbk>霸".encode(), "p.png": b"\x89PNG\xff", "body.bin": b"q=9"}
EMPTY = f"{hashlib.sha1(b'').hexdigest()}.html"


def attached():
    return [
        entry(f"{URL}a", _file="a.html", headers=[("Content-Type", "text/html; charset=gbk")]),
        entry(f"{URL}same", _file="a.html"),
        entry(f"{URL}p", _file="p.png", mime="image/png"),
        entry(f"{URL}e", _file=EMPTY, size=0),
        entry(f"{URL}post", text="posted", method="POST", post={"text": "", "_file": "body.bin"}),
        entry(f"{URL}out", _file="../../../../../../etc/passwd"),
    ]


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_bodies_in_files_of_their_own_are_read_and_none_from_elsewhere(tmp_path, form):
    files = FILES | {EMPTY: b""}
    if form == "zip":
        path = write_zip(tmp_path / "a.zip", {"har.har": json.dumps(har(*attached())).encode(), **files}, compression=8)
    else:
        path = tmp_path
        written(tmp_path, *attached(), name="har.har")
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
    with opened(path) as fetcher:
        for name in ("a", "same"):
            assert text_of(fetcher.fetch(Request(URL + name))) == "<meta charset=gbk>霸"
        assert fetcher.fetch(Request(f"{URL}p")).body == FILES["p.png"]
        assert fetcher.fetch(Request(f"{URL}e")).body == b""
        assert text_of(fetcher.fetch(Request(f"{URL}post", method="POST", body=b"q=9"))) == "posted"
        assert fetcher.fetch(Request(f"{URL}out")).reason == Reason.NOT_RECORDED


@pytest.mark.parametrize("wrong", ["har.har", "b.html"])
def test_a_member_that_is_damaged_is_told(tmp_path, wrong):
    members = {"har.har": json.dumps(har(entry(_file="b.html"), entry(f"{URL}x", text="x"))).encode(), "b.html": b"<p>"}
    path = write_zip(tmp_path / "a.zip", members, compression=8)
    with zipfile.ZipFile(path) as file:
        at = file.getinfo(wrong).header_offset + 30 + len(wrong)
    data = bytearray(path.read_bytes())
    data[at : at + 4] = b"\xff" * 4
    path.write_bytes(data)
    if wrong == "har.har":
        with pytest.raises(ReplayError, match="is no whole ZIP"):
            Replay(path)
        return
    with opened(path) as fetcher:
        assert fetcher.fetch(Request(URL)).reason == Reason.NOT_RECORDED
        assert text_of(fetcher.fetch(Request(f"{URL}x"))) == "x"


def test_a_file_in_a_zip_that_is_larger_than_allowed_is_failed(tmp_path):
    one = har(entry(_file="b.html"), entry(f"{URL}x", text="x"))
    path = write_zip(tmp_path / "a.zip", {"har.har": json.dumps(one).encode(), "b.html": bytes(5 << 20)}, compression=8)
    with opened(path) as fetcher:
        assert fetcher.fetch(Request(URL)).reason == Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("{", "expected a HAR, JSON with log.entries; JSONDecodeError"),
        ('{"log": {}}', "KeyError"),
        ('{"log": {"entries": {}}}', "expected a list in log.entries, got dict"),
        ('{"log": {"entries": []}}', "holds no answer"),
        ('{"log": {"entries": [{"request": {"url": "http://a/"}}]}}', r"log.entries\[0\]: expected request, response"),
        (
            '{"log": {"entries": [{"request": {"url": "http://a/"}, "response": {"status": "x"}}]}}',
            r"log.entries\[0\].*ValueError",
        ),
        ("[" * 100_000, "expected a HAR"),
        (json.dumps(har(entry(text="cut")))[:-40], "expected a HAR"),
    ],
)
def test_what_is_no_har_says_so(tmp_path, data, told):
    path = tmp_path / "a.har"
    path.write_text(data)
    with pytest.raises(ReplayError, match=told):
        Replay(path)
