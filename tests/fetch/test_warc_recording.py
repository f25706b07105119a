"""Recording in a WARC: other readers find it valid, what was fetched comes back, and no secret is among it."""

import contextlib
import io
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as changed
from warcio.archiveiterator import ArchiveIterator

from scraper.config.load import load_config
from scraper.errors import OutputError, Reason
from scraper.fetch.archive_fetcher import ArchiveFetcher
from scraper.fetch.archives import Replay
from scraper.fetch.warc_recording import WarcRecorder, whole_bytes
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.models import Failure, Page, Request

URL = "https://www.maoyan.com/board/4?offset=10"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
JOB = load_config(Path(__file__).parents[2] / "configs/maoyan.yaml", {})
HUSH = Secrets({"API_KEY": "hush-hush-9"})


def page(url=URL, body=b"\xe9\x9c\xb8\r\n\r\n\x00\xff", headers=HTML, status=200):
    return Page(url, status, headers, body, 1_500_000_000.25)


def recorded(path, *exchanges, secrets=NO_SECRETS, run="run-1", is_finished=True):
    recorder = WarcRecorder(path, changed(JOB, secrets=secrets), run)
    with contextlib.closing(recorder):
        for request, answer in exchanges:
            recorder.save(request, answer)
        if is_finished:
            recorder.finish()
    return path


def asked(path, request, secrets=NO_SECRETS):
    with contextlib.closing(Replay(path, secrets)) as replay:
        fetcher = ArchiveFetcher(replay.source, secrets)
        with contextlib.closing(fetcher):
            return fetcher.fetch(request)


