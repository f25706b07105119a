"""Which pages are kept to be shown."""

import pytest

from scraper.errors import Reason
from scraper.job import Field, Kind, Rule, Selection
from scraper.job.expect import Bounds, PageChecks
from scraper.job.secrets import NO_SECRETS
from scraper.journal.rows import SHOWN_CHARACTERS, from_snapshot, to_snapshot
from scraper.models import Dropped, Failure, Page, Parsed
from scraper.report.snapshots import Snapshots

FIELDS = tuple(Field(name, Selection()) for name in ("_day", "title", "score"))
KIND = Kind("list", (Rule("list", FIELDS),), checks=PageChecks(records_per_page=Bounds(2, 2)))


def page(body=b"<p>x</p>", **headers):
    return Page("http://a/", 200, tuple(headers.items()), body, 1.0)


def parsed(count, *filled, dropped=()):
    return Parsed((tuple([b"{}"] * count),), (filled,), dropped=dropped)


@pytest.mark.parametrize(
    ("outcome", "topics"),
    [
        (parsed(2, 2, 2), ["page list"]),
        (parsed(2, 2, 1), ["page list", "partly list.score"]),
        (parsed(2, 0, 2), ["page list", "empty list.title"]),
        (parsed(1, 1, 1), ["page list", "odd list"]),
        (parsed(2, 2, 2, dropped=(Dropped("list", "title", 1),)), ["page list", "dropped list"]),
        (Failure(Reason.BLOCKED), ["failed blocked"]),
    ],
)
def test_a_page_shows_what_is_wrong_with_it(outcome, topics):
    assert set(Snapshots().topics(KIND, outcome)) == set(topics)


def test_of_each_topic_the_first_page_is_kept():
    snapshots = Snapshots()
    assert snapshots.take(KIND, page(), parsed(2, 2, 2)).topics == ("page list",)
    assert snapshots.take(KIND, page(), parsed(2, 2, 2)).topics == ()
    assert snapshots.take(KIND, page(), parsed(2, 2, 0)).topics == ("empty list.score",)


def test_a_page_whose_body_stayed_with_its_worker_takes_no_topic():
    snapshots = Snapshots()
    assert snapshots.take(KIND, page(b""), parsed(2, 2, 2)) is None
    assert snapshots.take(KIND, None, Failure("timeout")) is None
    assert snapshots.take(KIND, page(), parsed(2, 2, 2)) is not None


def test_the_text_is_decoded_before_it_is_cut():
    text = "霸" * (SHOWN_CHARACTERS + 5)
    shown = Snapshots().take(
        KIND, page(text.encode("gb18030"), **{"content-type": "text/html; charset=gbk"}), parsed(2)
    )
    kept = {topic: to_snapshot(topic, row).text for topic, row in from_snapshot(shown, NO_SECRETS)}
    assert kept == {
        "page list": "霸" * SHOWN_CHARACTERS,
        "best 0 of list": text,
        "worst 0 of list": text,
    }
