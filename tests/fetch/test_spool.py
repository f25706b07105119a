"""Bodies that come in piece by piece: a large one lies in a file that nobody sees."""

import os

import pytest

from scraper.errors import Reason
from scraper.fetch.spool import IN_MEMORY_BYTES, Spool
from scraper.models import Request
from tests.support.faultserver import HTML, FaultServer
from tests.support.fetchers import WAYS, open_fetcher

SIZES = [(), (5,), (IN_MEMORY_BYTES,), (IN_MEMORY_BYTES + 1,), (1, IN_MEMORY_BYTES, 3), (100_000,) * 9]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_what_goes_in_comes_out_however_large(sizes, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pieces = [os.urandom(size) for size in sizes]
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    spool = Spool(pieces)
    for _ in range(2):
        assert spool.read() == b"".join(spool) == b"".join(pieces)
    is_large = sum(sizes) > IN_MEMORY_BYTES
    assert len(os.listdir("/proc/self/fd")) - before == is_large  # noqa: PTH208
    assert os.listdir(tmp_path) == []  # noqa: PTH208
    del spool
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.live
@pytest.mark.parametrize("way", WAYS)
def test_a_large_page_that_no_disk_has_room_for_fails_with_the_cause_and_small_ones_do_not(way, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/full")
    with FaultServer() as server:
        fetcher = open_fetcher(way)
        assert fetcher.fetch(Request(server.url("/page"))).body == HTML
        failure = fetcher.fetch(Request(server.url(f"/page?size={2 * IN_MEMORY_BYTES}")))
        fetcher.close()
    assert (failure.reason, failure.is_transient) == (Reason.CONNECTION, True)
    assert "NotADirectoryError" in failure.detail
