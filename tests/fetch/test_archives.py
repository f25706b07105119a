"""WARC and WACZ as wget, crawlers, browsers and proxies write them: the page comes out, or why it does not."""

import contextlib
import gzip
import random
import tracemalloc
import zipfile
import zlib

import pytest

from scraper.errors import Reason, ReplayError
from scraper.fetch import warc
from scraper.fetch.archive_fetcher import ArchiveFetcher
from scraper.fetch.archives import Replay
from scraper.models import Failure, Request
from tests.support.archives import asked, chunked, encoded, http, record, write_warc, write_zip

URL = "http://site.example/"
PAGE = "<title>Äpfel</title>".encode() + b"<p>one of many</p>" * 60
CHUNKED, GZIP = "Transfer-Encoding: chunked", "Content-Encoding: gzip"
HTML = "Content-Type: text/html"


@contextlib.contextmanager
def opened(path, maxsize=1 << 20):
    replay = Replay(path, maxsize_bytes=maxsize)
    with contextlib.closing(replay):
        fetcher = ArchiveFetcher(replay.source, maxsize_bytes=maxsize)
        with contextlib.closing(fetcher):
            yield fetcher


def answer(tmp_path, *records, request=URL, name="a.warc.gz", maxsize=1 << 20):
    request = Request(request) if isinstance(request, str) else request
    with opened(write_warc(tmp_path / name, *records), maxsize) as fetcher:
        return fetcher.fetch(request)


def body(tmp_path, block, **options):
    page = answer(tmp_path, record(block), **options)
    assert not isinstance(page, Failure), page
    assert not {name.lower() for name, _ in page.headers} & {"content-encoding", "transfer-encoding", "content-length"}
    return page.body


def reason(tmp_path, block, **options):
    failure = answer(tmp_path, record(block), **options)
    assert isinstance(failure, Failure)
    return failure.reason


# ------------------------------------------------------------------ bodies


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc", "no-suffix"])
def test_chunks_and_gzip_are_undone_as_wget_leaves_them(tmp_path, name):
    assert body(tmp_path, http(chunked(gzip.compress(PAGE), 10, 20), HTML, CHUNKED, GZIP), name=name) == PAGE


@pytest.mark.parametrize(
    "block",
    [
        http(PAGE, HTML, CHUNKED),
        http(PAGE, HTML, GZIP),
        http(PAGE, HTML, CHUNKED, GZIP),
        http(gzip.compress(PAGE, mtime=0), HTML, CHUNKED, GZIP),
        http(PAGE, HTML, "Content-Encoding: br"),
        http(PAGE, HTML, "Content-Encoding: zstd"),
        http(PAGE, HTML, "Content-Encoding: deflate"),
        http(PAGE, HTML, "Content-Encoding: utf-8"),
        http(PAGE, "content-type: text/html", "CONTENT-ENCODING: "),
    ],
)
def test_headers_that_are_no_longer_true_are_not_believed(tmp_path, block):
    assert body(tmp_path, block) == PAGE


@pytest.mark.parametrize(
    "text",
    [
        b"3\r\n10\r\n20\r\n",
        b"3\r\nabc\r\nthen text",
        b"12",
        b"0",
        b"",
        b"3\r\nabc\r\n0\r\n\r\nand more",
        b"cafe\n",
        b"5;ext\n",
    ],
)
def test_what_only_looks_like_chunks_is_a_text(tmp_path, text):
    assert body(tmp_path, http(text, HTML, CHUNKED)) == text


def test_a_picture_that_was_decoded_under_its_headers_is_as_it_is(tmp_path):
    picture = b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(range(256))
    for line in (GZIP, "Content-Encoding: br"):
        assert body(tmp_path, http(picture, "Content-Type: image/png", line)) == picture


RAW_DEFLATE = zlib.compressobj(wbits=-15)
CODED = {
    "br": lambda data: encoded("br", data),
    "zstd": lambda data: encoded("zstd", data),
    "x-gzip": gzip.compress,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": lambda data: zlib.compress(data)[2:-4],
    "br, gzip": lambda data: gzip.compress(encoded("br", data)),
    "gzip": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
}


@pytest.mark.parametrize("coding", CODED)
def test_an_encoding_is_undone(tmp_path, coding):
    assert body(tmp_path, http(CODED[coding](PAGE), HTML, f"Content-Encoding: {coding}")) == PAGE


