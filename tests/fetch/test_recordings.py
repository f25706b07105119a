"""Recordings: what is saved comes back byte for byte, and no secret is among it."""

import hashlib
import sys

import pytest
from msgspec.structs import replace

from scraper.errors import Reason, ReplayError
from scraper.fetch.archives import Replay
from scraper.fetch.recordings import ReplayFetcher, folders_in, save
from scraper.models import Failure, Page, Request

URL = "https://www.maoyan.com/board/4?offset=10"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def page(url=URL, body="霸王别姬\r\n\x00\xff".encode("latin-1", "replace"), headers=HTML, status=200):
    return Page(url, status, headers, body, 1_500_000_000.25)


def test_a_recorded_exchange_comes_back_as_it_was(tmp_path):
    for status, kind in ((200, "text/html"), (404, "application/json"), (302, "image/png")):
        one = page(f"{URL}&s={status}", bytes(range(256)), (("Content-Type", kind), ("X", "1"), ("X", "2")), status)
        save(tmp_path, Request(one.url), one)
    for status in (200, 404, 302):
        answer = ReplayFetcher(folders_in(tmp_path)).fetch(Request(f"{URL}&s={status}"))
        assert (answer.status, answer.body, answer.fetched_at) == (status, bytes(range(256)), 1_500_000_000.25)
        assert [value for name, value in answer.headers if name == "X"] == ["1", "2"]


def test_headers_about_the_body_on_the_wire_are_not_kept(tmp_path):
    save(tmp_path, Request(URL), page(headers=(*HTML, ("Content-Encoding", "gzip"), ("Content-Length", "7"))))
    assert ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL)).headers == HTML


def test_no_secret_is_saved(tmp_path):
    url = URL.replace("https://", "https://user:hush@")
    request = Request(url, headers=(("Authorization", "hush"),))
    save(tmp_path, request, page(url, headers=(*HTML, ("Set-Cookie", "sid=hush"), ("X-Auth-Token", "hush"))))
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert texts
    assert not any(b"hush" in text for text in texts)


def test_a_second_recording_of_the_same_request_replaces_the_first(tmp_path):
    save(tmp_path, Request(URL), page(body=b"old"))
    save(tmp_path, Request(URL), page(body=b"new", headers=(("Content-Type", "application/json"),)))
    assert ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL)).body == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_request_whose_body_alone_is_not_recorded_is_told_so(tmp_path):
    post = Request(URL, method="POST", body=b"page=1")
    save(tmp_path, post, page())
    other = hashlib.sha256(b"page=2").hexdigest()
    for request, told in (
        (replace(post, body=b"page=2"), other),
        (replace(post, body=None), "none, as it has no body"),
    ):
        failure = ReplayFetcher(folders_in(tmp_path)).fetch(request)
        assert failure.reason == Reason.NOT_RECORDED
        assert failure.detail == f"POST {URL} is recorded with another body; this one's body_sha256 is {told}"


def test_a_recording_that_was_killed_half_way_is_not_replayed_and_is_done_again(tmp_path, monkeypatch):
    save(tmp_path, Request(URL + "&s=1"), page(URL + "&s=1"))
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_bytes", lambda path, _: sys.exit())
        with pytest.raises(SystemExit):
            save(tmp_path, Request(URL), page())
    assert ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL)).reason == Reason.NOT_RECORDED
    save(tmp_path, Request(URL), page(body=b"whole"))
    assert ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL)).body == b"whole"
    assert len(list(tmp_path.iterdir())) == 2


def test_requests_that_differ_in_method_or_body_are_different_exchanges(tmp_path):
    for body in (b"q=1", b"q=2"):
        save(tmp_path, Request(URL, method="POST", body=body), page(body=body))
    fetcher = ReplayFetcher(folders_in(tmp_path))
    assert fetcher.fetch(Request(URL, method="POST", body=b"q=2")).body == b"q=2"
    assert isinstance(fetcher.fetch(Request(URL)), Failure)


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/", "/..", "/a%2F..%2Fb", "/" + "x" * 500, "/电影?a=b/c"])
def test_a_folder_never_leaves_its_place(tmp_path, path):
    url = f"http://a{path}"
    save(tmp_path / "rec", Request(url), page(url))
    assert [p.parent.parent for p in tmp_path.rglob("meta.yaml")] == [tmp_path / "rec"]
    assert isinstance(ReplayFetcher(folders_in(tmp_path / "rec")).fetch(Request(url)), Page)


def test_a_url_that_is_not_recorded_fails_and_the_nearest_is_named(tmp_path):
    save(tmp_path, Request(URL), page())
    answer = ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL.replace("10", "20")))
    assert isinstance(answer, Failure)
    assert (answer.reason, answer.is_transient) == (Reason.NOT_RECORDED, False)
    assert URL in answer.detail


def test_a_fragment_is_no_part_of_a_request(tmp_path):
    save(tmp_path, Request(URL), page())
    assert isinstance(ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL + "#top")), Page)


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("url: [", "cannot be read"),
        ("- a", "expected keys"),
        ("status: 200", "meta.yaml:1:1: expected a key 'url', got None"),
        ("status: 200\nurl: 'http://[::1'", "meta.yaml:2:6: url: Invalid IPv6 URL"),
        (f"url: {URL}\nstatus: 99999999999999999999", "meta.yaml:2:9: status: expected a status of three digits"),
        (f"url: {URL}\nstatus: ok", "meta.yaml:2:9: status: expected a status of three digits, got 'ok'"),
        (f"url: {URL}\nheaders: [a]", "meta.yaml:2:10: headers: expected header lines by their names"),
        (f"url: {URL}\nfetched_at: yesterday", "meta.yaml:2:13: fetched_at: Invalid isoformat string"),
        (
            f"url: {URL}\nfetched_at: '0001-01-01T00:00:00+14:00'",
            "meta.yaml:2:13: fetched_at: expected a time since 1970",
        ),
    ],
)
def test_a_broken_recording_says_where_and_what(tmp_path, meta, message):
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "meta.yaml").write_text(meta)
    (folder / "page.html").write_text("x")
    with pytest.raises(ReplayError, match=message):
        ReplayFetcher(folders_in(tmp_path)).fetch(Request(URL))


def test_a_page_that_is_not_as_it_was_recorded_is_failed_and_the_others_are_not(tmp_path):
    for number in (1, 2):
        save(tmp_path, Request(f"{URL}&s={number}"), page(f"{URL}&s={number}"))
    (file,) = tmp_path.glob("*s-1*/page.html")
    file.write_bytes(b"B" + file.read_bytes()[1:])
    fetcher = ReplayFetcher(folders_in(tmp_path))
    assert isinstance(fetcher.fetch(Request(f"{URL}&s=2")), Page)
    failure = fetcher.fetch(Request(f"{URL}&s=1"))
    told = "is not as it was recorded; who has changed it on purpose takes page_sha256 out of its meta.yaml"
    assert (failure.reason, failure.detail) == (Reason.BAD_RESPONSE, f"{file}: {told}")


def test_a_missing_an_empty_and_an_ambiguous_folder_say_so(tmp_path):
    with pytest.raises(ReplayError, match="a WACZ or a HAR; there is nothing of that name"):
        Replay(tmp_path / "nowhere.warc.gz")
    with pytest.raises(ReplayError, match="found none"):
        Replay(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "meta.yaml").write_text(f"url: {URL}")
    with pytest.raises(ReplayError, match="both recordings"):
        Replay(tmp_path)
