"""Limits on a whole crawl."""

import time
from pathlib import Path

import pytest

import scraper as package
from scraper import runner
from scraper.crawl.launch import Options
from scraper.crawl.limits import Limits
from scraper.crawl.links import Links
from scraper.crawl.progress import Stop
from scraper.job import Settings
from scraper.journal.journal import Journal
from scraper.models import Failure, Finished, Parsed, Request

PAGE = Finished(Request("http://a/"), parsed=Parsed(((b"{}", b"{}"), (b"{}",))))
FAILED = Finished(Request("http://a/"), failure=Failure("timeout"))
SKIPPED = Finished(Request("http://a/"), skipped="robots")


@pytest.mark.parametrize(
    ("setting", "finished", "reached"),
    [
        ({"closespider_pagecount": 2}, [PAGE], False),
        ({"closespider_pagecount": 2}, [PAGE, FAILED, SKIPPED, PAGE], True),
        ({"closespider_itemcount": 4}, [PAGE], False),
        ({"closespider_itemcount": 4}, [PAGE, PAGE], True),
        ({"closespider_errorcount": 1}, [PAGE, SKIPPED], False),
        ({"closespider_errorcount": 1}, [FAILED], True),
        ({}, [PAGE, FAILED] * 9, False),
    ],
)
def test_a_limit_is_reached_by_what_it_counts(setting, finished, reached):
    limits = Limits(Settings(**setting))
    for one in finished:
        limits.count(one)
    assert limits.reached == (next(iter(setting)) if reached else None)


def test_seconds_count_from_the_start():
    now = [100.0]
    limits = Limits(Settings(closespider_timeout=5.0), clock=lambda: now[0])
    assert limits.reached is None
    now[0] = 105.0
    assert limits.reached == "closespider_timeout"


@pytest.mark.parametrize(
    ("setting", "are_counted"),
    [({"closespider_itemcount": 4}, True), ({"closespider_timeout": 5.0}, False), ({}, False)],
)
def test_only_a_limit_on_pages_makes_their_reading_come_before_the_next_start(setting, are_counted):
    assert Limits(Settings(**setting)).are_counted is are_counted


# --------------------------------------------------------------------------- a page of very many links


@pytest.fixture
def crowded(site, config):
    """A function that gives the job of a page with so many links, `setting` among its settings."""

    def job(links, setting):
        items = "".join(f'<li><a href="/{n}">{n}</a>' for n in range(links))
        site.pages = {"/": f"<ul>{items}</ul>"} | {f"/{n}": "<ul></ul>" for n in range(links)}
        return package.load_config(
            config(f"""
start_urls: ["{site.url}/"]
records: {{each: ul, fields: {{items: {{css: li, many: true}}}}}}
follow: {{css: a}}
settings: {{robotstxt_obey: false, contact: a@b.example, pool: {{engine: threads}}, {setting}}}
""")
        )

    return job


def test_of_a_page_so_many_links_are_followed_and_that_there_were_more_is_told(crowded, site):
    report = runner.run(crowded(20, "links_per_page: 7"))
    assert (report.exit_code, report.accounts.fetched) == (0, 8)
    assert report.marks == {"more links than links_per_page": 1}
    assert sorted(site.asked()) == sorted(["/", *(f"/{n}" for n in range(7))])
    assert runner.run(crowded(7, "links_per_page: 7")).marks == {}


@pytest.mark.parametrize(("owner", "method"), [(Links, "_child"), (Journal, "_add_children")])
@pytest.mark.parametrize("by", ["signal", "closespider_timeout"])
def test_a_signal_and_the_time_are_looked_at_while_the_links_of_a_page_are_taken_in(
    crowded, site, monkeypatch, owner, method, by
):
    stop, real, calls = Stop(), getattr(owner, method), []

    def slowly(self, request, *rest):
        calls.append(1)
        if by == "signal":
            stop.request(15)
        elif len(calls) == 1:
            time.sleep(1.1)
        return real(self, request, *rest)

    job = crowded(2000, "closespider_timeout: 1" if by != "signal" else "drain_timeout: 5")
    with monkeypatch.context() as patch:
        patch.setattr(owner, method, slowly)
        report = runner.run(job, stop=stop)
    assert len(calls) <= 257, "not all 2,000 were taken in"
    assert site.asked() == ["/"]
    if by == "closespider_timeout":
        assert report.accounts.skipped == {"closespider_timeout": 1}
        return
    assert (report.exit_code, report.accounts.unfinished) == (143, 1)
    report = runner.run(job, Options(resume=True))
    assert (report.exit_code, report.accounts.fetched) == (0, 2001)
    assert Path("output/board.jsonl").read_text().count("\n") == 2001