@pytest.mark.parametrize("coding", [name for name in CODED if name != "Deflate"])
def test_an_encoded_body_that_is_cut_is_failed_and_never_handed_out_in_part(tmp_path, coding):
    whole = CODED[coding](PAGE)
    for cut in (1, 12, len(whole) // 2):
        assert reason(tmp_path, http(whole[:-cut], HTML, f"Content-Encoding: {coding}")) == Reason.TRUNCATED, cut


def test_an_encoding_that_nobody_knows_is_failed_by_its_name(tmp_path):
    failure = answer(tmp_path, record(http(b"\x1f\x9d\x90ab", HTML, "Content-Encoding: x-compress")))
    assert (failure.reason, "'compress'" in failure.detail) == (Reason.BAD_RESPONSE, True)


def test_bytes_that_are_neither_what_the_headers_say_nor_a_text_are_no_page(tmp_path):
    assert reason(tmp_path, http(b"\x00\x01\x02 noise", HTML, GZIP)) == Reason.BAD_RESPONSE


@pytest.mark.parametrize("cut", [1, 3, 8, 30])
def test_a_cut_chunk_is_failed(tmp_path, cut):
    whole = chunked(PAGE[:100], 50)
    assert reason(tmp_path, http(whole[: -5 - cut], HTML, CHUNKED)) == Reason.TRUNCATED
    if cut == 1:
        assert reason(tmp_path, http(whole[:-5], HTML, CHUNKED)) == Reason.TRUNCATED  # all but the last chunk


def test_chunks_may_have_extensions_and_trailers(tmp_path):
    text = b"3;a=b\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"
    assert body(tmp_path, http(text, HTML, CHUNKED)) == b"abc"
    assert body(tmp_path, http(b"3\r\nabc\r\n0\r\n", HTML, CHUNKED)) == b"abc"


def test_the_end_of_the_record_counts_not_the_content_length_of_http(tmp_path):
    for length in (5, 5000):
        assert body(tmp_path, http(b"twelve bytes", HTML, f"Content-Length: {length}")) == b"twelve bytes"


def test_lines_of_a_head_may_end_in_a_newline_only(tmp_path):
    page = answer(tmp_path, record(http(b"\r\n\r\nx", HTML, "X: 1", end="\n")))
    assert (page.body, page.header("x"), page.status) == (b"\r\n\r\nx", "1", 200)


def test_a_larger_body_than_allowed_is_failed_whatever_it_is_packed_in(tmp_path):
    huge = b"\0" * (8 << 20)
    for line, data in (("X: 1", huge), (GZIP, gzip.compress(huge)), ("Content-Encoding: br", encoded("br", huge))):
        assert reason(tmp_path, http(data, HTML, line)) == Reason.TOO_LARGE
    assert reason(tmp_path, http(encoded("zstd", huge), HTML, "Content-Encoding: zstd")) == Reason.TOO_LARGE


def test_a_bomb_costs_no_memory(tmp_path):
    size = 200 << 20
    one = record(b"", content_length=str(size))[:-4]
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(one) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed + gzip.compress(record(http(b"small"), f"{URL}small")))
    tracemalloc.start()
    with opened(path) as fetcher:
        assert fetcher.fetch(Request(URL)).reason == Reason.TOO_LARGE
        assert fetcher.fetch(Request(f"{URL}small")).body == b"small"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20


# ------------------------------------------------------------------ heads


def test_header_lines_are_kept_as_latin_1_and_doubled_ones_stay_two(tmp_path):
    page = answer(tmp_path, record(http(b"x", HTML, "X: Ã©", "Set-Cookie: a=1", "Set-Cookie: b=2", "X-Long: a", " b")))
    assert page.header("X") == "Ã©"
    assert [value for name, value in page.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert page.header("x-long") == "a b"


def test_a_response_without_a_status_line_is_no_page(tmp_path):
    assert reason(tmp_path, b"<html>no head</html>") == Reason.BAD_RESPONSE


def test_what_came_before_the_answer_is_passed_over(tmp_path):
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    page = answer(tmp_path, record(early + http(b"x", HTML, ":status: 200")))
    assert (page.status, page.body, page.headers) == (200, b"x", (("Content-Type", "text/html"),))


def test_a_response_that_does_not_say_that_it_is_http_is_read_as_http(tmp_path):
    page = answer(tmp_path, record(http(b"x", HTML, status="404 Gone"), content_type=None))
    assert (page.status, page.body) == (404, b"x")


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("2026", 1767225600),
        ("2026-01", 1767225600),
        ("2026-01-01", 1767225600),
        ("2026-01-01T00:00Z", 1767225600),
        ("2026-01-01T00:00:00.123456789Z", 1767225600.123456789),
        ("2025-12-31T23:59:60Z", 1767225600),
        ("2026-01-01T02:00:00+02:00", 1767225600),
        ("yesterday", 0),
        ("2026-13-01", 0),
        (None, 0),
    ],
)
def test_any_date_will_do_and_none_too(tmp_path, date, at):
    assert answer(tmp_path, record(http(b"x"), date=date)).fetched_at == pytest.approx(at)


