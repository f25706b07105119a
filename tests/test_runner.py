"""Whole runs in this process: HTTP mocked by `responses` from the saved boards, on the `threads` engine."""

import json
from pathlib import Path

import pytest
import responses

import scraper as package
from scraper.errors import Rejected
from scraper.fetch.recordings import read_page
from scraper.report.accounts import Exit
from tests.conftest import ROOT

MAOYAN = ROOT / "fixtures/maoyan"


@pytest.fixture
def web():
    """The saved boards as a site, without a network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for meta in sorted(MAOYAN.glob("*/meta.yaml")):
            page = read_page(meta.parent)
            web.get(page.url, body=page.body, status=page.status, headers=dict(page.headers))
        web.get("https://www.maoyan.com/robots.txt", status=404)
        yield web


@pytest.fixture
def job(folder):
    return package.load_config(ROOT / "configs/maoyan.yaml", {"pool.engine": "threads", "download_delay": "0"})


def test_the_boards_are_published_as_they_must_be(folder, job, web):
    report = package.run(job)
    assert (report.exit_code, report.records, report.accounts.fetched) == (Exit.OK, 110, 11)
    assert Path("output/maoyan.jsonl").read_bytes() == MAOYAN.with_suffix(".jsonl").read_bytes()


def test_records_come_without_a_file(folder, job, web):
    records = list(package.records(job))
    assert records == [json.loads(line) for line in MAOYAN.with_suffix(".jsonl").read_bytes().splitlines()]
    assert not Path("output").exists()


def test_records_raise_what_a_run_would_reject(folder, web):
    url = "https://www.maoyan.com/board/7"
    web.replace("GET", url, body="<title>验证中心</title>", content_type="text/html; charset=utf-8")
    settings = {"pool.engine": "threads", "download_delay": "0", "retry_times": "0"}
    some = package.records(package.load_config(ROOT / "configs/maoyan.yaml", settings))
    with pytest.raises(Rejected, match="blocked"):
        list(some)


def test_a_run_sets_neither_signals_nor_logging(folder, job, web):
    import logging
    import signal

    before = (
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGTERM),
        list(logging.getLogger("scraper").handlers),
    )
    package.run(job)
    assert before == (
        signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), list(logging.getLogger("scraper").handlers)
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["processes", "threads"])
def test_ten_runs_give_the_same_bytes(scraper, folder, engine):
    expected = MAOYAN.with_suffix(".jsonl").read_bytes()
    for _ in range(5):
        done = scraper(ROOT / "configs/maoyan.yaml", "--replay", MAOYAN, "-q", "-s", f"pool.engine={engine}")
        assert (done.returncode, done.stderr) == (0, "")
        assert (folder / "output/maoyan.jsonl").read_bytes() == expected
