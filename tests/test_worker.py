"""What a worker does with a request: fetch it, and parse it where the parent does not."""

import pytest

from scraper.job import Field, Kind, Rule, Selection, Settings, Source
from scraper.job.expect import PageChecks
from scraper.models import Page, Read, Request
from scraper.worker import fetch, open_worker

FIELD = Field("t", Selection((Source("css", "b"),)))
KIND = Kind("list", (Rule("list", (FIELD,), each=Selection((Source("css", "li"),))),), checks=PageChecks(("ok",)))


@pytest.fixture
def answer(site):
    """A function that fetches a page with a body as a worker would, so many times, and returns the last answer."""

    def answer(body, status=200, kinds=None, kept=frozenset(), kind="list", times=1):
        site.pages["/p"] = (status, {}, body)
        worker = open_worker(
            Settings(), None, frozenset({"127.0.0.1"}), {"list": KIND} if kinds is None else kinds, kept
        )
        try:
            return [fetch(worker, Request(f"{site.url}/p", kind=kind)).finish() for _ in range(times)][-1]
        finally:
            worker.close()

    return answer


def test_where_the_parent_parses_the_page_comes_back(answer):
    page = answer("<li><b>x</b> ok", kinds={})
    assert isinstance(page, Page)
    assert page.body == b"<li><b>x</b> ok"


def test_where_the_worker_parses_the_records_come_back_and_the_body_stays(answer):
    read = answer("<li><b>x</b> ok", times=4)  # a few of the best are kept for `mend`
    assert isinstance(read, Read)
    assert (read.parsed.lines, read.page.body, read.page.status) == (((b'{"t":"x"}',),), b"", 200)


@pytest.mark.parametrize("body", ["<li><b>x</b> ok", "<li><b>x</b><li> ok"])
def test_the_body_of_a_page_that_may_have_to_be_shown_comes_along(answer, body):
    assert answer(body).page.body == body.encode()


@pytest.mark.parametrize("body", ["<li>blocked", "ok, but nothing"])
def test_the_body_of_a_page_that_fails_comes_along(answer, body):
    read = answer(body)
    assert read.parsed.reason in ("blocked", "no records")
    assert read.page.body == body.encode()


def test_the_body_of_a_page_that_may_be_read_again_comes_along(answer):
    assert answer("<li><b>x</b> ok", kept=frozenset({"list"}), times=2).page.body


@pytest.mark.parametrize(("status", "kind"), [(404, "list"), (302, "list"), (200, "")])
def test_what_is_no_page_of_a_kind_is_not_parsed(answer, status, kind):
    assert isinstance(answer("<li><b>x</b> ok", status=status, kind=kind), Page)