# ------------------------------------------------------------------ which record


def test_a_url_in_angle_brackets_or_spelt_otherwise_is_the_url(tmp_path):
    for said in (f"<{URL}>", "http://SITE.example", "http://site.example:80/#top", "http://site.example/a/.."):
        assert answer(tmp_path, record(http(b"x"), said)).body == b"x"
    for said in (f"{URL}茶 x", f"{URL}%E8%8C%B6%20x"):
        assert answer(tmp_path, record(http(b"x"), said), request=f"{URL}%E8%8C%B6%20x").body == b"x"


def test_records_of_other_kinds_are_no_pages(tmp_path):
    others = [
        record(b"a: b", "x.warc", "warcinfo", content_type="application/warc-fields"),
        record(b"text", "metadata://gnu.org/software/wget/warc/wget.log", "resource", content_type="text/plain"),
        record(b"via: x", URL, "metadata", content_type="application/warc-fields"),
        record(b"plain", URL, "conversion", content_type="text/plain"),
        record(b"127.0.0.1", "dns:site.example", "response", content_type="text/dns"),
    ]
    assert answer(tmp_path, *others, record(http(b"x")), *others).body == b"x"
    with pytest.raises(ReplayError, match="holds no answer of a web server"):
        answer(tmp_path, *others)


def test_a_resource_is_a_page_of_its_own_type(tmp_path):
    page = answer(tmp_path, record(b"a,b\r\n\r\n1,2", URL, "resource", content_type="text/csv"))
    assert (page.status, page.header("content-type"), page.body) == (200, "text/csv", b"a,b\r\n\r\n1,2")


def test_a_request_without_an_answer_is_not_recorded(tmp_path):
    records = [record(asked("/none"), f"{URL}none", "request", record_id="<urn:q>"), record(http(b"x"))]
    failure = answer(tmp_path, *records, request=f"{URL}none")
    assert (failure.reason, "without its answer" in failure.detail) == (Reason.NOT_RECORDED, True)


def test_of_several_captures_the_newest_that_is_whole_counts_and_that_is_told(tmp_path):
    captures = [
        record(http(b"march"), date="2026-03-01T00:00:00Z"),
        record(http(b"january"), date="2026-01-01T00:00:00Z"),
        record(http(b"march again"), date="2026-03-01T00:00:00Z"),
        record(http(b"cut"), date="2026-04-01T00:00:00Z", truncated="time"),
        record(http(b"x"), f"{URL}once"),
    ]
    assert answer(tmp_path, *captures).body == b"march again"
    with contextlib.closing(Replay(tmp_path / "a.warc.gz")) as replay:
        told = "1 of 2 recorded exchanges were captured more than once; the last of each counts"
        assert replay.notes == [told]


def test_a_truncated_capture_is_failed_where_there_is_no_other(tmp_path):
    failure = answer(tmp_path, record(http(b"half"), truncated="length"))
    assert (failure.reason, "length" in failure.detail) == (Reason.TRUNCATED, True)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_by_request", [True, False])
def test_requests_are_joined_by_either_ones_id_to_know_method_and_body(tmp_path, is_first, is_by_request):
    records = []
    for n, (method, sent) in enumerate([("POST", b"q=1"), ("POST", b"q=2"), ("GET", b"")]):
        mine = {"concurrent_to": f"<urn:a{n}>"} if is_by_request else {}
        its = {} if is_by_request else {"concurrent_to": f"<urn:q{n}>"}
        pair = [
            record(asked("/", method, sent), URL, "request", record_id=f"<urn:q{n}>", **mine),
            record(http(b"answer %d" % n), record_id=f"<urn:a{n}>", **its),
        ]
        records += pair if is_first else pair[::-1]
    for n, request in enumerate([Request(URL, method="POST", body=b"q=1"), Request(URL, method="POST", body=b"q=2")]):
        assert answer(tmp_path, *records, request=request).body == b"answer %d" % n
    assert answer(tmp_path, *records).body == b"answer 2"
    failure = answer(tmp_path, *records, request=Request(URL, method="POST", body=b"q=3"))
    assert (failure.reason, "with another body" in failure.detail) == (Reason.NOT_RECORDED, True)