def records(path):
    """Return the records of a file as warcio reads them, their digests checked."""
    found = []
    with path.open("rb") as file:
        for one in ArchiveIterator(file, check_digests="raise"):
            content = one.content_stream().read()
            found.append((one.rec_type, dict(one.rec_headers.headers), one.http_headers, content))
    return found


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_other_readers_find_whole_and_valid_records(tmp_path, name):
    path = recorded(tmp_path / "deep" / name, (Request(URL, "top100"), page()))
    types = [kind for kind, *_ in records(path)]
    assert types == ["warcinfo", "response", "request", "metadata"]
    (_, info, _, _), (_, response, head, body), (_, request, sent, _), (_, _, _, about) = records(path)
    assert (head.get_statuscode(), head.get_header("content-length"), body) == ("200", "9", page().body)
    assert (sent.protocol, sent.statusline) == ("GET", "/board/4?offset=10 HTTP/1.1")
    assert response["WARC-Target-URI"] == request["WARC-Target-URI"] == URL
    assert response["WARC-Date"] == "2017-07-14T02:40:00.250Z"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert response["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
    assert b"scraper-kind: top100" in about


def test_a_recorded_exchange_comes_back_as_it_was(tmp_path):
    lines = (("X", "1"), ("X", "2"), ("Content-Encoding", "gzip"), ("X-Utf", "Ã©"), ("Content-Length", "7"))
    exchanges = [
        (Request(f"{URL}&s={status}"), page(f"{URL}&s={status}", bytes(range(256)), (*HTML, *lines), status))
        for status in (200, 404, 302, 299, 999)
    ]
    path = recorded(tmp_path / "x.warc.gz", *exchanges)
    for request, answer in exchanges:
        came = asked(path, request)
        assert (came.status, came.body, came.fetched_at) == (answer.status, answer.body, answer.fetched_at)
        assert came.headers == (*HTML, ("X", "1"), ("X", "2"), ("X-Utf", "Ã©"))


@pytest.mark.parametrize(
    "body", [b"", b"3\r\nabc\r\n0\r\n\r\n", b"\x1f\x8b no gzip", b"HTTP/1.1 200 OK\r\n\r\n", b"\n\n"]
)
def test_a_body_is_written_as_it_is(tmp_path, body):
    assert asked(recorded(tmp_path / "x.warc.gz", (Request(URL), page(body=body))), Request(URL)).body == body


def test_answers_without_a_body_come_back(tmp_path):
    exchanges = [(Request(f"{URL}&s={n}"), page(f"{URL}&s={n}", b"", (("ETag", "1"),), n)) for n in (204, 304)]
    path = recorded(tmp_path / "x.warc.gz", *exchanges)
    assert asked(path, exchanges[0][0]).status == 204
    assert asked(path, exchanges[1][0]).reason == Reason.NOT_RECORDED  # a 304 of what nobody recorded


def test_requests_that_differ_in_method_or_body_are_different_exchanges(tmp_path):
    sent = [Request(URL, method="POST", body=body) for body in (b"q=1", b"q=2\x00\xff", b"x" * 100_000)]
    path = recorded(tmp_path / "x.warc.gz", *((one, page(body=one.body[:5])) for one in sent))
    for one in sent:
        assert asked(path, one).body == one.body[:5]
    assert isinstance(asked(path, Request(URL)), Failure)
    assert [content for kind, _, _, content in records(path) if kind == "request"] == [one.body for one in sent]


def test_no_secret_is_written_and_what_held_one_is_found_again(tmp_path):
    url = f"{URL}&key=hush-hush-9"
    headers = (*HTML, ("Set-Cookie", "sid=1"), ("X-Auth-Token", "t"), ("Location", "/next?key=hush-hush-9&price=$1"))
    request = Request(
        url, method="POST", body=b"key=hush-hush-9", headers=(("X", "hush-hush-9"), ("Authorization", "a"))
    )
    path = recorded(
        tmp_path / "x.warc.gz",
        (request, page(url, headers=headers)),
        (replace(request, url=URL), page()),
        (Request(f"{URL}&price=$1", body=b"pin=1", method="POST", id=-1), page()),
        secrets=HUSH,
    )
    text = b"".join(zlib_members(path.read_bytes()))
    assert b"hush-hush" not in text
    assert not any(word in text for word in (b"sid=1", b"X-Auth-Token", b"Authorization", b"pin=1"))
    assert b"WARC-Target-URI: https://www.maoyan.com/board/4?offset=10&key=***" in text
    for key in ("hush-hush-9", "another-key"):
        today = Secrets({"API_KEY": key})
        again = replace(request, url=f"{URL}&key={key}", body=f"key={key}".encode())
        came = asked(path, again, today)
        assert came.header("location") == f"/next?key={key}&price=$1"
        assert isinstance(asked(path, replace(again, url=URL), today), Page)
    assert isinstance(asked(path, Request(f"{URL}&price=$1", body=b"pin=1", method="POST"), HUSH), Page)
    records(path)


def zlib_members(data):
    while data:
        inflater = zlib.decompressobj(31)
        yield inflater.decompress(data)
        data = inflater.unused_data


def test_the_same_exchanges_give_the_same_records(tmp_path):
    one, two = (recorded(tmp_path / name / "x.warc.gz", (Request(URL), page())) for name in "ab")
    assert [each[1]["WARC-Record-ID"] for each in records(one)] == [each[1]["WARC-Record-ID"] for each in records(two)]
    assert [str(each) for each in records(one)[1:]] == [str(each) for each in records(two)[1:]]


def test_the_archive_has_its_name_only_when_it_is_finished(tmp_path):
    path = recorded(tmp_path / "x.warc.gz", (Request(URL), page()), is_finished=False)
    assert not path.exists()
    assert [each.name for each in tmp_path.iterdir()] == [".x.warc.gz.maoyan.run-1.part"]
    recorded(path, (Request(f"{URL}0"), page()))
    assert [each.name for each in tmp_path.iterdir()] == ["x.warc.gz"]
    assert [asked(path, Request(url)).body for url in (URL, f"{URL}0")] == [page().body] * 2


def test_an_earlier_archive_stands_until_then_and_is_replaced(tmp_path):
    path = recorded(tmp_path / "x.warc.gz", (Request(URL), page(body=b"old")))
    recorded(path, (Request(URL), page(body=b"new")), run="run-2", is_finished=False)
    assert asked(path, Request(URL)).body == b"old"
    recorded(path, (Request(f"{URL}0"), page()), run="run-3")
    assert isinstance(asked(path, Request(URL)), Failure)
    assert [each.name for each in tmp_path.iterdir()] == ["x.warc.gz"]


def test_a_finished_run_that_is_resumed_goes_on_with_its_archive(tmp_path):
    path = recorded(tmp_path / "x.warc.gz", (Request(URL), page()))
    recorded(path, (Request(f"{URL}0"), page(body=b"later")))
    assert [asked(path, Request(url)).body for url in (URL, f"{URL}0")] == [page().body, b"later"]
    assert [kind for kind, *_ in records(path)].count("warcinfo") == 1


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_half_a_record_of_a_killed_run_is_cut_off_wherever_it_was_cut(tmp_path, name):
    path = tmp_path / name
    recorded(path, (Request(URL), page()), is_finished=False)
    (part,) = tmp_path.iterdir()
    first = part.stat().st_size
    recorded(path, (Request(f"{URL}0"), page()), is_finished=False)
    whole = part.read_bytes()
    ends = {0, first, len(whole)}
    for size in range(len(whole) + 1):
        if size % 41 == 0 or size in ends or len(whole) - size < 12:
            part.write_bytes(whole[:size])
            end = whole_bytes(part, is_packed=name.endswith(".gz"))
            assert end <= size
            part.write_bytes(whole[:end])
            if end:
                records(part)
            assert end >= max(each for each in ends if each <= size)
    part.write_bytes(whole[: first + 200])
    recorded(path, (Request(f"{URL}0"), page(body=b"again")))
    assert asked(path, Request(f"{URL}0")).body == b"again"
    records(path)


def test_a_full_disk_is_told_with_the_path(tmp_path, monkeypatch):
    recorder = WarcRecorder(tmp_path / "x.warc.gz", JOB, "run-1")

    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    recorder.close()
    monkeypatch.setattr(recorder, "_file", Full())
    with pytest.raises(OutputError, match=r"x.warc.gz.*cannot record: No space left on device"):
        recorder.save(Request(URL), page())


def test_a_line_of_a_header_never_begins_another(tmp_path):
    odd = (("X", "a\r\nSet-Cookie: b"), ("Y\n", "c"), ("Z", "☃"))
    came = asked(recorded(tmp_path / "x.warc.gz", (Request(URL), page(headers=odd))), Request(URL))
    assert [name for name, _ in came.headers] == ["X", "Y", "Z"]
