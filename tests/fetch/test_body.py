"""Bodies: bounded, complete, and the same however they are cut into reads."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import Reason
from scraper.fetch import body as bodies
from scraper.fetch.body import MAX_GZIP_MEMBERS, Unusable
from tests.support.faultserver import bare_deflate

GZIP, DEFLATE = (("Content-Encoding", "gzip"),), (("content-encoding", "deflate"),)
FORMS = [((), bytes), (GZIP, gzip.compress), (DEFLATE, zlib.compress), (DEFLATE, bare_deflate)]


def read_body(wire, headers, maxsize_bytes):
    return bodies.read_body(wire, headers, bodies.Bound(maxsize_bytes)).read()


class Wire:
    """A response whose body comes in pieces of these sizes, the last of them again and again."""

    def __init__(self, data, sizes=(1 << 20,), length=None):
        self.data, self.sizes, self.length_remaining = data, list(sizes), length

    def read(self, size, decode_content):
        assert not decode_content
        size = min(size, self.sizes.pop(0) if len(self.sizes) > 1 else self.sizes[0])
        piece, self.data = self.data[:size], self.data[size:]
        return piece


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), min_size=1), st.sampled_from(FORMS))
def test_a_body_is_the_same_in_whatever_pieces_it_comes(body, sizes, form):
    headers, pack = form
    assert read_body(Wire(pack(body), sizes), headers, 1000) == body


@pytest.mark.parametrize("piece_bytes", [1, 3, 100])
@pytest.mark.parametrize("form", FORMS[1:])
def test_a_body_is_the_same_in_whatever_pieces_it_is_inflated(form, piece_bytes, monkeypatch):
    monkeypatch.setattr("scraper.fetch.body.PIECE_BYTES", piece_bytes)
    headers, pack = form
    for body in (b"", b"x" * 299, bytes(range(256)) * 4, bytes(10_000)):
        for sizes in ([1], [2], [7], [1 << 20]):
            assert read_body(Wire(pack(body), sizes), headers, 10_000) == body
            if headers == GZIP:
                assert read_body(Wire(pack(body) * 2 + b"garbage", sizes), headers, 20_000) == body * 2


@given(st.binary(min_size=1, max_size=300), st.data(), st.sampled_from(FORMS[1:]))
def test_a_compressed_body_that_is_cut_anywhere_is_truncated(body, data, form):
    headers, pack = form
    packed = pack(body)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(Unusable) as caught:
        read_body(Wire(cut), headers, 1000)
    assert (caught.value.reason, caught.value.is_transient) == (Reason.TRUNCATED, True)


@pytest.mark.parametrize("form", FORMS)
def test_the_limit_is_the_last_size_that_is_allowed(form):
    headers, pack = form
    body = bytes(range(256)) * 1000
    assert read_body(Wire(pack(body)), headers, len(body)) == body
    with pytest.raises(Unusable, match=f"at most {len(body) - 1} bytes") as caught:
        read_body(Wire(pack(body)), headers, len(body) - 1)
    assert (caught.value.reason, caught.value.is_transient) == (Reason.TOO_LARGE, False)


def test_a_length_above_the_limit_is_refused_unread():
    wire = Wire(b"x" * 11, length=11)
    with pytest.raises(Unusable):
        read_body(wire, (), 10)
    assert len(wire.data) == 11


def test_a_body_with_a_known_length_is_one_read():
    reads = []
    wire = Wire(b"x" * 200_000, length=200_000)
    read, wire.read = wire.read, lambda size, **options: reads.append(size) or read(size, **options)
    assert len(read_body(wire, (), 1 << 20)) == 200_000
    assert reads[0] == 200_000
    assert len(reads) == 2, "the second finds the end"


def test_bytes_behind_the_end_count_on_the_wire():
    with pytest.raises(Unusable, match="at most"):
        read_body(Wire(gzip.compress(b"x") + bytes(2000)), GZIP, 1000)


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_bomb_is_not_inflated_beyond_the_limit(form):
    headers, pack = form
    wire = Wire(pack(bytes(50 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(Unusable):
            read_body(wire, headers, 1 << 20)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 2 << 20


@pytest.mark.parametrize("form", FORMS[1:])
def test_what_follows_the_end_is_ignored(form):
    headers, pack = form
    assert read_body(Wire(pack(b"film") + b"\0\0garbage"), headers, 1000) == b"film"
    assert read_body(Wire(b""), headers, 1000) == b""


@pytest.mark.parametrize("extra", [0, 1])
def test_gzip_members_are_counted(extra):
    wire = Wire(gzip.compress(b"x") * (MAX_GZIP_MEMBERS + extra))
    if not extra:
        assert read_body(wire, GZIP, 1 << 20) == b"x" * MAX_GZIP_MEMBERS
    else:
        with pytest.raises(Unusable, match="gzip members"):
            read_body(wire, GZIP, 1 << 20)


@pytest.mark.parametrize("value", ["", "identity", "Identity, none", "x-gzip", "GZIP", "identity, gzip"])
def test_names_of_encodings_are_read_without_case(value):
    body = b"<p>film</p>"
    sent = gzip.compress(body) if "gzip" in value.lower() else body
    assert read_body(Wire(sent), (("Content-Encoding", value),), 1000) == body


@pytest.mark.parametrize("value", ["br", "zstd", "compress", "gzip, gzip", "gzip, deflate", "gzip;q=1"])
def test_encodings_that_were_not_asked_for_cannot_be_read(value):
    with pytest.raises(Unusable, match="expected Content-Encoding gzip or deflate, got") as caught:
        read_body(Wire(b"x"), (("Content-Encoding", value),), 1000)
    assert caught.value.reason == Reason.BAD_RESPONSE