def test_urls_that_an_index_would_fold_are_different_pages(tmp_path):
    paths = ["A", "a", "q?x=A", "q?x=a", "b%2Fc", "b/c", "d/", "d", "e?a=1&b=2", "e?b=2&a=1", "f?sid=1", "f", "f?"]
    records = [record(http(path.encode()), URL + path) for path in paths]
    with opened(write_warc(tmp_path / "a.warc.gz", *records)) as fetcher:
        for path in paths:
            assert fetcher.fetch(Request(URL + path)).body == path.encode()
        for url in ("http://www.site.example/A", "https://site.example/A", "http://site.example:81/A"):
            assert fetcher.fetch(Request(url)).reason == Reason.NOT_RECORDED


def test_redirects_are_handed_out_with_their_location(tmp_path):
    page = answer(tmp_path, record(http(b"", "Location: /new#x", status="302 Found")))
    assert (page.status, page.header("location")) == (302, "/new#x")


def test_a_url_that_is_not_there_is_told_with_the_nearest(tmp_path):
    records = [record(http(b"x"), f"{URL}p?n={n}") for n in range(20)]
    failure = answer(tmp_path, *records, request=f"{URL}p?n=21")
    assert f"GET {URL}p?n=21 is not recorded; the nearest is {URL}p?n=2" in failure.detail


# ------------------------------------------------------------------ revisits

DIGEST = "sha1:B2LTWWPUOYAH7UIPQ7ZUPQ4VMBSVC36A"
FIRST = record(http(b"the page"), record_id="<urn:first>", payload_digest=DIGEST, date="2025-01-01T00:00:00Z")
SAME = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


def revisit(block=None, url=URL, **fields):
    block = http(b"", HTML, "Content-Length: 101", "X: new") if block is None else block
    return record(block, url, "revisit", **{"profile": SAME, "record_id": "<urn:again>", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"refers_to": "<urn:first>", "truncated": "length"},
        {"refers_to_target_uri": URL, "refers_to_date": "2025-01-01T00:00:00Z", "refers_to": "<urn:elsewhere>"},
        {"payload_digest": DIGEST},
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_revisit_is_the_page_that_it_refers_to(tmp_path, fields, is_first):
    records = [FIRST, revisit(**fields)] if is_first else [revisit(**fields), FIRST]
    page = answer(tmp_path, *records)
    assert (page.body, page.header("x"), page.fetched_at) == (b"the page", "new", warc.seconds("2026-01-01"))


def test_a_revisit_of_another_url_is_found_by_its_id(tmp_path):
    page = answer(tmp_path, FIRST, revisit(url=f"{URL}b", refers_to="<urn:first>"), request=f"{URL}b")
    assert page.body == b"the page"


def test_a_revisit_without_a_head_is_the_page_with_that_of_the_other(tmp_path):
    page = answer(tmp_path, FIRST, revisit(b"", refers_to="<urn:first>"))
    assert (page.status, page.body, page.header("content-type")) == (200, b"the page", "text/html")


def test_a_revisit_whose_page_is_elsewhere_is_failed_by_name_and_not_empty(tmp_path):
    failure = answer(tmp_path, revisit(refers_to="<urn:elsewhere>"))
    assert (failure.reason, "urn:elsewhere" in failure.detail) == (Reason.NOT_RECORDED, True)
    circle = revisit(refers_to="<urn:b>", record_id="<urn:a>"), revisit(refers_to="<urn:a>", record_id="<urn:b>")
    assert answer(tmp_path, *circle).reason == Reason.NOT_RECORDED


@pytest.mark.parametrize(
    "again",
    [
        revisit(http(b"", "ETag: 2", status="304 Not Modified"), profile=NOT_MODIFIED),
        revisit(b"", profile=NOT_MODIFIED),
        record(http(b"", "ETag: 2", status="304 Not Modified")),
    ],
)
def test_not_modified_is_the_last_page_of_the_url(tmp_path, again):
    older = record(http(b"older"), date="2024-01-01T00:00:00Z")
    later = record(http(b"gone", status="404 Not Found"), date="2025-06-01T00:00:00Z")
    page = answer(tmp_path, older, FIRST, later, again)
    assert (page.status, page.body, page.header("content-type")) == (200, b"the page", "text/html")
    assert answer(tmp_path, later, again).reason == Reason.NOT_RECORDED


# ------------------------------------------------------------------ files


def test_cut_damaged_and_foreign_files_say_so(tmp_path):
    noise = random.Random(1).randbytes
    records = [record(http(noise(3000)), f"{URL}{n}") for n in range(5)]
    packed = [gzip.compress(each) for each in records]
    whole, start = b"".join(packed), len(packed[0]) + len(packed[1])
    cases = {
        whole[:-1500]: "is damaged or cut behind its first 4 records",
        b"".join(records)[:-1500]: "is damaged or cut behind its first 4 records .* 1[0-9]{3} of its 3[0-9]{3} bytes",
        whole[: start + 900] + b"\x55" + whole[start + 901 :]: "is damaged or cut behind its first 2 records",
        whole[:start] + b"JUNK" * 20 + whole[start:]: "is damaged or cut behind its first 2 records",
        gzip.compress(b"".join(records)): "the whole file is one piece",
        gzip.compress(b"".join(records[:2])): "the whole file is one piece",
        gzip.compress(b"<html>"): "damaged or cut behind its first 0 records",
        record(http(b"x"), content_length=None): "expected the length of a record",
        record(http(b"x"), content_length="-5"): "expected the length of a record|damaged",
        record(http(b"x"), content_length="99999999999"): "of its 99999999999 bytes",
        b"hello": "expected a folder that --record made, a WARC",
        b"ZIM\x04" + bytes(80): "expected a folder that --record made, a WARC",
        b"": "expected a folder that --record made, a WARC",
        b"PK\x03\x04 but no ZIP": "is no whole ZIP",
    }
    for data, told in cases.items():
        path = tmp_path / "x.warc.gz"
        path.write_bytes(data)
        with pytest.raises(ReplayError, match=told):
            Replay(path)


def test_a_folder_of_archives_is_one(tmp_path):
    write_warc(tmp_path / "one.warc.gz", record(http(b"one"), f"{URL}1"))
    write_warc(tmp_path / "two.warc", record(http(b"two"), f"{URL}2"))
    write_warc(tmp_path / ".hidden.warc", b"not finished")
    with opened(tmp_path) as fetcher:
        assert [fetcher.fetch(Request(f"{URL}{n}")).body for n in (1, 2)] == [b"one", b"two"]


def test_a_revisit_in_one_archive_of_a_folder_is_the_page_of_another(tmp_path):
    write_warc(tmp_path / "a.warc.gz", revisit(url=f"{URL}b", refers_to="<urn:first>"))
    write_warc(tmp_path / "b.warc.gz", FIRST)
    with opened(tmp_path) as fetcher:
        assert fetcher.fetch(Request(f"{URL}b")).body == b"the page"


def test_a_wacz_is_read_by_its_archives_whatever_its_index_says(tmp_path):
    packed = b"".join(gzip.compress(record(http(body), f"{URL}{body.decode()}")) for body in (b"one", b"two"))
    members = {
        "datapackage.json": b"{}",
        "indexes/index.cdx.gz": gzip.compress(b'example,site)/one 2026 {"offset": "7", "req.http:cookie": "a=b"}'),
        "pages/pages.jsonl": b'{"format": "json-pages-1.0"}',
        "archive/a.warc.gz": packed,
        "archive/b.warc.gz": gzip.compress(record(http(b"three"), f"{URL}three")),
    }
    with opened(write_zip(tmp_path / "a.wacz", members)) as fetcher:
        for text in ("one", "two", "three"):
            assert fetcher.fetch(Request(URL + text)).body == text.encode()
    with pytest.raises(ReplayError, match=r"expected archive/a\.warc\.gz stored"):
        Replay(write_zip(tmp_path / "b.wacz", members, compression=zipfile.ZIP_DEFLATED))
    with pytest.raises(ReplayError, match="found neither"):
        Replay(write_zip(tmp_path / "c.zip", {"a.txt": b"a"}))


def test_the_index_is_gone_when_the_replay_is_closed(tmp_path):
    with contextlib.closing(Replay(write_warc(tmp_path / "a.warc.gz", record(http(b"x"))))) as replay:
        assert replay.source.exists()
    assert not replay.source.exists()
